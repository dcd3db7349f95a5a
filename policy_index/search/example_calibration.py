"""Probabilities from a policy's own examples, each judged by a fit without it; and how many are missing until then.

The least that will do was measured with the bundled policy's held-out texts as somebody's examples, the others as what people
check, twelve draws each (touching + harmless; expected calibration error, mean and worst of the draws; Brier score of the best
match, 0.24 for a constant; how much the band "likely" overstated, worst of the draws):

    20 + 10    0.059   0.087   0.097   0.09
    30 + 20    0.044   0.087   0.092   0.10
    50 + 10    0.052   0.080   0.094   0.08
    50 + 25    0.045   0.083   0.091   0.06
    100 + 25   0.050   0.066   0.089   0.05
    100 + 50   0.053   0.072   0.087   none
    200 + 100  0.050   0.074   0.080   0.02
    300 + 150  0.047   0.072   0.075   none

The mean error is no smaller with more; what falls is the chance that an unlucky few overstate. From 50 + 25 on no draw was more
than about six points too sure of what it called likely, below that up to ten.
"""

import json
from dataclasses import asdict, dataclass, replace
from typing import ClassVar

import numpy as np

from policy_index.errors import CalibrationError
from policy_index.policy.pack import PolicyPack
from policy_index.search.calibration import Calibration, UnseenScores
from policy_index.search.likelihood import POSSIBLE_FROM
from policy_index.search.reliability import cross_fitted, expected_calibration_error, reliability_curve
from policy_index.words import counted, either, shortened

ENOUGH_TOUCHING = 50
"""Examples of clauses from which on probabilities are fitted."""

ENOUGH_HARMLESS = 25
"""Harmless texts from which on they are."""

_NO_BETTER = "its examples and harmless texts could not be told apart well enough for probabilities"
_SHOWN_BY = "clauses are shown by nearness, without probabilities"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleCounts:
    """How many examples a policy has: of clauses, and harmless ones that touch none."""

    touching: int
    harmless: int

    @property
    def missing(self) -> tuple[int, int]:
        """How many of each are missing until probabilities are fitted."""
        return max(0, ENOUGH_TOUCHING - self.touching), max(0, ENOUGH_HARMLESS - self.harmless)

    @property
    def are_enough(self) -> bool:
        """Whether probabilities are fitted."""
        return self.missing == (0, 0)

    def in_words(self) -> str:
        """Return how many there are, and how many are missing until probabilities are fitted, as sentences."""
        there = f"{counted(self.touching, 'example')} of clauses and {counted(self.harmless, 'harmless text')} so far"
        if self.are_enough:
            return f"{there}: enough for probabilities."
        touching, harmless = self.missing
        needed = [counted(touching, "more example") + " of clauses"] if touching else []
        needed += [counted(harmless, "more harmless text")] if harmless else []
        return f"{there}. Missing until there are probabilities: {either(needed, word='and')}; until then {_SHOWN_BY}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleCalibration:
    """What a policy's own examples were calibrated to.

    Attributes:
        counts: How many there were.
        calibration: What turns scores into probabilities; None where there was not enough, or it did not hold.
        first: Share of the examples of clauses whose clause came first, each judged without itself; None without any.
        within_three: The same for the first three.
        error: Expected calibration error of the best match, in folds; None without a calibration.
        shown_harmless: Share of the harmless texts that were shown a clause, likewise.
        best: The probability of each example's best match, in folds, in the order of the training texts.
        right: Whether a reviewer would cite that match.
    """

    counts: ExampleCounts
    calibration: Calibration | None = None
    first: float | None = None
    within_three: float | None = None
    error: float | None = None
    shown_harmless: float | None = None
    best: tuple[float, ...] = ()
    right: tuple[bool, ...] = ()

    SETTINGS: ClassVar = [ENOUGH_TOUCHING, ENOUGH_HARMLESS, 2]
    """What it depends on beside the scores; the last is raised when the making changes."""

    @classmethod
    def fit(cls, unseen: UnseenScores, counts: ExampleCounts, *, model: str, key: str) -> "ExampleCalibration":
        """Fit to a policy's examples, each judged without itself, where there are enough.

        Args:
            unseen: Their scores.
            counts: How many there are.
            model: Name of the encoder.
            key: Digest of the scorer.
        """
        touching = unseen.touching
        if not touching.any():
            return cls(counts=counts)
        cited = np.where(unseen.cited, unseen.scores, -np.inf).max(axis=1)
        ranks = (unseen.scores >= cited[:, None]).sum(axis=1)[touching]
        bare = cls(
            counts=counts,
            first=round(float((ranks <= 1).mean()), 4),
            within_three=round(float((ranks <= 3).mean()), 4),  # noqa: PLR2004  # its name says it
        )
        if not counts.are_enough:
            return bare
        try:
            probabilities = cross_fitted(unseen)
            calibration = Calibration.fit(unseen, model=model, key=key)
        except CalibrationError:
            return bare
        best, columns = probabilities.max(axis=1), probabilities.argmax(axis=1)
        right = unseen.cited[np.arange(len(best)), columns]
        weights = unseen.weights
        base = float(np.average(right, weights=weights))
        if np.average((best - right) ** 2, weights=weights) >= base * (1 - base):  # no better than one number for all
            return bare
        return replace(
            bare,
            calibration=calibration,
            error=expected_calibration_error(reliability_curve(best, right, weights=weights)),
            shown_harmless=round(float((best[~touching] >= POSSIBLE_FROM).mean()), 4),
            best=tuple(round(float(chance), 4) for chance in best),
            right=tuple(right.tolist()),
        )

    @property
    def uncalibrated(self) -> str:
        """One sentence or two for people on why there are no probabilities; empty where there are."""
        if self.calibration is not None:
            return ""
        if self.counts.are_enough:
            return f"Of this policy {_NO_BETTER}, so {_SHOWN_BY}."
        return f"This policy has {self.counts.in_words()}"

    @property
    def basis(self) -> str:
        """What probabilities rest on and what was measured, for people; empty where there are none."""
        if self.calibration is None or self.first is None or self.within_three is None or self.error is None:
            return ""
        texts = self.counts.touching + self.counts.harmless
        return (
            f"Probabilities from {texts:,} examples of this policy by leave-one-out. Measured on them: right clause first "
            f"{self.first:.0%}, among three {self.within_three:.0%}; harmless texts shown a clause {self.shown_harmless:.0%}; "
            f"stated probabilities off by {100 * self.error:.0f} points on average."
        )

    def to_json(self) -> str:
        """Return it as JSON."""
        calibration = None if self.calibration is None else json.loads(self.calibration.to_json())
        return json.dumps(asdict(self) | {"calibration": calibration})

    @classmethod
    def from_json(cls, content: str) -> "ExampleCalibration":
        """Read what `to_json` wrote.

        Raises:
            CalibrationError: It is something else.
        """
        try:
            record = json.loads(content)
            record["counts"] = ExampleCounts(**record["counts"])
            if record["calibration"] is not None:
                record["calibration"] = Calibration.from_json(json.dumps(record["calibration"]))
            record |= {"best": tuple(record["best"]), "right": tuple(record["right"])}
            return cls(**record)
        except (ValueError, KeyError, TypeError):
            message = f"Expected a calibration from examples, got “{shortened(content, letters=60)}”."
            raise CalibrationError(message) from None


def examples_of(pack: PolicyPack) -> ExampleCounts:
    """Return how many examples a pack has."""
    return ExampleCounts(touching=pack.exemplars.counts().total(), harmless=len(pack.exemplars.harmless))
