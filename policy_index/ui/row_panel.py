"""The open row of a suite: its text, the person's own columns, its brief, what it touches elsewhere, and keeping it as an example."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from policy_index.batch.findings import TOP
from policy_index.batch.grouping import as_words
from policy_index.batch.suite import Suite
from policy_index.brief import Brief, write_brief
from policy_index.errors import PolicyIndexError, public_words
from policy_index.plots.labels import cut
from policy_index.server.service import service
from policy_index.ui.brief import TOUCHES_FROM, show_lane, show_notices, show_unfit
from policy_index.ui.code import show_use_from_code
from policy_index.ui.foreign import show_problem
from policy_index.ui.links import Tag, tag
from policy_index.ui.row_example import show_row_example
from policy_index.ui.suite_board import choice, show_board
from policy_index.ui.suite_pick import PANEL, own_columns, pick_of
from policy_index.ui.suite_rows import text_of
from policy_index.ui.suite_words import hits
from policy_index.ui.waiting import while_open
from policy_index.words import percent

_BRIEF = "suite-brief"
_LONGEST = 2000


def show_row(suite: Suite, row: int, on_act: Callable[[dict[str, Any]], None]) -> None:
    """Show a row of the suite and how to close it again."""
    place, error = int(suite.places[row]), suite.errors[row]
    show_board(*_head(suite, row), name="panel", on_act=on_act)
    if place < 0:
        show_problem(error or "There is no text in this row.")
        return
    text = suite.texts[place]
    try:
        brief = _brief_of(suite, text)
    except PolicyIndexError as problem:
        show_problem(public_words(problem))
        return
    _show_brief(brief)
    nearest = [suite.pack.policy.clauses[column].id for column, _ in suite.found.touched_by(place)]
    show_row_example(suite.pack, text, key=f"{suite.pack.spec} {row}", nearest=nearest)
    if suite.others:
        show_board(*_elsewhere(suite, place), name="panel others", on_act=on_act)
    show_use_from_code(text, suite.pack, what="brief")


def _head(suite: Suite, row: int) -> list[Tag]:
    arrive = pick_of(suite).arriving(PANEL) | {"data_block": "start"}
    own = [(name, as_words(suite.rows.select([name]).slice(row, 1), name)[0].as_py()) for name in own_columns(suite)]
    columns = [
        part
        for name, value in own
        if value is not None
        for part in (tag("dt", cut(name, 80)), tag("dd", cut(value, _LONGEST), dir="auto"))
    ]
    close = choice("Close ✕", what={"close": True}, class_="upe-button", label=f"Close row {row + 1:,}")
    return [
        tag("div", tag("h2", f"Brief of row {row + 1:,}", tabindex="-1", **arrive), close, class_="upe-crumbs"),
        tag("p", cut(text_of(suite, row), _LONGEST) or "(no text)", dir="auto"),
        *([tag("dl", *columns, class_="upe-details")] if columns else []),
    ]


def _brief_of(suite: Suite, text: str) -> Brief:
    """Return the brief of a text under the suite's policy, made once while its row is open."""
    made = st.session_state.get(_BRIEF)
    if made is not None and made.text == text and made.pack is suite.pack:
        found: Brief = made
        return found
    with st.spinner("Reading the row …"), while_open():
        brief = write_brief(service().index(suite.pack), text)
    st.session_state[_BRIEF] = brief
    return brief


def _show_brief(brief: Brief) -> None:
    show_notices(brief)
    if brief.unfit is not None:
        show_unfit(brief.unfit)
    elif not brief.entries:
        _show_nothing(brief)
    for lane, entries in brief.lanes.items():
        show_lane(lane, entries, level=3)


def _show_nothing(brief: Brief) -> None:
    """Say that the row touches nothing, without a clause that it does not touch."""
    if brief.made_with_probabilities and brief.touch is not None and brief.touch >= TOUCHES_FROM:
        st.warning(
            f"**No single clause stands out, but the row seems to touch the policy** ({percent(brief.touch)}). Check it on the page "
            "Playground to see what comes near.",
            icon=":material/join_inner:",
        )
    else:
        st.info(
            "**Nothing touched.** No clause of this policy seems to be about this row. That is what the measurements say, and "
            "they can be wrong: the page Accuracy says how often.",
            icon=":material/search_off:",
        )


def _elsewhere(suite: Suite, place: int) -> list[Tag]:
    """Return what the row touches under the other policies."""
    return [
        tag("h3", "Under the other policies"),
        *(tag("section", tag("h4", found.pack.title), *hits(found, place, None, most=TOP)) for found in suite.others),
    ]
