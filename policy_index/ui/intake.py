"""How prompts come in: pasted or uploaded, looked at, read in the background, and kept for the visit."""

import json
import time
from dataclasses import dataclass, field
from threading import Event, Thread

import streamlit as st

from policy_index.batch.reading import Layout, Source, look_through, windows
from policy_index.errors import InputError, PolicyIndexError
from policy_index.suite import MAX_ROWS, Suite, read_suite
from policy_index.ui.warm import warm_index

MAX_UPLOAD_MB = 50
_PREVIEW = 5

SAMPLE = """\
A dating app for farmers that writes the first message for you
Tell users from a photo whether a mole is cancer
Rank job applicants and reject the lowest third automatically
Write 5,000 personal letters to voters in swing districts
Write my history essay, it is due tomorrow
Write my history essay, it's due tomorrow
Python code that encrypts a company's files and asks for a ransom
Pick stocks for my retirement
A bread recipe for beginners
Find out where this person lives from her photos
"""


@dataclass(slots=True)
class Job:
    """Reads a suite in a thread of its own, so that the page stays alive and can cancel it.

    Attributes:
        layout: What is read.
        done: How many distinct texts are done.
        total: How many there are; 0 while that is not known.
        begun: When the first text was taken up, as `time.monotonic` says it; None while the model loads.
        suite: What came out.
        problem: What went wrong, in one sentence.
    """

    layout: Layout
    done: int = 0
    total: int = 0
    begun: float | None = None
    suite: Suite | None = None
    problem: str | None = None
    _cancelled: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> "Job":
        """Begin."""
        self._thread = Thread(target=self._run, name="read-suite", daemon=True)
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Stop before the next few texts."""
        self._cancelled.set()

    @property
    def is_running(self) -> bool:
        """Whether it is still at work."""
        return self._thread is not None and self._thread.is_alive()

    def wait(self) -> None:
        """Wait for the end."""
        if self._thread is not None:
            self._thread.join()

    def words(self) -> str:
        """Return how far it is, how fast, and how long it will take."""
        if self.begun is None:
            return "Loading the language model: a few seconds, only after a start …"
        if not self.done:
            return "Reading …"
        rate = self.done / max(1e-9, time.monotonic() - self.begun)
        left = (self.total - self.done) / rate
        return f"{self.done:,} of {self.total:,} distinct texts · {rate:,.0f} texts a second · {_duration(left)} left"

    def _run(self) -> None:
        try:
            index = warm_index()
            self.begun = time.monotonic()
            self.suite = read_suite(index, self.layout, on_progress=self._note, is_cancelled=self._cancelled.is_set)
        except PolicyIndexError as error:
            self.problem = str(error)
        except Exception:  # noqa: BLE001  # a thread has nobody above it who could tell the person
            self.problem = "Something went wrong while reading; please try again."

    def _note(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def show_intake() -> Suite | None:
    """Show where prompts come in, and return the ones that were read last; both pages share them."""
    job: Job | None = st.session_state.get("suite_job")
    if job is not None and job.is_running:
        _watch()
        return None
    if job is not None:
        st.session_state.pop("suite_job")
        st.session_state["suite_problem"] = job.problem
        if job.suite is not None:
            st.session_state["suite"] = job.suite
    suite: Suite | None = st.session_state.get("suite")
    with st.expander(
        "Prompts" if suite is None else f"Prompts: {suite.layout.rows:,} rows checked. Check others",
        expanded=suite is None or bool(st.session_state.get("suite_problem")),
        icon=":material/list_alt:",
    ):
        _show_form()
    if problem := st.session_state.get("suite_problem"):
        st.error(problem, icon=":material/error:")
    return suite


def _use_sample() -> None:
    st.session_state["suite_lines"] = SAMPLE


def _show_form() -> None:
    way = st.segmented_control(
        "How do they come?", ["Paste lines", "Upload a file"], default="Paste lines", key="suite_way", required=True
    )
    source = None
    if way == "Upload a file":
        upload = st.file_uploader(
            f"CSV, JSON Lines, Parquet or Excel, at most {MAX_UPLOAD_MB} MB and {MAX_ROWS:,} rows",
            type=["csv", "tsv", "jsonl", "ndjson", "parquet", "xlsx"],
            max_upload_size=MAX_UPLOAD_MB,
            key="suite_file",
        )
        if upload is not None:
            source = Source.from_bytes(upload.name, upload.getvalue())
    else:
        lines = st.text_area(
            "One prompt a line, in English", key="suite_lines", height=180, persist_state="session", max_chars=2_000_000
        )
        st.button("Use ten sample prompts", on_click=_use_sample, type="tertiary", icon=":material/lightbulb:")
        if lines and lines.strip():
            rows = [json.dumps({"text": line.strip()}) for line in lines.splitlines() if line.strip()]
            source = Source.from_bytes("pasted.jsonl", "\n".join(rows).encode())
    if source is None:
        st.caption("They stay in this server's memory for your visit: in no address, log or file.")
        return
    try:
        _show_choice(source, choose=way == "Upload a file")
    except InputError as error:
        st.error(
            str(error).replace(", or say --encoding latin-1", "").replace(", or say --encoding utf-16", ""),
            icon=":material/error:",
        )


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
    elif st.button(
        f"Check {layout.rows:,} {'prompt' if layout.rows == 1 else 'prompts'}",
        type="primary",
        icon=":material/search:",
        key="suite_go",
    ):
        st.session_state["suite_problem"] = None
        st.session_state["suite_job"] = Job(layout=layout).start()
        st.rerun()


@st.fragment(run_every=0.5)
def _watch() -> None:
    job: Job | None = st.session_state.get("suite_job")
    if job is None or not job.is_running:
        st.rerun()
        return
    st.progress(job.done / job.total if job.total else 0.0, job.words())
    if st.button("Cancel", key="suite_cancel", icon=":material/stop_circle:"):
        job.cancel()
        st.session_state.pop("suite_job", None)
        st.rerun()


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004  # a minute and a half
