"""Accuracy: how good the search is, how far to trust a probability, and where it fails."""

import streamlit as st

from policy_index.ui.accuracy import (
    record_of,
    show_categories,
    show_fitness,
    show_headline_numbers,
    show_long_texts,
    show_not_measured,
    show_reliability,
    show_table,
    show_thresholds,
    show_what_was_measured,
    show_where_it_fails,
)
from policy_index.ui.visit import visit

pack = visit().pack
record = record_of(pack)

if record is None:
    show_not_measured(pack)
    show_where_it_fails(measured=False)
else:
    show_headline_numbers(record)
    show_where_it_fails(measured=True)
    show_long_texts(pack, record)
    show_fitness(pack, record)
    show_reliability(pack, record)
    show_thresholds(pack, record)
    show_categories(pack, record)

    st.header("Which clauses does it mix up?")
    st.markdown(
        "Pairs of clauses that took each other's place most often among our example texts, each judged without having been "
        "seen before. Most are neighbours, or a point and the heading above it: read both."
    )
    show_table(pack, "confused")

    st.header("What else was tried")
    st.markdown(
        "Right clause first / among the first three, in percent; in the last column the touching texts found where 5 % of "
        "the harmless ones may be shown by mistake."
    )
    show_table(pack, "methods")
    show_what_was_measured(pack, record)
