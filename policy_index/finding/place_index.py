"""The places of many clauses in FAISS: which lie nearest to a text's place, with exact inner products.

Up to `EXACT_UP_TO` places are compared one by one. More are first compared by one bit a dimension (RaBitQ, after a random
rotation), in a fraction of the time, and the nearest some hundred of them then exactly. A place takes two bytes a dimension, and a
bit more. The clauses of one policy, which are never so many, are compared one by one in `search.index`.

One search, in times of one encoding of a text on the same two busy cores, and how many of the truly nearest ten are found, for
generated places of 918 dimensions (`tests/benchmarks/test_speed_of_a_million.py`):

    clauses      one by one      as here           inverted file (1,024 lists, 32 looked through)
    10,000       1.6             1.3, all of them
    100,000      7.6             1.4, 99 %         0.6, all of them
    1,000,000    78, 3.5 GB      not measured     not measured

An inverted file looks quicker on generated places, which lie in bundles; of real clauses it missed some of the nearest.
"""

from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.finding.growing import GrowingArray
from policy_index.finding.word_index import Rows
from policy_index.search.vectors import Vectors

EXACT_UP_TO = 10_000
"""Places that are compared one by one: so many take about as long as encoding one text."""

COARSE = "RR,RaBitQfs"
"""How FAISS calls a random rotation before one bit a dimension, read in registers."""

_SOME = 5
"""How many times as many places are compared one by one while more come."""

_ROUGHLY = 400
"""Places that the coarse comparison hands to the exact one, at least."""


class PlaceIndex:
    """Numbered places, added at the end; safe to use from several threads."""

    def __init__(self, dimensions: int, *, exact_up_to: int = EXACT_UP_TO) -> None:
        """Begin without places.

        Args:
            dimensions: Numbers of a place.
            exact_up_to: Places that are compared one by one before a coarse comparison is prepared.
        """
        self._dimensions = dimensions
        self._exact_up_to = exact_up_to
        self._lock = Lock()
        self._settling = Lock()
        self._places = GrowingArray(np.float16, dimensions)
        self._coarse: Any = None
        self._tail = _flat(dimensions)

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self._places)

    @property
    def places(self) -> NDArray[np.float16]:
        """All places, rounded as they are kept."""
        return self._places.rows

    def add(self, places: NDArray[Any]) -> None:
        """Give each place, (places, dimensions), the next number."""
        kept = places.astype(np.float16)
        with self._lock:
            self._places.extend(kept)
            self._tail.add(kept.astype(np.float32))

    def settle(self, *, done: bool = True) -> None:
        """Prepare the coarse comparison where more places are compared one by one than shall be; it takes seconds, and holds nobody up.

        Args:
            done: Whether no more places come soon; before that it is worth it only where they are many.
        """
        with self._settling:
            with self._lock:
                places, loose = self._places.rows, self._tail.ntotal
            if loose <= (self._exact_up_to if done else max(_SOME * self._exact_up_to, len(places) - loose)):
                return
            import faiss

            coarse = faiss.index_factory(self._dimensions, COARSE, faiss.METRIC_INNER_PRODUCT)
            step = 65_536
            coarse.train(places[:step].astype(np.float32))
            for start in range(0, len(places), step):
                coarse.add(places[start : start + step].astype(np.float32))
            with self._lock:
                tail = _flat(self._dimensions)
                tail.add(self._places.rows[len(places) :].astype(np.float32))
                self._coarse, self._tail = coarse, tail

    def nearest(self, place: Vectors, *, limit: int) -> tuple[Rows, NDArray[np.float32]]:
        """Return the numbers of the nearest places, best first, and their inner products with `place`, shape (dimensions,)."""
        with self._lock:
            query = np.ascontiguousarray(place[None], dtype=np.float32)
            first = len(self._places) - self._tail.ntotal
            scores, found = self._tail.search(query, min(limit, self._tail.ntotal)) if self._tail.ntotal else _NOTHING
            rows, values = found[0] + first, scores[0]
            coarse = self._coarse
        if coarse is not None:
            _, some = coarse.search(query, min(max(_ROUGHLY, 2 * limit), coarse.ntotal))
            roughly = some[0][some[0] >= 0]
            rows, values = np.concatenate([rows, roughly]), np.concatenate([values, self.scores(place, roughly)])
        order = np.argsort(-values, kind="stable")[:limit]
        return rows[order], values[order]

    def scores(self, place: Vectors, rows: Rows) -> NDArray[np.float32]:
        """Return the inner products of `place` with the places of these numbers."""
        found: NDArray[np.float32] = self._places.rows[rows].astype(np.float32) @ place
        return found


_NOTHING = (np.empty((1, 0), dtype=np.float32), np.empty((1, 0), dtype=np.int64))


def _flat(dimensions: int) -> Any:
    import faiss  # with its start-up cost, only where a search will follow

    return faiss.IndexFlatIP(dimensions)
