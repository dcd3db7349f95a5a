"""A policy's clauses encoded ahead, in the background, while a person looks over what was recognised in it.

So the first search under a policy that was just kept waits only for what is left. What is made is held by whoever began it and by
nobody else, and is gone with them: the vectors of a draft that is never kept are in no memory that others share, and in no file.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import Context
from threading import Event, Lock, Thread
from typing import Self

import numpy as np

from policy_index.errors import PolicyIndexError
from policy_index.search.clause_memory import ClauseMemory
from policy_index.search.patience import Gone, Patience, patience
from policy_index.search.text import distinct
from policy_index.search.vectors import Encoder, Vectors

MOST = 2000
"""Texts that are encoded ahead, about 6 MB: a policy of a thousand clauses. What is beyond is encoded when the policy is kept."""

AT_ONCE = 96
"""Texts of one call: enough that many have one length, few enough that whoever keeps the policy waits for no more than a third of a
second's work."""


class ClausesAhead:
    """The vectors of one policy's texts, as far as they are made."""

    def __init__(self, encoder: Encoder, texts: Sequence[str], *, wanted: Callable[[], bool] = lambda: True) -> None:
        """Encode nothing yet; `begin` does.

        Args:
            encoder: What encodes; where it is a queue, others' texts go before these as before any long text.
            texts: What a policy's clauses are placed by (`placing_texts`, `phrase_texts`).
            wanted: Asked before each call; where it says no, the rest is left.
        """
        self._memory = ClauseMemory(encoder)
        self._encoder = encoder
        self._texts = distinct(texts)[0][:MOST]
        self._wanted = wanted
        self._gone = Gone()
        self._lock = Lock()
        self._made: dict[str, Vectors] = {}
        self._under_way: list[str] = []
        self._is_kept = False
        self._over = Event()
        self._thread: Thread | None = None

    def begin(self, *, before: Sequence[Sequence[str]] = ()) -> Self:
        """Start, and return at once.

        Args:
            before: The same of an older version, list by list: where their vectors lie in the cache folder, they are taken from there.
        """
        # In a context of its own: the page that began it waits for nothing.
        work = Context()
        self._thread = Thread(target=work.run, args=(self._work, before), name="clauses-ahead", daemon=True)
        self._thread.start()
        return self

    def finish(self) -> None:
        """Wait until everything is made, or was left."""
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """Leave the rest, a call that is under way included."""
        self._gone.set()

    def hand_over(self) -> int:
        """Let the memory of clauses have what is made, for the policy is kept now, and return how many texts that are.

        The memory gets what is under way as well, and whoever asks it for that waits. What was not begun is left.
        """
        with self._lock:
            self._is_kept = True
            made, self._made = self._made, {}
            if self._under_way:
                self._memory.expect(self._under_way, self._over)
        self._learn(made)
        return len(made)

    def _learn(self, made: Mapping[str, Vectors]) -> None:
        if made:
            self._memory.learn(list(made), np.stack(list(made.values())))

    def _work(self, before: Sequence[Sequence[str]]) -> None:
        patience.set(Patience(gone=self._gone))
        for texts in before:
            self._memory.recall(texts)
        unknown = sorted(self._memory.unknown(self._texts), key=len, reverse=True)  # texts of one length go together
        try:
            with suppress(PolicyIndexError):  # too much to do, or a model that fails: said where somebody waits for it
                for start in range(0, len(unknown), AT_ONCE):
                    if not self._goes_on(unknown[start : start + AT_ONCE]):
                        return
        finally:
            self._over.set()

    def _goes_on(self, some: list[str]) -> bool:
        """Encode some texts, unless nobody wants them any more or whoever does has taken over; say whether it did."""
        with self._lock:
            if self._gone.is_set() or self._is_kept or not self._wanted():
                return False
            self._under_way = some
        vectors = dict(zip(some, self._encoder.encode(some), strict=True))
        with self._lock:
            self._under_way = []
            if self._is_kept:
                self._learn(vectors)
            else:
                self._made |= vectors
        return True
