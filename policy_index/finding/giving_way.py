"""Pages come first: what is read in the background gives way while somebody's page is being made."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

_LONGEST = 0.2
"""Seconds that the background waits at most: a page that takes longer waits for something else than the processor."""


class GivingWay:
    """Who is in a hurry at the moment: pages that are being made, and people who wait for what the background reads."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._changed = Condition()
        self._pages = self._waiting = 0

    @contextmanager
    def page(self) -> Iterator[None]:
        """While it is open, a page is being made."""
        with self._changed:
            self._pages += 1
        try:
            yield
        finally:
            with self._changed:
                self._pages -= 1
                self._changed.notify_all()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While it is open, somebody waits for the background itself, which then gives way to nobody."""
        with self._changed:
            self._waiting += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._waiting -= 1

    def give_way(self) -> None:
        """Return when no page is being made, or somebody waits for the caller, or after a fifth of a second."""
        with self._changed:
            self._changed.wait_for(lambda: not self._pages or self._waiting > 0, _LONGEST)
