"""How sure a match is: one score, its probability where there is a calibration, and the band that follows."""

from dataclasses import dataclass
from enum import StrEnum

LIKELY_FROM = 0.6
"""Lowest probability of the band `likely`."""

POSSIBLE_FROM = 0.3
"""Lowest probability of the band `possible`."""


class Band(StrEnum):
    """How sure a calibrated probability makes us that a careful reviewer would cite the clause."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"

    @classmethod
    def of(cls, probability: float) -> "Band":
        """Return the band that the probability falls into."""
        if probability >= LIKELY_FROM:
            return cls.LIKELY
        return cls.POSSIBLE if probability >= POSSIBLE_FROM else cls.UNLIKELY


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """How sure it is that a careful reviewer would cite a clause for a text.

    Attributes:
        score: Cosine similarity of text and clause in the space of clauses (see `scorer`), in [-1, 1].
        probability: Calibrated, in [0, 1]; None without calibration.
    """

    score: float
    probability: float | None = None

    @property
    def band(self) -> Band | None:
        """The band of the probability; None without calibration."""
        return None if self.probability is None else Band.of(self.probability)

    @property
    def value(self) -> float:
        """What clauses are ranked by: the probability, or the score without calibration."""
        return self.score if self.probability is None else self.probability

    @property
    def shows(self) -> bool:
        """Whether the clause is likely or possible."""
        return self.probability is not None and self.probability >= POSSIBLE_FROM
