"""How long whoever is being served waits for an answer, and whether they still do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event


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
