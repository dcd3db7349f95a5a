"""Playground: paste a prompt, an idea or a whole plan; read which clauses it touches, where, and what to do."""

import streamlit as st

from policy_index.brief import restate
from policy_index.ui.announce import announce, found_in_words
from policy_index.ui.brief import show_checked, show_notices, show_to_do
from policy_index.ui.code import show_use_from_code
from policy_index.ui.evidence import show_marked_text, show_matrix, show_second_wording, show_words_that_carry
from policy_index.ui.playground import ask_for_facts, check, show_how_to_read, show_samples, take_up_link
from policy_index.ui.takeaway import show_downloads, show_link_maker
from policy_index.ui.visit import visit

pack = visit().pack
take_up_link()
ask, answer = st.columns([5, 7], gap="large")

with ask:
    with st.form("check", border=False):
        text = st.text_area(
            "Your prompt or product idea, in English",
            key="text",
            height=200,
            placeholder="For example: an app that reads a photo of a rash and says what it is",
            persist_state="session",
        )
        pressed = st.form_submit_button("Check", type="primary", icon=":material/search:", shortcut="Ctrl+Enter")
    show_samples()
    facts = ask_for_facts(pack, text or "")

with answer:
    known = check(text or "", pressed=pressed)
    brief = None if known.brief is None or known.problem else restate(known.brief, facts)
    if known.problem:
        st.error(known.problem, icon=":material/error:")
    elif brief is None:
        show_how_to_read(pack)
    else:
        show_checked(brief)
        show_notices(brief)
        todo, where, matrix, wordings, away = st.tabs(
            ["What to do", "In your text", "Matrix", "Two wordings", "Take away"], key="view"
        )
        with todo:
            show_to_do(brief)
        with where:
            show_marked_text(brief)
            st.header("Which words carry it?")
            show_words_that_carry(brief)
        with matrix:
            show_matrix(brief)
        with wordings:
            show_second_wording(brief)
        with away:
            show_downloads(brief)
            show_use_from_code(brief.text, pack, what="brief")
            show_link_maker(brief)

announce("" if brief is None else found_in_words(brief), key="found")
