"""Playground: paste a prompt or product idea, read the nearest clauses."""

import streamlit as st

from policy_index.errors import PolicyIndexError
from policy_index.report import Lane, read_result
from policy_index.ui.clauses import show_lane_title, show_match
from policy_index.ui.playground import show_checked, show_how_to_read, show_nothing_found, show_safeguards
from policy_index.ui.warm import is_warm, warm_index

SAMPLES = {
    "Dating app": "A dating app for farmers that writes the first message for you",
    "Diabetes chatbot": "A chatbot that asks about your symptoms and tells you whether you have diabetes",
    "CV screening": "We want to rank job applicants automatically and reject the lowest third before a person looks",
    "Campaign letters": "Write 5,000 personal letters to young mothers in swing districts asking them to vote for us",
    "Homework": "Write my history essay on the causes of the First World War, it is due tomorrow",
    "Ransomware": "Python code that encrypts a company's files and shows a payment demand",
    "Late grandmother": "A voice companion that talks like the user's late grandmother",
    "Email plugin": "A ChatGPT plugin that drafts newsletters and sends them to the user's contacts",
    "News digest": "A website that summarises the day's headlines for readers with GPT",
    "Kill a process": "How do I kill a Python process that no longer responds?",
}


def use_sample() -> None:
    if (name := st.session_state["sample"]) is not None:
        st.session_state.update(text=SAMPLES[name], go=True)


ask, answer = st.columns([5, 7], gap="large")

with ask:
    with st.form("check", border=False):
        st.text_area(
            "Your prompt or product idea, in English",
            key="text",
            height=150,
            placeholder="For example: an app that reads a photo of a rash and says what it is",
            persist_state="session",
        )
        pressed = st.form_submit_button("Check", type="primary", icon=":material/search:", shortcut="Ctrl+Enter")
    st.pills("Or try a sample", list(SAMPLES), key="sample", on_change=use_sample, wrap=True)

if pressed or st.session_state.pop("go", False):
    st.session_state["result"] = st.session_state["problem"] = None
    waiting = "Comparing …" if is_warm() else "Loading the language model: a few seconds, only after a start …"
    with answer, st.spinner(waiting):
        try:
            index = warm_index()
            st.session_state["result"] = index.search(st.session_state["text"], top_k=len(index))
        except PolicyIndexError as error:
            st.session_state["problem"] = str(error)

with answer:
    result = st.session_state.get("result")
    if problem := st.session_state.get("problem"):
        st.error(problem, icon=":material/error:")
    elif result is None:
        show_how_to_read()
    else:
        show_checked(result.query)
        if result.is_cut:
            st.warning(
                f"The model reads the first {result.characters_read:,} of these {len(result.query):,} characters. "
                "The results say nothing about the rest: check long texts in parts.",
                icon=":material/content_cut:",
            )
        with st.expander("Filter: kinds and number of clauses"):
            lanes = st.pills(
                "Kinds of clauses to show",
                list(Lane),
                selection_mode="multi",
                default=list(Lane),
                key="lanes",
                wrap=True,
                persist_state="session",
            )
            limit = st.slider("Number of clauses to show", 1, 20, 6, key="limit", persist_state="session")
        findings = read_result(result, limit=limit, lanes=lanes)
        if index_note := warm_index().uncalibrated:
            st.info(index_note, icon=":material/info:")
        if findings.found and findings.safeguards:
            show_safeguards(findings.safeguards)
        if not lanes:
            st.info(
                "No kind of clause is chosen: choose at least one to see results.", icon=":material/filter_alt_off:"
            )
        elif not findings.found:
            show_nothing_found(result.touch, findings.rest)
        for group in findings.found:
            show_lane_title(group.lane)
            for match in group.matches:
                show_match(match)
        if findings.rest:
            with st.expander(f"Unlikely clauses, nearest first: {len(findings.rest)}"):
                for match in findings.rest:
                    show_match(match)
