"""Twins show both sides of every clause's line; the file is sound, and none of its texts is measured with."""

import json
from collections import Counter
from pathlib import Path

import pytest

from policy_index import Policy, PolicyPack, TwinError
from policy_index.policy.exemplars import folded_text
from policy_index.policy.twins import Stance, TwinSet

GOOD = {"family": "a", "clause_id": "health", "stance": "does", "register": "prompt", "text": "Do I have measles?"}


def test_every_citable_clause_has_sixty_families_with_both_sides_of_its_line(pack: PolicyPack):
    """And in a third of them a text that refuses or prevents the act; review moved a few to another clause or side."""
    for clause in pack.policy:
        if clause.citable:
            families = pack.twins.pairs(clause.id)
            kept_clear = [each for each in families if each[-1].stance in {Stance.REFUSES, Stance.PREVENTS}]
            assert len(families) >= 58, clause.id
            assert len(kept_clear) >= 0.26 * min(len(families), 60), clause.id


def test_the_registers_that_people_write_in_are_there(pack: PolicyPack):
    """Prompts, ideas, roundabout sentences of plans, notes, keywords, slang, disguised spellings, code, whole passages."""
    counts = Counter(twin.register for twin in pack.twins.twins)

    assert set(counts) == {"prompt", "idea", "plan", "notes", "keyword", "slang", "leet", "code", "passage"}
    assert counts["passage"] >= 1_900
    assert len(pack.twins.twins) >= 10_000


def test_no_twin_is_an_exemplar_or_a_text_to_measure_or_choose_with(pack: PolicyPack):
    """Different people wrote them, who did not see each other's."""
    twins = {folded_text(twin.text) for twin in pack.twins.twins}
    exemplars = {folded_text(text) for own in pack.exemplars.by_clause.values() for text in own}
    others: set[str] = set()
    for name in ("", "families", "everyday", "plans", "long_plans"):
        rows = [json.loads(line) for line in pack.held_out(name)]
        assert rows, name
        others |= {folded_text(value) for row in rows for value in row.values() if isinstance(value, str)}

    assert not twins & (exemplars | set(map(folded_text, pack.exemplars.harmless)))
    assert not {text for text in twins & others if len(text.split()) > 3}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "{",
            "Line 2 of the twins: expected family, clause_id, stance (does, harmless, refuses, prevents), register and text",
        ),
        ({"stance": "likes"}, "got ValueError: 'likes' is not a valid Stance."),
        (
            {"clause_id": "helth"},
            "Line 2 of the twins: expected a text and clauses of this policy, got the clause 'helth'.",
        ),
        ({"also": ["helth"]}, "got the clause 'helth'."),
        ({"text": " "}, "got a blank text."),
        ({"text": "do i have  MEASLES?"}, "Line 2 of the twins: expected a new text, got the one of line 1 again."),
    ],
)
def test_a_wrong_line_is_one_sentence(policy: Policy, row: str | dict[str, object], message: str):
    """With its number."""
    second = row if isinstance(row, str) else json.dumps(GOOD | {"text": "Have I measles?"} | row)

    with pytest.raises(TwinError) as caught:
        TwinSet.from_jsonl(f"{json.dumps(GOOD)}\n{second}\n", policy=policy)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_policy_without_twins_has_none(packs_folder: Path):
    """And no other policy's."""
    acme = PolicyPack.from_folder(packs_folder / "acme-aup@2026-01-31")

    assert acme.twins == TwinSet()
    assert acme.twins.pairs(acme.policy.clauses[0].id) == ()
