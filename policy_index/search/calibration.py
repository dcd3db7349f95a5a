"""Scores -> probabilities that a careful reviewer would cite the clause -> bands.

Three steps, each fitted to leave-one-out scores (no text is scored by a scorer that has seen it):

1. Does the text touch the policy at all? A logistic regression on its touch and its best score, with harmless and
   touching texts weighted alike, as if a text were harmless as often as not.
2. If so, which clause? A softmax over the scores.
3. Their product p is put right by beta calibration (Kull, Silva Filho and Flach, AISTATS 2017):
   logit p' = a log p - b log(1 - p) + c.

For one text every step rises with the score, so ranks never change.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import CalibrationError
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM

_SMALLEST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A fitted calibration.

    Attributes:
        model: Name of the encoder that it belongs to.
        key: Digest of the scorer that it belongs to: model, policy, exemplars and settings.
        touch: Log-odds of touching the policy: for a touch of 1, for a best score of 1, and where both are 0.
        sharpness: What scores are multiplied by before the softmax.
        beta: The a, b and c of beta calibration.
    """

    model: str
    key: str
    touch: tuple[float, float, float]
    sharpness: float
    beta: tuple[float, float, float]

    @classmethod
    def fit(
        cls,
        scores: NDArray[np.float32],
        touches: NDArray[np.float32],
        clause_rows: NDArray[np.int64],
        *,
        model: str,
        key: str,
    ) -> "Calibration":
        """Fit to texts that the scorer has not seen.

        Args:
            scores: Shape (texts, clauses).
            touches: Shape (texts,).
            clause_rows: For each text the column of the clause that a reviewer would cite; -1 for harmless texts.
            model: Name of the encoder.
            key: Digest of the scorer.

        Raises:
            CalibrationError: A higher score would not always mean a higher probability.
        """
        from scipy.optimize import minimize_scalar  # maintainers only, and half a second each
        from sklearn.linear_model import LogisticRegression

        touching = clause_rows >= 0
        weights = np.where(touching, 0.5 / touching.mean(), 0.5 / (~touching).mean())
        features = np.stack([touches, scores.max(axis=1)], axis=1)
        first = LogisticRegression(C=1e4).fit(features, touching, sample_weight=weights)
        touch = _triple([*first.coef_[0], first.intercept_[0]])

        cited = (np.flatnonzero(touching), clause_rows[touching])
        sharpness = float(
            minimize_scalar(
                lambda value: -np.log(_softmax(value * scores)[cited] + _SMALLEST).mean(), bounds=(1, 200)
            ).x
        )

        rough = _touch_probability(scores, touches, touch) * _softmax(sharpness * scores)
        labels = np.zeros(scores.shape, dtype=bool)
        labels[cited] = True
        last = LogisticRegression(C=1e4, max_iter=2000).fit(
            _log_pair(rough.ravel()), labels.ravel(), sample_weight=np.repeat(weights, scores.shape[1])
        )
        beta = _triple([*last.coef_[0], last.intercept_[0]])
        if min(beta[:2]) < 0 or touch[1] < 0:
            message = (
                f"Expected probabilities that rise with the score, but the fit gave touch {touch} and beta {beta}."
            )
            raise CalibrationError(message)
        return cls(model=model, key=key, touch=_rounded(touch), sharpness=round(sharpness, 4), beta=_rounded(beta))

    @classmethod
    def from_json(cls, content: str) -> "Calibration":
        """Read what `to_json` wrote.

        Raises:
            CalibrationError: It is something else.
        """
        try:
            record = json.loads(content)
            return cls(
                model=str(record["model"]),
                key=str(record["key"]),
                touch=_triple(record["touch"]),
                sharpness=float(record["sharpness"]),
                beta=_triple(record["beta"]),
            )
        except (ValueError, KeyError, TypeError):
            message = f"Expected a calibration with model, key, touch, sharpness and beta, got “{content[:60]}”."
            raise CalibrationError(message) from None

    @classmethod
    def from_file(cls, path: Path, *, key: str, model: str) -> "Calibration":
        """Read the calibration of the scorer with this key.

        Args:
            path: A file that holds what `to_json` wrote.
            key: Of the scorer.
            model: Name of its encoder, for the message.

        Raises:
            CalibrationError: There is none, or it belongs to another model, policy or set of exemplars; the message says so
                in one sentence for people.
        """
        try:
            calibration = cls.from_json(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            message = "Nothing has been measured for this policy yet, so clauses are shown by nearness, without probabilities."
            raise CalibrationError(message) from None
        except (OSError, UnicodeDecodeError) as error:
            message = f"Expected a calibration in {path}, but it cannot be read ({type(error).__name__})."
            raise CalibrationError(message) from None
        if calibration.key != key:
            message = (
                f"Probabilities were fitted for {calibration.model} with this policy and its exemplars as they were, not for "
                f"{model} as it is here, so scores are shown without probabilities."
            )
            raise CalibrationError(message)
        return calibration

    def to_json(self) -> str:
        """Return it as readable JSON, with the thresholds of the bands."""
        thresholds = {"likely_from": LIKELY_FROM, "possible_from": POSSIBLE_FROM}
        return json.dumps(asdict(self) | thresholds, indent=2) + "\n"

    def touch_probabilities(self, scores: NDArray[np.float32], touches: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each text the probability that it touches the policy at all: the first step alone, shape (texts,)."""
        return _touch_probability(scores, touches, self.touch)[:, 0]

    def probabilities(self, scores: NDArray[np.float32], touches: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each text and clause the probability that a careful reviewer would cite the clause.

        Args:
            scores: Scores of all clauses, shape (texts, clauses), in any order of the clauses.
            touches: Shape (texts,).

        Returns:
            Probabilities in (0, 1), shape (texts, clauses).
        """
        rough = _touch_probability(scores, touches, self.touch) * _softmax(self.sharpness * scores)
        a, b, c = self.beta
        probabilities: NDArray[np.float64] = _sigmoid(_log_pair(rough) @ np.array([a, b]) + c)
        return probabilities


def shift_log_odds(probabilities: NDArray[np.float64], shifts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities for another base rate: their log-odds plus `shifts` (broadcast), in (0, 1)."""
    pair = _log_pair(probabilities)
    shifted: NDArray[np.float64] = _sigmoid(pair.sum(axis=-1) + shifts)
    return shifted


def _touch_probability(
    scores: NDArray[np.float32], touches: NDArray[np.float32], touch: tuple[float, float, float]
) -> NDArray[np.float64]:
    of_touch, of_best, intercept = touch
    logit = of_touch * touches.astype(np.float64) + of_best * scores.max(axis=1) + intercept
    return _sigmoid(logit)[:, None]


def _log_pair(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log p and -log(1 - p) in a new last axis."""
    clipped = np.clip(probabilities, _SMALLEST, 1 - _SMALLEST)
    return np.stack([np.log(clipped), -np.log1p(-clipped)], axis=-1)


def _softmax(values: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = np.exp(values.astype(np.float64) - values.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return result


def _sigmoid(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    return result


def _triple(values: Sequence[float]) -> tuple[float, float, float]:
    first, second, third = (float(value) for value in values)
    return first, second, third


def _rounded(values: tuple[float, ...]) -> tuple[float, float, float]:
    return _triple([round(value, 4) for value in values])
