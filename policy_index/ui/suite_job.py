"""Reads a suite of prompts in a thread of its own, so that the page stays alive and can stop it; for nobody it is not read."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from policy_index.batch.layout import Layout
from policy_index.batch.suite import Suite, read_suite
from policy_index.errors import PolicyIndexError, public_words
from policy_index.policy.pack import PolicyPack
from policy_index.search.index import ClauseIndex
from policy_index.search.patience import Gone, Patience, patience

AWAY = 3.0
"""Seconds that a window may be away, while a network changes, before what it asked for is stopped."""

_LOOK_UP = 0.5
"""Seconds between two looks whether it is there."""

_CLOSED = "Reading was stopped, because the window was closed or lost its connection. Your prompts are still here: check them again."


@dataclass(slots=True, eq=False, kw_only=True)
class SuiteJob:
    """One suite being read; its attributes may be looked at while it is at work.

    Attributes:
        layout: What is read.
        pack: The policy that it is scored under.
        load_index: Returns the index of a pack, at once or after loading it.
        others: Further policies that it is scored under.
        before: What was read before, of which no text is encoded again.
        done: How many distinct texts are done.
        total: How many there are; 0 while that is not known.
        begun: When the first text was taken up, as `time.monotonic` says it; None while the model loads.
        suite: What came out.
        problem: What went wrong, in one sentence.
    """

    layout: Layout
    pack: PolicyPack
    load_index: Callable[[PolicyPack], ClauseIndex]
    others: tuple[PolicyPack, ...] = ()
    before: Suite | None = None
    done: int = 0
    total: int = 0
    begun: float | None = None
    suite: Suite | None = None
    problem: str | None = None
    _cancelled: Gone = field(default_factory=Gone)
    _ended: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> "SuiteJob":
        """Begin, for the visit whose script asks for it: when its window is closed, the job stops."""
        context = get_script_run_ctx(suppress_warning=True)
        self._thread = Thread(target=self._run, name="read-suite", daemon=True)
        self._thread.start()
        if context is not None and runtime.exists():
            Thread(target=self._watch, args=(context.session_id,), name="watch-suite", daemon=True).start()
        return self

    def cancel(self) -> None:
        """Stop: what waits for the encoder is not encoded, and no more is scored."""
        self._cancelled.set()

    @property
    def is_running(self) -> bool:
        """Whether it is still at work."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def share(self) -> float:
        """How much of it is done, in [0, 1]."""
        return self.done / self.total if self.total else 0.0

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
        patience.set(Patience(gone=self._cancelled))  # of this thread alone
        try:
            index = self.load_index(self.pack)
            others = [self.load_index(pack) for pack in self.others if not self._cancelled.is_set()]
            self.begun = time.monotonic()
            self.suite = read_suite(
                index,
                self.layout,
                others=others,
                before=self.before,
                on_progress=self._note,
                is_cancelled=self._cancelled.is_set,
            )
        except PolicyIndexError as error:
            if not self._cancelled.is_set():
                self.problem = public_words(error)
        except Exception:  # noqa: BLE001  # a thread has nobody above it who could tell the person
            self.problem = "Something went wrong while reading; please try again."
        finally:
            self._ended.set()

    def _watch(self, session: str) -> None:
        away = 0.0
        while not self._ended.wait(_LOOK_UP):
            is_away = runtime.exists() and not runtime.get_instance().is_active_session(session)
            away = away + _LOOK_UP if is_away else 0.0
            if away >= AWAY:
                self.problem = _CLOSED
                self.cancel()
                return

    def _note(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004  # a minute and a half
