"""What was compared: ways to search, each made without a fifth of the families and exemplars and measured on that fifth.

Every way sees the same texts and gives the same table: for each text a value for each clause, and one for "touches".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.policy.twins import Stance
from policy_index.quality.metrics import auroc
from policy_index.search.regression import alike, directions, turned
from policy_index.search.scorer import fit
from policy_index.search.training_texts import STANCES, TrainingTexts
from policy_index.search.vectors import Vectors
from policy_index.training.labelled import LabelledRow

Scored = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Values of texts for clauses, (texts, clauses), and for "touches", (texts,)."""

_DIGITS = 4

_DOES = STANCES.index(Stance.DOES)

_DIFFERENCES_RIDGE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """What the ways are made from and measured on.

    Attributes:
        training: The texts to learn from.
        families: For each of them its family.
        plain: Their vectors by the bundled model without its adapter.
        adapted: The same with an adapter that was trained on these texts alone.
        held: The texts that were held out.
        held_plain: Their vectors without the adapter.
        held_adapted: And with it.
    """

    training: TrainingTexts
    families: tuple[str, ...]
    plain: Vectors
    adapted: Vectors
    held: tuple[LabelledRow, ...]
    held_plain: Vectors
    held_adapted: Vectors


def compare_methods(fold: Fold) -> list[dict[str, Any]]:
    """Return for each method, simplest first, how often the right clause comes first and within three, and what it tells apart.

    Returns:
        Records for JSON: `method`, pairs of rates for `exemplars`, `twins` and `passages`, and AUROC of texts that touch
        a clause against their `harmless`, `refusing` and `preventing` twins.
    """
    return [{"method": name} | _measured(method(fold), fold.held) for name, method in METHODS.items()]


def methods_table(records: Sequence[Mapping[str, Any]]) -> str:
    """Return the comparison as a Markdown table: rates in percent, AUROC as it is."""
    rates, curves = ("exemplars", "twins", "passages"), ("harmless", "refusing", "preventing")
    rows = [["method", *rates, *(f"against {name}" for name in curves)], ["---"] * 7]
    rows += [
        [
            each["method"],
            *(" / ".join(f"{100 * number:.1f}" for number in each[name]) for name in rates),
            *(f"{each[name]:.2f}" for name in curves),
        ]
        for each in records
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _measured(scored: Scored, held: Sequence[LabelledRow]) -> dict[str, Any]:
    values, touches = scored
    order = np.argsort(-values, axis=1, kind="stable")
    ranks = [
        min(int(np.flatnonzero(order[place] == clause)[0]) for clause in row.clauses) if row.clauses else -1
        for place, row in enumerate(held)
    ]

    def rates(chosen: Callable[[LabelledRow], bool]) -> list[float]:
        own = np.array([rank for rank, row in zip(ranks, held, strict=True) if chosen(row)])
        return [round(float((own < most).mean()), _DIGITS) for most in (1, 3)]

    def is_twin(row: LabelledRow, stance: Stance) -> bool:
        return row.family.startswith("twin") and row.stance is stance

    does = touches[[is_twin(row, Stance.DOES) for row in held]]
    return {
        "exemplars": rates(lambda row: row.family.startswith("exemplar")),
        "twins": rates(lambda row: is_twin(row, Stance.DOES) and row.register != "passage"),
        "passages": rates(lambda row: is_twin(row, Stance.DOES) and row.register == "passage"),
    } | {
        name: round(auroc(does, touches[[is_twin(row, stance) for row in held]]), _DIGITS)
        for name, stance in (
            ("harmless", Stance.HARMLESS),
            ("refusing", Stance.REFUSES),
            ("preventing", Stance.PREVENTS),
        )
    }


def _own_words(fold: Fold) -> Scored:
    values = fold.held_plain @ fold.plain[fold.training.before_own :].T
    return values, values.max(axis=1)


def _nearest(fold: Fold) -> Scored:
    rows = np.where(_untwinned(fold), fold.training.clause_rows, -1)
    cosines = fold.held_plain @ fold.plain.T
    clauses = range(len(fold.training.exemplar_rows))
    values = np.stack([cosines[:, rows == row].max(axis=1) for row in clauses], axis=1)
    return values, values.max(axis=1)


def _ridge_without_twins(fold: Fold) -> Scored:
    kept = np.flatnonzero(_untwinned(fold))
    return _ridge(fold.plain[kept], fold.training.take(kept), fold.held_plain)


def _ridge_on_differences(fold: Fold) -> Scored:
    """Return the ridge without twins, its "touches" moved along what separates touching texts from their twins."""
    values, touches = _ridge_without_twins(fold)
    firsts = {
        family: place
        for place, family in enumerate(fold.families)
        if family.startswith("twin") and fold.training.stances[place] == _DOES
    }
    pairs = [
        (firsts[family], place)
        for place, family in enumerate(fold.families)
        if family in firsts and fold.training.stances[place] != _DOES
    ]
    apart = fold.plain[[first for first, _ in pairs]] - fold.plain[[second for _, second in pairs]]
    squares = apart.T @ apart + _DIFFERENCES_RIDGE * np.eye(apart.shape[1], dtype=np.float32)
    direction = np.linalg.solve(squares, apart.sum(axis=0))
    return values, touches + fold.held_plain @ direction


def _ridge_with_twins(fold: Fold) -> Scored:
    return _ridge(fold.plain, fold.training, fold.held_plain)


def _adapted_linear(fold: Fold) -> Scored:
    weights = fold.training.weights[:, None]
    squares = fold.adapted.T @ (weights * fold.adapted) + np.eye(fold.adapted.shape[1], dtype=np.float32)
    coefficients = np.linalg.solve(squares, fold.adapted.T @ (weights * fold.training.targets))
    return _split(fold.held_adapted @ coefficients)


def _adapted_ridge(fold: Fold) -> Scored:
    return _ridge(fold.adapted, fold.training, fold.held_adapted)


def _ridge(vectors: Vectors, training: TrainingTexts, queries: Vectors) -> Scored:
    basis = directions(vectors)
    known = turned(vectors, basis)
    return _split(alike(turned(queries, basis), known) @ fit(known, training))


def _split(values: NDArray[np.float32]) -> Scored:
    clauses = values.shape[1] - len(STANCES)
    return values[:, :clauses], values[:, clauses + _DOES]


def _untwinned(fold: Fold) -> NDArray[np.bool_]:
    """Return which training texts are no twins."""
    return np.array([not family.startswith("twin") for family in fold.families])


METHODS: Mapping[str, Callable[[Fold], Scored]] = {
    "cosine to the clause's own words": _own_words,
    "cosine to the nearest exemplar": _nearest,
    "ridge on exemplars": _ridge_without_twins,
    "the same, and a direction fitted to differences of twins": _ridge_on_differences,
    "ridge on exemplars and twins": _ridge_with_twins,
    "adapted encoder, linear ridge": _adapted_linear,
    "adapted encoder, ridge (in use)": _adapted_ridge,
}
"""What was compared, simplest first."""
