"""The tables of the reading room: what its pictures show, as rows with links and as files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import streamlit as st

from policy_index.batch.suite import Coverage
from policy_index.landscape.landscape import Landscape
from policy_index.plots.colouring import Colouring
from policy_index.policy.document import Clause
from policy_index.policy.lanes import Lane
from policy_index.records.tables import Row, clause_rows, map_rows, pair_rows
from policy_index.ui.charts import file_name, show_download
from policy_index.ui.coverage import coverage_rows
from policy_index.ui.links import Block, tag
from policy_index.ui.room_view import OTHER, By, Layout, RoomView
from policy_index.ui.visit import visit
from policy_index.words import counted

_MOST_ROWS = 200
"""Clauses that a table on the page lists; the file holds all."""

_NOTES = {
    By.TEXT: "similarity_to_checked_text",
    By.PROMPTS: "prompts",
    By.VERSION: "change",
    By.CLOSENESS: "similarity_to_chosen_clause",
}
"""What a file calls the column of the colours."""


def table_of(view: RoomView, colouring: Colouring, *, lanes: Sequence[Lane], is_there: bool, is_open: bool) -> Block:
    """Return the clauses that the picture shows as a table, each a link that chooses it, with what it is coloured by."""
    return _table(
        replace(view, clause=None),
        colouring,
        tuple(lanes),
        st.query_params.get(OTHER),
        is_there=is_there,
        is_open=is_open,
    )


def forget_tables() -> None:
    """Forget the tables that were made last."""
    _table.cache_clear()


@lru_cache(maxsize=64)
def _table(
    view: RoomView,
    colouring: Colouring,
    lanes: tuple[Lane, ...],
    _other: str | None,  # the links name it
    *,
    is_there: bool,
    is_open: bool,
) -> Block:
    clauses = [clause for clause in shown_clauses(view) if view.pack.lane_of(clause) in lanes]
    heads = ("Clause", "Kind", "Coloured by") if is_there and view.by is not By.KIND else ("Clause", "Kind")
    rows = [
        tag(
            "tr",
            tag("td", view.choose(clause, clause.position), f": {clause.text}"),
            tag("td", view.pack.lane_of(clause).value),
            *([tag("td", colouring.notes.get(clause.id, ""))] if len(heads) > 2 else []),  # noqa: PLR2004
        )
        for clause in clauses[:_MOST_ROWS]
    ]
    left = len(clauses) - _MOST_ROWS
    table = tag(
        "details",
        tag("summary", "The same as a table"),
        tag("table", tag("thead", tag("tr", *(tag("th", words, scope="col") for words in heads))), tag("tbody", *rows)),
        *([tag("p", f"… and {counted(left, 'clause')} more in the file.")] if left > 0 else []),
        **({"open": ""} if is_open else {}),
    )
    return Block.of(table)


def shown_clauses(view: RoomView) -> tuple[Clause, ...]:
    """Return the clauses that the picture shows: those of the opened category, or all."""
    return view.pack.policy.clauses if view.group is None else view.group.clauses


def show_file(view: RoomView, colouring: Colouring, landscape: Landscape | None, coverage: Coverage | None) -> None:
    """Offer what the picture shows as a file: pairs, places, counts or clauses."""
    policy = view.pack.policy
    if view.layout is Layout.ALIKE and landscape is not None:
        show_download(
            lambda: pair_rows(landscape.pairs), key="csv", name=file_name(view.pack, "overlaps"), what="All pairs"
        )
    elif view.by is By.PROMPTS and coverage is not None:
        show_download(lambda: coverage_rows(coverage), key="csv", name=file_name(view.pack, "coverage"), what="Counts")
    elif view.layout is Layout.MAP and landscape is not None:
        show_download(lambda: map_rows(policy, landscape), key="csv", name=file_name(view.pack, "map"), what="Map")
    else:
        show_download(
            lambda: _clause_rows(view, colouring), key="csv", name=file_name(view.pack, "clauses"), what="Clauses"
        )


def _clause_rows(view: RoomView, colouring: Colouring) -> Sequence[Row]:
    policy = view.pack.policy
    if view.by is By.TEXT:
        return clause_rows(policy, policy.clauses, visit().checked_scores())
    rows: Sequence[Mapping[str, object]] = clause_rows(policy, policy.clauses)
    name = _NOTES.get(view.by)
    return rows if name is None else [dict(row) | {name: colouring.notes.get(str(row["id"]), "")} for row in rows]
