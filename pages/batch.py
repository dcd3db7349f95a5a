"""Batch: many prompts at once, as a table, a heatmap and files; a click opens a row's brief."""

import streamlit as st

from policy_index.brief import write_brief
from policy_index.errors import PolicyIndexError
from policy_index.plots.suite import plot_category_heatmap
from policy_index.ui.announce import announce
from policy_index.ui.brief import show_entry, show_lane_title, show_nothing_found, show_notices
from policy_index.ui.charts import show_chart, show_download
from policy_index.ui.code import show_use_from_code
from policy_index.ui.intake import show_intake
from policy_index.ui.suite import (
    COLUMNS,
    bands,
    disallowed_groups,
    heatmap_rows,
    result_rows,
    rows_in_words,
    show_numbers,
    show_result_files,
    strongest,
)
from policy_index.ui.warm import warm_index

st.markdown(
    "Paste a test suite, a backlog of ideas or a log of prompts. You get the nearest clauses of each row, which "
    "categories they fall into, and a file with every column you brought. The page Coverage then shows which clauses "
    "your prompts never touch."
)
suite = show_intake()
announce("" if suite is None else rows_in_words(suite), key="suite")

if suite is not None:
    index = warm_index()
    if index.uncalibrated:
        st.info(index.uncalibrated, icon=":material/info:")
    show_numbers(suite)
    table, picture, files = st.tabs(["Table", "Heatmap", "Files and code"], key="suite_view")

    with table:
        rows = result_rows(index, suite)
        wanted = st.pills(
            "Bands of the nearest clause", bands(rows), selection_mode="multi", default=bands(rows), key="suite_bands"
        )
        shown = [row for row in rows if not wanted or row["Band"] in wanted or not row["Band"]]
        st.caption(
            "Select a row to read its brief. The column heads sort; the magnifying glass above the table searches."
        )
        event = st.dataframe(
            shown,
            hide_index=True,
            column_config=COLUMNS,
            on_select="rerun",
            selection_mode="single-row",
            key="suite_table",
        )
        for place in event["selection"]["rows"][:1]:
            text = shown[place]["Text"]
            if shown[place]["Error"]:
                st.warning(shown[place]["Error"], icon=":material/warning:")
            else:
                try:
                    brief = write_brief(index, text)
                except PolicyIndexError as error:
                    st.error(str(error), icon=":material/error:")
                else:
                    st.header(f"Brief of row {shown[place]['Row']}")
                    st.text(text)
                    show_notices(brief)
                    if not brief.entries:
                        show_nothing_found(brief.touch, brief.rest)
                    for lane, entries in brief.lanes.items():
                        show_lane_title(lane, level=3)
                        for entry in entries:
                            show_entry(entry)
                    show_use_from_code(text, what="brief")

    with picture:
        texts, values = strongest(index, suite)
        groups = disallowed_groups(index)
        st.markdown(
            f"The {len(texts)} prompts that touch the policy most, in the order of your rows, against the categories of "
            "disallowed usage: the best clause of each."
        )
        show_chart(
            plot_category_heatmap(
                texts,
                groups,
                values,
                name="similarity" if index.uncalibrated else "probability",
            ),
            key="suite_heatmap",
            name="prompts-and-categories",
            alt="Heatmap of prompts against categories. The table on the first tab and the files hold the same.",
        )
        show_download(
            lambda: heatmap_rows(texts, groups, values),
            key="heatmap_csv",
            name="prompts-and-categories",
            what="Heatmap",
        )

    with files:
        show_result_files(index, suite)
        st.markdown("Any number of rows, in constant memory, with `--resume` after a stop:")
        st.code(
            "policy-index batch prompts.csv results.csv --text-column prompt --top 3", language="bash", wrap_lines=True
        )
        if suite.texts:
            show_use_from_code(suite.texts[0])
