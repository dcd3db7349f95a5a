"""What a policy's own examples say of its search, each judged by a fit without it: what there is before anybody measures."""

from typing import Any

import numpy as np

from policy_index.quality.metrics import interval, most_confused
from policy_index.search.example_scorer import ExampleScorer
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import POSSIBLE_FROM
from policy_index.search.reliability import reliability_curve


def measured_on_examples(index: ClauseIndex) -> dict[str, Any] | None:
    """Return what was measured on the examples that an index was calibrated to; None where it was calibrated to none.

    Nothing is fitted for it: the scores of every example by a fit without it are kept with the scorer.

    Returns:
        A record for JSON: how many examples are `touching` and `harmless`; the rates `first`, `within_three`,
        `shown_touching` and `shown_harmless`, each with its interval; `error`, the expected calibration error of the best
        match; `reliability`; and `confused` clauses.
    """
    scorer = index.scorer
    if not isinstance(scorer, ExampleScorer) or scorer.calibration.error is None:
        return None
    own = scorer.calibration
    unseen = scorer.unseen(index.pack)
    touching = unseen.touching
    cited = np.where(unseen.cited, unseen.scores, -np.inf).max(axis=1)
    ranks = (unseen.scores >= cited[:, None]).sum(axis=1)[touching]
    best, right = np.array(own.best), np.array(own.right, dtype=bool)
    shown = best >= POSSIBLE_FROM
    ids = [clause.id for clause in index.policy]
    wrong = np.flatnonzero(touching & ~right)
    return {
        "touching": int(touching.sum()),
        "harmless": int((~touching).sum()),
        "first": interval(np.mean, ranks <= 1),
        "within_three": interval(np.mean, ranks <= 3),  # noqa: PLR2004  # its name says it
        "shown_touching": interval(np.mean, shown[touching]),
        "shown_harmless": interval(np.mean, shown[~touching]),
        "error": own.error,
        "reliability": reliability_curve(best, right, weights=unseen.weights),
        "confused": most_confused((ids[unseen.rows[text]], ids[unseen.scores[text].argmax()]) for text in wrong),
    }
