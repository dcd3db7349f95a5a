"""Accuracy: how good the search is, how far to trust a probability, and where it fails."""

import streamlit as st

from policy_index.accuracy import bundled_accuracy, shares_shown
from policy_index.calibration import POSSIBLE_FROM
from policy_index.parser import bundled_policy
from policy_index.plots.accuracy import plot_recall_by_category, plot_reliability_diagram, plot_score_distributions
from policy_index.ui.accuracy import (
    show_headline_numbers,
    show_long_texts,
    show_methods,
    show_what_was_measured,
    show_where_it_fails,
)

record = bundled_accuracy()
everything = record["heldout"]["all"]
names = {group.id: group.name for group in bundled_policy().groups}

show_headline_numbers(record)
show_where_it_fails()

show_long_texts(record)

st.subheader("Can I believe a probability?")
st.markdown(
    "Each dot stands for one fifteenth of our example texts, each judged without having been seen before. On the dotted "
    "line, “80 %” is right in 80 of 100 cases. The mean distance from it (expected calibration error) is "
    f"**{record['cross_validated']['ece_of_best_match']:.3f}**. Harmless texts count as much as touching ones."
)
st.plotly_chart(
    plot_reliability_diagram(record["cross_validated"]["reliability"]),
    key="reliability",
    config={"displayModeBar": False},
    alt="Reliability diagram: stated probability against the share that was right. The table below holds the same.",
)
with st.expander("The same as a table"):
    st.dataframe(record["cross_validated"]["reliability"], hide_index=True)

st.subheader("What if the threshold were another one?")
threshold = st.slider("Show clauses from this probability on", 0.05, 0.95, POSSIBLE_FROM, 0.05, key="threshold")
touching, harmless = shares_shown(record, threshold)
st.markdown(
    f"From **{threshold:.0%}** on, **{touching:.1%}** of the held-out texts that touch the policy are shown a clause, and "
    f"**{harmless:.1%}** of the harmless ones are shown one by mistake. The explorer uses {POSSIBLE_FROM:.0%}."
)
st.plotly_chart(
    plot_score_distributions(**record["heldout_probabilities"], threshold=threshold),
    key="distributions",
    config={"displayModeBar": False},
    alt="Histogram of best probabilities of touching and of harmless texts. The sentence above says what follows.",
)

st.subheader("Which categories does it know best?")
st.plotly_chart(
    plot_recall_by_category(everything["by_category"], names),
    key="categories",
    config={"displayModeBar": False},
    alt="Bars: how often the right category came first. The table below holds the same.",
)
with st.expander("The same as a table, and for each clause"):
    st.dataframe(everything["by_category"], hide_index=True)
    st.dataframe(everything["by_clause"], hide_index=True)

st.subheader("Which clauses does it mix up?")
st.markdown(
    "Pairs of clauses that took each other's place most often among our example texts, each judged without having been "
    "seen before. Most are neighbours, or a point and the heading above it: read both."
)
st.dataframe(
    record["cross_validated"]["confused"],
    hide_index=True,
    column_config={"label": "Labelled with", "found": "Found instead", "texts": "Texts"},
)

show_methods(record)
show_what_was_measured(record)
