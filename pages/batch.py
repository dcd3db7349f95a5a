"""Batch: many prompts at once, under one policy or several: how many touch what, row by row, as a heatmap and as files."""

import streamlit as st

from policy_index.ui.announce import announce
from policy_index.ui.intake import show_intake
from policy_index.ui.suite import show_results

lead = st.container()
suite = show_intake(several=True)
if suite is None:
    lead.markdown(
        "Paste a test suite, a backlog of ideas or a log of prompts. You see how many touch what, which clauses each row touches, "
        "and take away a file with every column you brought. On the page Read, the colour Prompts then shows which clauses they "
        "never touch."
    )
    announce("", key="suite")
else:
    show_results(suite)
