"""Coverage: which clauses a suite of prompts touches, which none touches, and what it tests twice."""

import streamlit as st

from policy_index.batch.suite import cover
from policy_index.server.service import service
from policy_index.ui.coverage import (
    coverage_rows,
    show_coverage_numbers,
    show_picture,
    show_repetitions,
    show_untouched,
)
from policy_index.ui.intake import show_intake
from policy_index.ui.visit import visit

st.markdown(
    "Bring a suite of test prompts. You see which clauses of the policy they touch and how often, which no prompt "
    "touches, and which prompts test the same thing twice."
)
suite = show_intake()

if suite is not None:
    index = service().index(visit().pack)
    coverage = cover(index, suite)
    if index.uncalibrated:
        st.info(f"{index.uncalibrated} A prompt counts for its nearest clause.", icon=":material/info:")
    show_coverage_numbers(coverage)
    picture, clauses, untouched, twice = st.tabs(["Picture", "Table", "Untouched", "Repetitions"], key="coverage_view")

    with picture:
        show_picture(coverage, index.policy)
    with clauses:
        st.dataframe(coverage_rows(coverage), hide_index=True, height=560)
    with untouched:
        show_untouched(coverage, index.policy)
    with twice:
        show_repetitions(coverage)
