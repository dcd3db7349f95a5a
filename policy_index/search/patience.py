"""How long whoever is being served waits for an answer, and whether they still do."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event

from policy_index.errors import OverloadedError

_LOOK_UP = 0.2
"""Seconds after which somebody who waits in line looks whether it is still of use."""


class Gone(Event):
    """An event that tells at once whoever asked to be told; a plain Event is noticed when the next call begins."""

    def __init__(self) -> None:
        """Nobody listens."""
        super().__init__()
        self._listeners: list[Callable[[], object]] = []

    def set(self) -> None:
        """Say that nobody waits for the answer any more."""
        super().set()
        for listener in tuple(self._listeners):
            listener()

    @contextmanager
    def telling(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call `listener` when the event is set, or at once where it is."""
        self._listeners.append(listener)
        try:
            if self.is_set():
                listener()
            yield
        finally:
            self._listeners.remove(listener)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long somebody waits.

    Attributes:
        deadline: When an answer is of no use any more, on `time.monotonic`'s clock; None waits for ever.
        gone: Set when nobody waits any more.
    """

    deadline: float | None = None
    gone: Event = field(default_factory=Gone)


patience: ContextVar[Patience | None] = ContextVar("patience", default=None)
"""The patience of whoever is being served; None waits for ever."""


def stay_patient() -> None:
    """Return where somebody waits for what is being done; work that takes long asks again and again.

    Raises:
        OverloadedError: Whoever is being served has gone, or the time is over; what is left need not be done.
    """
    mine = patience.get()
    if mine is None:
        return
    if mine.gone.is_set():
        raise given_up()
    if mine.deadline is not None and mine.deadline <= time.monotonic():
        raise too_late()


@contextmanager
def in_line(places: BoundedSemaphore) -> Iterator[None]:
    """Wait for one of so many places, and hold it.

    Raises:
        OverloadedError: There was none in the caller's patience.
    """
    while not places.acquire(timeout=_LOOK_UP):
        stay_patient()
    try:
        yield
    finally:
        places.release()


def too_late() -> OverloadedError:
    """Return what is said where there was no answer in time."""
    return OverloadedError("There was no answer in time: others are being served; try again later.", retry_after=5)


def given_up() -> OverloadedError:
    """Return what nobody reads: whoever waited has gone."""
    return OverloadedError("Nobody waits for the answer any more.", retry_after=0)
