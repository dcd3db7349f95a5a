"""Playground: paste a prompt, an idea or a whole plan; read which clauses it touches, where, and what to do."""

import streamlit as st

from policy_index.brief import restate
from policy_index.ui.announce import announce, found_in_words
from policy_index.ui.brief import below_summary, show_checked, show_to_do
from policy_index.ui.code import show_use_from_code
from policy_index.ui.evidence import show_matrix, show_words_that_carry
from policy_index.ui.foreign import show_problem
from policy_index.ui.keeping import keep_text
from policy_index.ui.margin import show_margin
from policy_index.ui.playground import (
    ask_for_facts,
    ask_for_text,
    check,
    places,
    show_how_to_read,
    show_samples,
    take_up_link,
    views,
)
from policy_index.ui.rewording import show_second_wording
from policy_index.ui.visit import visit

pack = visit().pack
take_up_link()
ask, product, answer = places()

with ask:
    ask_for_text()
    show_samples()
    keep_text()
with product:
    facts = ask_for_facts(pack, visit().text)

with answer:
    known = check()
    brief = None if known.brief is None or known.problem else restate(known.brief, facts).with_remarks(known.remarks)
    if known.problem:
        show_problem(known.problem)
    if brief is None:
        show_how_to_read(pack)
    else:
        show_margin(brief, below_summary(brief))
        st.header("More ways to look")
        todo, words, matrix, wordings, others, away = views()
        if todo.open:
            with todo:
                show_checked(brief)
                show_to_do(brief)
        if words.open:
            with words:
                show_words_that_carry(brief)
        if matrix.open:
            with matrix:
                show_matrix(brief)
        if wordings.open:
            with wordings:
                show_second_wording(brief)
        if others.open:
            from policy_index.ui.spread import show_under_other_policies  # with scipy, which no first page needs

            with others:
                show_under_other_policies(brief)
        if away.open:
            from policy_index.ui.takeaway import (  # with jinja2, likewise
                show_downloads,
                show_link_maker,
                show_share_card,
            )

            with away:
                show_downloads(brief)
                show_share_card(brief)
                show_use_from_code(brief.text, pack, what="brief")
                show_link_maker(brief)

announce("" if brief is None else found_in_words(brief), key="found")
