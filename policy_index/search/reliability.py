"""How far probabilities hold: the reliability curve, expected calibration error (ECE), and folds that no text is judged from within.

ECE is taken over `BINS` bins of equal mass. scikit-learn takes half a second to import, so it is imported where something is measured.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.policy.twins import Stance
from policy_index.search.calibration import Calibration, UnseenScores
from policy_index.search.training_texts import STANCES

BINS = 15
FOLDS = 5

_DIGITS = 6

Numbers = NDArray[Any]


def reliability_curve(
    probabilities: Numbers, cited: NDArray[np.bool_], *, weights: Numbers | None = None
) -> list[dict[str, float]]:
    """Return BINS bins of equal mass, least probable first: mean probability, share cited, mass (they add up to 1)."""
    order = np.argsort(probabilities, kind="stable")
    mass = np.ones(len(order)) if weights is None else weights[order]
    middles = (np.cumsum(mass) - mass / 2) / mass.sum()  # where each text stands, from 0 to 1
    places = np.minimum((BINS * middles).astype(int), BINS - 1)
    return [
        {
            "probability": round(float(np.average(probabilities[order[own]], weights=mass[own])), _DIGITS),
            "cited": round(float(np.average(cited[order[own]], weights=mass[own])), _DIGITS),
            "mass": round(float(mass[own].sum() / mass.sum()), _DIGITS),
        }
        for own in (places == place for place in range(BINS))
        if own.any()
    ]


def expected_calibration_error(curve: Iterable[dict[str, float]]) -> float:
    """Return the mean distance of probability and share cited over the bins, weighted by mass."""
    return round(sum(each["mass"] * abs(each["probability"] - each["cited"]) for each in curve), _DIGITS)


def cross_fitted(unseen: UnseenScores) -> NDArray[np.float64]:
    """Return the probabilities of texts, (texts, clauses), each fold's by a calibration that was fitted to the others.

    Raises:
        CalibrationError: On one of the folds a higher score would not always mean a higher probability.
    """
    probabilities = np.zeros(unseen.scores.shape)
    fold = folds(np.where(unseen.touching, unseen.rows, -1))
    for number in range(FOLDS):
        seen = fold != number
        calibration = Calibration.fit(unseen.take(seen), model="", key="")
        stances = calibration.stances(unseen.scores[~seen], unseen.stance_values[~seen])
        probabilities[~seen] = calibration.probabilities(unseen.scores[~seen], stances[:, STANCES.index(Stance.DOES)])
    return probabilities


def folds(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each text its fold, from 0 to FOLDS - 1, each label's texts dealt out evenly, with a fixed seed."""
    from sklearn.model_selection import StratifiedKFold

    fold = np.zeros(len(labels), dtype=np.int64)
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for number, (_, tested) in enumerate(splitter.split(np.zeros(len(labels)), _grouped_rare(labels))):
        fold[tested] = number
    return fold


def _grouped_rare(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Put texts of labels that have fewer texts than there are folds beside those of the most frequent label."""
    values, counts = np.unique(labels, return_counts=True)
    return np.where(np.isin(labels, values[counts < FOLDS]), values[counts.argmax()], labels)
