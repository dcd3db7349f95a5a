"""Probabilities hold, never change ranks, and are refused to a stranger."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import LetterEncoder, few_exemplars

from policy_index import Band, CalibrationError, ClauseIndex, PolicyPack, load_shelf
from policy_index.quality import unseen as unseen_file
from policy_index.quality.record import accuracy_of
from policy_index.quality.unseen import unseen_scores
from policy_index.search import calibration
from policy_index.search.calibration import Calibration, UnseenScores, shift_log_odds
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM
from policy_index.search.training_texts import STANCES

FILE = load_shelf().default.fitted("calibration.json")
SHIPPED = Calibration.from_json(FILE.read_text(encoding="utf-8"))

DOES, HARMLESS, REFUSES, PREVENTS = range(4)


@given(
    scores=st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=71),
    share=st.floats(0, 1),
)
def test_probabilities_rank_as_scores_do_and_lie_between_0_and_1(scores: list[float], share: float):
    """Monotone: a higher score never has a lower probability."""
    ordered = np.sort(np.array([scores], dtype=np.float32), axis=1)

    probabilities = SHIPPED.probabilities(ordered, np.array([share]))[0]

    assert np.all(np.diff(probabilities) >= 0)
    assert np.all((probabilities > 0) & (probabilities < 1))


@given(
    scores=st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=71),
    values=st.lists(st.floats(-2, 2, width=32), min_size=4, max_size=4),
)
def test_a_text_mentions_what_it_touches_and_has_one_stance(scores: list[float], values: list[float]):
    """The four stances make up the whole; a mention is never less sure than that the text does the act."""
    table = np.array([scores], dtype=np.float32)

    stances = SHIPPED.stances(table, np.array([values], dtype=np.float32))
    touches = SHIPPED.probabilities(table, stances[:, DOES])
    mentions = SHIPPED.probabilities(table, 1 - stances[:, HARMLESS])

    assert stances.sum() == pytest.approx(1)
    assert np.all(stances >= 0)
    assert np.all(mentions >= touches - 1e-9)


@pytest.mark.parametrize(
    ("probability", "band"),
    [(0.0, "unlikely"), (0.299, "unlikely"), (0.3, "possible"), (0.599, "possible"), (0.6, "likely"), (1.0, "likely")],
)
def test_each_threshold_belongs_to_the_band_above_it(probability: float, band: str):
    """Possible from 30 %, likely from 60 %: what the pages and README promise."""
    assert Band.of(probability) == band


PLAIN = Calibration(model="m", key="k", stance=((0.0,) * 6,) * 4, sharpness=1.0, beta=(1.0, 1.0, 0.0, 0.0))
"""Beta of (1, 1, 0, 0) leaves log-odds alone."""


def test_a_calibration_by_hand():
    """Two clauses, scores 0 and 0, half sure to touch: shares 1/2 each, p = 1/4; without log-odds each stance has 1/4."""
    scores = np.zeros((1, 2), dtype=np.float32)

    assert PLAIN.probabilities(scores, np.array([0.5])) == pytest.approx(np.array([[0.25, 0.25]]))
    assert PLAIN.stances(scores, np.ones((1, 4), dtype=np.float32)) == pytest.approx(np.full((1, 4), 0.25))


def test_how_sure_it_is_that_a_text_does_anything_counts_by_itself():
    """With the slope of log d alone, odds 1/2: p = 1/3, whatever the shares."""
    scores = np.array([[0.0, 0.9]], dtype=np.float32)

    found = replace(PLAIN, beta=(0.0, 0.0, 1.0, 0.0)).probabilities(scores, np.array([0.5]))

    assert found == pytest.approx(np.full((1, 2), 1 / 3))


def test_probabilities_that_would_fall_with_the_score_are_refused_and_a_falling_slope_is_left_out():
    """Of the slopes only that of the product is needed."""
    chance = np.random.default_rng(0)
    does, shares = chance.random(400), chance.dirichlet([1.0, 1.0], 400)
    terms, weights = calibration._terms(does, shares), np.full(400, 1 / 400)
    product = does[:, None] * shares

    a, b, of_does, _ = calibration._beta_fit(terms, product / does[:, None] ** 1.5 > chance.random((400, 2)), weights)

    assert a > 0
    assert min(b, of_does) == 0
    with pytest.raises(CalibrationError, match="fall with it"):
        calibration._beta_fit(terms, product < 0.1 * chance.random((400, 2)), weights)


def test_stances_by_hand():
    """Log-odds log 3 for a best score of 1, log 2 always, 0 and 0: of a text of best score 1, 3 to 2 to 1 to 1."""
    rows = ((0.0, 0.0, 0.0, 0.0, np.log(3), 0.0), (0.0, 0.0, 0.0, 0.0, 0.0, np.log(2)), (0.0,) * 6, (0.0,) * 6)

    found = replace(PLAIN, stance=rows).stances(np.array([[0.0, 1.0]], dtype=np.float32), np.zeros((1, 4), np.float32))

    assert found == pytest.approx(np.array([[3, 2, 1, 1]]) / 7)


def test_moving_log_odds_by_hand():
    """Odds 1 to 1 times e are e to 1; a shift of 0 changes nothing."""
    assert shift_log_odds(np.array([0.5, 0.2]), np.array([1.0, 0.0])) == pytest.approx([np.e / (1 + np.e), 0.2])


def made_up(count: int = 240) -> UnseenScores:
    """Return scores of texts that score about 1 for their clause and stance and 0 for the others; a quarter each stance."""
    random = np.random.default_rng(0)
    stances = np.arange(count) % 4
    rows = np.where(stances == HARMLESS, -1, np.arange(count) // 4 % 3)
    about = np.arange(3) == rows[:, None]
    return UnseenScores(
        scores=(0.9 * about + random.normal(0, 0.05, about.shape)).astype(np.float32),
        stance_values=(np.eye(4)[stances] + random.normal(0, 0.05, (count, 4))).astype(np.float32),
        rows=rows,
        cited=about & (stances == DOES)[:, None],
        stances=stances,
    )


def test_a_fit_is_blind_to_the_order_of_its_samples_and_recovers_certainty():
    """Texts that do an act get probabilities near 1 for its clause; all others near 0, though they mention it."""
    texts = made_up()
    order = np.random.default_rng(1).permutation(len(texts.rows))

    first = Calibration.fit(texts, model="m", key="k")
    second = Calibration.fit(texts.take(order), model="m", key="k")

    stances = first.stances(texts.scores, texts.stance_values)
    found = first.probabilities(texts.scores, stances[:, DOES])
    again = second.probabilities(texts.scores, second.stances(texts.scores, texts.stance_values)[:, DOES])
    mentions = first.probabilities(texts.scores, 1 - stances[:, HARMLESS])
    assert np.allclose(found, again, atol=1e-3)
    assert np.array_equal(stances.argmax(axis=1), texts.stances)
    assert found[texts.cited].min() > 0.9
    assert found[~texts.cited].max() < 0.1
    assert mentions.max(axis=1)[np.isin(texts.stances, (REFUSES, PREVENTS))].min() > 0.9


@pytest.mark.parametrize(
    ("stances", "weights"),
    [
        ([0, 0, 1, 2, 3], [0.25, 0.25, 0.3, 0.1, 0.1]),
        ([0, 1, 1], [0.5, 0.25, 0.25]),
        ([0, 1, 2], [0.5, 0.4, 0.1]),
    ],
)
def test_stances_weigh_as_often_as_they_are_taken_to_be(stances: list[int], weights: list[float]):
    """Half of all texts touch, whatever was written; a stance that nobody wrote gives its share to the harmless ones."""
    some = made_up().take(np.zeros(len(stances), dtype=np.int64))

    assert replace(some, stances=np.array(stances)).weights == pytest.approx(weights)


def test_a_stance_that_no_text_had_is_never_told():
    """Of texts that do or are harmless alone, none refuses or prevents."""
    texts = made_up()
    two = texts.take(texts.stances <= HARMLESS)

    found = Calibration.fit(two, model="m", key="k").stances(texts.scores, texts.stance_values)

    assert found[:, [REFUSES, PREVENTS]].max() < 1e-6
    assert np.array_equal(found[texts.stances <= HARMLESS].argmax(axis=1), two.stances)


def test_the_shipped_calibration_is_what_the_code_fits_today(real_index: ClauseIndex):
    """From the kept scores of texts that encoder and scorer had not seen; solvers end within a few percent of each other."""
    texts = unseen_scores(real_index)
    fresh = Calibration.fit(texts, model=SHIPPED.model, key=real_index.scorer.key)

    assert fresh.key == SHIPPED.key
    assert fresh.sharpness == pytest.approx(SHIPPED.sharpness, rel=0.02)
    assert fresh.beta == pytest.approx(SHIPPED.beta, rel=0.05, abs=0.02)
    assert fresh.stances(texts.scores, texts.stance_values) == pytest.approx(
        SHIPPED.stances(texts.scores, texts.stance_values), abs=0.01
    )


def test_kept_scores_are_those_of_the_packs_own_texts(real_index: ClauseIndex):
    """About a fifth of them, each stance among them; a text that does not do the act cites nothing."""
    texts = unseen_scores(real_index)
    pack = real_index.pack
    written = len(pack.twins.twins) + pack.exemplars.counts().total() + len(pack.exemplars.harmless)

    assert texts.scores.shape == texts.cited.shape == (len(texts.rows), 71)
    assert 0.15 < len(texts.rows) / written < 0.25
    assert set(texts.stances.tolist()) == set(range(len(STANCES)))
    assert np.array_equal(texts.cited.any(axis=1), texts.touching)


def test_kept_scores_come_back_and_those_of_other_texts_are_refused(pack: PolicyPack, tmp_path: Path):
    """Of another model or a much larger pack, in one sentence that says what to do; a damaged file too.

    Without a file each text is left out of the fit in turn.
    """
    there = replace(few_exemplars(pack), folder=tmp_path)
    index = ClauseIndex.from_pack(there, LetterEncoder())
    path = there.fitted(unseen_file.FILE)
    path.parent.mkdir()
    left_out = unseen_scores(index)

    unseen_file.keep(left_out, path, pack=there, encoder=index.encoder)
    kept = unseen_scores(index)
    assert kept.scores == pytest.approx(left_out.scores, abs=2e-3)
    assert np.array_equal(kept.cited, left_out.cited)
    assert np.array_equal(kept.rows, left_out.rows)

    for other, encoder in ((pack, index.encoder), (there, LetterEncoder("another"))):
        unseen_file.keep(left_out, path, pack=other, encoder=encoder)
        with pytest.raises(CalibrationError, match="run `policy-index adapt` again"):
            unseen_scores(index)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(CalibrationError, match=r"^Expected what `policy-index adapt` writes in .* it cannot be read"):
        unseen_scores(index)


def test_cross_validated_calibration_error_is_within_three_percent():
    """The record of the Accuracy page, which `policy-index measure --check` holds against today's numbers in CI."""
    record = accuracy_of(load_shelf().default)

    assert record is not None
    assert len(record["cross_validated"]["reliability"]) == 15
    assert record["cross_validated"]["ece_of_best_match"] <= 0.03
    assert record["cross_validated"]["ece_of_every_pair"] <= 0.03


