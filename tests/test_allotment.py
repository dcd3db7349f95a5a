"""A policy far from AI use, the rules of an allotment garden: what five examples a rule are worth.

Rules and examples are by one author. The held-out texts, `data/allotment/heldout.jsonl`, are by somebody else, who saw the rules and
not the examples; of their 128 texts the 24 that had four words in a row in common with an example of their rule were left out.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from other_policies import pack_of

from policy_index import ClauseIndex, ExemplarSet, PolicyPack
from policy_index.quality.evaluation import read_labelled
from policy_index.search.vectors import Encoder

DATA = Path(__file__).parent / "data" / "allotment"
RULES = pack_of((DATA / "policy.md").read_text(encoding="utf-8"), pack_id="allotment")
EXAMPLES = ExemplarSet.from_jsonl((DATA / "exemplars.jsonl").read_text(encoding="utf-8"), policy=RULES.policy)
HELD_OUT = DATA / "heldout.jsonl"
A_RULE = 5


Labelled = list[tuple[str, tuple[str, ...]]]
"""Texts, each with the rules any of which is right."""


def ranks(pack: PolicyPack, encoder: Encoder, labelled: Labelled) -> NDArray[np.int64]:
    """Return the rank of the right rule for each text, counted from 1; of several right ones the best."""
    table = ClauseIndex.from_pack(pack, encoder).score_table([text for text, _ in labelled])
    return np.array(
        [
            min(int((row >= row[pack.policy.columns[rule]]).sum()) for rule in right)
            for row, (_, right) in zip(table.scores, labelled, strict=True)
        ]
    )


def test_there_are_five_examples_for_each_of_some_thirty_rules():
    """The sentence above the first heading is no rule."""
    counted = [len(EXAMPLES.by_clause[clause.id]) for clause in RULES.policy]

    assert sorted(counted) == [0] + 32 * [A_RULE]


def test_an_example_that_is_left_out_is_found_first_more_often_by_the_other_four(real_index: ClauseIndex):
    """Each of the five in turn, of all rules at once: 0.38 against 0.31 by the places alone, of 160 texts."""
    first: dict[str, list[NDArray[np.int64]]] = {"with": [], "without": []}
    for left in range(A_RULE):
        texts = [(own[left], (rule,)) for rule, own in EXAMPLES.by_clause.items() if own]
        others = {rule: (*own[:left], *own[left + 1 :]) for rule, own in EXAMPLES.by_clause.items()}
        taught = RULES.with_exemplars(ExemplarSet(by_clause=others, harmless=()))
        first["with"].append(ranks(taught, real_index.encoder, texts))
        first["without"].append(ranks(RULES, real_index.encoder, texts))

    share = {name: float((np.concatenate(found) == 1).mean()) for name, found in first.items()}
    assert share["with"] >= share["without"] + 0.03


def runs(text: str) -> set[tuple[str, ...]]:
    """Return every four words in a row of a text."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[place : place + 4]) for place in range(len(words) - 3)}


def test_five_examples_a_rule_are_worth_twelve_points_within_three(real_index: ClauseIndex):
    """On texts by somebody else, who did not have the examples: none has four words in a row with one of its rule in common."""
    rows = read_labelled(HELD_OUT.read_text(encoding="utf-8").splitlines(), policy=RULES.policy)
    texts = [(row.text, row.clause_ids) for row in rows if row.clause_ids]
    encoder = real_index.encoder

    without, with_them = (
        float((ranks(pack, encoder, texts) <= 3).mean()) for pack in (RULES, RULES.with_exemplars(EXAMPLES))
    )

    assert with_them >= without + 0.12, (without, with_them)
    for text, right in texts:
        for rule in right:
            assert not [each for each in EXAMPLES.by_clause[rule] if runs(each) & runs(text)], text
