"""Accuracy: how good the search is, how far to trust a probability, and where it fails."""

import streamlit as st

from policy_index.accuracy import bundled_accuracy, shares_shown
from policy_index.calibration import POSSIBLE_FROM
from policy_index.ui.accuracy import (
    distributions_figure,
    probability_rows,
    recall_figure,
    reliability_figure,
    show_headline_numbers,
    show_long_texts,
    show_methods,
    show_rows,
    show_what_was_measured,
    show_where_it_fails,
)
from policy_index.ui.charts import show_chart, show_download

record = bundled_accuracy()
everything = record["heldout"]["all"]

show_headline_numbers(record)
show_where_it_fails()

show_long_texts(record)

st.header("Can I believe a probability?")
st.markdown(
    "Each dot stands for one fifteenth of our example texts, each judged without having been seen before. On the dotted "
    "line, “80 %” is right in 80 of 100 cases. The mean distance from it (expected calibration error) is "
    f"**{record['cross_validated']['ece_of_best_match']:.3f}**. Harmless texts count as much as touching ones."
)
show_chart(
    reliability_figure(),
    key="reliability",
    name="reliability",
    alt="Reliability diagram: stated probability against the share that was right. The table below holds the same.",
)
with st.expander("The same as a table"):
    show_rows("reliability", record["cross_validated"]["reliability"])
show_download(
    lambda: record["cross_validated"]["reliability"], key="reliability_csv", name="reliability", what="Reliability"
)

st.header("What if the threshold were another one?")
threshold = st.slider("Show clauses from this probability on", 0.05, 0.95, POSSIBLE_FROM, 0.05, key="threshold")
touching, harmless = shares_shown(record, threshold)
st.markdown(
    f"From **{threshold:.0%}** on, **{touching:.1%}** of the held-out texts that touch the policy are shown a clause, and "
    f"**{harmless:.1%}** of the harmless ones are shown one by mistake. The explorer uses {POSSIBLE_FROM:.0%}."
)
show_chart(
    distributions_figure(threshold),
    key="distributions",
    name="best-probabilities",
    alt="Histogram of best probabilities of touching and of harmless texts. The sentence above says what follows.",
)
show_download(
    lambda: probability_rows(record), key="distributions_csv", name="best-probabilities", what="Probabilities"
)

st.header("Which categories does it know best?")
show_chart(
    recall_figure(),
    key="categories",
    name="recall-by-category",
    alt="Bars: how often the right category came first. The table below holds the same.",
)
with st.expander("The same as a table, and for each clause"):
    show_rows("by category", everything["by_category"])
    show_rows("by clause", everything["by_clause"])
show_download(lambda: everything["by_category"], key="recall_csv", name="recall-by-category", what="Categories")

st.header("Which clauses does it mix up?")
st.markdown(
    "Pairs of clauses that took each other's place most often among our example texts, each judged without having been "
    "seen before. Most are neighbours, or a point and the heading above it: read both."
)
show_rows(
    "confused",
    record["cross_validated"]["confused"],
    heads={"label": "Labelled with", "found": "Found instead", "texts": "Texts"},
)

show_methods(record)
show_what_was_measured(record)
