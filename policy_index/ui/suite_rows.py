"""The rows of a suite: a table beside which one opens, cards where it is narrow, a page of them at a time."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from policy_index.batch.findings import TOP
from policy_index.batch.grouping import Grouping, as_words
from policy_index.batch.suite import Suite
from policy_index.plots.labels import cut
from policy_index.ui.links import Tag, link, tag
from policy_index.ui.suite_board import choice, chosen_by, scrolled
from policy_index.ui.suite_pick import COLUMNS, FIND, ORDER, ORDERS, PAGE, ROWS, own_columns, pick_of
from policy_index.ui.suite_words import OUTCOME_WORDS, clause_words, group_words, hits
from policy_index.words import counted

ROWS_A_PAGE = 25

_TEXT, _CELL = 280, 120
_FIRST_COLUMNS = 3
"""Columns of one's own that are shown unless somebody says otherwise."""


def ask_how(suite: Suite) -> None:
    """Let a person search the texts, choose the order, and which of their own columns are shown, where they have any."""
    names = own_columns(suite)
    if COLUMNS not in st.session_state:
        st.session_state[COLUMNS] = names[:_FIRST_COLUMNS]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Find in the texts", key=FIND, type="search", persist_state="session")
        if names:
            st.multiselect("Your columns", names, key=COLUMNS, persist_state="session", placeholder="None is shown")
        st.selectbox("Order", ORDERS, key=ORDER, persist_state="session", width=180)


def page_of(rows: NDArray[np.int64]) -> list[int]:
    """Let a person turn the pages of these rows, and return the rows of the one that is open."""
    pages = max(1, -(-len(rows) // ROWS_A_PAGE))
    page = 1
    if pages > 1:
        if st.session_state.get(PAGE, 1) > pages:
            st.session_state[PAGE] = 1
        page = st.pagination(pages, key=PAGE, max_visible_pages=5, persist_state="session")
    shown: list[int] = rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE].tolist()
    return shown


def chips(suite: Suite, grouping: Grouping | None, shown: int) -> list[Tag]:
    """Return which rows are shown and how to see all again; nothing where all are."""
    pick, policy = pick_of(suite), suite.pack.policy
    drops: list[Tag] = []
    if pick.outcome is not None:
        drops.append(_chip(f"that {OUTCOME_WORDS[pick.outcome]}", "outcome"))
    if pick.clause in policy.columns:
        clause = policy.clause(str(pick.clause))
        drops += [
            _chip(f"that touch “{clause_words(clause, letters=60)}”", "clause"),
            link("categories", "Open the clause", clause=clause.id),
        ]
    if pick.group is not None and grouping is not None and pick.group < grouping.size:
        drops.append(_chip(f"{cut(grouping.column, 30)}: {group_words(grouping, pick.group)}", "group"))
    if not drops:
        return []
    said = tag("span", f"{counted(shown, 'row')} of {len(suite.places):,}", tabindex="-1", **pick.arriving(ROWS))
    return [tag("div", said, *drops, class_="upe-chips")]


def _chip(words: str, what: str) -> Tag:
    return choice(f"{words} ✕", what={"drop": what}, class_="upe-button", label=f"No longer only rows {words}")


def rows_table(suite: Suite, rows: Sequence[int]) -> list[Tag]:
    """Return these rows: number, text, the person's columns, and under each policy the clauses that the row touches."""
    if not rows:
        return [tag("p", "No row is like that.")]
    known = {name: as_words(suite.rows.select([name]).take(list(rows)), name).to_pylist() for name in _columns(suite)}
    every = (suite.found, *suite.others)
    policies = [found.pack.title for found in every] if suite.others else ["Clauses that it touches"]
    names = ["Row", "Text", *known, *policies]
    heads = tag("tr", *(tag("th", cut(name, 60), scope="col", role="columnheader") for name in names), role="row")
    lines = [
        _line(suite, row, {name: cells[place] for name, cells in known.items()}, policies)
        for place, row in enumerate(rows)
    ]
    whole = tag("table", tag("thead", heads, role="rowgroup"), tag("tbody", *lines, role="rowgroup"), role="table")
    return [tag("div", scrolled(whole, label="Rows"), class_="upe-rows")]


def text_of(suite: Suite, row: int) -> str:
    """Return the text of a row; of one with an error what it holds, as far as it can be shown."""
    if suite.places[row] >= 0:
        return str(suite.texts[suite.places[row]])
    cell = suite.rows.column(suite.layout.text_column)[row].as_py()
    return "" if cell is None else str(cell)


def _line(suite: Suite, row: int, own: dict[str, str | None], policies: Sequence[str]) -> Tag:
    pick, place = pick_of(suite), int(suite.places[row])
    arrive = pick.arriving(row)
    opens = choice(
        f"{row + 1:,}", what={"row": row}, class_="upe-open", label=f"Row {row + 1:,}: open its brief", **arrive
    )
    cells = [
        tag("td", opens, role="cell"),
        tag(
            "td",
            tag("div", cut(text_of(suite, row), _TEXT) or "(no text)", class_="upe-row-text", dir="auto"),
            role="cell",
        ),
        *(
            tag(
                "td",
                "" if value is None else cut(value, _CELL),
                role="cell",
                class_="upe-own",
                data_label=name,
                dir="auto",
            )
            for name, value in own.items()
        ),
    ]
    for found, title in zip((suite.found, *suite.others), policies, strict=True):
        named = hits(found, place, suite.errors[row], most=TOP)
        label = {"data_label": title} if suite.others else {}
        cells.append(tag("td", *named, role="cell", class_="upe-under", **label))
    now = {"class_": "upe-now"} if pick.row == row else {}
    return tag("tr", *cells, role="row", **chosen_by(row=row), **now)


def _columns(suite: Suite) -> list[str]:
    return [name for name in st.session_state.get(COLUMNS, []) if name in own_columns(suite)]
