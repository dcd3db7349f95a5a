"""The results of a suite: an overview on top, the rows or a heatmap below it, and beside them the row that is open."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from policy_index.batch.grouping import Grouping
from policy_index.batch.suite import Suite
from policy_index.plots.labels import cut
from policy_index.ui.announce import announce
from policy_index.ui.charts import file_name, show_download
from policy_index.ui.code import show_use_from_code
from policy_index.ui.foreign import plain
from policy_index.ui.row_panel import show_row
from policy_index.ui.suite_board import show_board, show_board_style
from policy_index.ui.suite_files import show_result_files
from policy_index.ui.suite_heatmap import clauses_by_group, heatmap_rows, rows_by_clause
from policy_index.ui.suite_overview import overview, summary_in_words
from policy_index.ui.suite_pick import (
    GROUP,
    VIEW,
    VIEW_LEFT,
    VIEWS,
    choose,
    forget_group,
    grouping_of,
    own_columns,
    pick_of,
    rows_of,
)
from policy_index.ui.suite_rows import ask_how, chips, page_of, rows_table
from policy_index.words import counted


@st.fragment
def show_results(suite: Suite) -> None:
    """Show what a suite touches; a click runs this part of the page alone."""
    act = partial(choose, suite)
    show_board_style()
    pick = pick_of(suite)
    announce(summary_in_words(suite), key="suite")
    _ask_group(suite)
    grouping = grouping_of(suite)
    if suite.found.uncalibrated:
        st.info(plain(suite.found.uncalibrated), icon=":material/info:")
    show_board(*overview(suite, grouping), name="overview", on_act=act)
    with st.container(key="suite-split"):
        with st.container(key="suite-main"):
            _show_views(suite, grouping, act)
        if pick.row is not None:
            with st.container(key="suite-panel"):
                show_row(suite, pick.row, act)


def _ask_group(suite: Suite) -> None:
    if names := own_columns(suite):
        st.selectbox(
            "Group by a column of yours",
            names,
            index=None,
            key=GROUP,
            format_func=lambda name: cut(name, 80),
            placeholder="No groups",
            persist_state="session",
            on_change=forget_group,
            width=320,
        )


def _show_views(suite: Suite, grouping: Grouping | None, act: Callable[[dict[str, Any]], None]) -> None:
    if VIEW not in st.session_state and st.session_state.get(VIEW_LEFT) in VIEWS:
        st.session_state[VIEW] = st.session_state[VIEW_LEFT]
    rows_tab, heat_tab, files_tab = st.tabs(VIEWS, key=VIEW, on_change="rerun")
    st.session_state[VIEW_LEFT] = st.session_state[VIEW]
    if rows_tab.open:
        with rows_tab:
            ask_how(suite)
            rows = rows_of(suite, grouping)
            told = chips(suite, grouping, len(rows))
            announce(f"{counted(len(rows), 'row')} shown" if told else "", key="suite rows")
            place = st.container()  # the pages are turned below it
            shown = page_of(rows)
            with place:
                show_board(*told, *rows_table(suite, shown), name="rows", on_act=act)
    if heat_tab.open:
        with heat_tab:
            place = st.container()
            tags = (
                rows_by_clause(suite, rows_of(suite, None)) if grouping is None else clauses_by_group(suite, grouping)
            )
            with place:
                show_board(*tags, name="heatmap", on_act=act)
            show_download(
                lambda: heatmap_rows(suite, grouping),
                key="heatmap_csv",
                name=file_name(suite.pack, "prompts-and-clauses"),
                what="Counts of all clauses",
            )
    if files_tab.open:
        with files_tab:
            show_result_files(suite)
            show_use_from_code(suite.texts[0], suite.pack)
