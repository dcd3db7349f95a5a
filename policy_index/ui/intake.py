"""How prompts come in: pasted or uploaded, looked at, read in the background, and kept for the visit."""

import json

import streamlit as st

from policy_index.batch.layout import Source
from policy_index.batch.suite import MAX_ROWS, Suite
from policy_index.batch.tables import look_through, windows
from policy_index.errors import InputError
from policy_index.server.service import service
from policy_index.ui.samples import PROMPTS
from policy_index.ui.suite_job import SuiteJob
from policy_index.ui.visit import note, visit
from policy_index.words import counted

MAX_UPLOAD_MB = 50
_PREVIEW = 5


def show_intake() -> Suite | None:
    """Show where prompts come in, and return the ones that were read last; both pages share them."""
    job = visit().suite_job
    if job is not None and job.is_running:
        _watch()
        return None
    if job is not None:
        _take_up(job)
    known = visit()
    with st.expander(
        "Prompts" if known.suite is None else f"Prompts: {known.suite.layout.rows:,} rows checked. Check others",
        expanded=known.suite is None or known.suite_problem is not None,
        icon=":material/list_alt:",
    ):
        _show_form()
    if known.suite_problem is not None:
        st.error(known.suite_problem, icon=":material/error:")
    return known.suite


def _take_up(job: SuiteJob) -> None:
    """Keep what a finished job brought, under the policy that the visit has come to meanwhile."""
    note(suite_job=None, suite_problem=job.problem)
    if job.suite is not None:
        pack = visit().pack
        note(suite=job.suite if job.pack is pack else job.suite.under(service().index(pack)))


def _use_sample() -> None:
    st.session_state["suite_lines"] = PROMPTS


def _show_form() -> None:
    way = st.segmented_control(
        "How do they come?", ["Paste lines", "Upload a file"], default="Paste lines", key="suite_way", required=True
    )
    uploaded = way == "Upload a file"
    source = _uploaded() if uploaded else _pasted()
    if source is None:
        st.caption("They stay in this server's memory for your visit: in no address, log or file.")
        return
    try:
        _show_choice(source, choose=uploaded)
    except InputError as error:
        st.error(
            str(error).replace(", or say --encoding latin-1", "").replace(", or say --encoding utf-16", ""),
            icon=":material/error:",
        )


def _uploaded() -> Source | None:
    upload = st.file_uploader(
        f"CSV, JSON Lines, Parquet or Excel, at most {MAX_UPLOAD_MB} MB and {MAX_ROWS:,} rows",
        type=["csv", "tsv", "jsonl", "ndjson", "parquet", "xlsx"],
        max_upload_size=MAX_UPLOAD_MB,
        key="suite_file",
    )
    return None if upload is None else Source.from_bytes(upload.name, upload.getvalue())


def _pasted() -> Source | None:
    lines = st.text_area(
        "One prompt a line, in English", key="suite_lines", height=180, persist_state="session", max_chars=2_000_000
    )
    st.button("Use ten sample prompts", on_click=_use_sample, type="tertiary", icon=":material/lightbulb:")
    rows = [json.dumps({"text": line.strip()}) for line in (lines or "").splitlines() if line.strip()]
    return Source.from_bytes("pasted.jsonl", "\n".join(rows).encode()) if rows else None


def _show_choice(source: Source, *, choose: bool) -> None:
    layout = look_through([source])
    if choose:
        names = layout.schema.names
        column = st.selectbox("Column with the texts", names, index=names.index(layout.text_column), key="suite_column")
        layout = look_through([source], text_column=column)
        st.caption(f"The first of {layout.rows:,} rows:")
        first = next(windows(layout), None)
        if first is not None:
            st.dataframe(first.slice(0, _PREVIEW).select(names).to_pylist(), hide_index=True)
    if layout.rows > MAX_ROWS:
        st.error(
            f"Expected at most {MAX_ROWS:,} rows here, but there are {layout.rows:,}; the command `policy-index batch` takes "
            "any number.",
            icon=":material/error:",
        )
    elif st.button(f"Check {counted(layout.rows, 'prompt')}", type="primary", icon=":material/search:", key="suite_go"):
        job = SuiteJob(layout=layout, pack=visit().pack, load_index=service().index)
        note(suite_job=job.start(), suite_problem=None)
        st.rerun()


@st.fragment(run_every=0.5)
def _watch() -> None:
    job = visit().suite_job
    if job is None or not job.is_running:
        st.rerun()
        return
    st.progress(job.share, job.words())
    if st.button("Cancel", key="suite_cancel", icon=":material/stop_circle:"):
        job.cancel()
        note(suite_job=None)
        st.rerun()
