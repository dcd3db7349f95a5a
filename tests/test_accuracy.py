"""What is measured today is good enough, and the committed record says what is measured today."""

from typing import Any

import pytest
from support import CLONE

from policy_index import ClauseIndex
from policy_index.policy.exemplars import folded_text
from policy_index.quality.accuracy import held_out, held_out_languages, held_out_plans
from policy_index.quality.evaluation import evaluate, evaluate_briefs
from policy_index.quality.families import evaluate_families, read_families
from policy_index.quality.record import accuracy_of, compared_methods, differences, shares_shown
from policy_index.training.comparing import METHODS, methods_table


@pytest.fixture(scope="module")
def measured(real_index: ClauseIndex) -> dict[str, Any]:
    """Every held-out set, measured now."""
    texts = held_out(real_index.pack)
    everything = [each for own in texts.values() for each in own]
    return {name: evaluate(real_index, own) for name, own in (texts | {"all": everything}).items()}


@pytest.fixture(scope="module")
def committed(real_index: ClauseIndex) -> Any:
    """The record of the Accuracy page."""
    record = accuracy_of(real_index.pack)
    assert record is not None
    return record


def test_the_record_belongs_to_the_shipped_scorer(real_index: ClauseIndex, committed: Any):
    """Model, adapter, policy, exemplars, twins and settings: the digest of all of them; and the methods are those compared."""
    assert committed["scorer"] == real_index.scorer.key
    assert committed["methods"] == compared_methods(real_index.pack)
    assert [each["method"] for each in committed["methods"]] == list(METHODS)


@pytest.mark.parametrize(
    ("name", "first", "third"), [("ideas", 0.93, 0.98), ("goals", 0.90, 0.97), ("keywords", 0.90, 0.96)]
)
def test_the_right_clause_comes_first_or_within_three(measured: dict[str, Any], name: str, first: float, third: float):
    """Floors that may only rise."""
    assert measured[name]["clauses"]["recall_at_1"]["value"] >= first
    assert measured[name]["clauses"]["recall_at_3"]["value"] >= third


def test_touching_texts_are_shown_a_clause_and_harmless_ones_are_not(measured: dict[str, Any]):
    """At the band `possible`; floors that may only rise."""
    detection = measured["all"]["detection"]

    assert detection["shown_touching"]["value"] >= 0.90
    assert detection["shown_harmless"]["value"] <= 0.05


def test_the_record_says_what_is_measured_today(measured: dict[str, Any], committed: Any):
    """One text more or less at the edge of a threshold is rounding on another processor."""
    for part, names in {
        "clauses": ("recall_at_1", "recall_at_3", "mrr"),
        "categories": ("recall_at_1", "recall_at_3", "mrr"),
        "detection": ("auroc", "shown_touching", "shown_harmless"),
    }.items():
        for name in names:
            said = committed["heldout"]["all"][part][name]["value"]
            assert measured["all"][part][name]["value"] == pytest.approx(said, abs=0.004), (part, name)
    ece = committed["heldout"]["all"]["calibration"]["ece"]
    assert measured["all"]["calibration"]["ece"] == pytest.approx(ece, abs=0.01)


def test_whole_plans_are_read_well_and_the_record_says_how_well(real_index: ClauseIndex, committed: Any):
    """Nine in ten labelled clauses shown, one in five of those shown named by no label."""
    fresh = evaluate_briefs(real_index, held_out_plans(real_index.pack))

    assert fresh["labelled_found"]["value"] >= 0.87
    assert fresh["shown_that_no_label_names"]["value"] <= 0.2
    for name in ("labelled_found", "shown_that_no_label_names", "shown_beyond_the_certain"):
        assert fresh[name]["value"] == pytest.approx(committed["briefs"][name]["value"], abs=0.04), name


