"""Clauses stand in lanes by what they do to the reader; words that safeguard are named."""

import pytest

from policy_index import ClauseKind
from policy_index.lanes import Lane
from policy_index.safeguards import safeguards


def test_every_kind_has_a_lane_and_every_lane_a_kind():
    """Explanations and statements share one."""
    assert {Lane.of(kind) for kind in ClauseKind} == set(Lane) - {Lane.ONLY_IF}
    assert Lane.of(ClauseKind.EXPLANATION) is Lane.of(ClauseKind.STATEMENT) is Lane.GOOD_TO_KNOW


def test_a_prohibition_with_a_condition_to_meet_stands_apart():
    """Other kinds stay where they are: a requirement is no permission."""
    assert Lane.of(ClauseKind.PROHIBITED_USE) is Lane.NOT_ALLOWED
    assert Lane.of(ClauseKind.PROHIBITED_USE, can_be_lifted=True) is Lane.ONLY_IF
    assert Lane.of(ClauseKind.REQUIREMENT, can_be_lifted=True) is Lane.YOU_MUST


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
