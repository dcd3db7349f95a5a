"""The field's standard measures, from the libraries that define them.

recall@k, mean reciprocal rank (MRR), AUROC and Brier score; expected calibration error (ECE) is in `search/reliability.py`. Intervals are 95 % percentile intervals of 1,000 bootstrap resamples (scipy.stats.bootstrap) with a fixed seed.
scikit-learn and SciPy take half a second to import, so they are imported where something is measured.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FALSE_ALARMS = 0.05
"""Share of harmless texts that may be shown, for recall at this price."""

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


def most_confused(wrong: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Count pairs of what a text is labelled with and what was found instead, the most frequent first."""
    counted = Counter(wrong)
    return [
        {"label": label, "found": found, "texts": count}
        for (label, found), count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:_MOST_CONFUSED]
    ]
