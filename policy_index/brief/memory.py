"""The passages that were read last, so that an edit of a text encodes and compares only what it changed."""

from collections.abc import Sequence
from weakref import ref

import numpy as np

from policy_index.search.fit_to_judge import reasons_against
from policy_index.search.index import ClauseIndex
from policy_index.search.score_table import ScoreTable
from policy_index.search.sharing import SharedPlaces
from policy_index.search.vectors import Encoder, Vectors

MOST_PASSAGES = 6_000
"""Passages that are remembered: those of the longest text, and a while of typing in it; about 3 kB each."""


class PassageMemory:
    """An encoder before another one that encodes no passage twice; it remembers those that were asked for last.

    Of the last text it also remembers what one index found of each passage, and why passages cannot be judged.
    """

    def __init__(self, *, most: int = MOST_PASSAGES) -> None:
        """Remember nothing yet, and never more than `most` passages."""
        self._most = most
        self._known: dict[str, Vectors] = {}
        self._encoder: Encoder | None = None
        self.name = self.fingerprint = ""
        self._reasons: dict[str, str | None] = {}
        self._compared: tuple[ref[ClauseIndex], dict[str, int], ScoreTable] | None = None

    def __len__(self) -> int:
        """Return how many passages are remembered."""
        return len(self._known)

    def before(self, encoder: Encoder) -> "PassageMemory":
        """Stand before this encoder, and return the memory; what another one has read is forgotten."""
        if encoder.fingerprint != self.fingerprint:
            self._known, self._reasons = {}, {}
        self._encoder, self.name, self.fingerprint = encoder, encoder.name, encoder.fingerprint
        return self

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector for each text; only those that are not remembered are encoded."""
        fresh = list(dict.fromkeys(text for text in texts if text not in self._known))
        if fresh:
            self._known |= dict(zip(fresh, self._behind().encode(fresh), strict=True))
        found: Vectors = np.stack([self._known[text] for text in texts])
        for text in dict.fromkeys(texts):  # the latest stand last
            self._known[text] = self._known.pop(text)
        for text in list(self._known)[: max(0, len(self._known) - self._most)]:
            del self._known[text]
        return found

    def reasons_against(self, texts: Sequence[str]) -> list[str | None]:
        """Return for each text why it cannot be judged, as `fit_to_judge.reasons_against`; the last texts are not read again."""
        fresh = [text for text in texts if text not in self._reasons]
        known = self._reasons | dict(zip(fresh, reasons_against(fresh, self._behind()), strict=True))
        self._reasons = {text: known[text] for text in texts}
        return [known[text] for text in texts]

    def score_vectors(
        self,
        index: ClauseIndex,
        texts: Sequence[str],
        vectors: Vectors,
        *,
        places: SharedPlaces,
        reasons: Sequence[str | None],
    ) -> ScoreTable:
        """Return what `index.score_vectors` returns of different texts; those of the last time are not compared again."""
        last = self._compared
        if last is None or last[0]() is not index:
            table = index.score_vectors(texts, vectors, places=places, reasons=reasons)
        else:
            _, rows, table = last
            fresh = [place for place, text in enumerate(texts) if text not in rows]
            if fresh:
                own = [texts[place] for place in fresh]
                new = index.score_vectors(own, vectors[fresh], reasons=[reasons[place] for place in fresh])
                table = ScoreTable.joined([table, new])
                rows = rows | {text: place for place, text in enumerate(own, len(rows))}
            table = table.take(np.array([rows[text] for text in texts]))
        self._compared = ref(index), {text: place for place, text in enumerate(texts)}, table
        return table

    def characters_read(self, text: str) -> int:
        """Return how many characters the encoder behind it reads."""
        return self._behind().characters_read(text)

    def _behind(self) -> Encoder:
        if self._encoder is None:
            message = "Expected an encoder behind the memory, got none: call `before` first."
            raise RuntimeError(message)
        return self._encoder
