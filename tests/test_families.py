"""What is said of the two sides of a clause's line, against numbers by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest
from support import LetterEncoder, letter_index

from policy_index import ClauseIndex, PolicyPack
from policy_index.quality.families import FamilyText, evaluate_families, read_families
from policy_index.search.score_table import ScoreTable


def test_a_family_is_read_as_its_texts():
    """Each side that somebody wrote, in one order; an empty one is none."""
    row = {"family": "a", "clause_ids": ["health"], "preventing": "d", "harmless": "b", "touching": "a", "refusing": ""}

    assert read_families([json.dumps(row)]) == [
        FamilyText(family="a", side=side, text=text, clause_ids=("health",))
        for side, text in (("touching", "a"), ("harmless", "b"), ("preventing", "d"))
    ]


def families(pack: PolicyPack) -> list[FamilyText]:
    """Return two families of clauses that letters find by their own words; the second is labelled with another clause."""
    first, second, third = [clause for clause in pack.policy if clause.citable and len(clause.text) > 60][:3]
    rows = [
        {
            "family": "right",
            "clause_ids": [first.id],
            "touching": first.text,
            "harmless": second.text,
            "refusing": third.text,
        },
        {"family": "wrong", "clause_ids": [first.id], "touching": second.text, "harmless": third.text},
    ]
    return read_families(map(json.dumps, rows))


def test_an_index_that_is_equally_sure_of_everything_tells_nothing_apart(pack: PolicyPack, letters: LetterEncoder):
    """0.9 for each text and clause, each text does what it speaks of: all are shown, no pair is apart, one of two is right.

    The best match is right for one of two touching texts, which weigh 0.5 together, and for none of the others, which weigh 0.4: the
    error is (0.25 * 0.1 + 0.65 * 0.9) / 0.9 = 0.678.
    """
    record = evaluate_families(letter_index(pack, letters, probability=0.9), families(pack))

    assert record["families"] == 2
    assert {side: (share["value"], share["texts"]) for side, share in record["shown"].items()} == {
        "touching": (1, 2),
        "harmless": (1, 2),
        "refusing": (1, 1),
    }
    assert record["right_clause_first"]["value"] == 0.5
    assert record["pairs_told_apart"]["value"] == 0
    assert record["stance"]["does"]["value"] == 1
    assert record["stance"]["keeps_clear"]["value"] == 0
    assert record["stance"]["not_does"]["value"] == 0
    assert record["stance"]["mean"] == 0.5
    assert record["calibration"]["ece"] == pytest.approx(0.678, abs=1e-3)
    assert 0 < record["calibration"]["least"] < 0.3


def test_pairs_shares_and_stances_by_hand(pack: PolicyPack, letters: LetterEncoder, monkeypatch: pytest.MonkeyPatch):
    """Best probabilities 0.8, 0.2, 0.1 and 0.5, 0.6: one of two touching texts above its twin; 0.3 is where texts are shown."""
    index = letter_index(pack, letters, probability=0.9)
    texts = families(pack)
    plain = ClauseIndex.score_table
    best = np.array([0.8, 0.2, 0.1, 0.5, 0.6])
    does, harmless, refuses = [0.7, 0.1, 0.1, 0.1], [0.1, 0.9, 0.0, 0.0], [0.1, 0.1, 0.7, 0.1]

    def made_up(self: ClauseIndex, each: list[str]) -> ScoreTable:
        probabilities = np.repeat(best[:, None], len(self), axis=1)
        stances = np.array([does, harmless, refuses, harmless, does])
        return replace(plain(self, each), probabilities=probabilities, mentions=probabilities, stances=stances)

    monkeypatch.setattr(ClauseIndex, "score_table", made_up)
    record = evaluate_families(index, texts)

    assert {side: share["value"] for side, share in record["shown"].items()} == {
        "touching": 1,
        "harmless": 0.5,
        "refusing": 0,
    }
    assert record["pairs_told_apart"]["value"] == 0.5
    assert record["stance"]["does"]["value"] == 0.5
    assert record["stance"]["not_does"]["value"] == record["stance"]["keeps_clear"]["value"] == 1
    assert record["stance"]["mean"] == 0.75


def test_without_probabilities_nothing_is_measured(pack: PolicyPack, letters: LetterEncoder):
    """There is no record to make."""
    assert evaluate_families(letter_index(pack, letters), families(pack)) == {}
