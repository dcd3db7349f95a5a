"""The tables of the page Accuracy: the rows of each, out of what was measured for a policy."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
"""What `policy-index measure` wrote."""

Rows = Sequence[Mapping[str, object]]

SIDES = {
    "touching": "touch the clause",
    "harmless": "are its harmless twins",
    "refusing": "say they refuse the act",
    "preventing": "prevent the act",
}
"""What people read for the sides of a clause's line."""


UNFIT = {
    "nonsense": "Letters or words at random",
    "greeting": "A greeting",
    "contentless": "A word or two without content",
    "lorem": "Filler text (lorem ipsum)",
    "emoji": "Emoji and signs alone",
    "script": "Another script than the Latin one",
    "language": "Another language",
}
"""What people read for the kinds of texts that cannot be judged."""


def _language_rows(record: Record) -> Rows:
    return [
        {
            "language": each["language"],
            "texts": each["texts"],
            "right_clause_first": f"{each['recall_at_1']['value']:.0%}",
            "touching_texts_shown_a_clause": f"{each['shown_touching']['value']:.0%}",
            "harmless_texts_shown_one": f"{each['shown_harmless']['value']:.0%}",
        }
        for each in record["languages"]
    ]


def _fitness_rows(record: Record) -> Rows:
    return [
        {
            "kind": UNFIT.get(each["kind"], each["kind"]),
            "texts": each["texts"],
            "recognised": f"{each['recognised']:.0%}",
        }
        for each in record["unfit"]["by_kind"]
    ]


def _method_rows(methods: Sequence[Mapping[str, Any]]) -> Rows:
    rates = {"exemplars": "Examples", "twins": "Twins", "passages": "Roundabout passages"}
    curves = {"harmless": "Against harmless", "refusing": "Against refusing", "preventing": "Against preventing"}
    return [
        {"Method": each["method"]}
        | {words: " / ".join(f"{100 * number:.1f}" for number in each[name]) for name, words in rates.items()}
        | {words: f"{each[name]:.2f}" for name, words in curves.items()}
        for each in methods
    ]


def _plan_rows(record: Record) -> Rows:
    return [
        {
            "wording": wording,
            "plans": each["ideas"],
            "of the clauses that must show, shown": rate(each["labelled_found"]),
            "of those shown, wrong": rate(each["shown_that_no_label_names"]),
            "plans with no prohibition by mistake": rate(each["nothing_prohibited_by_mistake"]),
        }
        for wording, each in record["long_plans"].items()
    ]


def _family_rows(record: Record) -> Rows:
    return [
        {"texts that": words, "texts": each["texts"], "shown a clause": rate(each)}
        for side, words in SIDES.items()
        if (each := record["families"]["shown"].get(side)) is not None
    ]


def rate(number: Mapping[str, float] | None) -> str:
    """Return a rate with its interval in words; a dash where there is none."""
    return "–" if number is None else f"{number['value']:.0%} ({number['low']:.0%} to {number['high']:.0%})"


TABLES: Mapping[str, Callable[[Record], Rows]] = {
    "reliability": lambda record: record["cross_validated"]["reliability"],
    "by_category": lambda record: record["heldout"]["all"]["by_category"],
    "by_clause": lambda record: record["heldout"]["all"]["by_clause"],
    "confused": lambda record: record["cross_validated"]["confused"],
    "languages": _language_rows,
    "unfit": _fitness_rows,
    "methods": lambda record: _method_rows(record["methods"]),
    "long_plans": _plan_rows,
    "families": _family_rows,
}

HEADS = {
    "unfit": {"kind": "What cannot be judged"},
    "confused": {"label": "Labelled with", "found": "Found instead", "texts": "Texts"},
}
