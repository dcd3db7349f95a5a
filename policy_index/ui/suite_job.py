"""Reads a suite of prompts in a thread of its own, so that the page stays alive and can stop it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread

from policy_index.batch.layout import Layout
from policy_index.batch.suite import Suite, read_suite
from policy_index.errors import PolicyIndexError
from policy_index.policy.pack import PolicyPack
from policy_index.search.index import ClauseIndex


@dataclass(slots=True, eq=False, kw_only=True)
class SuiteJob:
    """One suite being read; its attributes may be looked at while it is at work.

    Attributes:
        layout: What is read.
        pack: The policy that it is scored under.
        load_index: Returns the index of a pack, at once or after loading it.
        done: How many distinct texts are done.
        total: How many there are; 0 while that is not known.
        begun: When the first text was taken up, as `time.monotonic` says it; None while the model loads.
        suite: What came out.
        problem: What went wrong, in one sentence.
    """

    layout: Layout
    pack: PolicyPack
    load_index: Callable[[PolicyPack], ClauseIndex]
    done: int = 0
    total: int = 0
    begun: float | None = None
    suite: Suite | None = None
    problem: str | None = None
    _cancelled: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> "SuiteJob":
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
        try:
            index = self.load_index(self.pack)
            self.begun = time.monotonic()
            self.suite = read_suite(index, self.layout, on_progress=self._note, is_cancelled=self._cancelled.is_set)
        except PolicyIndexError as error:
            self.problem = str(error)
        except Exception:  # noqa: BLE001  # a thread has nobody above it who could tell the person
            self.problem = "Something went wrong while reading; please try again."

    def _note(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004  # a minute and a half
