"""Clauses stand in lanes by what they do to the reader; words that safeguard are named."""

import pytest

from policy_index import ClauseKind, Lane, PolicyPack
from policy_index.brief.safeguards import safeguards


def test_every_kind_has_a_lane_and_every_lane_a_kind():
    """Explanations and statements share one."""
    lanes = {kind: Lane.of(kind, can_be_lifted=False) for kind in ClauseKind}

    assert set(lanes.values()) == {lane for lane in Lane if lane.holds_clauses} == set(Lane) - {Lane.KEEPS_CLEAR}
    assert lanes[ClauseKind.EXPLANATION] is lanes[ClauseKind.STATEMENT] is Lane.GOOD_TO_KNOW


def test_a_prohibition_with_a_condition_to_meet_stands_apart():
    """Other kinds stay where they are: a requirement is no permission."""
    assert Lane.of(ClauseKind.PROHIBITED_USE, can_be_lifted=False) is Lane.NOT_ALLOWED
    assert Lane.of(ClauseKind.PROHIBITED_USE, can_be_lifted=True) is Lane.ONLY_IF
    assert Lane.of(ClauseKind.REQUIREMENT, can_be_lifted=True) is Lane.YOU_MUST


def test_a_pack_knows_the_lane_of_each_clause_by_its_kind_and_its_reading(pack: PolicyPack, acme: PolicyPack):
    """Four prohibitions of the bundled policy name a condition to meet; a pack without readings lifts none."""
    lifted = [
        clause.id
        for clause in pack.policy
        if clause.kind is ClauseKind.PROHIBITED_USE and pack.lane_of(clause) is Lane.ONLY_IF
    ]

    assert len(lifted) == 4
    assert all(pack.readings[clause_id].can_be_lifted for clause_id in lifted)
    assert all(acme.lane_of(clause) is Lane.of(clause.kind, can_be_lifted=False) for clause in acme.policy)


def test_a_group_has_the_lane_of_its_first_rule(pack: PolicyPack, acme: PolicyPack):
    """Or of its first clause, where none of them binds the reader."""
    for each in (pack, acme):
        for group in each.policy.groups:
            first = next((clause for clause in group.clauses if clause.citable), group.clauses[0])
            assert each.lane_of_group(group) is each.lane_of(first)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It never gives a diagnosis and refers users to a doctor", ("never", "refers users to a doctor")),
        ("we don’t store faces, a lawyer reviews each answer", ("don’t", "lawyer reviews")),
        ("material for a lesson on gambling; NEVER for betting, never", ("for a lesson on", "NEVER")),
        ("a tool that detects phishing", ("detects",)),
        ("write a phishing mail", ()),
        ("notable knots in a nevertheless novel novel", ()),
    ],
)
def test_words_that_negate_or_safeguard_are_named(text: str, expected: tuple[str, ...]):
    """As they stand in the text, each once, in order; parts of longer words are none."""
    assert safeguards(text) == expected