def test_it_goes_through_json_and_back():
    """Readable, with the thresholds of the bands beside it."""
    record = json.loads(SHIPPED.to_json())

    assert Calibration.from_json(SHIPPED.to_json()) == SHIPPED
    assert record["likely_from"] == LIKELY_FROM
    assert record["possible_from"] == POSSIBLE_FROM


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"model": "m"}',
        '{"model": "m", "key": "k", "touch": [1, 2, 3], "sharpness": 1, "beta": [1, 1, 0, 0]}',
        '{"model": "m", "key": "k", "stance": [[1]], "sharpness": 1, "beta": [1, 1, 0, 0]}',
        '{"model": "m", "key": "k", "stance": [[0, 0, 0, 0, 0, 0]], "sharpness": 1, "beta": [1, 1, 0, 0]}',
    ],
)
def test_something_else_is_refused(content: str):
    """With what was expected; an older calibration, without stances, is something else."""
    with pytest.raises(CalibrationError, match="Expected a calibration with model"):
        Calibration.from_json(content)


def test_another_scorer_is_refused_with_a_clear_message():
    """Probabilities of one model say nothing about another's scores."""
    with pytest.raises(CalibrationError, match="not for my-model as it is here, so scores are shown without"):
        Calibration.from_file(FILE, key="another", model="my-model")


def test_a_policy_that_nobody_measured_says_so(tmp_path: Path):
    """In one sentence for people, without a path."""
    with pytest.raises(
        CalibrationError, match=r"^Nothing has been measured for this policy yet, so clauses are shown by"
    ):
        Calibration.from_file(tmp_path / "calibration.json", key="k", model="m")


def test_the_index_that_ships_is_calibrated(real_index: ClauseIndex):
    """Every match has a probability and its band."""
    for match in real_index.search("a dating app", top_k=71).matches:
        assert match.probability is not None
        assert match.band is Band.of(match.probability)