def test_both_sides_of_a_line_are_told_apart_as_the_record_says(real_index: ClauseIndex, committed: Any):
    """Families by writers who saw no training text: nineteen touching texts in twenty above their harmless twins."""
    fresh = evaluate_families(real_index, read_families(real_index.pack.held_out("families")))

    said = committed["families"]
    assert fresh["families"] == said["families"]
    assert fresh["pairs_told_apart"]["value"] >= 0.95
    assert fresh["shown"]["touching"]["value"] >= 0.9
    for name in ("pairs_told_apart", "right_clause_first"):
        assert fresh[name]["value"] == pytest.approx(said[name]["value"], abs=0.01), name
    for side, share in said["shown"].items():
        assert fresh["shown"][side]["value"] == pytest.approx(share["value"], abs=0.02), side
    assert fresh["stance"]["mean"] == pytest.approx(said["stance"]["mean"], abs=0.01)
    assert fresh["calibration"]["ece"] == pytest.approx(said["calibration"]["ece"], abs=0.01)


def test_other_languages_are_found_less_well_than_english(real_index: ClauseIndex, measured: dict[str, Any]):
    """What the page warns of, measured now."""
    texts = held_out_languages(real_index.pack)

    assert list(texts) == ["German", "French", "Spanish", "Chinese"]
    found = evaluate(real_index, [each for own in texts.values() for each in own])
    assert found["clauses"]["recall_at_1"]["value"] < measured["all"]["clauses"]["recall_at_1"]["value"]


def test_no_held_out_text_is_among_the_exemplars(real_index: ClauseIndex):
    """Measured on what was not trained on."""
    exemplars = real_index.exemplars
    texts = [*exemplars.harmless, *(text for own in exemplars.by_clause.values() for text in own)]
    folded = {folded_text(text).rstrip(".?!") for text in texts}

    for own in held_out(real_index.pack).values():
        assert own
        for each in own:
            assert folded_text(each.text).rstrip(".?!") not in folded


def test_a_record_is_held_against_what_is_measured_now():
    """`policy-index measure --check`, which CI runs over everything, names each number that is off."""
    said = {
        "heldout": {"all": {"recall": {"value": 0.95}}},
        "methods": [{"method": "a", "ideas": [0.9, 1.0]}],
        "scorer": "k",
    }
    close = {
        "heldout": {"all": {"recall": {"value": 0.953}}},
        "methods": [{"method": "a", "ideas": [0.9, 1.0]}],
        "scorer": "k",
    }
    off = {
        "heldout": {"all": {"recall": {"value": 0.9}}},
        "methods": [{"method": "b", "ideas": [0.9, 1.0]}],
        "scorer": "k",
    }

    assert differences(said, close, tolerance=0.01) == []
    assert differences(said, off, tolerance=0.01) == [
        "heldout.all.recall.value: 0.95 in the record, 0.9 now",
        "methods.0.method: 'a' in the record, 'b' now",
    ]


def test_the_method_in_use_beats_every_simpler_one(real_index: ClauseIndex):
    """Or else a simpler one should be in use: on passages, for which it was made, and against every kind of twin.

    On single texts plain ridge may be as good: with 24,403 of them it has 0.4 % more of the twins right.
    """
    *rivals, used = compared_methods(real_index.pack)

    for rival in rivals:
        assert used["passages"][0] > rival["passages"][0] + 0.05, rival["method"]
        for name in ("exemplars", "twins"):
            assert used[name][0] > rival[name][0] - 0.01, (rival["method"], name)
        for name in ("harmless", "refusing", "preventing"):
            assert used[name] > rival[name], (rival["method"], name)


def test_readmes_table_of_methods_is_the_one_that_was_compared(real_index: ClauseIndex):
    """Line by line, as `policy-index adapt` prints it."""
    table = methods_table(compared_methods(real_index.pack))

    assert table in (CLONE / "README.md").read_text(encoding="utf-8")


def test_shares_shown_by_hand():
    """Of touching texts with 0.2 and 0.9 one reaches 0.5, of one harmless text with 0.5 all do."""
    record = {"heldout_probabilities": {"touching": [0.2, 0.9], "harmless": [0.5]}}

    assert shares_shown(record, 0.5) == (0.5, 1.0)
    assert shares_shown(record, 0.0) == (1.0, 1.0)
