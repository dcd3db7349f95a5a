"""Accuracy: how good the search is, how far to trust a probability, and where it fails."""

from policy_index.ui.accuracy import (
    record_of,
    show_categories,
    show_fitness,
    show_headline_numbers,
    show_lines,
    show_long_plans,
    show_long_texts,
    show_reliability,
    show_section,
    show_table,
    show_thresholds,
    show_what_was_measured,
    show_where_it_fails,
)
from policy_index.ui.accuracy_of_examples import show_not_measured
from policy_index.ui.visit import visit

pack = visit().pack
record = record_of(pack)

if record is None:
    show_not_measured(pack)
    show_where_it_fails(None)
else:
    show_headline_numbers(record)
    show_where_it_fails(record)
    show_long_texts(pack, record)
    show_long_plans(pack, record)
    show_lines(pack, record)
    show_fitness(pack, record)
    show_reliability(pack, record)
    show_thresholds(pack, record)
    show_categories(pack, record)

    show_section(
        "Which clauses does it mix up?",
        "Pairs of clauses that took each other's place most often among our example texts, each judged without having been "
        "seen before. Most are neighbours, or a point and the heading above it: read both.",
    )
    show_table(pack, "confused")

    show_section(
        "What else was tried",
        "Each way was made without a fifth of the examples and twins, and measured on that fifth: right clause first / among "
        "the first three, in percent; then how well touching texts are told from their twins (0.5 is chance, 1 is always).",
    )
    show_table(pack, "methods")
    show_what_was_measured(pack, record)
