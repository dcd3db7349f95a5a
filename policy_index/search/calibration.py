"""Scores -> probabilities that a careful reviewer would cite the clause -> bands; and what a text has to do with the act.

Three steps, each fitted to scores of texts that the scorer had not seen:

1. What has the text to do with an act that the policy speaks of: does it, harmless, refuses it, prevents it? A multinomial
   logistic regression on its values for the stances and its best score; texts that do weigh as much as all others together,
   as if a text were harmless as often as not.
2. Which clause is it about? A softmax over the scores.
3. The product p of d, the probability of "does", and a clause's share is put right by beta calibration (Kull, Silva Filho and
   Flach, AISTATS 2017), in which d counts by itself as well: logit p' = a log p - b log(1 - p) + e log d + c. That a text mentions
   a clause, whatever its stance, is the same with "not harmless".

For one text the second and third step rise with the score, so ranks never change.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import CalibrationError
from policy_index.policy.twins import Stance
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM
from policy_index.search.scorer import cosines
from policy_index.search.training_texts import STANCES, TrainingTexts
from policy_index.words import shortened

_SMALLEST = 1e-9

SHARES = {Stance.DOES: 0.5, Stance.HARMLESS: 0.3, Stance.REFUSES: 0.1, Stance.PREVENTS: 0.1}
"""How often a text is taken to have each stance; where a stance is in no text, "harmless" takes its share."""

_NEVER = -30.0
"""Log-odds of a stance that no text had."""

_HARMLESS = STANCES.index(Stance.HARMLESS)
_DOES = STANCES.index(Stance.DOES)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenScores:
    """What a scorer says of texts that it has not seen, and what a reviewer says of them.

    Attributes:
        scores: For each clause, (texts, clauses).
        stance_values: For each stance, (texts, stances).
        rows: For each text the column of the clause that it is about; -1 where it is about none.
        cited: Whether a reviewer would cite the clause, (texts, clauses).
        stances: For each text the place of its stance in `STANCES`.
    """

    scores: NDArray[np.float32]
    stance_values: NDArray[np.float32]
    rows: NDArray[np.int64]
    cited: NDArray[np.bool_]
    stances: NDArray[np.int64]

    @classmethod
    def from_values(cls, values: NDArray[np.float32], training: TrainingTexts) -> "UnseenScores":
        """Return the scores of training texts from a regression's values for them, (texts, clauses + stances)."""
        clauses = len(training.exemplar_rows)
        cited = training.targets[:, :clauses] == 1.0
        cited[training.stances != _DOES] = False
        return cls(
            scores=cosines(values[:, :clauses]),
            stance_values=values[:, clauses:],
            rows=training.clause_rows,
            cited=cited,
            stances=training.stances,
        )

    @property
    def touching(self) -> NDArray[np.bool_]:
        """Which texts touch a clause, (texts,)."""
        touching: NDArray[np.bool_] = self.stances == _DOES
        return touching

    @property
    def weights(self) -> NDArray[np.float64]:
        """How much each text counts, so that the stances are as frequent as they are taken to be; together 1."""
        counts = np.bincount(self.stances, minlength=len(STANCES))
        shares = np.array([SHARES[stance] if count else 0 for stance, count in zip(STANCES, counts, strict=True)])
        shares[_HARMLESS] += 1 - shares.sum() if counts[_HARMLESS] else 0
        weights: NDArray[np.float64] = (shares / np.maximum(counts, 1))[self.stances]
        return weights

    def take(self, places: NDArray[np.bool_] | NDArray[np.int64]) -> "UnseenScores":
        """Return those of the texts at these places."""
        return UnseenScores(
            scores=self.scores[places],
            stance_values=self.stance_values[places],
            rows=self.rows[places],
            cited=self.cited[places],
            stances=self.stances[places],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A fitted calibration.

    Attributes:
        model: Name of the encoder that it belongs to.
        key: Digest of the scorer that it belongs to: model, policy, exemplars and settings.
        stance: For each stance its log-odds: for a value of 1 for each stance, for a best score of 1, and where all are 0.
        sharpness: What scores are multiplied by before the softmax.
        beta: The a, b, e and c of the third step, all but c at least 0.
    """

    model: str
    key: str
    stance: tuple[tuple[float, ...], ...]
    sharpness: float
    beta: tuple[float, float, float, float]

    @classmethod
    def fit(cls, unseen: UnseenScores, *, model: str, key: str) -> "Calibration":
        """Fit to texts that the scorer has not seen.

        Args:
            unseen: Some that touch a clause, and some harmless ones.
            model: Name of the encoder.
            key: Digest of the scorer.

        Raises:
            CalibrationError: A higher score would not always mean a higher probability.
        """
        from scipy.optimize import minimize_scalar  # maintainers only, and half a second each

        weights = unseen.weights
        stance = _stance_fit(unseen, weights)
        about = np.flatnonzero(unseen.touching)
        cited = (about, unseen.rows[about])
        sharpness = float(
            minimize_scalar(
                lambda value: -np.log(_softmax(value * unseen.scores)[cited] + _SMALLEST).mean(), bounds=(1, 200)
            ).x
        )
        does = _stance_probabilities(unseen.scores, unseen.stance_values, stance)[:, _DOES]
        beta = _beta_fit(_terms(does, _softmax(sharpness * unseen.scores)), unseen.cited, weights)
        return cls(
            model=model,
            key=key,
            stance=tuple(tuple(round(value, 4) for value in row) for row in stance.tolist()),
            sharpness=round(sharpness, 4),
            beta=_beta(round(value, 4) for value in beta),
        )

    @classmethod
    def from_json(cls, content: str) -> "Calibration":
        """Read what `to_json` wrote.

        Raises:
            CalibrationError: It is something else.
        """
        try:
            record = json.loads(content)
            found = cls(
                model=str(record["model"]),
                key=str(record["key"]),
                stance=tuple(tuple(float(value) for value in row) for row in record["stance"]),
                sharpness=float(record["sharpness"]),
                beta=_beta(record["beta"]),
            )
            if {len(row) for row in found.stance} != {len(STANCES) + 2} or len(found.stance) != len(STANCES):
                raise ValueError  # noqa: TRY301  # one sentence for whatever else it is
        except (ValueError, KeyError, TypeError):
            message = f"Expected a calibration with model, key, stance, sharpness and beta, got “{shortened(content, letters=60)}”."
            raise CalibrationError(message) from None
        return found

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

    def stances(self, scores: NDArray[np.float32], stance_values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each text the probability of each stance: the first step alone, (texts, stances), rows of sum 1."""
        return _stance_probabilities(scores, stance_values, np.array(self.stance))

    def probabilities(self, scores: NDArray[np.float32], shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each text and clause the probability that a careful reviewer would cite the clause.

        Args:
            scores: Scores of all clauses, (texts, clauses), in any order of the clauses.
            shares: For each text the probability that it touches the policy at all, (texts,); with the probability that it is
                not harmless, the result is how surely the text mentions the clause.

        Returns:
            Probabilities in (0, 1), (texts, clauses).
        """
        *slopes, c = self.beta
        probabilities: NDArray[np.float64] = _sigmoid(
            _terms(shares, _softmax(self.sharpness * scores)) @ np.array(slopes) + c
        )
        return probabilities


def shift_log_odds(probabilities: NDArray[np.float64], shifts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities for another base rate: their log-odds plus `shifts` (broadcast), in (0, 1)."""
    pair = _log_pair(probabilities)
    shifted: NDArray[np.float64] = _sigmoid(pair.sum(axis=-1) + shifts)
    return shifted


def _stance_fit(unseen: UnseenScores, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds of the first step, (stances, stances + 2)."""
    from sklearn.linear_model import LogisticRegression

    features = _stance_features(unseen.scores, unseen.stance_values)[:, :-1]
    model = LogisticRegression(C=1e3, max_iter=2000).fit(features, unseen.stances, sample_weight=weights * len(weights))
    table = np.zeros((len(STANCES), features.shape[1] + 1))
    table[:, -1] = _NEVER
    found = np.column_stack([model.coef_, model.intercept_])
    if len(model.classes_) == 2:  # noqa: PLR2004  # then one row says how much more the second is
        found = np.stack([-found[0] / 2, found[0] / 2])
    table[model.classes_] = found
    return table


def _stance_features(scores: NDArray[np.float32], stance_values: NDArray[np.float32]) -> NDArray[np.float64]:
    best = scores.max(axis=1, keepdims=True)
    return np.hstack([stance_values, best, np.ones_like(best)]).astype(np.float64)


def _stance_probabilities(
    scores: NDArray[np.float32], stance_values: NDArray[np.float32], stance: NDArray[np.float64]
) -> NDArray[np.float64]:
    logits = np.einsum("ij,kj->ik", _stance_features(scores, stance_values), stance)
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return result


def _beta_fit(terms: NDArray[np.float64], cited: NDArray[np.bool_], weights: NDArray[np.float64]) -> list[float]:
    """Return the slopes and the constant of the third step; a slope that would fall is left out.

    Raises:
        CalibrationError: A higher score would not mean a higher probability.
    """
    from sklearn.linear_model import LogisticRegression

    features, labels = terms.reshape(-1, terms.shape[-1]), cited.ravel()
    counts = np.repeat(weights * len(weights), cited.shape[1])
    kept = list(range(features.shape[1]))
    while _OF_PRODUCT in kept:
        last = LogisticRegression(C=1e4, max_iter=2000).fit(features[:, kept], labels, sample_weight=counts)
        falling = [place for place, slope in zip(kept, last.coef_[0], strict=True) if slope < 0]
        if not falling:
            slopes = dict(zip(kept, last.coef_[0], strict=True))
            return [*(float(slopes.get(place, 0.0)) for place in range(features.shape[1])), float(last.intercept_[0])]
        kept = [place for place in kept if place not in falling]
    message = "Expected probabilities that rise with the score, but those of these texts fall with it."
    raise CalibrationError(message)


_OF_PRODUCT = 0
"""Place of the slope of log p."""


def _terms(does: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log p, -log(1 - p) and log d for each text's "does" and its clauses' shares, (texts, clauses, 3)."""
    of_does = np.broadcast_to(_log_pair(does)[:, None, :1], (*shares.shape, 1))
    return np.concatenate([_log_pair(does[:, None] * shares), of_does], axis=-1)


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


def _beta(values: Iterable[float]) -> tuple[float, float, float, float]:
    a, b, of_does, constant = (float(value) for value in values)
    return a, b, of_does, constant
