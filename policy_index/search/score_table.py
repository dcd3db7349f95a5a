"""What an index says of many texts and every clause, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.policy.twins import Stance
from policy_index.search.calibration import shift_log_odds
from policy_index.search.likelihood import POSSIBLE_FROM, Likelihood, Nearness
from policy_index.search.training_texts import STANCES

MOST_OF_UNFIT = POSSIBLE_FROM - 0.01
"""Highest probability that a text which cannot be judged is given."""

MENTIONED_FROM = 0.1
"""A text that mentions a clause less surely has no stance towards it that could be told."""

SURELY_HARMLESS = 0.85
"""Nor has one that is harmless with more than this probability: it is of the topic, at most."""

_DOES = STANCES.index(Stance.DOES)
_HARMLESS = STANCES.index(Stance.HARMLESS)
_STANCE_WEIGHTS = np.array([{Stance.DOES: 0.5, Stance.HARMLESS: 0.0}.get(stance, 1.0) for stance in STANCES])
"""A text is said to do the act where that is twice as likely as that it refuses or prevents it (chosen on `tuning_families.jsonl`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """Scores of texts for clauses: rows are texts, columns clauses in document order.

    Attributes:
        scores: Cosine similarities in the space of clauses, in [-1, 1], (texts, clauses).
        order: The columns of each row, the nearest clause first, (texts, clauses).
        probabilities: Calibrated, in [0, 1], (texts, clauses); None without calibration. They rank as the scores do.
        mentions: How surely each text mentions each clause, whatever its stance, in [0, 1], (texts, clauses); at least the
            probability; None without calibration.
        stances: Probability of each stance, in the order of `STANCES`, (texts, stances); None without calibration.
        closest: Place, among the training texts, of the clause's exemplar nearest to the text, (texts, clauses); -1 where the
            clause has none.
        unfit: For each text why it cannot be judged, or None; where it cannot, no probability reaches the band `possible`.
        by_places: Whether the scores are those of a policy without exemplars, from the concept space.
    """

    scores: NDArray[np.float32]
    order: NDArray[np.int64]
    probabilities: NDArray[np.float64] | None
    mentions: NDArray[np.float64] | None
    stances: NDArray[np.float64] | None
    closest: NDArray[np.int64]
    unfit: tuple[str | None, ...]
    by_places: bool = False

    @classmethod
    def joined(cls, tables: Sequence["ScoreTable"]) -> "ScoreTable":
        """Return tables of one index, at least one, below each other."""
        return cls(
            scores=np.concatenate([table.scores for table in tables]),
            order=np.concatenate([table.order for table in tables]),
            probabilities=_joined([table.probabilities for table in tables]),
            mentions=_joined([table.mentions for table in tables]),
            stances=_joined([table.stances for table in tables]),
            closest=np.concatenate([table.closest for table in tables]),
            unfit=tuple(reason for table in tables for reason in table.unfit),
            by_places=tables[0].by_places,
        )

    @property
    def values(self) -> NDArray[np.floating[Any]]:
        """What clauses are ranked by: the probabilities, or the scores where there are none."""
        return self.scores if self.probabilities is None else self.probabilities

    @property
    def touches(self) -> NDArray[np.float64] | None:
        """How far each text touches the policy at all, in [0, 1], (texts,): a probability where there is a calibration.

        Of a policy without exemplars it is the best score; None where there is neither.
        """
        if self.stances is not None:
            return self.stances[:, _DOES]
        return np.minimum(np.maximum(self.scores.max(axis=1), 0), 1).astype(np.float64) if self.by_places else None

    def stance(self, row: int, column: int) -> Stance | None:
        """Return what the text of this row has to do with the clause of this column; None where that cannot be told."""
        if self.stances is None or self.mentions is None or self.unfit[row] is not None:
            return None
        if self.mentions[row, column] < MENTIONED_FROM or self.stances[row, _HARMLESS] > SURELY_HARMLESS:
            return None
        own = self.stances[row] * _STANCE_WEIGHTS
        return STANCES[int(own.argmax())]

    def likelihood(self, row: int, column: int) -> Likelihood:
        """Return how sure it is that the clause of this column would be cited for the text of this row."""
        return Likelihood(
            score=float(self.scores[row, column]),
            probability=None if self.probabilities is None else float(self.probabilities[row, column]),
            mention=None if self.mentions is None else float(self.mentions[row, column]),
            stance=self.stance(row, column),
            nearness=self._nearness(row, column),
        )

    def _nearness(self, row: int, column: int) -> Nearness | None:
        if not self.by_places:
            return None
        return Nearness.FAR if self.unfit[row] is not None else Nearness.of(float(self.scores[row, column]))

    def take(self, rows: NDArray[np.int64]) -> "ScoreTable":
        """Return the table of the texts in these rows, in their order."""
        return ScoreTable(
            scores=self.scores[rows],
            order=self.order[rows],
            probabilities=None if self.probabilities is None else self.probabilities[rows],
            mentions=None if self.mentions is None else self.mentions[rows],
            stances=None if self.stances is None else self.stances[rows],
            closest=self.closest[rows],
            unfit=tuple(self.unfit[row] for row in rows.tolist()),
            by_places=self.by_places,
        )

    def judged(self, unfit: Sequence[str | None]) -> "ScoreTable":
        """Return the table with these reasons why texts cannot be judged.

        The probabilities of such a text are scaled so that the highest one is `MOST_OF_UNFIT`: their order stays.
        """
        if self.unfit == tuple(unfit):
            return self
        rows = np.array([reason is not None for reason in unfit], dtype=bool)
        judged = replace(self, unfit=tuple(unfit))
        if self.probabilities is None or self.mentions is None or self.stances is None or not rows.any():
            return judged
        stances = self.stances.copy()
        taken = np.where(rows, np.minimum(stances[:, _DOES], MOST_OF_UNFIT), stances[:, _DOES])
        stances[:, _HARMLESS] += stances[:, _DOES] - taken
        stances[:, _DOES] = taken
        return replace(
            judged,
            probabilities=_lowered(self.probabilities, rows),
            mentions=_lowered(self.mentions, rows),
            stances=stances,
        )

    def silenced(self, rows: NDArray[np.bool_]) -> "ScoreTable":
        """Return the table with the lowest score of all for the texts of these rows."""
        return replace(self, scores=np.where(rows[:, None], np.float32(-1), self.scores)) if rows.any() else self

    def shifted(self, shifts: NDArray[np.float64]) -> "ScoreTable":
        """Return the table with the log-odds of probabilities and mentions moved by shifts, (texts, clauses)."""
        if self.probabilities is None or self.mentions is None:
            return self
        return replace(
            self,
            probabilities=shift_log_odds(self.probabilities, shifts),
            mentions=shift_log_odds(self.mentions, shifts),
        )


def _lowered(values: NDArray[np.float64], rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return values with these rows scaled so that the highest of each is at most `MOST_OF_UNFIT`."""
    highest = values.max(axis=1, keepdims=True)
    factors = np.where(rows[:, None], MOST_OF_UNFIT / np.maximum(highest, MOST_OF_UNFIT), 1.0)
    lowered: NDArray[np.float64] = values * factors
    return lowered


def _joined(parts: Sequence[NDArray[np.float64] | None]) -> NDArray[np.float64] | None:
    """Return the parts as one array; None where they are None."""
    there = [part for part in parts if part is not None]
    return np.concatenate(there) if there else None
