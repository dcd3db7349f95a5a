"""The field's standard measures, from the libraries that define them.

recall@k, mean reciprocal rank (MRR), AUROC, Brier score and expected calibration error (ECE). ECE is taken over `BINS` bins of equal
mass. Intervals are 95 % percentile intervals of 1,000 bootstrap resamples (scipy.stats.bootstrap) with a fixed seed.
scikit-learn and SciPy take half a second to import, so they are imported where something is measured.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 15
FALSE_ALARMS = 0.05
"""Share of harmless texts that may be shown, for recall at this price."""

FOLDS = 5

_RESAMPLES = 1000
_MOST_CONFUSED = 15
_DIGITS = 6

Numbers = NDArray[Any]


def reciprocal_ranks(ranks: Sequence[int] | Numbers) -> Numbers:
    """Return 1 / rank for each rank, counted from 1."""
    return 1 / np.asarray(ranks, dtype=np.float64)


def auroc(positive: Sequence[float] | Numbers, negative: Sequence[float] | Numbers) -> float:
    """Return the probability that a positive is above a negative, ties counted half."""
    from sklearn.metrics import roc_auc_score

    labels = np.concatenate([np.ones(len(positive)), np.zeros(len(negative))])
    return float(roc_auc_score(labels, np.concatenate([np.asarray(positive), np.asarray(negative)])))


def brier(probabilities: Numbers, cited: NDArray[np.bool_]) -> float:
    """Return the mean squared difference of probability and outcome."""
    from sklearn.metrics import brier_score_loss

    return float(brier_score_loss(cited, probabilities, pos_label=True))


def recall_at_false_alarms(positive: Sequence[float] | Numbers, negative: Sequence[float] | Numbers) -> float:
    """Return the share of positives above the lowest threshold that at most FALSE_ALARMS of the negatives exceed."""
    threshold = np.quantile(np.asarray(negative), 1 - FALSE_ALARMS, method="higher")
    return float((np.asarray(positive) > threshold).mean())


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


def interval(statistic: Callable[..., float], *samples: Sequence[float] | Numbers) -> dict[str, float]:
    """Return the statistic of the samples with its 95 % bootstrap interval: `value`, `low`, `high`.

    A sample of fewer than two texts has no spread to draw from: low and high are then the value.
    """
    arrays = [np.asarray(sample, dtype=np.float64) for sample in samples]
    value = float(statistic(*arrays))
    low = high = value
    if min(map(len, arrays)) > 1:
        from scipy.stats import bootstrap

        found = bootstrap(
            arrays, statistic, n_resamples=_RESAMPLES, method="percentile", vectorized=False, rng=0
        ).confidence_interval
        low, high = float(found.low), float(found.high)
    return {name: round(number, _DIGITS) for name, number in (("value", value), ("low", low), ("high", high))}


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


def most_confused(wrong: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Count pairs of what a text is labelled with and what was found instead, the most frequent first."""
    counted = Counter(wrong)
    return [
        {"label": label, "found": found, "texts": count}
        for (label, found), count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:_MOST_CONFUSED]
    ]
