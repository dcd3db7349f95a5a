"""What the texts of a suite touch under one policy, in as few numbers as tables, counts and files need."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.batch.matching import numbers_of
from policy_index.policy.pack import PolicyPack
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import MAYBE_FROM, POSSIBLE_FROM
from policy_index.search.score_table import ScoreTable

TOP = 3
"""Clauses beside a row and in files, where the policy has so many."""


class Outcome(StrEnum):
    """What came of a row; the order is that of `OUTCOMES`."""

    TOUCHES = "touches"
    NOTHING = "nothing"
    UNFIT = "unfit"
    ERROR = "error"


OUTCOMES = tuple(Outcome)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Findings:
    """What distinct texts touch under one policy.

    A text touches the clauses that are likely or possible for it. Of a policy without examples it touches those of the `TOP` nearest
    that are near or maybe; where nothing was measured at all, its nearest. One that cannot be judged touches none.

    Attributes:
        pack: The policy.
        uncalibrated: One sentence on why there are no probabilities; empty where there are.
        by_places: Whether sureness is nearness, which has words (`Nearness`).
        numbers: What files say of each text's nearest clauses, touched or not, as `numbers_of` returns it for `TOP`.
        places: Of each touch the text's place, ascending; of one text the surest clause first, (touches,).
        columns: Of each touch the clause's place in the policy, (touches,).
        sureness: Of each touch the probability, or the score where there is none, (touches,).
        unfit: For each text why it cannot be judged, or None.
    """

    pack: PolicyPack
    uncalibrated: str
    by_places: bool
    numbers: NDArray[np.float64]
    places: NDArray[np.int64]
    columns: NDArray[np.int64]
    sureness: NDArray[np.float64]
    unfit: tuple[str | None, ...]

    @classmethod
    def from_table(cls, index: ClauseIndex, texts: Sequence[str], table: ScoreTable) -> "Findings":
        """Keep what is needed of the scores of texts."""
        places, ranks = np.nonzero(_reached(table))
        columns = table.order[places, ranks]
        return cls(
            pack=index.pack,
            uncalibrated=index.uncalibrated,
            by_places=table.by_places,
            numbers=numbers_of(index, texts, table, TOP),
            places=places.astype(np.int64),
            columns=columns,
            sureness=table.values[places, columns].astype(np.float64),
            unfit=table.unfit,
        )

    @classmethod
    def joined(cls, parts: Sequence["Findings"]) -> "Findings":
        """Return what was found of texts, at least one part of them, below each other."""
        starts = np.cumsum([0, *(len(part.unfit) for part in parts[:-1])])
        return cls(
            pack=parts[0].pack,
            uncalibrated=parts[0].uncalibrated,
            by_places=parts[0].by_places,
            numbers=np.concatenate([part.numbers for part in parts]),
            places=np.concatenate([start + part.places for start, part in zip(starts, parts, strict=True)]),
            columns=np.concatenate([part.columns for part in parts]),
            sureness=np.concatenate([part.sureness for part in parts]),
            unfit=tuple(reason for part in parts for reason in part.unfit),
        )

    @property
    def has_probabilities(self) -> bool:
        """Whether sureness is a probability."""
        return not self.uncalibrated

    def touched_by(self, place: int) -> list[tuple[int, float]]:
        """Return the places of the clauses that a text touches, each with how sure that is, the surest first."""
        first, last = np.searchsorted(self.places, [place, place + 1])
        return list(zip(self.columns[first:last].tolist(), self.sureness[first:last].tolist(), strict=True))

    def outcomes(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for each row, given by its text's place or -1, what came of it: a place in `OUTCOMES`, (rows,)."""
        of_text = np.full(
            len(self.unfit) + 1, OUTCOMES.index(Outcome.NOTHING)
        )  # the last one is for rows without a text
        of_text[self.places] = OUTCOMES.index(Outcome.TOUCHES)
        of_text[[place for place, reason in enumerate(self.unfit) if reason is not None]] = OUTCOMES.index(
            Outcome.UNFIT
        )
        of_text[-1] = OUTCOMES.index(Outcome.ERROR)
        return of_text[places]

    def touches(self, places: NDArray[np.int64], column: int) -> NDArray[np.bool_]:
        """Return which rows, given by their texts' places or -1, touch a clause, (rows,)."""
        touching = np.zeros(len(self.unfit) + 1, dtype=np.bool_)
        touching[self.places[self.columns == column]] = True
        return touching[places]

    def counts(self, places: NDArray[np.int64], groups: NDArray[np.int64], *, of: int) -> NDArray[np.int64]:
        """Return how many rows of each group touch each clause, (clauses, groups).

        Args:
            places: Each row's text's place; -1 for rows with an error.
            groups: Each row's group.
            of: How many groups there are.
        """
        good = places >= 0
        times = np.bincount(places[good] * of + groups[good], minlength=len(self.unfit) * of)
        counted = np.zeros((len(self.pack.policy.clauses), of), dtype=np.int64)
        np.add.at(counted, self.columns, times.reshape(-1, of)[self.places])
        return counted

    def surest(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return for each row how sure its surest touch is, -inf where it touches nothing, (rows,)."""
        best = np.full(len(self.unfit) + 1, -np.inf)
        np.maximum.at(best, self.places, self.sureness)
        return best[places]


def _reached(table: ScoreTable) -> NDArray[np.bool_]:
    """Return which ranks of each text it touches, the nearest clause first, (texts, ranks)."""
    fit: NDArray[np.bool_] = np.array([reason is None for reason in table.unfit], dtype=np.bool_)[:, None]
    if table.probabilities is not None:
        return fit & _ranked(table.probabilities, table.order, POSSIBLE_FROM)
    if table.by_places:
        return fit & _ranked(table.scores, table.order[:, :TOP], MAYBE_FROM)
    return fit  # of the nearest alone


def _ranked(values: NDArray[np.floating[Any]], order: NDArray[np.int64], least: float) -> NDArray[np.bool_]:
    reached: NDArray[np.bool_] = np.take_along_axis(values, order, axis=1) >= least
    return reached
