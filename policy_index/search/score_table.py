"""What an index says of many texts and every clause, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.search.calibration import shift_log_odds
from policy_index.search.likelihood import POSSIBLE_FROM, Likelihood

MOST_OF_UNFIT = POSSIBLE_FROM - 0.01
"""Highest probability that a text which cannot be judged is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """Scores of texts for clauses: rows are texts, columns clauses in document order.

    Attributes:
        scores: Cosine similarities in the space of clauses, in [-1, 1], (texts, clauses).
        order: The columns of each row, the nearest clause first, (texts, clauses).
        probabilities: Calibrated, in [0, 1], (texts, clauses); None without calibration. They rank as the scores do.
        touches: Probability of touching the policy at all, (texts,); None without calibration.
        closest: Place, among the training texts, of the clause's exemplar nearest to the text, (texts, clauses); -1 where the
            clause has none.
        unfit: For each text why it cannot be judged, or None; where it cannot, no probability reaches the band `possible`.
    """

    scores: NDArray[np.float32]
    order: NDArray[np.int64]
    probabilities: NDArray[np.float64] | None
    touches: NDArray[np.float64] | None
    closest: NDArray[np.int64]
    unfit: tuple[str | None, ...]

    @classmethod
    def joined(cls, tables: Sequence["ScoreTable"]) -> "ScoreTable":
        """Return tables of one index, at least one, below each other."""
        return cls(
            scores=np.concatenate([table.scores for table in tables]),
            order=np.concatenate([table.order for table in tables]),
            probabilities=_joined([table.probabilities for table in tables]),
            touches=_joined([table.touches for table in tables]),
            closest=np.concatenate([table.closest for table in tables]),
            unfit=tuple(reason for table in tables for reason in table.unfit),
        )

    @property
    def values(self) -> NDArray[np.floating[Any]]:
        """What clauses are ranked by: the probabilities, or the scores where there are none."""
        return self.scores if self.probabilities is None else self.probabilities

    def likelihood(self, row: int, column: int) -> Likelihood:
        """Return how sure it is that the clause of this column would be cited for the text of this row."""
        return Likelihood(
            score=float(self.scores[row, column]),
            probability=None if self.probabilities is None else float(self.probabilities[row, column]),
        )

    def take(self, rows: NDArray[np.int64]) -> "ScoreTable":
        """Return the table of the texts in these rows, in their order."""
        return ScoreTable(
            scores=self.scores[rows],
            order=self.order[rows],
            probabilities=None if self.probabilities is None else self.probabilities[rows],
            touches=None if self.touches is None else self.touches[rows],
            closest=self.closest[rows],
            unfit=tuple(self.unfit[row] for row in rows.tolist()),
        )

    def judged(self, unfit: Sequence[str | None]) -> "ScoreTable":
        """Return the table with these reasons why texts cannot be judged.

        The probabilities of such a text are scaled so that the highest one is `MOST_OF_UNFIT`: their order stays.
        """
        rows = np.array([reason is not None for reason in unfit], dtype=bool)
        judged = replace(self, unfit=tuple(unfit))
        if self.probabilities is None or self.touches is None or not rows.any():
            return judged
        highest = self.probabilities.max(axis=1, keepdims=True)
        factors = np.where(rows[:, None], MOST_OF_UNFIT / np.maximum(highest, MOST_OF_UNFIT), 1.0)
        touches = np.where(rows, np.minimum(self.touches, MOST_OF_UNFIT), self.touches)
        return replace(judged, probabilities=self.probabilities * factors, touches=touches)

    def shifted(self, shifts: NDArray[np.float64]) -> "ScoreTable":
        """Return the table with the log-odds of each text's probabilities moved by its shift, (texts,)."""
        if self.probabilities is None:
            return self
        return replace(self, probabilities=shift_log_odds(self.probabilities, shifts[:, None]))


def _joined(parts: Sequence[NDArray[np.float64] | None]) -> NDArray[np.float64] | None:
    """Return the parts as one array; None where they are None."""
    there = [part for part in parts if part is not None]
    return np.concatenate(there) if there else None
