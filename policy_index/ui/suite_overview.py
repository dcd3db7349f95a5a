"""The overview of a suite: how many rows touch what, by the groups of a person's own column, in plain counts that lead to the rows."""

import numpy as np
from numpy.typing import NDArray

from policy_index.batch.findings import OUTCOMES
from policy_index.batch.grouping import Grouping
from policy_index.batch.suite import Suite
from policy_index.ui.links import Tag, tag
from policy_index.ui.suite_board import choice, head, scrolled
from policy_index.ui.suite_words import OUTCOME_WORDS, clause_words, group_words
from policy_index.words import counted

_MOST_CLAUSES = 6
"""Clauses in the list of those touched most."""


def overview(suite: Suite, grouping: Grouping | None) -> list[Tag]:
    """Return the counts: of all rows, of each group where there are some, and of the clauses touched most."""
    return [_summary(suite), *([] if grouping is None else _by_group(suite, grouping)), *_touched_most(suite)]


def outcome_counts(suite: Suite, grouping: Grouping | None = None) -> NDArray[np.int64]:
    """Return how many rows of each group came to what, (groups, outcomes); all rows are one group where there are none."""
    groups = np.zeros(len(suite.places), dtype=np.int64) if grouping is None else grouping.of_row
    size = 1 if grouping is None else grouping.size
    cells = groups * len(OUTCOMES) + suite.found.outcomes(suite.places)
    return np.bincount(cells, minlength=size * len(OUTCOMES)).reshape(size, len(OUTCOMES))


def clause_counts(suite: Suite, grouping: Grouping | None = None) -> NDArray[np.int64]:
    """Return how many rows of each group touch each clause, (clauses, groups); all rows are one group where there are none."""
    groups = np.zeros(len(suite.places), dtype=np.int64) if grouping is None else grouping.of_row
    return suite.found.counts(suite.places, groups, of=1 if grouping is None else grouping.size)


def summary_in_words(suite: Suite) -> str:
    """Return what came of the rows, as a screen reader says it."""
    (counts,) = outcome_counts(suite)
    parts = [f"{count:,} {OUTCOME_WORDS[each]}" for each, count in zip(OUTCOMES, counts.tolist(), strict=True) if count]
    return f"{counted(len(suite.places), 'row')} checked: {', '.join(parts)}"


def _summary(suite: Suite) -> Tag:
    (counts,) = outcome_counts(suite)
    parts = [
        choice(tag("strong", f"{count:,}"), f" {OUTCOME_WORDS[each]}", what={"outcome": each.value})
        for each, count in zip(OUTCOMES, counts.tolist(), strict=True)
        if count
    ]
    total = tag("span", tag("strong", f"{len(suite.places):,}"), f" {'row' if len(suite.places) == 1 else 'rows'}:")
    texts = tag("small", counted(len(suite.texts), "distinct text"))
    return tag("div", total, *parts, texts, class_="upe-sum")


def _by_group(suite: Suite, grouping: Grouping) -> list[Tag]:
    counts, touched = outcome_counts(suite, grouping), clause_counts(suite, grouping)
    there = [place for place, count in enumerate(counts.sum(axis=0).tolist()) if count]
    clauses = suite.pack.policy.clauses
    lines = []
    for group, own in enumerate(counts.tolist()):
        best = int(touched[:, group].argmax())
        times = int(touched[best, group])
        name = group_words(grouping, group)
        most = "nothing" if not times else f"{clause_words(clauses[best], letters=70)} ({counted(times, 'row')})"
        lines.append(
            tag(
                "tr",
                tag("th", choice(name, what={"group": group}, label=f"Rows of {name}"), scope="row"),
                tag("td", f"{sum(own):,}", class_="upe-n"),
                *(tag("td", f"{own[place]:,}", class_="upe-n") for place in there),
                tag("td", most),
            )
        )
    names = ["Group", "Rows", *(OUTCOME_WORDS[OUTCOMES[place]].capitalize() for place in there), "Touched most"]
    return [
        tag("h2", "By ", tag("span", grouping.column), class_="upe-part"),
        scrolled(tag("table", head(names), tag("tbody", *lines), class_="upe-groups"), label="Counts by group"),
    ]


def _touched_most(suite: Suite) -> list[Tag]:
    counts = clause_counts(suite)[:, 0]
    order = np.argsort(-counts, kind="stable")[:_MOST_CLAUSES]
    touched = int((counts > 0).sum())
    items = []
    for column in order[counts[order] > 0].tolist():
        clause = suite.pack.policy.clauses[column]
        items.append(
            tag(
                "li",
                tag("span", f"{counts[column]:,}", class_="upe-n"),
                tag(
                    "div",
                    choice(clause_words(clause), what={"clause": clause.id}),
                    tag("small", f" {clause.position}"),
                ),
            )
        )
    if not items:
        return []
    title = "Touched most" if touched > len(items) else "Touched"
    of = (
        tag("small", f" {len(items)} of {counted(touched, 'clause')}; the heatmap has all")
        if touched > len(items)
        else ""
    )
    return [tag("h2", title, of, class_="upe-part"), tag("ol", *items, class_="upe-most")]
