"""Which rows of the suite a person looks at, which one is open, and by what the rows are grouped; kept for the visit."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from policy_index.batch.findings import OUTCOMES, Outcome
from policy_index.batch.grouping import Grouping
from policy_index.batch.suite import Suite

GROUP, COLUMNS, FIND, ORDER, VIEW, PAGE = (
    "suite_group",
    "suite_columns",
    "suite_find",
    "suite_order",
    "suite_view",
    "suite_page",
)
"""Keys of the page's boxes."""

VIEW_LEFT = "suite-view-left"
"""Under which the open view is kept while a person is on another page."""

TABLE = "Table"
VIEWS = (TABLE, "Heatmap", "Files and code")

SUREST = "Surest first"
ORDERS = ("As they came", SUREST)

PANEL, ROWS = "panel", "rows"
"""Where the focus moves besides to a row."""

_PICK = "suite-pick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What a person chose by clicks.

    Attributes:
        outcome: Only rows of which this came.
        clause: Only rows that touch this clause, by its id.
        group: Only rows of this group, by its place.
        row: The open row, by its place; None where none is.
        arrivals: How often the focus had to move.
        to: Where it moved last: `PANEL`, `ROWS`, or the place of a row.
        layout: The input that this is about.
    """

    outcome: Outcome | None = None
    clause: str | None = None
    group: int | None = None
    row: int | None = None
    arrivals: int = 0
    to: int | str = ""
    layout: Any = None

    def arriving(self, place: int | str) -> dict[str, str]:
        """Return the attributes of the element at this place: those that bring the focus there, or none."""
        return {"data_arrive": str(self.arrivals)} if self.to == place else {}


def pick_of(suite: Suite) -> Pick:
    """Return what was chosen in this suite; nothing in one that was read since."""
    known: Pick | None = st.session_state.get(_PICK)
    if known is None or known.layout is not suite.layout:
        known = st.session_state[_PICK] = Pick(layout=suite.layout, arrivals=0 if known is None else known.arrivals)
        for key in (GROUP, COLUMNS, FIND, ORDER, PAGE, VIEW, VIEW_LEFT):
            st.session_state.pop(key, None)
    return known


def choose(suite: Suite, asked: dict[str, Any]) -> None:
    """Take up what a click chose; what there is no such thing of is left alone."""
    known = pick_of(suite)
    match asked:
        case {"row": int(row)} if 0 <= row < len(suite.places):
            changed = replace(known, row=row, to=PANEL)
        case {"close": True} if known.row is not None:
            changed = replace(known, row=None, to=known.row)
        case {"drop": str(what)}:
            changed = replace(
                known,
                to=ROWS,
                outcome=None if what in {"outcome", "all"} else known.outcome,
                clause=None if what in {"clause", "all"} else known.clause,
                group=None if what in {"group", "all"} else known.group,
            )
        case {"row": _} | {"close": _}:
            return
        case _:
            changed = replace(_narrowed(suite, known, asked), to=ROWS)
            st.session_state[VIEW] = TABLE
    if changed.to == ROWS:  # others are shown from now on
        st.session_state.pop(PAGE, None)
    st.session_state[_PICK] = replace(changed, arrivals=known.arrivals + 1)


def forget_group() -> None:
    """Forget the chosen group, for rows are grouped by another column now."""
    known: Pick | None = st.session_state.get(_PICK)
    if known is not None:
        st.session_state[_PICK] = replace(known, group=None)


def _narrowed(suite: Suite, known: Pick, asked: dict[str, Any]) -> Pick:
    outcome, clause, group = asked.get("outcome"), asked.get("clause"), asked.get("group")
    changed = known
    if outcome in OUTCOMES:
        changed = replace(changed, outcome=Outcome(outcome), clause=None)
    if isinstance(clause, str) and clause in suite.pack.policy.columns:
        changed = replace(changed, clause=clause, outcome=None)
    if isinstance(group, int) and group >= 0:
        changed = replace(changed, group=group)
    return changed


def grouping_of(suite: Suite) -> Grouping | None:
    """Return the rows by the column that a person chose; None where they chose none."""
    column = st.session_state.get(GROUP)
    return Grouping.from_rows(suite.rows, column) if column in own_columns(suite) else None


def own_columns(suite: Suite) -> list[str]:
    """Return the names of the columns that a person brought beside the texts."""
    return [name for name in suite.layout.schema.names if name != suite.layout.text_column]


def rows_of(suite: Suite, grouping: Grouping | None) -> NDArray[np.int64]:
    """Return the places of the rows that a person wants to see, in the order that they want."""
    pick, found = pick_of(suite), suite.found
    wanted = np.ones(len(suite.places), dtype=np.bool_)
    if pick.outcome is not None:
        wanted &= found.outcomes(suite.places) == OUTCOMES.index(pick.outcome)
    if pick.clause in suite.pack.policy.columns:
        wanted &= found.touches(suite.places, suite.pack.policy.columns[str(pick.clause)])
    if pick.group is not None and grouping is not None:
        wanted &= grouping.of_row == pick.group
    if words := str(st.session_state.get(FIND) or "").casefold().strip():
        holds = np.array([*(words in text.casefold() for text in suite.texts), False])
        wanted &= holds[suite.places]
    rows = np.flatnonzero(wanted)
    if st.session_state.get(ORDER) == SUREST:
        rows = rows[np.argsort(-found.surest(suite.places[rows]), kind="stable")]
    return rows
