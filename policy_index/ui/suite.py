"""A suite on the page: as a table, as a heatmap, and as files."""

import io
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from policy_index.batch.layout import Form
from policy_index.batch.suite import Suite, group_values, tested_groups
from policy_index.batch.writing import write_tables
from policy_index.brief import write_brief
from policy_index.errors import PolicyIndexError
from policy_index.plots.labels import told_apart
from policy_index.plots.suite import plot_category_heatmap
from policy_index.policy.document import Group
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import Band
from policy_index.ui.brief import show_lane, show_nothing_found, show_notices, show_unfit
from policy_index.ui.charts import show_chart, show_download
from policy_index.ui.code import policy_option, show_use_from_code

TOP = 3
"""Clauses in the table and the files, where the policy has so many."""

_HEATMAP_ROWS = 40

_UNFIT = "unfit"
"""What stands in place of the band of a text that cannot be judged."""

_MIME = {Form.CSV: "text/csv", Form.JSONL: "application/x-ndjson", Form.PARQUET: "application/vnd.apache.parquet"}

_COLUMNS = {
    "Text": st.column_config.TextColumn(width="large"),
    "Probability": st.column_config.ProgressColumn(format="%.0f %%", min_value=0, max_value=100),
    "Similarity": st.column_config.NumberColumn(format="%.2f"),
}


def show_numbers(suite: Suite) -> None:
    """Say how many rows there are, how many touch the policy, and how many could not be read."""
    numbers = {
        "rows": len(suite.places),
        "distinct texts": len(suite.texts),
        "touch a clause": int(suite.touches().any(axis=1).sum()),
        "cannot be judged": sum(place >= 0 and suite.table.unfit[place] is not None for place in suite.places),
        "with an error": sum(error is not None for error in suite.errors),
    }
    st.markdown(" · ".join(f"**{number:,}** {label}" for label, number in numbers.items()))


def rows_in_words(suite: Suite) -> str:
    """Return how many rows were checked and how many of their texts touch the policy, as a screen reader says it."""
    return f"{len(suite.places):,} rows checked, {int(suite.touches().any(axis=1).sum()):,} touch a clause"


def show_rows(index: ClauseIndex, suite: Suite) -> dict[str, Any] | None:
    """Show the rows as a table to filter, sort and search, and return the one that a person selected."""
    rows = result_rows(index, suite)
    found = {row.get("Band") for row in rows}
    bands = [band for band in [*(band.value for band in Band), _UNFIT, "error"] if band in found]
    wanted = (
        st.pills("Bands of the nearest clause", bands, selection_mode="multi", default=bands, key="suite_bands")
        if bands
        else []
    )
    shown = [row for row in rows if not wanted or row.get("Band") in wanted or not row.get("Band")]
    st.caption("Select a row to read its brief. The column heads sort; the magnifying glass above the table searches.")
    event = st.dataframe(
        shown,
        hide_index=True,
        column_config=_COLUMNS,
        on_select="rerun",
        selection_mode="single-row",
        key="suite_table",
    )
    return next((shown[place] for place in event["selection"]["rows"][:1]), None)


def result_rows(index: ClauseIndex, suite: Suite) -> list[dict[str, Any]]:
    """Return one row for each of the suite's, for a table; bands and probabilities only where there are any."""
    table, plan = suite.results(index, top=min(TOP, len(index)))
    columns = {name: table.column(plan.names[name]).to_pylist() for name in plan.names}
    nothing = [None] * table.num_rows
    rows = []
    for row, place in enumerate(suite.places):
        text = suite.texts[place] if place >= 0 else columns["unread_row"][row] or ""
        error = suite.errors[row]
        is_unfit = columns["unfit"][row] is not None
        chance = None if is_unfit else columns["probability_1"][row]
        sureness = {
            "Band": _UNFIT if is_unfit else columns["band_1"][row] or ("" if error is None else "error"),
            "Probability": None if chance is None else 100 * chance,
        }
        nearest = [None if is_unfit else columns.get(f"clause_{rank}", nothing)[row] for rank in range(1, TOP + 1)]
        rows.append(
            {
                "Row": row + 1,
                "Text": text,
                **({} if index.uncalibrated else sureness),
                **dict(zip(("Nearest clause", "Second", "Third"), nearest, strict=True)),
                "Similarity": None if is_unfit else columns["score_1"][row],
                "Error": error,
            }
        )
    return rows


