"""The clauses of a policy in the concept space: what each has of the encoder's space, and what of each concept.

What people said of a clause's concepts comes before what was found: one that was added has the value of a concept's own text, one
that was dropped none, and one that was confirmed never less than what covers a clause well. So the clause moves.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_index.policy.confirmations import ConceptVerdict
from policy_index.search.vectors import Vectors

SHARE = 0.7
"""Share of the concepts in a score, for a clause that they cover well."""

COVERED = 0.45
"""Length of a clause's values from which on the concepts cover it well; below, their share falls with it."""

SHARE_AMONG_CLAUSES = 0.5
"""The same where clauses are compared with each other: chosen on pairs of four recorded policies that we judged."""

ADDED = 1.0
"""Value of a concept that a person added: what the regression's targets are for a concept's own texts."""

CONFIRMED_FROM = COVERED
"""Least value of a concept that a person confirmed: by itself it covers the clause."""

NAMED_FROM = 0.15
"""Least value of a concept that is named to people as one by which a clause was placed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedClauses:
    """Clauses in their order.

    Attributes:
        words: The encoder's unit vectors, the mean of the words alone and with what stands above them, (clauses, dimensions).
        values: What each has of each concept, (clauses, concepts): near 1 for one on it, 0 elsewhere.
    """

    words: Vectors
    values: NDArray[np.float32]

    @property
    def shares(self) -> NDArray[np.float32]:
        """Share of the concepts in a clause's scores, (clauses, 1)."""
        lengths = np.linalg.norm(self.values, axis=1)
        found: NDArray[np.float32] = (SHARE * np.minimum(lengths / COVERED, 1))[:, None].astype(np.float32)
        return found

    @property
    def places(self) -> Vectors:
        """What texts' places are multiplied with, (clauses, dimensions + concepts)."""
        shares = self.shares
        found: Vectors = np.hstack([(1 - shares) * self.words, shares * unit(self.values)]).astype(np.float32)
        return found

    @property
    def unit_places(self) -> Vectors:
        """The same as unit vectors, for clauses among each other: shares are the squares of lengths."""
        shares = self.shares * (SHARE_AMONG_CLAUSES / SHARE)
        found: Vectors = np.hstack([np.sqrt(1 - shares) * self.words, np.sqrt(shares) * unit(self.values)])
        return unit(found.astype(np.float32))

    def named(self, place: int, *, most: int = 3) -> list[tuple[int, float]]:
        """Return the concepts that a clause has most of, best first, each with its value; none that it has little of."""
        row = self.values[place]
        return [(int(column), float(row[column])) for column in np.argsort(-row)[:most] if row[column] >= NAMED_FROM]

    def told(self, said: Iterable[tuple[int, int, ConceptVerdict]]) -> "PlacedClauses":
        """Return the clauses where people said that they belong: of the place of a clause, that of a concept, and what of it."""
        listed = list(said)
        if not listed:
            return self
        values = self.values.copy()
        for row, column, verdict in listed:
            match verdict:
                case ConceptVerdict.ADDED:
                    values[row, column] = max(values[row, column], ADDED)
                case ConceptVerdict.DROPPED:
                    values[row, column] = min(values[row, column], 0)
                case ConceptVerdict.CONFIRMED:
                    values[row, column] = max(values[row, column], CONFIRMED_FROM)
        return PlacedClauses(words=self.words, values=values)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors of length 1; one without length stays as it is."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    units: NDArray[np.float32] = vectors / lengths
    return units
