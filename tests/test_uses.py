"""Sentences that name several uses, as they are measured."""

import json
from dataclasses import replace

import numpy as np
import pytest
from support import LetterEncoder, letter_index

from policy_index import PolicyPack, write_brief
from policy_index.brief import writing
from policy_index.brief.passages import split_text
from policy_index.quality.uses import evaluate_uses, read_uses

TEXT = "A planner that prints weekly menus for families, and that runs blackjack tables for money."


def test_the_only_sentence_of_a_text_keeps_its_probability(pack: PolicyPack):
    """Its parts are chances to be wrong, and have less; they take nothing from the whole."""
    index = letter_index(pack, LetterEncoder(), probability=0.7)

    brief = write_brief(index, TEXT)

    assert {round(entry.likelihood.value, 6) for entry in brief.entries} == {0.7}
    assert {entry.passages[0].text for entry in brief.entries} == {TEXT}


def test_parts_say_nothing_where_there_are_no_probabilities(pack: PolicyPack):
    """Their scores could not be lowered, and each would be a chance to be wrong."""
    brief = write_brief(letter_index(pack, LetterEncoder()), TEXT)

    assert {each.passages[0].text for each in (*brief.entries, *brief.rest)} == {TEXT}


@pytest.mark.parametrize(("refuses", "lowered"), [(-9.0, {-2.0, -2.45}), (9.0, {-50.0})])
def test_parts_of_a_sentence_that_refuses_say_nothing(pack: PolicyPack, refuses: float, lowered: set[float]):
    """“Refuses to write malware, and to run blackjack tables” runs none."""
    index = letter_index(pack, LetterEncoder(), probability=0.4)
    assert index.calibration is not None
    stance = tuple((*row[:-1], refuses if place == 2 else 0.0) for place, row in enumerate(index.calibration.stance))
    index.calibration = replace(index.calibration, stance=stance)
    passages = split_text(TEXT, index.encoder).passages

    shifts = writing._shifts(index, passages, index.score_table([each.text for each in passages]))

    of_parts = shifts[[each.is_part for each in passages]]
    assert set(np.unique(of_parts.round(4)).tolist()) == lowered
    assert not shifts[0].any()


def test_an_item_under_a_line_is_not_taken_apart():
    """“We never do any of this:” is the line's to say."""
    split = split_text(f"We never build any of these things:\n- {TEXT}", LetterEncoder())

    assert not any(each.is_part for each in split.passages)


@pytest.mark.parametrize(("probability", "shown"), [(0.7, 1.0), (0.1, 0.0)])
def test_uses_found_and_clauses_shown_by_mistake_are_counted(pack: PolicyPack, probability: float, shown: float):
    """Of a search that shows everything, and of one that shows nothing."""
    index = letter_index(pack, LetterEncoder(), probability=probability)
    rows = [
        {"text": TEXT, "uses": [["economic-harm/gambling", "economic-harm"]]},
        {"text": "It bakes bread, and it sells it to the neighbours.", "uses": []},
    ]

    measured = evaluate_uses(index, read_uses(map(json.dumps, rows)))

    assert (measured["texts"], measured["uses"]) == (2, 1)
    assert measured["found"]["value"] == shown
    assert (measured["wrong"] is None) == (shown == 0)
    assert measured["harmless_shown"]["value"] == shown


def test_the_held_out_sentences_name_clauses_of_the_policy(pack: PolicyPack):
    """In twenty of them no use touches it."""
    sentences = read_uses(pack.held_out("uses"))

    named = {clause_id for each in sentences for use in each.uses for clause_id in use}
    assert named <= set(pack.policy.columns)
    assert len(sentences) == len({each.text for each in sentences}) == 90
    assert sum(not each.uses for each in sentences) == 20
