"""The numbers of the Accuracy page: measured from package data alone, and kept in a file that ships."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.calibration import LIKELY_FROM, POSSIBLE_FROM, Calibration
from policy_index.document import PolicyDocument
from policy_index.encoder import Vectors
from policy_index.evaluation import (
    LabelledIdea,
    LabelledText,
    best,
    evaluate,
    evaluate_briefs,
    expected_calibration_error,
    most_confused,
    read_ideas,
    read_labelled,
    recall_at_false_alarms,
    reliability_curve,
)
from policy_index.export import policy_record
from policy_index.index import ClauseIndex
from policy_index.scorer import Kernel, TrainingTexts, alike, cosines, fit

SETS = {
    "ideas": "Product ideas and prompts",
    "goals": "Harmful goals, as red-teamers write them",
    "keywords": "Single keywords of other policies",
    "harmless": "Harmless texts, most of them look-alikes",
}
"""The held-out sets by name, and what they are."""

FOLDS = 5

Scored = tuple[Vectors, NDArray[np.float32]]
Method = Callable[[Vectors, TrainingTexts, PolicyDocument, Vectors], Scored]


def held_out(document: PolicyDocument) -> dict[str, list[LabelledText]]:
    """Return the held-out texts by set: written by people who had not seen the exemplars, never trained on."""
    lines: dict[str, list[str]] = {name: [] for name in SETS}
    for line in _data("heldout.jsonl"):
        lines[json.loads(line)["set"]].append(line)
    return {name: read_labelled(own, document=document) for name, own in lines.items()}


def held_out_ideas() -> list[LabelledIdea]:
    """Return the held-out product ideas: several paragraphs each, by people who had not seen the exemplars."""
    return read_ideas(_data("heldout_ideas.jsonl"))


def held_out_languages(document: PolicyDocument) -> dict[str, list[LabelledText]]:
    """Return held-out texts in languages that the model does not know, by language."""
    lines: dict[str, list[str]] = {}
    for line in _data("heldout_languages.jsonl"):
        lines.setdefault(json.loads(line)["set"], []).append(line)
    return {language: read_labelled(own, document=document) for language, own in lines.items()}


def _data(name: str) -> list[str]:
    return (files("policy_index") / "data" / name).read_text(encoding="utf-8").splitlines()


def measure(index: ClauseIndex) -> dict[str, Any]:
    """Measure the index and its rivals; takes about two minutes.

    Returns:
        A record for JSON: what was measured (`model`, `policy`, `scorer`, `exemplars`), `heldout` by set,
        `heldout_probabilities` for the threshold, `briefs` of long texts, other `languages`, `cross_validated`, and the comparison of `methods`.
    """
    texts = held_out(index.document)
    together = [each for own in texts.values() for each in own]
    results = index.search_many([each.text for each in together], top_k=1)
    chances = [round(best(result), 4) for result in results]
    return {
        "model": index.encoder.name,
        "policy": policy_record(index.document),
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
        "briefs": evaluate_briefs(index, held_out_ideas()),
        "languages": _languages(index),
        "cross_validated": cross_validate(index),
        "methods": compare_methods(index, texts),
    }


def _languages(index: ClauseIndex) -> list[dict[str, Any]]:
    """Return for each other language, and for all together, how often the right clause comes first and what is shown."""
    texts = held_out_languages(index.document)
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


def shares_shown(record: dict[str, Any], threshold: float) -> tuple[float, float]:
    """Return the shares of held-out touching and harmless texts whose best probability reaches the threshold."""
    chances = record["heldout_probabilities"]
    touching, harmless = (np.asarray(chances[name]) for name in ("touching", "harmless"))
    return float((touching >= threshold).mean()), float((harmless >= threshold).mean())


def cross_validate(index: ClauseIndex) -> dict[str, Any]:
    """Score every exemplar and harmless text by a scorer fitted without it, and calibrate in folds.

    Harmless and touching texts weigh alike, as in the calibration.
    """
    scores, touches, rows = leave_one_out(index)
    touching = rows >= 0
    ranks = np.array([(scores[text] >= scores[text, rows[text]]).sum() for text in np.flatnonzero(touching)])
    probabilities = np.zeros(scores.shape)
    fold = _folds(rows)
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
    ids = [clause.id for clause in index.document]
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
    training = TrainingTexts.from_exemplars(index.document, index.exemplars)
    fitted = fit(index.scorer.vectors.astype(np.float32), training, index.document)
    values = fitted.leave_one_out[: training.exemplars_and_harmless]
    return cosines(values[:, :-1]), values[:, -1], training.clause_rows[: training.exemplars_and_harmless]


# The rivals


def _last_layer(vectors: Vectors) -> Vectors:
    """Return the first view of the bundled encoder alone, which is the plain model's embedding."""
    view = vectors[:, : vectors.shape[1] // 2]
    unit: Vectors = view / np.linalg.norm(view, axis=1, keepdims=True)
    return unit


def _own_words(vectors: Vectors, training: TrainingTexts, _document: PolicyDocument, queries: Vectors) -> Scored:
    scores = _last_layer(queries) @ _last_layer(vectors[training.exemplars_and_harmless :]).T
    return scores, scores.max(axis=1)


def _blend(vectors: Vectors, training: TrainingTexts, _document: PolicyDocument, queries: Vectors) -> Scored:
    last = _last_layer(vectors)
    own = last[training.exemplars_and_harmless :]
    rows = training.clause_rows[: training.exemplars_and_harmless]
    centres = own.copy()
    for row in np.unique(rows[rows >= 0]):
        mean = last[: len(rows)][rows == row].mean(axis=0)
        centres[row] = 0.3 * own[row] + 0.7 * mean / np.linalg.norm(mean)
    scores = _last_layer(queries) @ (centres / np.linalg.norm(centres, axis=1, keepdims=True)).T
    return scores, scores.max(axis=1)


def _nearest(vectors: Vectors, training: TrainingTexts, _document: PolicyDocument, queries: Vectors) -> Scored:
    cosine = _last_layer(queries) @ _last_layer(vectors).T
    clauses = range(len(training.exemplar_rows))
    scores = np.stack([cosine[:, training.clause_rows == row].max(axis=1) for row in clauses], axis=1)
    return scores, scores.max(axis=1)


def _ridge(kernel: Kernel, view: Callable[[Vectors], Vectors]) -> Method:
    def method(vectors: Vectors, training: TrainingTexts, document: PolicyDocument, queries: Vectors) -> Scored:
        fitted = fit(view(vectors), training, document, kernel=kernel)
        values = kernel(view(queries), view(vectors)) @ fitted.coefficients
        return values[:, :-1], values[:, -1] + values[:, :-1].max(axis=1)

    return method


def _cosine(a: Vectors, b: Vectors) -> Vectors:
    result: Vectors = a @ b.T
    return result


METHODS: dict[str, Method] = {
    "cosine to the clause's own words": _own_words,
    "cosine to the nearest exemplar": _nearest,
    "cosine to a blend: 0.3 own words, 0.7 mean of the exemplars": _blend,
    "ridge regression, linear, last layer": _ridge(_cosine, _last_layer),
    "ridge regression, RBF kernel, last layer": _ridge(alike, _last_layer),
    "ridge regression, RBF kernel, last and middle layer (in use)": _ridge(alike, lambda vectors: vectors),
}
"""What was compared, simplest first."""


def compare_methods(index: ClauseIndex, texts: dict[str, list[LabelledText]]) -> list[dict[str, Any]]:
    """Return for each method recall@1 and @3 in cross-validation and on held-out sets, and its detection."""
    training = TrainingTexts.from_exemplars(index.document, index.exemplars)
    vectors = index.scorer.vectors.astype(np.float32)
    rows = training.clause_rows[: training.exemplars_and_harmless]
    fold = np.concatenate([_folds(rows), np.full(len(training.exemplar_rows), -1)])
    queries = {name: index.encoder.encode([each.text for each in own]) for name, own in texts.items()}
    place = {clause.id: row for row, clause in enumerate(index.document)}
    labels = {
        name: [[place[clause_id] for clause_id in each.clause_ids or ()] for each in own] for name, own in texts.items()
    }
    records = []
    for title, method in METHODS.items():
        cross: list[tuple[Vectors, list[list[int]]]] = []
        for number in range(FOLDS):
            kept, tested = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            tested = tested[training.clause_rows[tested] >= 0]
            part = replace(
                training,
                texts=tuple(training.texts[text] for text in kept),
                clause_rows=training.clause_rows[kept],
            )
            scores, _ = method(vectors[kept], part, index.document, vectors[tested])
            cross.append((scores, [[row] for row in training.clause_rows[tested]]))
        scored = {name: method(vectors, training, index.document, own) for name, own in queries.items()}
        touching = np.concatenate([scored[name][1] for name in SETS if name != "harmless"])
        records.append(
            {
                "method": title,
                "cross_validated": _recalls(
                    np.concatenate([scores for scores, _ in cross]), [label for _, own in cross for label in own]
                ),
                **{name: _recalls(scored[name][0], labels[name]) for name in SETS if name != "harmless"},
                "recall_at_5_percent_false_alarms": round(recall_at_false_alarms(touching, scored["harmless"][1]), 4),
            }
        )
    return records


def _recalls(scores: Vectors, labels: list[list[int]]) -> list[float]:
    """Return recall@1 and recall@3, any label counting as right."""
    order = np.argsort(-scores, axis=1)[:, :3]
    return [
        round(
            float(
                np.mean([bool(set(own) & set(found[:k])) for own, found in zip(labels, order.tolist(), strict=True)])
            ),
            4,
        )
        for k in (1, 3)
    ]


def _folds(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Deal the texts of each clause out over the folds, in a fixed random order."""
    random = np.random.default_rng(0)
    fold = np.zeros(len(rows), dtype=np.int64)
    for row in np.unique(rows):
        own = random.permutation(np.flatnonzero(rows == row))
        fold[own] = np.arange(len(own)) % FOLDS
    return fold


def accuracy_file() -> Traversable:
    """Return the package's record of what was measured, written by `policy-index measure`."""
    return files("policy_index") / "data" / "accuracy.json"


@cache
def bundled_accuracy() -> dict[str, Any]:
    """Return the record that ships; the same object at every call."""
    record: dict[str, Any] = json.loads(accuracy_file().read_text(encoding="utf-8"))
    return record
