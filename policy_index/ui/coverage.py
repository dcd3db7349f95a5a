"""What a suite of prompts covers, neglects or repeats, on the page."""

from functools import partial
from typing import Any

import streamlit as st

from policy_index.batch.suite import NEAR_DUPLICATE_FROM, OVER_TESTED_FROM, OVER_TESTED_TIMES, Coverage
from policy_index.policy.document import Clause, Policy
from policy_index.records.tables import to_csv
from policy_index.ui.coverage_under import show_under_several
from policy_index.ui.links import Block, show_block, tag
from policy_index.ui.room_view import RoomView
from policy_index.ui.visit import visit
from policy_index.words import counted

_MOST_LISTED = 300
"""Clauses that the page lists; the file holds all."""


def show_coverage_numbers(coverage: Coverage) -> None:
    """Say how much of the policy the suite reaches."""
    numbers = {
        "prompts": f"{coverage.prompts:,}",
        "clauses touched": f"{len(coverage.clauses) - len(coverage.untouched)} of {len(coverage.clauses)}",
        "tested far more than others": f"{len(coverage.over_tested)}",
        "pairs of nearly the same prompt": f"{len(coverage.near_duplicates):,}",
    }
    st.markdown(" · ".join(f"**{number}** {label}" for label, number in numbers.items()))


def show_coverage(view: RoomView, coverage: Coverage, table: Block) -> None:
    """Show what the prompts touch as a table, what none touches, what is tested twice, and the same under other policies."""
    clauses, untouched, twice, several = st.tabs(
        ["Table", "Untouched", "Repetitions", "Several policies"], key="coverage_view"
    )
    with clauses:
        show_block(table, key="table")
    with untouched:
        show_untouched(view, coverage)
    with twice:
        show_repetitions(coverage)
    with several:
        known = visit().suite
        if known is not None:
            show_under_several(known, view.pack)


def coverage_rows(coverage: Coverage) -> list[dict[str, Any]]:
    """Return one row for each clause that binds the reader."""
    return [
        {
            "Clause": each.clause.text,
            "Category": _place(each.clause),
            "Prompts": each.count,
            "Remark": "untouched" if not each.count else "over-tested" if each.over_tested else "",
            "Citation": each.clause.citation,
            "Id": each.clause.id,
        }
        for each in coverage.clauses
    ]


def show_untouched(view: RoomView, coverage: Coverage) -> None:
    """List the clauses that no prompt touches, each a link that chooses it, and offer them as a file."""
    if not coverage.untouched:
        st.success("Every clause that binds the reader is touched by at least one prompt.", icon=":material/task_alt:")
        return
    left = len(coverage.untouched) - _MOST_LISTED
    show_block(
        Block.of(
            tag("p", "No prompt of yours touches these ", tag("strong", f"{len(coverage.untouched)}"), " clauses:"),
            tag(
                "ul",
                *(
                    tag("li", view.choose(clause), tag("small", f" {clause.position}"))
                    for clause in coverage.untouched[:_MOST_LISTED]
                ),
            ),
            *([tag("p", f"… and {counted(left, 'clause')} more in the file.")] if left > 0 else []),
        ),
        key="untouched list",
    )
    st.download_button(
        "Untouched clauses as CSV",
        partial(untouched_file, coverage.untouched, view.pack.policy),
        file_name="untouched-clauses.csv",
        mime="text/csv",
        icon=":material/download:",
        key="untouched",
        on_click="ignore",
    )


def untouched_file(clauses: tuple[Clause, ...], policy: Policy) -> bytes:
    """Return the clauses as CSV, each with the policy's date and hash."""
    rows = [
        {
            "clause_id": clause.id,
            "text": clause.text,
            "category": _place(clause),
            "citation": clause.citation,
            "policy_updated": "" if policy.updated is None else policy.updated.isoformat(),
            "policy_sha256": policy.sha256,
        }
        for clause in clauses
    ]
    return to_csv(rows).encode()


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
        f"Different texts with a similarity of at least {NEAR_DUPLICATE_FROM}, by a language model: they test the same thing."
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


def _place(clause: Clause) -> str:
    return clause.category or clause.section
