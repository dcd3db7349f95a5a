"""The clauses of many policies in numbered rows: their words, numbers and places, added policy by policy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.finding.growing import GrowingArray
from policy_index.finding.place_index import PlaceIndex
from policy_index.finding.word_index import NONE, Rows, WordIndex
from policy_index.policy.document import Clause
from policy_index.policy.lookup import split_words
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import ShelfEntry
from policy_index.search.vectors import Vectors

Key = tuple[str, str]
"""What names a version as it is now: its spec, and the stamp that changes whenever it does."""


def key_of(entry: ShelfEntry) -> Key:
    """Return what names a version as it is now."""
    return entry.spec, entry.stamp


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """The rows of one version.

    Attributes:
        number: The block's own number.
        entry: Which version.
        clauses: Its clauses, one a row.
        start: Its first row.
        digest: What its clauses' places depend on.
        key: What names the version as it was read.
    """

    number: int
    entry: ShelfEntry
    clauses: tuple[Clause, ...]
    start: int
    digest: str
    key: Key

    @property
    def rows(self) -> Rows:
        """Its rows."""
        return np.arange(self.start, self.start + len(self.clauses))


class Catalogue:
    """Rows of clauses, added at the end. Whoever asks several things of it holds `lock` meanwhile.

    Attributes:
        lock: Held by whoever adds or asks.
        own: The words of the clauses.
        around: The same with those of their names, and of the headings and lead-ins above them.
        blocks: The versions whose clauses these are.
    """

    def __init__(self) -> None:
        """Begin without rows."""
        self.lock = RLock()
        self.own = WordIndex()
        self.around = WordIndex()
        self.blocks: dict[Key, Block] = {}
        self._in_order: list[Block] = []
        self._numbers: dict[str, list[int]] = {}
        self._block_of_row = GrowingArray(np.int32)
        self._place_of_row = GrowingArray(np.int64)
        self._row_of_place = GrowingArray(np.int64)
        self._places: PlaceIndex | None = None

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.own)

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return len(self._in_order)

    def add(self, entry: ShelfEntry, pack: PolicyPack, digest: str) -> Block:
        """Add the clauses of a version, by their words."""
        group_of = pack.policy.group_of
        clauses = pack.policy.clauses
        around = [" ".join([*each.path, each.name, group_of(each.id).name, each.text]) for each in clauses]
        return self._add(entry, clauses, around, digest)

    def kept_only(self, keys: Collection[Key]) -> "Catalogue":
        """Return a catalogue of these versions alone, nothing read or placed again."""
        kept = Catalogue()
        with self.lock:
            for block in self._in_order:
                if block.key not in keys or self.blocks[block.key] is not block:
                    continue
                around = [self.around.line(row) for row in block.rows.tolist()]
                added = kept._add(block.entry, block.clauses, around, block.digest)
                if self._places is not None and self.has_places(block):
                    kept.put(added, self._places.places[self._place_of_row.rows[block.rows]])
        return kept

    def _add(self, entry: ShelfEntry, clauses: tuple[Clause, ...], around: Sequence[str], digest: str) -> Block:
        with self.lock:
            block = Block(
                number=len(self._in_order),
                entry=entry,
                clauses=clauses,
                start=len(self),
                digest=digest,
                key=key_of(entry),
            )
            self.own.add(clause.text for clause in clauses)
            self.around.add(around)
            for row, clause in enumerate(clauses, block.start):
                for name in {_called(each) for each in _names(clause)} | {clause.id}:
                    self._numbers.setdefault(name, []).append(row)
            self._block_of_row.extend(np.full(len(clauses), block.number))
            self._place_of_row.extend(np.full(len(clauses), -1))
            self._in_order.append(block)
            self.blocks[block.key] = block
            return block

    def put(self, block: Block, places: NDArray[Any]) -> None:
        """Add the places of a block's clauses, (clauses, dimensions)."""
        with self.lock:
            if self._places is None:
                self._places = PlaceIndex(places.shape[1])
            first = len(self._places)
            self._places.add(places)
            self._row_of_place.extend(block.rows)
            self._place_of_row.rows[block.rows] = np.arange(first, first + len(places))

    def has_places(self, block: Block) -> bool:
        """Whether a block's clauses have their places."""
        with self.lock:
            return bool(self._place_of_row.rows[block.start] >= 0)

    def settle(self, *, done: bool = True) -> None:
        """See that comparing with all places is quick, as `PlaceIndex.settle`."""
        if self._places is not None:
            self._places.settle(done=done)

    def called(self, text: str) -> Rows:
        """Return the rows of the clauses whose position, number, citation or whole id a text is."""
        by_id = self._numbers.get(text, []) if "/" in text else []
        return np.unique(np.array([*self._numbers.get(_called(text), []), *by_id], dtype=np.int64))

    def nearest(self, place: Vectors, *, limit: int) -> tuple[Rows, NDArray[np.float32]]:
        """Return the rows whose places are nearest to a text's, best first, and their scores."""
        if self._places is None:
            return NONE, np.empty(0, dtype=np.float32)
        found, scores = self._places.nearest(place, limit=limit)
        return self._row_of_place.rows[found], scores

    def scores(self, place: Vectors, rows: Rows) -> NDArray[np.float32]:
        """Return the scores of rows for a text's place; 0 for those without one."""
        found = np.zeros(len(rows), dtype=np.float32)
        places = self._place_of_row.rows[rows]
        if self._places is not None and np.any(placed := places >= 0):
            found[placed] = self._places.scores(place, places[placed])
        return found

    def numbers_of_blocks(self, rows: Rows) -> NDArray[np.int32]:
        """Return the number of the block that each row is in."""
        found: NDArray[np.int32] = self._block_of_row.rows[rows]
        return found

    def block(self, number: int) -> Block:
        """Return the block with this number."""
        return self._in_order[number]

    def clause(self, row: int) -> Clause:
        """Return the clause of a row."""
        block = self._in_order[int(self._block_of_row.rows[row])]
        return block.clauses[row - block.start]


def _called(name: str) -> str:
    """Return what a clause is called, in one way of writing it: bare ids of one word never are what this returns."""
    return " ".join(["", *split_words(name)])


def _names(clause: Clause) -> tuple[str, ...]:
    return (clause.position, clause.short_position, clause.citation)
