"""What a pack's scorer is fitted to, and that its fit is the regression that it is said to be."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from support import LetterEncoder

from policy_index import ClauseIndex, Exemplar, ExemplarSet, PolicyPack, load_shelf
from policy_index.search.regression import DIRECTIONS, MANY, alike, directions, turned
from policy_index.search.scorer import RIDGE, ClauseScorer, fit, leave_one_out, scorer_key
from policy_index.search.training_texts import (
    HARMLESS_TARGET,
    OWN_WEIGHT,
    SIBLING_TARGET,
    STANCES,
    TrainingTexts,
)

ROWS = [
    Exemplar(clause_id="health", text="what is this rash"),
    Exemplar(clause_id="health", text="my knee hurts"),
    Exemplar(clause_id="malware", text="zzz virus"),
    Exemplar(clause_id=None, text="boil an egg"),
]


PACK = load_shelf().default
"""The bundled policy."""


TWINS = [
    {"family": "rash", "clause_id": "health", "stance": "does", "text": "Is this measles?", "also": ["legal-advice"]},
    {"family": "rash", "clause_id": "health", "stance": "harmless", "text": "Who discovered measles?"},
    {"family": "rash", "clause_id": "health", "stance": "refuses", "text": "We never diagnose measles"},
    {"family": "worm", "clause_id": "malware", "stance": "prevents", "text": "Scan mail for worms"},
]


@pytest.fixture
def twinned(tmp_path: Path) -> PolicyPack:
    """The bundled policy with three exemplars, a harmless text, and four twins of two clauses."""
    own = shutil.copytree(PACK.folder, tmp_path / "twinned", ignore=shutil.ignore_patterns("fitted", "*.jsonl"))
    rows = [{"clause_id": each.clause_id, "text": each.text} for each in ROWS]
    (own / "exemplars.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (own / "twins.jsonl").write_text(
        "\n".join(json.dumps({"register": "idea"} | row) for row in TWINS), encoding="utf-8"
    )
    return PolicyPack.from_folder(own)


def test_what_training_texts_should_score_by_hand(twinned: PolicyPack):
    """Whatever its stance, a text is about its clause, half-heartedly where it is harmless, and a little about its siblings."""
    training = TrainingTexts.from_pack(twinned)
    columns = twinned.policy.columns
    place = {text: number for number, text in enumerate(training.texts)}
    targets, stances = training.targets[:, :71], training.targets[:, 71:]

    assert len(training.texts) == len(place) == 4 + 4 + 71
    assert training.before_own == 8
    assert set(training.weights[:8]) == {1}
    assert set(training.weights[8:]) == {OWN_WEIGHT}
    assert [STANCES[row.argmax()] for row in stances[:8]] == [
        *("does", "does", "does", "harmless"),
        *("does", "harmless", "refuses", "prevents"),
    ]
    assert targets[place["Is this measles?"], [columns["health"], columns["legal-advice"]]].tolist() == [1, 1]
    assert targets[place["Who discovered measles?"], columns["health"]] == pytest.approx(HARMLESS_TARGET)
    assert targets[place["We never diagnose measles"], columns["health"]] == 1
    assert not targets[place["boil an egg"]].any()
    sibling = next(each for category in twinned.policy.categories for each in category.clauses[1:])
    row = targets[8 + columns[sibling.id]]
    assert row[columns[sibling.id]] == 1
    assert set(row[training.siblings[columns[sibling.id]]].tolist()) == {np.float32(SIBLING_TARGET)}


def test_leave_one_out_predictions_are_those_of_a_fit_without_the_text(twinned: PolicyPack, letters: LetterEncoder):
    """The closed form against the long way: take one text away, fit again, predict it."""
    training = TrainingTexts.from_pack(twinned)
    vectors = letters.encode(training.texts)
    predicted = leave_one_out(vectors, training)

    for left_out in range(training.before_own):
        kept = np.delete(np.arange(len(training.texts)), left_out)
        coefficients = fit(vectors[kept], training.take(kept))
        expected = alike(vectors[[left_out]], vectors[kept]) @ coefficients
        assert np.allclose(predicted[left_out], expected[0], atol=1e-4)


def test_many_vectors_are_turned_onto_their_strongest_directions_and_few_are_not():
    """Vectors of a plane in 300 dimensions lie in their first two directions, and their cosines stay."""
    random = np.random.default_rng(0)
    plane = np.linalg.qr(random.normal(size=(300, 2)))[0].T
    vectors = (random.normal(size=(MANY, 2)) @ plane).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    basis = directions(vectors)
    found = turned(vectors, basis)

    assert basis.shape == (300, DIRECTIONS)
    assert np.abs(found[:, 2:]).max() < 1e-3
    assert np.allclose(found[:50] @ found[:50].T, vectors[:50] @ vectors[:50].T, atol=1e-4)
    assert np.array_equal(basis, directions(vectors))
    assert directions(vectors[1:]).shape == (300, 0)
    assert turned(vectors, directions(vectors[1:])) is vectors


def test_the_shipped_scorer_is_what_the_code_makes_today(real_index: ClauseIndex):
    """What `policy-index build` wrote solves today's equations for policy, exemplars, twins and model; nothing is fitted again.

    Sampled rows of (K + RIDGE / weights) coefficients = targets, which has one solution, as K + RIDGE is positive definite.
    """
    training = TrainingTexts.from_pack(PACK)
    key = scorer_key(PACK, real_index.encoder)
    shipped = ClauseScorer.from_file(PACK.fitted("scorer.npz"), key=key, columns=71 + len(STANCES))
    assert shipped is not None
    assert len(shipped.vectors) == len(training.texts)

    some = np.arange(0, len(training.texts), 97)
    encoded = real_index.encoder.encode([training.texts[row] for row in some])
    assert np.allclose(shipped.vectors[some], turned(encoded, shipped.basis), atol=2e-3)
    assert np.allclose(shipped.basis.T @ shipped.basis, np.eye(DIRECTIONS), atol=1e-4)
    assert np.square(encoded @ shipped.basis).sum(axis=1).mean() > 0.87

    rows = np.arange(0, len(training.texts), 11)
    known = shipped.vectors.astype(np.float32)
    noise = (RIDGE / training.weights)[rows, None] * shipped.coefficients[rows]
    assert np.allclose(alike(known[rows], known) @ shipped.coefficients + noise, training.targets[rows], atol=5e-3)


def test_a_change_of_model_exemplars_or_twins_takes_no_stale_scorer(twinned: PolicyPack):
    """Each has a key of its own, the same pack elsewhere has the same."""
    bare = PACK.with_exemplars(ExemplarSet.from_rows(ROWS, policy=PACK.policy))
    fewer = PACK.with_exemplars(ExemplarSet.from_rows(ROWS[1:], policy=PACK.policy))
    keys = {
        scorer_key(bare, LetterEncoder()),
        scorer_key(bare, LetterEncoder("letters-2")),
        scorer_key(fewer, LetterEncoder()),
        scorer_key(twinned, LetterEncoder()),
    }

    assert len(keys) == 4
    (twinned.folder / "twins.jsonl").unlink()
    assert scorer_key(PolicyPack.from_folder(twinned.folder), LetterEncoder()) == scorer_key(bare, LetterEncoder())
