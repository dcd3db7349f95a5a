"""A suite on the page: as a table, as files, and as what it covers."""

import csv
import io
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from policy_index.batch.reading import Form
from policy_index.batch.writing import write_tables
from policy_index.calibration import Band
from policy_index.document import Clause, Group, PolicyDocument
from policy_index.index import ClauseIndex
from policy_index.suite import NEAR_DUPLICATE_FROM, OVER_TESTED_FROM, OVER_TESTED_TIMES, Coverage, Suite, group_values

TOP = 3
"""Clauses in the table and the files."""

HEATMAP_ROWS = 40

_MIME = {Form.CSV: "text/csv", Form.JSONL: "application/x-ndjson", Form.PARQUET: "application/vnd.apache.parquet"}


def result_rows(index: ClauseIndex, suite: Suite) -> list[dict[str, Any]]:
    """Return one row for each of the suite's, for a table to sort and search."""
    table, plan = suite.results(index, top=TOP)
    texts = [suite.texts[place] if place >= 0 else None for place in suite.places]
    names = plan.names
    columns = {name: table.column(names[name]).to_pylist() for name in plan.names}
    return [
        {
            "Row": row + 1,
            "Text": texts[row] if texts[row] is not None else columns["unread_row"][row] or "",
            "Band": columns["band_1"][row] or ("" if suite.errors[row] is None else "error"),
            "Probability": None if columns["probability_1"][row] is None else 100 * columns["probability_1"][row],
            "Nearest clause": columns["clause_1"][row],
            "Second": columns["clause_2"][row],
            "Third": columns["clause_3"][row],
            "Similarity": columns["score_1"][row],
            "Error": suite.errors[row],
        }
        for row in range(table.num_rows)
    ]


COLUMNS = {
    "Text": st.column_config.TextColumn(width="large"),
    "Probability": st.column_config.ProgressColumn(format="%.0f %%", min_value=0, max_value=100),
    "Similarity": st.column_config.NumberColumn(format="%.2f"),
}


def show_numbers(suite: Suite) -> None:
    """Say how many rows there are, how many touch the policy, and how many could not be read."""
    touching = suite.touches().any(axis=1)
    bad = sum(error is not None for error in suite.errors)
    numbers = {
        "rows": len(suite.places),
        "distinct texts": len(suite.texts),
        "touch a clause": int(touching.sum()),
        "with an error": bad,
    }
    st.markdown(" · ".join(f"**{number:,}** {label}" for label, number in numbers.items()))


def rows_in_words(suite: Suite) -> str:
    """Return how many rows were checked and how many of their texts touch the policy, as a screen reader says it."""
    return f"{len(suite.places):,} rows checked, {int(suite.touches().any(axis=1).sum()):,} touch a clause"


def strongest(index: ClauseIndex, suite: Suite) -> tuple[list[tuple[int, str]], Any]:
    """Return the rows for the heatmap, those that touch most, in the input's order, and their values by category."""
    groups = index.document.categories
    values = group_values(
        tuple(group for group in index.document.groups if group.id in {each.id for each in groups}), index, suite
    )
    best = np.nan_to_num(values, nan=-1.0).max(axis=1)
    rows = sorted(int(row) for row in np.argsort(-best, kind="stable")[:HEATMAP_ROWS] if suite.places[row] >= 0)
    return [(row + 1, suite.texts[suite.places[row]]) for row in rows], values[rows]


def disallowed_groups(index: ClauseIndex) -> list[Group]:
    """Return the categories of disallowed usage, as the heatmap's columns."""
    categories = {category.id for category in index.document.categories}
    return [group for group in index.document.groups if group.id in categories]


def heatmap_rows(texts: Sequence[tuple[int, str]], groups: Sequence[Group], values: Any) -> list[dict[str, object]]:
    """Return the heatmap as rows: the prompt, then one column a category."""
    return [
        {"row": number, "text": text}
        | {group.name: round(float(value), 4) for group, value in zip(groups, own, strict=True)}
        for (number, text), own in zip(texts, values, strict=True)
    ]


