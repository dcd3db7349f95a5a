"""What was found, put in order: policy by policy, each clause with the best reason why it is there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_index.finding.catalogue import Block, Catalogue
from policy_index.finding.meaning import Meaning
from policy_index.finding.query import Query
from policy_index.finding.results import FoundIn, Hit, Reason
from policy_index.finding.spelling import Spelled
from policy_index.finding.word_index import NONE, Rows

FEWEST = 3
"""Clauses of the policy that somebody reads which are shown at least, however far."""

_MANY = 500
"""Clauses up to which each is compared by meaning; of more only those that are among the nearest anyway."""

Reasons = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What was found in one policy.

    Attributes:
        block: Its rows in the catalogue.
        rows: Those that were found, best first.
        reasons: Why, as numbers of `Reason`.
    """

    block: Block
    rows: Rows
    reasons: Reasons

    @property
    def found(self) -> int:
        """How many clauses were found, not counting those that are merely the nearest."""
        return int(np.count_nonzero(self.reasons != Reason.DISTANT))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Search:
    """One search, with all that is known of its clauses.

    Attributes:
        query: What is looked for.
        catalogue: All rows.
        blocks: The versions that are searched.
        first: The one whose clauses come first where any of them were found, and which has some in any case; None for none.
        spelled: What was found by number and words.
        meaning: How near clauses are; None where that cannot be told.
    """

    query: Query
    catalogue: Catalogue
    blocks: Sequence[Block]
    first: Block | None
    spelled: Spelled
    meaning: Meaning | None

    def parts(self) -> list[Part]:
        """Return what was found in each policy: the first one's before the others', these by their best clause."""
        rows, reasons = self._filled(*self._found())
        if not len(rows):
            return []
        if self.meaning is None:
            values, ranks = np.zeros(len(rows), dtype=np.float32), np.zeros(len(rows), dtype=np.int64)
        else:
            values = self.meaning.values(rows, exactly=len(rows) <= _MANY)
            ranks = self.meaning.ranks(rows, values)
        numbers = self.catalogue.numbers_of_blocks(rows)
        order = np.lexsort((rows, -values, reasons, numbers))
        starts = np.flatnonzero(np.diff(numbers[order], prepend=-1))
        pieces = np.split(order, starts[1:])
        best = order[starts]
        is_first = np.zeros(len(best), dtype=bool) if self.first is None else numbers[best] == self.first.number
        is_first &= reasons[best] != Reason.DISTANT
        turns = np.lexsort((-values[best], ranks[best], reasons[best], ~is_first))
        return [
            Part(
                block=self.catalogue.block(int(numbers[best[turn]])),
                rows=rows[pieces[turn]],
                reasons=reasons[pieces[turn]],
            )
            for turn in turns.tolist()
        ]

    def found_in(self, part: Part, *, limit: int) -> FoundIn:
        """Return the best clauses of one policy."""
        rows = part.rows[:limit]
        nearness = [None] * len(rows) if self.meaning is None else self.meaning.nearness(rows)
        hits = tuple(
            Hit(clause=self.catalogue.clause(row), reason=Reason(reason), nearness=near)
            for row, reason, near in zip(rows.tolist(), part.reasons[:limit].tolist(), nearness, strict=True)
        )
        return FoundIn(entry=part.block.entry, hits=hits, found=part.found)

    def _found(self) -> tuple[Rows, Reasons]:
        """Return each row that was found, once, with the best of its reasons."""
        groups = list(self.spelled.rows_by_reason())
        if self.meaning is not None and not self.query.phrases:
            groups.append((Reason.MEANING, self.meaning.near()))
        rows = np.concatenate([NONE, *(found for _, found in groups)])
        reasons = np.concatenate([NONE, *(np.full(len(found), int(reason)) for reason, found in groups)])
        searched = np.zeros(self.catalogue.count, dtype=bool)
        searched[[block.number for block in self.blocks]] = True
        among = searched[self.catalogue.numbers_of_blocks(rows)]
        rows, reasons = rows[among], reasons[among]
        order = np.lexsort((reasons, rows))
        kept, best = np.unique(rows[order], return_index=True)
        return kept, reasons[order][best]

    def _filled(self, rows: Rows, reasons: Reasons) -> tuple[Rows, Reasons]:
        """Add the nearest clauses of the first policy where few of it were found, or nothing at all: something to judge by."""
        if self.meaning is None or self.query.phrases or self.first is None:
            return rows, reasons
        own = (rows >= self.first.start) & (rows < self.first.start + len(self.first.clauses))
        missing = FEWEST - int(np.count_nonzero(own))
        if missing <= 0 or (len(rows) and not np.any(own)):
            return rows, reasons
        nearest = self.meaning.nearest_in(self.first, limit=FEWEST)
        more = nearest[~np.isin(nearest, rows[own])][:missing]
        return np.concatenate([rows, more]), np.concatenate([reasons, np.full(len(more), int(Reason.DISTANT))])
