"""Everything about a policy's search that can be measured from its pack alone; `policy-index measure` keeps the record."""

import json
from typing import Any

import numpy as np

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
from policy_index.quality.families import evaluate_families, read_families
from policy_index.quality.metrics import interval, most_confused
from policy_index.quality.record import compared_methods
from policy_index.quality.unseen import unseen_scores
from policy_index.quality.uses import evaluate_uses, read_uses
from policy_index.search.fitness import unfit
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM
from policy_index.search.reliability import cross_fitted, expected_calibration_error, reliability_curve


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
    """Measure the index; takes about two minutes.

    Raises:
        InputError: The pack has no held-out texts.

    Returns:
        A record for JSON: what was measured (`model`, `policy`, `scorer`, `exemplars`), `heldout` by set,
        `heldout_probabilities` for the threshold, `briefs` of long texts, `uses` of sentences, other `languages`,
        `unfit` texts, `cross_validated`, and the `methods` that `policy-index adapt` compared.
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
        "long_plans": _long_plans(index),
        "uses": evaluate_uses(index, read_uses(uses)) if (uses := index.pack.held_out("uses")) else None,
        "families": evaluate_families(index, read_families(families))
        if index.calibration is not None and (families := index.pack.held_out("families"))
        else None,
        "everyday": _everyday(index),
        "languages": _languages(index),
        "unfit": measure_fitness(index.pack),
        "cross_validated": cross_validate(index),
        "methods": compared_methods(index.pack),
    }


def _long_plans(index: ClauseIndex) -> dict[str, Any]:
    """Return what briefs show of long plans, by how plainly these are worded."""
    plans = read_plans(index.pack.held_out("long_plans"))
    wordings = dict.fromkeys(plan.wording for plan in plans)
    return {
        wording: evaluate_briefs(index, [plan for plan in plans if plan.wording == wording]) for wording in wordings
    }


def _everyday(index: ClauseIndex) -> dict[str, Any] | None:
    """Return how many everyday texts are shown a clause; none should be."""
    texts = [json.loads(line)["text"] for line in index.pack.held_out("everyday")]
    if not texts:
        return None
    results = index.search_many(texts, top_k=1)
    return _share([result.matches[0].likelihood.shows for result in results])


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


def cross_validate(index: ClauseIndex) -> dict[str, Any] | None:
    """Measure texts that the search has not seen, of its own training texts, calibrated in folds; None where there are none.

    Harmless and touching texts weigh alike, as in the calibration.
    """
    unseen = unseen_scores(index)
    touching, rows = unseen.touching, unseen.rows
    if not touching.any() or touching.all():
        return None
    scores = unseen.scores
    cited = np.where(unseen.cited, scores, -np.inf).max(axis=1)
    ranks = (scores >= cited[:, None]).sum(axis=1)[touching]
    probabilities = cross_fitted(unseen)
    weights = unseen.weights
    first = probabilities.argmax(axis=1)
    right = unseen.cited[np.arange(len(first)), first]
    curve = reliability_curve(probabilities.max(axis=1), right, weights=weights)
    every_pair = reliability_curve(
        probabilities.ravel(), unseen.cited.ravel(), weights=np.repeat(weights, scores.shape[1])
    )
    shown = probabilities.max(axis=1) >= POSSIBLE_FROM
    ids = [clause.id for clause in index.policy]
    wrong = np.flatnonzero(touching & ~right)
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
