"""How near clauses are to what was typed, by meaning: by what was learned from a policy's examples, or by the clauses' places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_index.finding.catalogue import Block, Catalogue
from policy_index.finding.follower import View
from policy_index.finding.word_index import NONE, Rows
from policy_index.search.concept_space import concept_space
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import LIKELY_FROM, MAYBE_FROM, NEAR_FROM, Nearness
from policy_index.search.vectors import Encoder, Vectors

_NEAREST = 200
"""Clauses that are taken from all places at once; what is near in a policy beyond these stays unfound."""

_MENTIONED_FROM = 0.2
"""Probability that a text mentions a clause from which it may be about it; from `LIKELY_FROM` on it is."""

_LEARNED_NEAR_FROM, _LEARNED_MAYBE_FROM = 0.45, 0.3
"""The same for scores of what was learned without being measured: where the bundled policy's probabilities have these values."""

_NEARNESS = (Nearness.NEAR, Nearness.MAYBE, Nearness.FAR)
"""What is meant by the ranks 0, 1 and 2."""

_FAR = 2

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Learned:
    """What an index fitted to examples says of its policy's clauses: score and rank for each."""

    block: Block
    values: Values
    ranks: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meaning:
    """How near every clause is to one text.

    Attributes:
        catalogue: The rows.
        place: The text's place among the concepts; None where no clause has a place.
        rows: The nearest rows by their places, best first.
        scores: Their scores.
        learned: What was learned from examples, by the number of the block.
    """

    catalogue: Catalogue
    place: Vectors | None
    rows: Rows
    scores: Values
    learned: Mapping[int, _Learned]

    @classmethod
    def of_text(cls, text: str, encoder: Encoder, view: View, blocks: Iterable[Block]) -> "Meaning":
        """Encode a text, once, and compare it."""
        vectors = encoder.encode([text])
        among = list(blocks)
        learned = {
            block.number: _learn(view.fitted[block.key], block, text, vectors)
            for block in among
            if block.key in view.fitted
        }
        place, rows, scores = None, NONE, np.empty(0, dtype=np.float32)
        if len(learned) < len(among):
            place = concept_space(encoder).places(vectors)[0]
            rows, scores = view.catalogue.nearest(place, limit=_NEAREST)
        return cls(catalogue=view.catalogue, place=place, rows=rows, scores=scores, learned=learned)

    def near(self) -> Rows:
        """Return the rows that are near, or may be."""
        own = [each.block.rows[each.ranks < _FAR] for each in self.learned.values()]
        return np.concatenate([self.rows[self.scores >= MAYBE_FROM], *own])

    def nearest_in(self, block: Block, *, limit: int) -> Rows:
        """Return the rows of a block that are nearest, best first, however far; none where nobody has compared them."""
        if not self._knows(block):
            return NONE
        return block.rows[np.argsort(-self.values(block.rows, exactly=True), kind="stable")[:limit]]

    def values(self, rows: Rows, *, exactly: bool) -> Values:
        """Return the score of each row, 0 where nobody has compared it.

        Args:
            rows: The rows.
            exactly: Whether each is compared; else only those that are among the nearest have a score.
        """
        found = np.zeros(len(rows), dtype=np.float32)
        if self.place is not None and exactly:
            found = self.catalogue.scores(self.place, rows)
        elif len(self.rows):
            order = np.argsort(self.rows)
            where = np.minimum(np.searchsorted(self.rows, rows, sorter=order), len(order) - 1)
            is_there = self.rows[order[where]] == rows
            found[is_there] = self.scores[order[where[is_there]]]
        for each, inside in self._learned_rows(rows):
            found[inside] = each.values[rows[inside] - each.block.start]
        return found

    def ranks(self, rows: Rows, values: Values) -> NDArray[np.int64]:
        """Return how near each row with these scores is: 0 near, 1 maybe, 2 far."""
        found = _FAR - (values >= MAYBE_FROM).astype(np.int64) - (values >= NEAR_FROM)
        for each, inside in self._learned_rows(rows):
            found[inside] = each.ranks[rows[inside] - each.block.start]
        return found

    def nearness(self, rows: Rows) -> list[Nearness | None]:
        """Return how near each row is; None where nobody has compared it."""
        ranks = self.ranks(rows, self.values(rows, exactly=True))
        return [
            _NEARNESS[rank] if self._knows(self.catalogue.block(number)) else None
            for rank, number in zip(ranks.tolist(), self.catalogue.numbers_of_blocks(rows).tolist(), strict=True)
        ]

    def _knows(self, block: Block) -> bool:
        return block.number in self.learned or (self.place is not None and self.catalogue.has_places(block))

    def _learned_rows(self, rows: Rows) -> Iterable[tuple[_Learned, NDArray[np.bool_]]]:
        for each in self.learned.values():
            inside = (rows >= each.block.start) & (rows < each.block.start + len(each.block.clauses))
            if np.any(inside):
                yield each, inside


def _learn(index: ClauseIndex, block: Block, text: str, vectors: Vectors) -> _Learned:
    table = index.score_vectors([text], vectors, block_size=1)
    values = table.scores[0]
    near, maybe, said = _LEARNED_NEAR_FROM, _LEARNED_MAYBE_FROM, values
    if table.mentions is not None:
        near, maybe, said = LIKELY_FROM, _MENTIONED_FROM, table.mentions[0]
    ranks = _FAR - (said >= maybe).astype(np.int64) - (said >= near)
    return _Learned(block=block, values=values, ranks=ranks)