def show_brief_of_row(index: ClauseIndex, row: dict[str, Any]) -> None:
    """Show the brief of a row of the table."""
    if row["Error"]:
        st.warning(row["Error"], icon=":material/warning:")
        return
    try:
        brief = write_brief(index, row["Text"])
    except PolicyIndexError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.header(f"Brief of row {row['Row']}")
    st.text(row["Text"])
    show_notices(brief)
    if brief.unfit is not None:
        show_unfit(brief.unfit)
    elif not brief.entries:
        show_nothing_found(brief.touch, brief.rest)
    for lane, entries in brief.lanes.items():
        show_lane(lane, entries, level=3)
    show_use_from_code(row["Text"], index.pack, what="brief")


def show_heatmap(index: ClauseIndex, suite: Suite) -> None:
    """Show the rows that touch most, in the input's order, against the groups of the policy, as a picture and a file."""
    groups = tested_groups(index.policy)
    values = group_values(groups, index, suite)
    best = np.nan_to_num(values, nan=-1.0).max(axis=1)
    strongest = sorted(int(row) for row in np.argsort(-best, kind="stable")[:_HEATMAP_ROWS] if suite.places[row] >= 0)
    texts = [(row + 1, suite.texts[suite.places[row]]) for row in strongest]
    columns = "categories of disallowed usage" if index.policy.categories else "parts of the policy"
    st.markdown(
        f"The {len(texts)} prompts that touch the policy most, in the order of your rows, against the {columns}: the best "
        "clause of each."
    )
    show_chart(
        plot_category_heatmap(
            texts, groups, values[strongest], name="similarity" if index.uncalibrated else "probability"
        ),
        key="suite_heatmap",
        name="prompts-and-categories",
        alt=f"Heatmap of prompts against {columns}. The table on the first tab and the files hold the same.",
    )
    show_download(
        lambda: _heatmap_rows(texts, groups, values[strongest]),
        key="heatmap_csv",
        name="prompts-and-categories",
        what="Heatmap",
    )


def _heatmap_rows(texts: Sequence[tuple[int, str]], groups: Sequence[Group], values: Any) -> list[dict[str, object]]:
    """Return the heatmap as rows: the prompt, then one column a group."""
    names = told_apart(group.name for group in groups)
    return [
        {"row": number, "text": text} | {name: round(float(value), 4) for name, value in zip(names, own, strict=True)}
        for (number, text), own in zip(texts, values, strict=True)
    ]


def show_result_files(index: ClauseIndex, suite: Suite) -> None:
    """Offer all rows as files, written when asked for, and say how to make such files of any number of rows."""
    st.markdown(
        "All rows with every column of yours, the nearest clauses, bands and probabilities, the model, the policy's date and "
        "hash, and the thresholds."
    )
    with st.container(horizontal=True):
        for form, label in {Form.CSV: "CSV", Form.JSONL: "JSON Lines", Form.PARQUET: "Parquet"}.items():
            st.download_button(
                label,
                partial(result_file, index, suite, form),
                file_name=f"policy-batch.{form}",
                mime=_MIME[form],
                icon=":material/download:",
                key=f"suite-{form}",
                on_click="ignore",
            )
    st.caption(
        "In the CSV, texts that a spreadsheet would take for a formula (=, +, -, @ first) get an apostrophe before them. JSON "
        "Lines and Parquet hold every cell as it was."
    )
    st.markdown("Any number of rows, in constant memory, with `--resume` after a stop:")
    st.code(
        f"policy-index batch prompts.csv results.csv --text-column prompt --top 3{policy_option(index.pack)}",
        language="bash",
        wrap_lines=True,
    )


def result_file(index: ClauseIndex, suite: Suite, form: Form) -> bytes:
    """Return all rows as a file of this format."""
    table, plan = suite.results(index, top=min(TOP, len(index)))
    target = io.BytesIO()
    write_tables([table], plan.schema(suite.layout), target, form, suite.layout, inert=True)
    return target.getvalue()
