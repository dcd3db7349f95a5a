"""All rows of a suite as files to take away, with what was found under one policy or several."""

import io
from functools import partial

import streamlit as st

from policy_index.batch.findings import TOP
from policy_index.batch.layout import Form
from policy_index.batch.suite import Suite
from policy_index.batch.writing import write_tables
from policy_index.server.service import service
from policy_index.ui.code import policy_option

_MIME = {Form.CSV: "text/csv", Form.JSONL: "application/x-ndjson", Form.PARQUET: "application/vnd.apache.parquet"}


def show_result_files(suite: Suite) -> None:
    """Offer all rows as files, written when asked for, and say how to make such files of any number of rows."""
    st.markdown(
        "All rows with every column of yours, and for each row its nearest clauses, touched or not, how sure that is, and which "
        "version of the policy and which model said so. Under several policies each has its own columns."
    )
    with st.container(horizontal=True):
        for form, label in {Form.CSV: "CSV", Form.JSONL: "JSON Lines", Form.PARQUET: "Parquet"}.items():
            st.download_button(
                label,
                partial(result_file, suite, form),
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
    st.markdown("The command takes any number of rows; `--resume` goes on after a stop:")
    st.code(
        f"policy-index batch prompts.csv results.csv --text-column prompt --top 3{_policy_options(suite)}",
        language="bash",
        wrap_lines=True,
    )


def result_file(suite: Suite, form: Form) -> bytes:
    """Return all rows as a file of this format; under several policies with columns for each."""
    indexes = [service().index(found.pack) for found in (suite.found, *suite.others)]
    top = min(TOP, len(indexes[0]))
    table, plan = suite.results_under(indexes) if suite.others else suite.results(indexes[0], top=top)
    target = io.BytesIO()
    write_tables([table], plan.schema(suite.layout), target, form, suite.layout, inert=True)
    return target.getvalue()


def _policy_options(suite: Suite) -> str:
    packs = [found.pack for found in (suite.found, *suite.others)]
    return policy_option(packs[0]) if len(packs) == 1 else "".join(f" --policy {pack.spec}" for pack in packs)
