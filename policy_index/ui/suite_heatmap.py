"""Clauses against the groups of a person's column, or against rows: counts that can be read, each of which leads to its rows."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from policy_index.batch.findings import OUTCOMES, Outcome
from policy_index.batch.grouping import Grouping
from policy_index.batch.suite import Suite
from policy_index.plots.labels import cut, told_apart
from policy_index.policy.document import Clause
from policy_index.ui.links import Tag, tag
from policy_index.ui.suite_board import choice, head, scrolled
from policy_index.ui.suite_overview import clause_counts, outcome_counts
from policy_index.ui.suite_pick import own_columns
from policy_index.ui.suite_rows import text_of
from policy_index.ui.suite_words import clause_words, group_words, sure_words
from policy_index.words import counted

CLAUSES_A_PAGE, ROWS_A_PAGE, COLUMNS = 20, 20, 8
"""Clauses below each other, rows below each other, and clauses beside each other: so many can be read."""


def clauses_by_group(suite: Suite, grouping: Grouping) -> list[Tag]:
    """Return the touched clauses against groups, those touched most first, a page of them at a time."""
    counts = clause_counts(suite, grouping)
    order = [column for column in np.argsort(-counts.sum(axis=1), kind="stable").tolist() if counts[column].any()]
    if not order:
        return [tag("p", "No row touches a clause.")]
    start = _page(len(order), CLAUSES_A_PAGE)
    sizes = outcome_counts(suite, grouping).sum(axis=1).tolist()
    names = [group_words(grouping, group) for group in range(grouping.size)]
    lines = []
    for column in order[start : start + CLAUSES_A_PAGE]:
        clause = suite.pack.policy.clauses[column]
        cells = [
            _cell(
                f"{count:,}" if count else "",
                count / max(1, sizes[group]),
                what={"clause": clause.id, "group": group},
                label=f"{counted(count, 'row')} of {names[group]}: {clause.position}",
            )
            for group, count in enumerate(counts[column].tolist())
        ]
        lines.append(tag("tr", _clause_head(clause), *cells))
    heads = [f"{name} ({sizes[group]:,})" for group, name in enumerate(names)]
    beyond = f" {counted(grouping.beyond, 'rarer value')} of the column stand together." if grouping.beyond else ""
    return [
        tag(
            "p",
            f"How many rows of each group touch which clause; darker is a larger share of the group. {counted(len(order), 'clause')} "
            f"of {len(suite.pack.policy.clauses):,} are touched, {CLAUSES_A_PAGE} a page.{beyond} A number leads to its rows.",
        ),
        _whole(["Clause", *heads], lines),
    ]


def rows_by_clause(suite: Suite, rows: NDArray[np.int64]) -> list[Tag]:
    """Return these rows, those that touch anything, against the clauses touched most, a page of them at a time."""
    found = suite.found
    touching = rows[found.outcomes(suite.places[rows]) == OUTCOMES.index(Outcome.TOUCHES)].tolist()
    if not touching:
        return [tag("p", "None of these rows touches a clause.")]
    start = _page(len(touching), ROWS_A_PAGE)
    own = {row: dict(found.touched_by(int(suite.places[row]))) for row in touching[start : start + ROWS_A_PAGE]}
    times = np.bincount([column for each in own.values() for column in each])
    order = [column for column in np.argsort(-times, kind="stable").tolist() if times[column]]
    clauses = [suite.pack.policy.clauses[column] for column in order[:COLUMNS]]
    lines = []
    for row, touched in own.items():
        text = choice(f"{row + 1:,}. {cut(text_of(suite, row), 80)}", what={"row": row}, class_="upe-open", dir="auto")
        cells = [
            _cell(
                sure_words(found, touched[column]).rpartition(", ")[2] if column in touched else "",
                max(0.0, touched.get(column, 0.0)),
                what={"row": row},
                label=f"Row {row + 1:,}, {clause.position}",
            )
            for column, clause in zip(order, clauses, strict=False)
        ]
        lines.append(tag("tr", tag("th", text, scope="row"), *cells))
    left = len(order) - len(clauses)
    more = (
        f"; {counted(left, 'clause')} that these rows touch besides are left out here, the table names them"
        if left
        else ""
    )
    grouped = " Group by a column of yours to see counts instead of single rows." if own_columns(suite) else ""
    return [
        tag(
            "p",
            f"{counted(len(touching), 'row')} that touch a clause, {ROWS_A_PAGE} a page, and how sure that is for the clauses that "
            f"these rows touch most{more}.{grouped}",
        ),
        _whole(["Row", *(f"{clause.short_position} {clause_words(clause, letters=40)}" for clause in clauses)], lines),
    ]


def heatmap_rows(suite: Suite, grouping: Grouping | None) -> list[dict[str, object]]:
    """Return how many rows touch each clause, one row a clause and one column a group, for a file."""
    counts = clause_counts(suite, grouping)
    names = [] if grouping is None else [group_words(grouping, group) for group in range(grouping.size)]
    apart = told_apart(["clause_id", "citation", "clause", "all_rows", *names])[4:]
    return [
        {"clause_id": clause.id, "citation": clause.citation, "clause": clause.text, "all_rows": int(own.sum())}
        | (dict(zip(apart, own.tolist(), strict=True)) if grouping is not None else {})
        for clause, own in zip(suite.pack.policy, counts, strict=True)
    ]


def _page(size: int, at_once: int) -> int:
    """Let a person turn pages, and return the first place of the one that is open."""
    pages = -(-size // at_once)
    key = f"suite-heat-page {pages}"
    return (st.pagination(pages, key=key, max_visible_pages=5) - 1) * at_once if pages > 1 else 0


def _cell(words: str, share: float, *, what: dict[str, object], label: str) -> Tag:
    if not words:
        return tag("td", tag("span", "·", class_="upe-soft"))
    return tag("td", choice(words, what=what, label=f"{words}: {label}"), style={"--share": f"{min(share, 1.0):.3f}"})


def _clause_head(clause: Clause) -> Tag:
    words = choice(clause_words(clause, letters=70), what={"clause": clause.id})
    return tag("th", words, tag("small", f" {clause.position}"), scope="row")


def _whole(heads: Sequence[str], lines: Sequence[Tag]) -> Tag:
    table = tag("table", head(heads), tag("tbody", *lines))
    return tag("div", scrolled(table, label="Heatmap"), class_="upe-heat")
