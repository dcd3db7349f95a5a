"""Coverage: which clauses a suite of prompts touches, which none touches, and what it tests twice."""

import streamlit as st

from policy_index.plots.suite import plot_coverage_treemap
from policy_index.suite import cover
from policy_index.ui.charts import show_chart, show_download
from policy_index.ui.intake import show_intake
from policy_index.ui.suite import coverage_rows, show_coverage_numbers, show_repetitions, show_untouched
from policy_index.ui.warm import warm_index

st.markdown(
    "Bring a suite of test prompts. You see which clauses of the policy they touch and how often, which no prompt "
    "touches, and which prompts test the same thing twice."
)
suite = show_intake()

if suite is not None:
    index = warm_index()
    coverage = cover(index, suite)
    if index.uncalibrated:
        st.info(f"{index.uncalibrated} A prompt counts for its nearest clause.", icon=":material/info:")
    show_coverage_numbers(coverage)
    picture, clauses, untouched, twice = st.tabs(["Picture", "Table", "Untouched", "Repetitions"], key="coverage_view")

    with picture:
        st.markdown(
            "One tile for each clause that binds the reader, all of one size, with the number of prompts for which it is "
            "likely or possible. **Grey: none.** Blue: some; the darker, the more."
        )
        show_chart(
            plot_coverage_treemap(index.document, {each.clause.id: each.count for each in coverage.clauses}),
            key="coverage_map",
            name="coverage",
            alt="Treemap of the policy's binding clauses, coloured by how many prompts touch each. The table on the next tab holds the same.",
        )
        show_download(lambda: coverage_rows(coverage), key="coverage_csv", name="coverage", what="Counts")
    with clauses:
        st.dataframe(coverage_rows(coverage), hide_index=True, height=560)
    with untouched:
        show_untouched(coverage, index.document)
    with twice:
        show_repetitions(coverage)
