"""How much a visitor may bring within an hour: files and texts to keep or to check, by number and by size.

Counted in this process's memory, under the name of who signed in or the address that asks, and forgotten after the hour.
"""

import os
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import cache
from threading import Lock

from policy_index.errors import QuotaError
from policy_index.words import counted

NUMBER_VARIABLE, MEGABYTES_VARIABLE = "POLICY_INDEX_UPLOADS_PER_HOUR", "POLICY_INDEX_UPLOAD_MB_PER_HOUR"
"""Environment variables with other numbers; 0 is no limit."""

NUMBER, MEGABYTES = 300, 2_000
"""Uploads and megabytes that a visitor may bring within an hour where nobody says otherwise."""

HOUR = 3600.0
MOST_VISITORS = 10_000
"""Visitors who are remembered; beyond it the one who was here longest ago is forgotten."""

_MB = 1_000_000


class Quotas:
    """Counts what visitors bring; safe to use from several threads."""

    def __init__(self, *, number: int, megabytes: int, now: Callable[[], float] = time.monotonic) -> None:
        """Count from nothing.

        Args:
            number: Uploads that a visitor may bring within an hour.
            megabytes: Their size together, in millions of bytes.
            now: Returns the seconds of a clock that never goes back.
        """
        self._number, self._bytes, self._now = number, megabytes * _MB, now
        self._lock = Lock()
        self._brought: OrderedDict[str, deque[tuple[float, int]]] = OrderedDict()

    @classmethod
    def from_environment(cls) -> "Quotas":
        """Return quotas as the environment sets them; what is no number there is as if it were not set."""
        return cls(number=_whole(NUMBER_VARIABLE, NUMBER), megabytes=_whole(MEGABYTES_VARIABLE, MEGABYTES))

    def take(self, visitor: str, size: int) -> None:
        """Count an upload of `size` bytes.

        Raises:
            QuotaError: It would be too many or too much; it is not counted then.
        """
        now = self._now()
        with self._lock:
            brought = self._brought.setdefault(visitor, deque())
            self._brought.move_to_end(visitor)
            while brought and brought[0][0] <= now - HOUR:
                brought.popleft()
            self._refuse_too_much(brought, size, now)
            brought.append((now, size))
            self._forget(now)

    def _forget(self, now: float) -> None:
        """Forget those who brought nothing for an hour; called after each upload, so that none is looked at twice."""
        while self._brought:
            visitor, brought = next(iter(self._brought.items()))
            if len(self._brought) <= MOST_VISITORS and brought and brought[-1][0] > now - HOUR:
                return
            del self._brought[visitor]

    def _refuse_too_much(self, brought: deque[tuple[float, int]], size: int, now: float) -> None:
        if len(brought) >= self._number > 0:
            most = counted(self._number, "upload")
        elif 0 < self._bytes < size + sum(each for _, each in brought):
            most = f"{self._bytes // _MB:,} MB of uploads"
        else:
            return
        wait = max(1.0, brought[0][0] + HOUR - now) if brought else HOUR
        message = f"Expected at most {most} within an hour; try again in {counted(max(1, round(wait / 60)), 'minute')}."
        raise QuotaError(message, retry_after=wait)


@cache
def quotas() -> Quotas:
    """Return this process's quotas, the same object at every call."""
    return Quotas.from_environment()


def _whole(name: str, otherwise: int) -> int:
    words = os.environ.get(name, "").strip()
    return int(words) if words.isascii() and words.isdigit() and len(words) < 12 else otherwise  # noqa: PLR2004
