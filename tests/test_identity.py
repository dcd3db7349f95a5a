"""Ids stay from version to version where a clause says the same."""

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from policy_index import Policy, Provenance, parse_policy
from policy_index.policy.edits import Rename, apply_edits
from policy_index.policy.identity import renames_of, with_ids_of


def parsed(*clauses: str, day: int = 1) -> Policy:
    source = "# Rules\n\n" + "".join(f"* {clause}\n" for clause in clauses)
    return parse_policy(source, provenance=Provenance(publisher="Me", title="Rules", updated=date(2026, 1, day)))


def renamed(policy: Policy, *ids: str) -> Policy:
    """Return the policy with these ids; each clause first gets one that is nobody's, so that they may change places."""
    edits = [Rename(clause=clause.span, id=f"nobodys-{number}") for number, clause in enumerate(policy)]
    edits += [Rename(clause=clause.span, id=name) for clause, name in zip(policy, ids, strict=True)]
    return apply_edits(policy, edits).policy


def test_the_same_words_keep_the_older_id():
    """Capitals and white space aside, wherever they stand; other words keep their own id."""
    older = renamed(parsed("No spam at all.", "No scams."), "spam", "scams")

    newer = with_ids_of(parsed("No  SCAMS.", "Be kind.", "No spam at all.", day=2), older)

    assert [clause.id for clause in newer] == ["scams", "policy/be-kind", "spam"]


def test_ids_that_change_places_do_so():
    """A ring of renames is opened."""
    older = renamed(parsed("One.", "Two.", "Three."), "policy/two", "policy/three", "policy/one")

    newer = with_ids_of(parsed("One.", "Two.", "Three."), older)

    assert [clause.id for clause in newer] == ["policy/two", "policy/three", "policy/one"]


def test_an_id_that_is_anothers_now_gets_a_number():
    """The clause that says the same has the first right to it."""
    older = renamed(parsed("One."), "policy/two")

    newer = with_ids_of(parsed("One.", "Two."), older)

    assert [clause.id for clause in newer] == ["policy/two", "policy/two-2"]


def test_a_chosen_id_stays():
    """And no other clause gets it."""
    older = renamed(parsed("One.", "Two."), "mine", "other")
    newer = renamed(parsed("One.", "Two."), "policy/one", "mine")

    edits = renames_of(newer, older, kept={newer.clauses[1].span})

    assert [clause.id for clause in apply_edits(newer, edits).policy] == ["policy/one", "mine"]


WORDS = st.lists(st.sampled_from(["One.", "Two.", "Three.", "one two.", "Four."]), min_size=1, max_size=7)


@given(WORDS, WORDS, st.randoms(use_true_random=False))
def test_every_clause_that_both_have_keeps_its_id(before: list[str], after: list[str], chance: Random):
    """As often as both have it; ids are unique, and every rename fits."""
    plain = parsed(*before)
    ids = [clause.id for clause in plain]
    chance.shuffle(ids)
    older = renamed(plain, *ids)

    newer = parsed(*after)
    found = apply_edits(newer, renames_of(newer, older))

    assert found.unfit == ()
    assert len(found.policy.columns) == len(after)
    folded = [text.casefold() for text in before]
    for text in set(before) & set(after):
        there = {clause.id for clause in older if clause.text.casefold() == text.casefold()}
        here = {clause.id for clause in found.policy if clause.text.casefold() == text.casefold()}
        assert len(there & here) == min(
            folded.count(text.casefold()), [w.casefold() for w in after].count(text.casefold())
        )
