"""Probabilities hold, never change ranks, and are refused to a stranger."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_index import Band, ClauseIndex, load_index
from policy_index.accuracy import bundled_accuracy, leave_one_out
from policy_index.calibration import LIKELY_FROM, POSSIBLE_FROM, Calibration, bundled_calibration, calibration_file
from policy_index.errors import CalibrationError

SHIPPED = Calibration.from_json(calibration_file().read_text(encoding="utf-8"))


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


@given(st.floats(0, 1))
def test_bands_follow_the_stated_thresholds(probability: float):
    """Each threshold belongs to the band above it."""
    expected = "likely" if probability >= LIKELY_FROM else "possible" if probability >= POSSIBLE_FROM else "unlikely"

    assert Band.of(probability) == expected


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
    """From leave-one-out scores of the shipped scorer."""
    fresh = Calibration.fit(*leave_one_out(real_index), model=SHIPPED.model, key=real_index.scorer.key)

    assert fresh.key == SHIPPED.key
    assert fresh.sharpness == pytest.approx(SHIPPED.sharpness, rel=0.02)
    assert fresh.touch == pytest.approx(SHIPPED.touch, rel=0.02)
    assert fresh.beta == pytest.approx(SHIPPED.beta, rel=0.05, abs=0.02)


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
        bundled_calibration(key="another", model="my-model")


def test_the_index_that_ships_is_calibrated():
    """Every match has a probability and its band."""
    for match in load_index().search("a dating app", top_k=71).matches:
        assert match.probability is not None
        assert match.band is Band.of(match.probability)


def test_cross_validated_calibration_error_is_within_three_percent():
    """The committed record, which test_accuracy.py holds against the code's own run."""
    cross = bundled_accuracy()["cross_validated"]

    assert len(cross["reliability"]) == 15
    assert cross["ece_of_best_match"] <= 0.03
    assert cross["ece_of_every_pair"] <= 0.03
