"""Everything about a policy's search that can be measured from its pack alone; `policy-index measure` keeps the record."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import InputError
from policy_index.policy.pack import PolicyPack
from policy_index.quality.evaluation import (
    LabelledPlan,
    LabelledText,
    best,
    evaluate,
    evaluate_briefs,
    read_labelled,
    read_plans,
)
from policy_index.quality.methods import compare_methods
from policy_index.quality.metrics import (
    FOLDS,
    expected_calibration_error,
    folds,
    interval,
    most_confused,
    reliability_curve,
)
from policy_index.search.calibration import Calibration
from policy_index.search.fitness import unfit
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM
from policy_index.search.scorer import TrainingTexts, cosines, fit
from policy_index.search.vectors import Vectors


def held_out(pack: PolicyPack) -> dict[str, list[LabelledText]]:
    """Return the held-out texts by set: written by people who had not seen the exemplars, never trained on."""
    return _by_set(pack.held_out(), pack)


def held_out_plans(pack: PolicyPack) -> list[LabelledPlan]:
    """Return the held-out product plans: several paragraphs each, by people who had not seen the exemplars."""
    return read_plans(pack.held_out("plans"))


def held_out_languages(pack: PolicyPack) -> dict[str, list[LabelledText]]:
    """Return held-out texts in languages that the model does not know, by language."""
    return _by_set(pack.held_out("languages"), pack)


def _by_set(lines: list[str], pack: PolicyPack) -> dict[str, list[LabelledText]]:
    sets: dict[str, list[str]] = {}
    for line in lines:
        sets.setdefault(json.loads(line)["set"], []).append(line)
    return {name: read_labelled(own, policy=pack.policy) for name, own in sets.items()}


def measure(index: ClauseIndex) -> dict[str, Any]:
    """Measure the index and its rivals; takes about two minutes.

    Raises:
        InputError: The pack has no held-out texts.

    Returns:
        A record for JSON: what was measured (`model`, `policy`, `scorer`, `exemplars`), `heldout` by set,
        `heldout_probabilities` for the threshold, `briefs` of long texts, other `languages`,
        `unfit` texts, `cross_validated`, and the comparison of `methods`.
    """
    texts = held_out(index.pack)
    if not texts:
        message = (
            f"Expected labelled texts in {index.pack.folder / 'heldout.jsonl'} to measure with, but there are none."
        )
        raise InputError(message)
    together = [each for own in texts.values() for each in own]
    results = index.search_many([each.text for each in together], top_k=1)
    chances = [round(best(result), 4) for result in results]
    return {
        "model": index.encoder.name,
        "policy": {"title": index.policy.title, "version": index.pack.spec, "sha256": index.policy.sha256},
        "scorer": index.scorer.key,
        "exemplars": {
            "sha256": index.exemplars.sha256,
            "clauses": index.exemplars.counts().total(),
            "harmless": len(index.exemplars.harmless),
        },
        "thresholds": {"likely_from": LIKELY_FROM, "possible_from": POSSIBLE_FROM},
        "heldout": {name: evaluate(index, own) for name, own in texts.items()} | {"all": evaluate(index, together)},
        "heldout_probabilities": {
            "touching": sorted(chance for chance, each in zip(chances, together, strict=True) if each.touches),
            "harmless": sorted(chance for chance, each in zip(chances, together, strict=True) if not each.touches),
        },
        "briefs": evaluate_briefs(index, plans) if (plans := held_out_plans(index.pack)) else None,
        "languages": _languages(index),
        "unfit": measure_fitness(index.pack),
        "cross_validated": cross_validate(index),
        "methods": compare_methods(index, texts),
    }


def _languages(index: ClauseIndex) -> list[dict[str, Any]]:
    """Return for each other language, and for all together, how often the right clause comes first and what is shown."""
    texts = held_out_languages(index.pack)
    if not texts:
        return []
    rows = []
    texts["All"] = [each for own in texts.values() for each in own]
    for language, own in texts.items():
        record = evaluate(index, own)
        rows.append(
            {
                "language": language,
                "texts": len(own),
                "recall_at_1": record["clauses"]["recall_at_1"],
                "shown_touching": record["detection"]["shown_touching"],
                "shown_harmless": record["detection"]["shown_harmless"],
            }
        )
    return rows


def measure_fitness(pack: PolicyPack) -> dict[str, Any] | None:
    """Return how well texts that cannot be judged are told from those that can be, on `heldout_unfit.jsonl`; None without it.

    Returns:
        A record for JSON: the rates `recognised` and `judgeable_refused`, each with its interval and how many `texts` it is
        of, and `by_kind` of what cannot be judged.
    """
    rows = [json.loads(line) for line in pack.held_out("unfit")]
    if not rows:
        return None
    refused: dict[str | None, list[bool]] = {}
    for row in rows:
        refused.setdefault(row["unfit"], []).append(unfit(row["text"]) is not None)
    judgeable = refused.pop(None, [])
    return {
        "recognised": _share([each for own in refused.values() for each in own]),
        "judgeable_refused": _share(judgeable),
        "by_kind": [
            {"kind": kind, "texts": len(own), "recognised": round(sum(own) / len(own), 4)}
            for kind, own in refused.items()
        ],
    }


def _share(outcomes: list[bool]) -> dict[str, float] | None:
    return interval(np.mean, outcomes) | {"texts": len(outcomes)} if outcomes else None


def cross_validate(index: ClauseIndex) -> dict[str, Any]:
    """Score every exemplar and harmless text by a scorer fitted without it, and calibrate in folds.

    Harmless and touching texts weigh alike, as in the calibration.
    """
    scores, touches, rows = leave_one_out(index)
    touching = rows >= 0
    ranks = np.array([(scores[text] >= scores[text, rows[text]]).sum() for text in np.flatnonzero(touching)])
    probabilities = np.zeros(scores.shape)
    fold = folds(rows)
    for number in range(FOLDS):
        seen = fold != number
        calibration = Calibration.fit(scores[seen], touches[seen], rows[seen], model="", key="")
        probabilities[~seen] = calibration.probabilities(scores[~seen], touches[~seen])
    weights = np.where(touching, 0.5 / touching.mean(), 0.5 / (~touching).mean())
    first = probabilities.argmax(axis=1)
    curve = reliability_curve(probabilities.max(axis=1), first == rows, weights=weights)
    labels = np.arange(scores.shape[1]) == rows[:, None]
    every_pair = reliability_curve(probabilities.ravel(), labels.ravel(), weights=np.repeat(weights, scores.shape[1]))
    shown = probabilities.max(axis=1) >= POSSIBLE_FROM
    ids = [clause.id for clause in index.policy]
    wrong = np.flatnonzero(touching & (scores.argmax(axis=1) != rows))
    return {
        "texts": len(rows),
        "recall_at_1": round(float((ranks <= 1).mean()), 4),
        "recall_at_3": round(float((ranks <= 3).mean()), 4),  # noqa: PLR2004  # its name says it
        "ece_of_best_match": expected_calibration_error(curve),
        "ece_of_every_pair": expected_calibration_error(every_pair),
        "reliability": curve,
        "shown_touching": round(float(shown[touching].mean()), 4),
        "shown_harmless": round(float(shown[~touching].mean()), 4),
        "confused": most_confused((ids[rows[text]], ids[scores[text].argmax()]) for text in wrong),
    }


def leave_one_out(index: ClauseIndex) -> tuple[Vectors, NDArray[np.float32], NDArray[np.int64]]:
    """Return scores, touches and clause rows of all exemplars and harmless texts, each by a scorer fitted without it."""
    training = TrainingTexts.from_exemplars(index.policy, index.exemplars)
    fitted = fit(index.scorer.vectors.astype(np.float32), training, index.policy)
    values = fitted.leave_one_out[: training.exemplars_and_harmless]
    return cosines(values[:, :-1]), values[:, -1], training.clause_rows[: training.exemplars_and_harmless]
