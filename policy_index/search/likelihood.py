"""How sure a match is: one score, its probability where there is a calibration, and the band that follows."""

from dataclasses import dataclass
from enum import StrEnum

from policy_index.policy.twins import Stance

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


NEAR_FROM = 0.2
"""Lowest score of `near`: chosen on texts about four recorded policies, so that the first clause is mostly right from here on."""

MAYBE_FROM = 0.06
"""Lowest score of `maybe`: chosen on the same texts, so that most of those that touch nothing lie below."""


class Nearness(StrEnum):
    """How near a text is to a clause of a policy for which nothing could be calibrated; what it meant was measured on others."""

    NEAR = "near"
    MAYBE = "maybe"
    FAR = "far"

    @classmethod
    def of(cls, score: float) -> "Nearness":
        """Return how near a score in the concept space is."""
        if score >= NEAR_FROM:
            return cls.NEAR
        return cls.MAYBE if score >= MAYBE_FROM else cls.FAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """How sure it is that a careful reviewer would cite a clause for a text.

    Attributes:
        score: Cosine similarity of text and clause in the space of clauses (see `scorer`), in [-1, 1].
        probability: Calibrated, in [0, 1]; None without calibration.
        mention: How surely the text mentions the clause, whatever its stance, in [0, 1]; None without calibration.
        stance: What the text seems to have to do with the act: does, refuses or prevents it; None where that cannot be told.
        nearness: How near it is in plain words, of a policy without exemplars; None for others.
    """

    score: float
    probability: float | None = None
    mention: float | None = None
    stance: Stance | None = None
    nearness: Nearness | None = None

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

    @property
    def keeps_clear(self) -> bool:
        """Whether the text speaks of the clause, is not likely or possible to touch it, and seems to refuse or prevent the act."""
        mentioned = self.mention is not None and self.mention >= POSSIBLE_FROM
        return mentioned and not self.shows and self.stance in {Stance.REFUSES, Stance.PREVENTS}
