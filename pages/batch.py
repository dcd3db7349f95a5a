"""Batch: many prompts at once, as a table, a heatmap and files; a click opens a row's brief."""

import streamlit as st

from policy_index.server.service import service
from policy_index.ui.announce import announce
from policy_index.ui.code import show_use_from_code
from policy_index.ui.intake import show_intake
from policy_index.ui.suite import (
    rows_in_words,
    show_brief_of_row,
    show_heatmap,
    show_numbers,
    show_result_files,
    show_rows,
)
from policy_index.ui.visit import visit

st.markdown(
    "Paste a test suite, a backlog of ideas or a log of prompts. You get the nearest clauses of each row, which "
    "categories they fall into, and a file with every column you brought. The page Coverage then shows which clauses "
    "your prompts never touch."
)
suite = show_intake()
announce("" if suite is None else rows_in_words(suite), key="suite")

if suite is not None:
    index = service().index(visit().pack)
    if index.uncalibrated:
        st.info(index.uncalibrated, icon=":material/info:")
    show_numbers(suite)
    table, picture, files = st.tabs(["Table", "Heatmap", "Files and code"], key="suite_view")

    with table:
        row = show_rows(index, suite)
        if row is not None:
            show_brief_of_row(index, row)
    with picture:
        show_heatmap(index, suite)
    with files:
        show_result_files(index, suite)
        if suite.texts:
            show_use_from_code(suite.texts[0], index.pack)
