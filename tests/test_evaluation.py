"""Measures give the numbers that a hand would, and errors name the line."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_index import ClauseIndex, InputError, Policy
from policy_index.quality.evaluation import evaluate, evaluate_briefs, read_labelled, read_plans
from policy_index.quality.metrics import (
    auroc,
    brier,
    interval,
    most_confused,
    recall_at_false_alarms,
    reciprocal_ranks,
)
from policy_index.search.reliability import FOLDS, expected_calibration_error, folds, reliability_curve


def test_auroc_counts_pairs_and_half_of_ties():
    """Pairs: 3>1, 3>2, 2>1, 2=2, so 3.5 of 4."""
    assert auroc([3, 2], [1, 2]) == 3.5 / 4
    assert auroc([1], [0]) == 1
    assert auroc([0], [1]) == 0


def test_the_brier_score_is_the_mean_squared_gap():
    """(0.2^2 + 0.4^2) / 2 = 0.1."""
    assert brier(np.array([0.8, 0.4]), np.array([True, False])) == pytest.approx(0.1)


def test_folds_deal_each_label_out_evenly():
    """Ten texts of one clause and five of another: each fold has two of the first and one of the second.

    Two texts of a third clause are too few to be dealt out; they go along with the most frequent ones.
    """
    labels = np.array([0] * 10 + [1] * 5)

    fold = folds(labels)

    assert [int((fold[labels == 0] == number).sum()) for number in range(FOLDS)] == [2] * FOLDS
    assert sorted(fold[labels == 1]) == list(range(FOLDS))
    assert set(folds(np.array([0] * 13 + [2] * 2))) == set(range(FOLDS))


def test_recall_at_false_alarms_takes_the_lowest_threshold_that_few_negatives_exceed():
    """Of 100 negatives 0 to 99 five may be above: the threshold is 95 (quantile 0.95 of 0..99 is 94.05, taken higher)."""
    assert recall_at_false_alarms([94, 95, 96, 97], list(range(100))) == 0.5


def test_reciprocal_ranks_are_one_over_the_rank():
    """So their mean is the MRR: (1 + 1/2 + 1/4) / 3."""
    assert reciprocal_ranks([1, 2, 4]).mean() == pytest.approx(1.75 / 3)


def test_a_reliability_curve_has_equal_masses_and_its_error_is_the_weighted_gap():
    """15 texts, one a bin: probabilities 0.5, cited for the first 6 only, gap 0.5 each."""
    probabilities = np.full(15, 0.5)
    cited = np.arange(15) < 6

    curve = reliability_curve(probabilities, cited)

    assert [each["mass"] for each in curve] == [pytest.approx(1 / 15, abs=1e-6)] * 15
    assert expected_calibration_error(curve) == pytest.approx(0.5, abs=1e-5)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=200))
def test_masses_add_up_to_one_whatever_comes(pairs: list[tuple[float, bool]]):
    """And the error lies between 0 and 1."""
    probabilities, cited = (np.array(column) for column in zip(*pairs, strict=True))

    curve = reliability_curve(probabilities, cited)

    assert sum(each["mass"] for each in curve) == pytest.approx(1, abs=1e-4)
    assert 0 <= expected_calibration_error(curve) <= 1


def test_an_interval_holds_its_value_and_shrinks_with_more_texts():
    """Half of ten, and half of a thousand."""
    few, many = (interval(np.mean, [0, 1] * count) for count in (5, 500))

    assert few["low"] < few["value"] == 0.5 < few["high"]
    assert many["high"] - many["low"] < (few["high"] - few["low"]) / 5
    assert interval(np.mean, [0, 1] * 5) == few


def test_confused_pairs_are_counted_most_frequent_first():
    """Equal counts in the order of their names."""
    assert most_confused([("a", "b"), ("b", "a"), ("b", "a")]) == [
        {"label": "b", "found": "a", "texts": 2},
        {"label": "a", "found": "b", "texts": 1},
    ]


def test_labels_are_read_in_three_forms(policy: Policy):
    """By clauses, by category (id, name or title), by harmfulness."""
    rows = [
        {"text": "a", "clause_ids": ["health", "legal-advice"]},
        {"text": "b", "clause_ids": []},
        {"text": "c", "category": "Physical harm"},
        {"text": "d", "category": "Activity that has high risk of physical harm"},
        {"text": "e", "harmful": False},
    ]

    found = read_labelled([json.dumps(row) for row in rows], policy=policy)

    assert [each.category for each in found] == ["health", None, "physical-harm", "physical-harm", None]
    assert [each.touches for each in found] == [True, False, True, True, False]
    assert found[0].clause_ids == ("health", "legal-advice")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", 'Line 2: Expected an object such as {"text": "...", "clause_ids": ["health"]}, got “{”.'),
        ('{"clause_ids": []}', "Line 2: Expected an object such as"),
        ("1" * 5_000, "Line 2: Expected an object such as"),
        ("[" * 100_000, "Line 2: Expected an object such as"),
        ('{"text": " ", "harmful": true}', "Line 2: Expected a text with at least one visible character"),
        ('{"text": "x"}', "Line 2: Expected clause_ids (a list of ids), category (a name) or harmful (true or false)"),
        ('{"text": "x", "category": "helth"}', "Line 2: Expected a category or section of the policy, got 'helth'."),
        ('{"text": "x", "clause_ids": ["helth"]}', "Line 2: No clause has the id 'helth'; did you mean health?"),
    ],
)
def test_a_wrong_line_is_named(policy: Policy, line: str, message: str):
    """What was expected, what came, where."""
    with pytest.raises(InputError) as caught:
        read_labelled(['{"text": "good", "harmful": true}', line], policy=policy)

    assert str(caught.value).startswith(message)


def test_a_record_holds_what_the_labels_allow(real_index: ClauseIndex, policy: Policy):
    """Four texts, one of them labelled with a clause that it does not touch."""
    lines = [
        '{"text": "a dating app for farmers", "clause_ids": ["adult-content"]}',
        '{"text": "online roulette", "clause_ids": ["health"]}',
        '{"text": "how to build a bomb", "category": "physical-harm"}',
        '{"text": "bake bread", "harmful": false}',
    ]

    record = evaluate(real_index, read_labelled(lines, policy=policy))

    assert record["clauses"]["texts"] == 2
    assert record["clauses"]["recall_at_1"]["value"] == 0.5
    assert record["categories"]["texts"] == 3
    assert record["categories"]["recall_at_1"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert record["confused"] == [{"label": "health", "found": "economic-harm/gambling", "texts": 1}]
    assert record["detection"]["touching"] == 3
    assert record["detection"]["auroc"]["value"] == 1
    assert record["calibration"]["texts"] == 2


def test_without_harmless_texts_there_is_no_detection(real_index: ClauseIndex, policy: Policy):
    """Null instead of a number out of nothing."""
    labelled = read_labelled(['{"text": "online roulette", "harmful": true}'], policy=policy)

    record = evaluate(real_index, labelled)

    assert record["detection"] is None
    assert record["clauses"] is None
    assert record["calibration"] is None


def test_briefs_are_measured_by_clause(real_index: ClauseIndex):
    """One of two labelled clauses is found, and no clause is shown that neither label nor tolerance names."""
    idea = {"text": "A dating app for farmers", "clauses": ["adult-content", "health"], "acceptable": []}

    record = evaluate_briefs(real_index, read_plans([json.dumps(idea)]))

    assert (record["ideas"], record["labelled"], record["shown"]) == (1, 2, 1)
    assert record["labelled_found"]["value"] == 0.5
    assert record["shown_that_no_label_names"]["value"] == 0
    assert record["shown_beyond_the_certain"]["value"] == 0
