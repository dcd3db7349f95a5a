"""Some of a policy's clauses: by kind, by group, by words."""

from datetime import date

import pytest

from policy_index import ClauseKind, InputError, Policy, Provenance, parse_policy
from policy_index.policy.choosing import chosen_clauses


def test_all_that_is_asked_for_applies(policy: Policy):
    """In the policy's order; what nobody asks for leaves nothing out."""
    prohibited = chosen_clauses(policy, kind=ClauseKind.PROHIBITED_USE, category="privacy", contains="CONSENT")

    assert chosen_clauses(policy) == list(policy.clauses)
    assert prohibited
    assert prohibited == [
        clause
        for clause in policy.group_of("privacy").clauses
        if clause.kind is ClauseKind.PROHIBITED_USE and "consent" in clause.text.casefold()
    ]
    assert chosen_clauses(policy, contains="no clause says this") == []


def test_every_group_can_be_asked_for(policy: Policy):
    """Together they hold every clause once."""
    found = [clause for group in policy.groups for clause in chosen_clauses(policy, category=group.id)]

    assert found == list(policy.clauses)


def test_an_unknown_group_is_answered_with_all_of_a_few_or_the_nearest_of_many():
    """A policy of a hundred sections does not fill the screen."""
    sections = "\n\n".join(f"## Part number {number}\n\nYou must not do thing {number}." for number in range(100))
    long = parse_policy(
        f"# Rules\n\n{sections}\n", provenance=Provenance(publisher="A", title="Rules", updated=date(2026, 1, 1))
    )

    with pytest.raises(
        InputError, match=r"^Expected a category among 100, such as part-number-\d+, part-number-\d+"
    ) as said:
        chosen_clauses(long, category="part-numbr-7" + "x" * 500)

    assert len(str(said.value)) < 250
