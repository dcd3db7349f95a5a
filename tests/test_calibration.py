"""Probabilities hold, never change ranks, and are refused to a stranger."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_index import Band, CalibrationError, ClauseIndex, load_shelf
from policy_index.quality.accuracy import leave_one_out
from policy_index.quality.record import accuracy_of
from policy_index.search.calibration import Calibration, shift_log_odds
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM

FILE = load_shelf().default.fitted("calibration.json")
SHIPPED = Calibration.from_json(FILE.read_text(encoding="utf-8"))


@given(
    scores=st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=71),
    touch=st.floats(-1, 2, width=32),
)
def test_probabilities_rank_as_scores_do_and_lie_between_0_and_1(scores: list[float], touch: float):
    """Monotone: a higher score never has a lower probability."""
    ordered = np.sort(np.array([scores], dtype=np.float32), axis=1)

    probabilities = SHIPPED.probabilities(ordered, np.array([touch], dtype=np.float32))[0]

    assert np.all(np.diff(probabilities) >= 0)
    assert np.all((probabilities > 0) & (probabilities < 1))


@pytest.mark.parametrize(
    ("probability", "band"),
    [(0.0, "unlikely"), (0.299, "unlikely"), (0.3, "possible"), (0.599, "possible"), (0.6, "likely"), (1.0, "likely")],
)
def test_each_threshold_belongs_to_the_band_above_it(probability: float, band: str):
    """Possible from 30 %, likely from 60 %: what the pages and README promise."""
    assert Band.of(probability) == band


def test_a_calibration_by_hand():
    """Two clauses, touch 0, scores 0 and 0: touch probability 1/2, shares 1/2, p = 1/4; beta (1, 1, 0) leaves log-odds alone."""
    plain = Calibration(model="m", key="k", touch=(0.0, 0.0, 0.0), sharpness=1.0, beta=(1.0, 1.0, 0.0))

    found = plain.probabilities(np.zeros((1, 2), dtype=np.float32), np.zeros(1, dtype=np.float32))

    assert found == pytest.approx(np.array([[0.25, 0.25]]))


def test_moving_log_odds_by_hand():
    """Odds 1 to 1 times e are e to 1; a shift of 0 changes nothing."""
    assert shift_log_odds(np.array([0.5, 0.2]), np.array([1.0, 0.0])) == pytest.approx([np.e / (1 + np.e), 0.2])


def test_a_fit_is_blind_to_the_order_of_its_samples_and_recovers_certainty():
    """Texts that score 1 for their clause and 0 for others get probabilities near 1; harmless ones near 0."""
    rows = np.array([0, 1, 2, -1, -1, -1] * 20)
    random = np.random.default_rng(0)
    scores = (0.9 * (np.arange(3) == rows[:, None]) + random.normal(0, 0.05, (120, 3))).astype(np.float32)
    touches = ((rows >= 0) + random.normal(0, 0.05, 120)).astype(np.float32)
    order = random.permutation(120)

    first = Calibration.fit(scores, touches, rows, model="m", key="k")
    second = Calibration.fit(scores[order], touches[order], rows[order], model="m", key="k")

    assert np.allclose(first.probabilities(scores, touches), second.probabilities(scores, touches), atol=1e-3)
    found = first.probabilities(scores, touches)
    assert found[rows >= 0].max(axis=1).min() > 0.9
    assert found[rows < 0].max() < 0.1


def test_the_shipped_calibration_is_what_the_code_fits_today(real_index: ClauseIndex):
    """From leave-one-out scores of the shipped scorer; least squares end within two percent of each other anywhere."""
    fresh = Calibration.fit(*leave_one_out(real_index), model=SHIPPED.model, key=real_index.scorer.key)

    assert fresh.key == SHIPPED.key
    assert fresh.sharpness == pytest.approx(SHIPPED.sharpness, rel=0.02)
    assert fresh.touch == pytest.approx(SHIPPED.touch, rel=0.02)
    assert fresh.beta == pytest.approx(SHIPPED.beta, rel=0.05, abs=0.02)


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


@pytest.mark.parametrize("content", ["", "[]", '{"model": "m"}', '{"model": "m", "key": "k", "touch": [1]}'])
def test_something_else_is_refused(content: str):
    """With what was expected."""
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
