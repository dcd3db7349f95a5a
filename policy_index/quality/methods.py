"""What was compared: simpler ways of searching, each measured on the same texts as the one in use."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.policy.document import Policy
from policy_index.quality.evaluation import LabelledText
from policy_index.quality.metrics import FOLDS, folds, recall_at_false_alarms
from policy_index.search.index import ClauseIndex
from policy_index.search.scorer import Kernel, TrainingTexts, alike, fit
from policy_index.search.vectors import Vectors

Scored = tuple[Vectors, NDArray[np.float32]]
Method = Callable[[Vectors, TrainingTexts, Policy, Vectors], Scored]


def _last_layer(vectors: Vectors) -> Vectors:
    """Return the first view of the bundled encoder alone, which is the plain model's embedding."""
    view = vectors[:, : vectors.shape[1] // 2]
    unit: Vectors = view / np.linalg.norm(view, axis=1, keepdims=True)
    return unit


def _own_words(vectors: Vectors, training: TrainingTexts, _policy: Policy, queries: Vectors) -> Scored:
    scores = _last_layer(queries) @ _last_layer(vectors[training.exemplars_and_harmless :]).T
    return scores, scores.max(axis=1)


def _blend(vectors: Vectors, training: TrainingTexts, _policy: Policy, queries: Vectors) -> Scored:
    last = _last_layer(vectors)
    own = last[training.exemplars_and_harmless :]
    rows = training.clause_rows[: training.exemplars_and_harmless]
    centres = own.copy()
    for row in np.unique(rows[rows >= 0]):
        mean = last[: len(rows)][rows == row].mean(axis=0)
        centres[row] = 0.3 * own[row] + 0.7 * mean / np.linalg.norm(mean)
    scores = _last_layer(queries) @ (centres / np.linalg.norm(centres, axis=1, keepdims=True)).T
    return scores, scores.max(axis=1)


def _nearest(vectors: Vectors, training: TrainingTexts, _policy: Policy, queries: Vectors) -> Scored:
    cosine = _last_layer(queries) @ _last_layer(vectors).T
    clauses = range(len(training.exemplar_rows))
    scores = np.stack([cosine[:, training.clause_rows == row].max(axis=1) for row in clauses], axis=1)
    return scores, scores.max(axis=1)


def _ridge(kernel: Kernel, view: Callable[[Vectors], Vectors]) -> Method:
    def method(vectors: Vectors, training: TrainingTexts, policy: Policy, queries: Vectors) -> Scored:
        fitted = fit(view(vectors), training, policy, kernel=kernel)
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


def compare_methods(
    index: ClauseIndex, texts: dict[str, list[LabelledText]], *, cross: bool = True
) -> list[dict[str, Any]]:
    """Return for each method recall@1 and @3 in cross-validation and on held-out sets, and its detection.

    Args:
        index: What holds the exemplars and the encoder.
        texts: The held-out sets by name.
        cross: Whether to cross-validate too, which takes most of the time.
    """
    training = TrainingTexts.from_exemplars(index.policy, index.exemplars)
    vectors = index.scorer.vectors.astype(np.float32)
    queries = {name: index.encoder.encode([each.text for each in own]) for name, own in texts.items()}
    columns = index.policy.columns
    labels = {
        name: [[columns[clause_id] for clause_id in each.clause_ids or ()] for each in own]
        for name, own in texts.items()
    }
    records = []
    for title, method in METHODS.items():
        scored = {name: method(vectors, training, index.policy, own) for name, own in queries.items()}
        touching = np.concatenate([scored[name][1][_touching(own)] for name, own in texts.items()])
        harmless = np.concatenate([scored[name][1][~_touching(own)] for name, own in texts.items()])
        records.append(
            {"method": title}
            | ({"cross_validated": _cross_validated(method, vectors, training, index.policy)} if cross else {})
            | {name: _recalls(scored[name][0], labels[name]) for name, own in texts.items() if _touching(own).any()}
            | {"recall_at_5_percent_false_alarms": round(recall_at_false_alarms(touching, harmless), 4)}
        )
    return records


def _cross_validated(method: Method, vectors: Vectors, training: TrainingTexts, policy: Policy) -> list[float]:
    """Return recall@1 and @3 over all exemplars, each scored by a method that has not seen its fold."""
    rows = training.clause_rows[: training.exemplars_and_harmless]
    fold = np.concatenate([folds(rows), np.full(len(training.exemplar_rows), -1)])
    found: list[tuple[Vectors, list[list[int]]]] = []
    for number in range(FOLDS):
        kept, tested = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        tested = tested[training.clause_rows[tested] >= 0]
        part = replace(
            training,
            texts=tuple(training.texts[text] for text in kept),
            clause_rows=training.clause_rows[kept],
        )
        scores, _ = method(vectors[kept], part, policy, vectors[tested])
        found.append((scores, [[row] for row in training.clause_rows[tested]]))
    return _recalls(np.concatenate([scores for scores, _ in found]), [label for _, own in found for label in own])


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


def _touching(texts: list[LabelledText]) -> NDArray[np.bool_]:
    return np.array([each.touches for each in texts])
