"""Playground: paste a prompt, an idea or a whole plan; read which clauses it touches, where, and what to do."""

import streamlit as st

from policy_index.brief import compare, restate, write_brief
from policy_index.contexts import Context
from policy_index.errors import PolicyIndexError
from policy_index.evidence import carrying, word_weights
from policy_index.lanes import Lane
from policy_index.plots.evidence import plot_evidence_matrix
from policy_index.ui.announce import announce, found_in_words
from policy_index.ui.brief import (
    show_checked,
    show_context_hint,
    show_entry,
    show_lane_title,
    show_nothing_found,
    show_notices,
)
from policy_index.ui.charts import show_chart, show_download
from policy_index.ui.code import show_use_from_code
from policy_index.ui.evidence import matrix_table, show_changes, show_marked_text, show_word_weights
from policy_index.ui.playground import show_how_to_read
from policy_index.ui.takeaway import show_downloads, show_link_maker, text_from_link
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
    "A whole plan": (
        "Harbourlight is a small web app for people who rent. It is built by three friends in Leeds and will cost four pounds "
        "a month.\n\n"
        "You upload your contract, and it tells you which of its terms your landlord has broken and drafts a letter for your "
        "own case. A solicitor reads every letter before it is sent. At night a chat window answers questions by itself, and "
        "its first line says that it is a computer program.\n\n"
        "Later we would like to:\n"
        "- score applicants for landlords and turn the weakest away without anyone looking\n"
        "- show each morning's housing news in three sentences\n"
        "- sell tote bags"
    ),
}


READING = "Reading …"


def use_sample() -> None:
    if (name := st.session_state["sample"]) is not None:
        st.session_state.update(text=SAMPLES[name], go=True)


problem = None
try:
    if (linked := text_from_link()) is not None:
        st.session_state.update(text=linked, go=True)
except PolicyIndexError as error:
    problem = str(error)

ask, answer = st.columns([5, 7], gap="large")

with ask:
    with st.form("check", border=False):
        st.text_area(
            "Your prompt or product idea, in English",
            key="text",
            height=200,
            placeholder="For example: an app that reads a photo of a rash and says what it is",
            persist_state="session",
        )
        pressed = st.form_submit_button("Check", type="primary", icon=":material/search:", shortcut="Ctrl+Enter")
    st.pills("Or try a sample", list(SAMPLES), key="sample", on_change=use_sample, wrap=True)
    contexts = st.pills(
        "What is true of the product? Some requirements follow from that alone",
        list(Context),
        selection_mode="multi",
        format_func=lambda context: context.label,
        key="contexts",
        wrap=True,
        persist_state="session",
    )
    show_context_hint(st.session_state["text"] or "", contexts)

if pressed or st.session_state.pop("go", False):
    st.session_state.update(brief=None, problem=None, second=None, wording=st.session_state["text"])
    with answer:
        bar = st.progress(
            0.0, READING if is_warm() else "Loading the language model: a few seconds, only after a start …"
        )
        try:
            st.session_state["brief"] = write_brief(
                warm_index(), st.session_state["text"], on_progress=lambda share: bar.progress(share, READING)
            )
        except PolicyIndexError as error:
            st.session_state["problem"] = str(error)
        bar.empty()

with answer:
    read = st.session_state.get("brief")
    if problem := problem or st.session_state.get("problem"):
        st.error(problem, icon=":material/error:")
    elif read is None:
        show_how_to_read()
    else:
        brief = restate(read, contexts)
        show_checked(brief.text, len(brief.sentences))
        show_notices(brief)
        todo, where, matrix, wordings, away = st.tabs(
            ["What to do", "In your text", "Matrix", "Two wordings", "Take away"], key="view"
        )

        with todo:
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
                limit = st.slider("Number of clauses to show", 1, 30, 12, key="limit", persist_state="session")
            if not lanes:
                st.info(
                    "No kind of clause is chosen: choose at least one to see results.", icon=":material/filter_alt_off:"
                )
            rest = [entry for entry in brief.rest if entry.lane in lanes]
            if lanes and not brief.entries:
                rest = rest[show_nothing_found(brief.touch, rest) :]
            left = limit
            for lane, entries in brief.lanes.items():
                if lane in lanes and left > 0:
                    show_lane_title(lane)
                    for entry in entries[:left]:
                        show_entry(entry)
                    left -= len(entries)
            if rest and left > 0:
                with st.expander(f"Unlikely clauses, nearest first: {len(rest[:left])}"):
                    for entry in rest[:left]:
                        show_entry(entry)

        with where:
            show_marked_text(brief)
            st.header("Which words carry it?")
            chosen = st.selectbox(
                "Clause", brief.entries or brief.rest[:3], format_func=lambda entry: entry.clause.text, key="why-clause"
            )
            passage = st.selectbox(
                "Passage", chosen.passages, format_func=lambda each: each.text, key=f"why-{chosen.clause.id}"
            )
            if st.button("Leave out each word in turn", key="why", icon=":material/highlight:"):
                try:
                    weights = word_weights(warm_index(), passage.read_as, chosen.clause)
                    show_word_weights(passage.read_as, weights, carrying(weights), chosen.clause)
                except PolicyIndexError as error:
                    st.error(str(error), icon=":material/error:")

        with matrix:
            if not brief.entries:
                st.info("No clause is likely or possible, so there is nothing to draw.", icon=":material/grid_off:")
            else:
                cells = brief.matrix(most=40)
                st.markdown("How strongly each sentence carries each clause; at most the 40 strongest sentences.")
                show_chart(
                    plot_evidence_matrix(
                        cells.sentences,
                        cells.clauses,
                        cells.values.tolist(),
                        name="probability" if brief.made_with_probabilities else "similarity",
                    ),
                    key="matrix",
                    name="sentences-and-clauses",
                    alt="Matrix of sentences against clauses. The table below holds the same.",
                )
                with st.expander("The same as a table"):
                    st.dataframe(matrix_table(cells), hide_index=True)
                show_download(
                    lambda: matrix_table(cells), key="matrix_csv", name="sentences-and-clauses", what="Matrix"
                )

        with wordings:
            with st.form("second-wording", border=False):
                second = st.text_area(
                    "Change the wording, and see what rises and what falls",
                    key="wording",
                    height=200,
                    persist_state="session",
                )
                asked = st.form_submit_button("Compare", icon=":material/compare_arrows:")
            if asked:
                try:
                    st.session_state["second"] = write_brief(warm_index(), second or "")
                except PolicyIndexError as error:
                    st.error(str(error), icon=":material/error:")
            if (other := st.session_state.get("second")) is not None:
                show_changes(compare(read, other))

        with away:
            show_downloads(brief)
            show_use_from_code(brief.text, what="brief")
            show_link_maker(brief.text)

announce(found_in_words(restate(read, contexts)) if read is not None and not problem else "", key="found")
