"""How prompts come in: pasted or uploaded, looked at, read in the background, and kept for the visit."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from policy_index.batch.layout import Source
from policy_index.batch.several import MOST_POLICIES
from policy_index.batch.suite import MAX_ROWS, Suite
from policy_index.batch.tables import look_through, windows
from policy_index.errors import PolicyIndexError, public_words
from policy_index.server.service import service
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.kept import choices
from policy_index.ui.samples import PROMPTS
from policy_index.ui.suite_job import SuiteJob
from policy_index.ui.visit import note, visit
from policy_index.ui.visitor import count_upload
from policy_index.words import counted

MAX_UPLOAD_MB = 50
_PREVIEW = 5
_UNDER = "suite-under"
_GO: Mapping[str, Any] = {"type": "primary", "icon": ":material/search:", "key": "suite_go"}
"""The button that starts a check, the same before and after there is something to check."""

NO_LINES = "Paste at least one prompt, one a line."
"""What is said where there is nothing to check."""


def show_intake(*, several: bool = False) -> Suite | None:
    """Show where prompts come in, and return the ones that were read last; both pages share them.

    Args:
        several: Whether a person may choose further policies to check them under.
    """
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
        _show_form(several=several)
    if known.suite_problem is not None:
        show_problem(known.suite_problem)
    return known.suite


def _take_up(job: SuiteJob) -> None:
    """Keep what a finished job brought, under the policy that the visit has come to meanwhile."""
    note(suite_job=None, suite_problem=job.problem)
    if job.suite is not None:
        pack = visit().pack
        note(suite=job.suite if job.pack is pack else job.suite.under(service().index(pack)))


def _use_sample() -> None:
    st.session_state["suite_lines"] = PROMPTS


def _show_form(*, several: bool) -> None:
    way = st.segmented_control(
        "How do they come?", ["Paste lines", "Upload a file"], default="Paste lines", key="suite_way", required=True
    )
    uploaded = way == "Upload a file"
    source, size = _uploaded() if uploaded else _pasted()
    if source is None:
        if not uploaded and st.button("Check", **_GO):  # what is pasted comes in with the click on it
            show_problem(NO_LINES)
        st.caption("They stay in this server's memory for your visit: in no address, log or file.")
        return
    try:
        _show_choice(source, size, choose=uploaded, several=several)
    except PolicyIndexError as error:
        show_problem(
            public_words(error).replace(", or say --encoding latin-1", "").replace(", or say --encoding utf-16", "")
        )


def _uploaded() -> tuple[Source | None, int]:
    upload = st.file_uploader(
        f"CSV, JSON Lines, Parquet or Excel, at most {MAX_UPLOAD_MB} MB and {MAX_ROWS:,} rows",
        type=["csv", "tsv", "jsonl", "ndjson", "parquet", "xlsx"],
        max_upload_size=MAX_UPLOAD_MB,
        key="suite_file",
    )
    return (None, 0) if upload is None else (Source.from_bytes(upload.name, upload.getvalue()), upload.size)


def _pasted() -> tuple[Source | None, int]:
    lines = st.text_area(
        "One prompt a line, in English",
        key="suite_lines",
        height=180,
        persist_state="session",
        max_chars=2_000_000,
        placeholder="A dating app for farmers\nA chatbot that helps with homework",
    )
    st.button("Use ten sample prompts", on_click=_use_sample, type="tertiary", icon=":material/lightbulb:")
    rows = [json.dumps({"text": line.strip()}) for line in (lines or "").splitlines() if line.strip()]
    content = "\n".join(rows).encode()
    return (Source.from_bytes("pasted.jsonl", content) if rows else None), len(content)


def _show_choice(source: Source, size: int, *, choose: bool, several: bool) -> None:
    layout = look_through([source])
    if choose:
        names = layout.schema.names
        column = st.selectbox("Column with the texts", names, index=names.index(layout.text_column), key="suite_column")
        layout = look_through([source], text_column=column)
        st.caption(f"The first of {layout.rows:,} rows:")
        first = next(windows(layout), None)
        if first is not None:
            st.dataframe(first.slice(0, _PREVIEW).select(names).to_pylist(), hide_index=True)
    specs = _ask_under() if several else []
    if layout.rows > MAX_ROWS:
        st.error(
            f"Expected at most {MAX_ROWS:,} rows here, but there are {layout.rows:,}; the command `policy-index batch` takes "
            "any number.",
            icon=":material/error:",
        )
    elif st.button(f"Check {counted(layout.rows, 'prompt')}", **_GO):
        count_upload(size)
        known = visit()
        job = SuiteJob(
            layout=layout,
            pack=known.pack,
            load_index=service().index,
            others=tuple(service().shelf.find(spec) for spec in specs),
            before=known.suite,
        )
        note(suite_job=job.start(), suite_problem=None)
        st.rerun()


def _ask_under() -> list[str]:
    """Return the policies and versions that a person wants the prompts checked under, beside the visit's."""
    pack = visit().pack
    others = {spec: title for spec, title in choices(pack).items() if spec != pack.spec}
    kept = [spec for spec in st.session_state.get(_UNDER, []) if spec in others]
    if kept != st.session_state.get(_UNDER, []):
        st.session_state[_UNDER] = kept
    if not others:
        return []
    return list(
        st.multiselect(
            f"Check under, besides {plain(pack.title)}",
            list(others),
            format_func=lambda spec: others[spec],
            max_selections=MOST_POLICIES - 1,
            key=_UNDER,
            placeholder=f"Up to {MOST_POLICIES - 1} more policies and versions; each text is read once for all",
            persist_state="session",
        )
    )


@st.fragment(run_every=0.5)
def _watch() -> None:
    job = visit().suite_job
    if job is None or not job.is_running:
        st.rerun()
        return
    st.progress(job.share, plain(job.words()))
    if st.button("Cancel", key="suite_cancel", icon=":material/stop_circle:"):
        job.cancel()
        note(suite_job=None)
        st.rerun()