def show_result_files(index: ClauseIndex, suite: Suite) -> None:
    """Offer all rows as files, written when asked for."""
    st.markdown(
        "All rows with every column of yours, the nearest clauses, bands and probabilities, the model, the policy's date and "
        "hash, and the thresholds."
    )
    with st.container(horizontal=True):
        for form, label in {Form.CSV: "CSV", Form.JSONL: "JSON Lines", Form.PARQUET: "Parquet"}.items():
            st.download_button(
                label,
                partial(_result_file, index, suite, form),
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


def _result_file(index: ClauseIndex, suite: Suite, form: Form) -> bytes:
    table, plan = suite.results(index, top=TOP)
    target = io.BytesIO()
    write_tables([table], plan.schema(suite.layout), target, form, suite.layout, inert=True)
    return target.getvalue()


def show_coverage_numbers(coverage: Coverage) -> None:
    """Say how much of the policy the suite reaches."""
    touched = len(coverage.clauses) - len(coverage.untouched)
    numbers = {
        "prompts": f"{coverage.prompts:,}",
        "clauses touched": f"{touched} of {len(coverage.clauses)}",
        "over-tested": f"{len(coverage.over_tested)}",
        "near-duplicate pairs": f"{len(coverage.near_duplicates):,}",
    }
    st.markdown(" · ".join(f"**{number}** {label}" for label, number in numbers.items()))


def coverage_rows(coverage: Coverage) -> list[dict[str, Any]]:
    """Return one row for each clause that binds the reader."""
    return [
        {
            "Clause": each.clause.text,
            "Category": each.clause.category or each.clause.section,
            "Prompts": each.count,
            "Remark": "untouched" if not each.count else "over-tested" if each.over_tested else "",
            "Citation": each.clause.citation,
            "Id": each.clause.id,
        }
        for each in coverage.clauses
    ]


def show_untouched(coverage: Coverage, document: PolicyDocument) -> None:
    """List the clauses that no prompt touches, and offer them as a file."""
    if not coverage.untouched:
        st.success("Every clause that binds the reader is touched by at least one prompt.", icon=":material/task_alt:")
        return
    st.markdown(f"No prompt of yours is likely or possible for these **{len(coverage.untouched)}** clauses:")
    st.dataframe(
        [
            {"Clause": clause.text, "Category": clause.category or clause.section, "Id": clause.id}
            for clause in coverage.untouched
        ],
        hide_index=True,
    )
    st.download_button(
        "Untouched clauses as CSV",
        partial(untouched_file, coverage.untouched, document),
        file_name="untouched-clauses.csv",
        mime="text/csv",
        icon=":material/download:",
        key="untouched",
        on_click="ignore",
    )


def untouched_file(clauses: tuple[Clause, ...], document: PolicyDocument) -> bytes:
    """Return the clauses as CSV, each with the policy's date and hash."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["clause_id", "text", "category", "citation", "policy_updated", "policy_sha256"])
    for clause in clauses:
        place = clause.category or clause.section
        version = (document.updated.isoformat(), document.provenance.sha256)
        writer.writerow([clause.id, clause.text, place, clause.citation, *version])
    return stream.getvalue().encode()


def show_repetitions(coverage: Coverage) -> None:
    """List what the suite tests more than once."""
    st.header("Over-tested clauses")
    st.markdown(
        f"At least {OVER_TESTED_FROM} prompts, and more than {OVER_TESTED_TIMES} times as many as the mean over all clauses."
    )
    if coverage.over_tested:
        st.dataframe(
            [
                {"Clause": each.clause.text, "Prompts": each.count, "Id": each.clause.id}
                for each in coverage.over_tested
            ],
            hide_index=True,
        )
    else:
        st.caption("None.")
    st.header("Near-duplicate prompts")
    st.markdown(
        f"Different texts whose vectors have a cosine of at least {NEAR_DUPLICATE_FROM}: they test the same thing."
    )
    if coverage.near_duplicates:
        st.dataframe(
            [{"One": one, "Other": other, "Similarity": cosine} for one, other, cosine in coverage.near_duplicates],
            hide_index=True,
            column_config={"Similarity": st.column_config.NumberColumn(format="%.3f")},
        )
    else:
        st.caption("None.")
    if coverage.repeated:
        st.header("The same text in several rows")
        st.dataframe([{"Text": text, "Rows": rows} for text, rows in coverage.repeated], hide_index=True)


def bands(rows: list[dict[str, Any]]) -> list[str]:
    """Return the bands that occur, the surest first."""
    found = {row["Band"] for row in rows}
    return [band for band in [*(band.value for band in Band), "error"] if band in found]
