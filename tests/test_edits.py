"""Edits of the tree: each does one thing, keeps the clauses true to the source, and is refused in a sentence where it does not fit."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_index import ClauseKind, PackError, Policy, Provenance, parse_policy
from policy_index.policy.document import PartRole, Span
from policy_index.policy.edits import (
    ChangeKind,
    Drop,
    Edit,
    Merge,
    Rename,
    Split,
    apply_edits,
    edits_from_json,
    edits_to_json,
)

SOURCE = """# Rules

## Conduct

You must not send spam. You must not run scams.

* You must not **hack** [others](https://example.org/a).
* You must not spy on people.

Never:

- Sell secrets.

## Other

We may change these rules.
"""


def parsed(source: str = SOURCE) -> Policy:
    return parse_policy(source, provenance=Provenance(publisher="Me", title="Rules", updated=date(2026, 1, 1)))


def edited(*edits: Edit, policy: Policy | None = None) -> Policy:
    """Return the policy with edits that all fit."""
    found = apply_edits(policy or parsed(), edits)
    assert found.unfit == ()
    return found.policy


def span(policy: Policy, place: int) -> Span:
    return policy.clauses[place].span


def assert_sound(policy: Policy) -> None:
    """Every clause slices back, ids and positions are unique, sections have clauses, and parts name the clauses."""
    assert all(clause.span.slice(policy.source) == clause.verbatim for clause in policy)
    assert len(policy.columns) == len(policy.clauses) >= 1
    assert len({clause.position for clause in policy}) == len(policy.clauses)
    assert all(section.clauses for section in policy.sections)
    named = [part.clause_id for part in policy.parts if part.role is PartRole.CLAUSE]
    assert named == [clause.id for clause in policy]
    ends = [(part.span.start, part.span.end) for part in policy.parts]
    assert all(before[1] <= after[0] for before, after in pairwise(ends))


def test_no_edit_changes_nothing():
    """The very policy is given back."""
    policy = parsed()

    assert apply_edits(policy, ()).policy is policy


def test_merge_takes_in_the_next_clause_and_what_leads_to_it():
    """The lead-in between belongs to the merged words; id and position are the first one's."""
    policy = parsed()
    second = policy.clauses[2]

    merged = edited(Merge(clause=second.span, following=span(policy, 3)), policy=policy)

    assert merged.clauses[2].text == "You must not spy on people. Never: Sell secrets."
    assert (merged.clauses[2].id, merged.clauses[2].position) == (second.id, second.position)
    assert len(merged.clauses) == len(policy.clauses) - 1
    assert_sound(merged)


def test_split_makes_two_clauses_with_their_own_words_and_links():
    """The new one has an id of its words and a position that says so."""
    policy = parsed()
    first = policy.clauses[0]

    split = edited(Split(clause=first.span, at=SOURCE.index("You must not run")), policy=policy)

    assert [clause.text for clause in split.clauses[:2]] == ["You must not send spam.", "You must not run scams."]
    assert [clause.id for clause in split.clauses[:2]] == [first.id, "conduct/you-must-not-run-scams"]
    assert split.clauses[1].position == f"{first.position} (part 2)"
    assert_sound(split)


def test_a_merge_can_be_split_again_without_the_marks_of_the_list():
    """Splitting where the second item's mark stands gives the words that were there before."""
    policy = parsed()
    merged = edited(Merge(clause=span(policy, 1), following=span(policy, 2)), policy=policy)

    again = edited(Split(clause=span(merged, 1), at=SOURCE.index("* You must not spy")), policy=merged)

    assert [clause.text for clause in again] == [clause.text for clause in policy]
    assert again.clauses[1].links == policy.clauses[1].links
    assert_sound(again)


def test_drop_sets_the_words_aside_and_an_empty_section_goes():
    """The heading stays a part of the source."""
    policy = parsed()

    dropped = edited(Drop(clause=span(policy, 4)), policy=policy)

    assert [section.title for section in dropped.sections] == ["Conduct"]
    assert dropped.parts[-1].role is PartRole.SET_ASIDE
    assert dropped.parts[-1].text == "We may change these rules."
    assert_sound(dropped)


def test_rename_and_change_of_kind():
    """The clause, its part and look-up by id follow."""
    policy = parsed()
    place = span(policy, 1)

    found = edited(Rename(clause=place, id="conduct/hacking"), ChangeKind(clause=place, kind=ClauseKind.REQUIREMENT))

    assert found.clause("conduct/hacking").kind is ClauseKind.REQUIREMENT
    assert_sound(found)


def test_edits_of_categories(policy: Policy):
    """A renamed heading renames its category; a heading is neither dropped nor split nor merged."""
    category = policy.categories[0]
    heading = category.heading

    renamed = edited(Rename(clause=heading.span, id="renamed"), policy=policy)
    refused = apply_edits(
        policy,
        [
            Drop(clause=heading.span),
            Split(clause=heading.span, at=heading.span.start + 8),
            Merge(clause=heading.span, following=policy.categories[1].heading.span),
        ],
    )

    assert renamed.categories[0].id == renamed.categories[0].heading.id == "renamed"
    assert len(refused.unfit) == 3
    assert refused.policy.clauses == policy.clauses


PLACE = parsed().clauses[0].span


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (Drop(clause=Span(start=0, end=5)), "Expected a clause at characters 0 to 5, but there is none."),
        (Merge(clause=PLACE, following=PLACE), "Expected the clause after "),
        (Merge(clause=parsed().clauses[3].span, following=parsed().clauses[4].span), "Expected two clauses under one "),
        (Split(clause=PLACE, at=PLACE.start), "Expected a character inside "),
        (Split(clause=PLACE, at=PLACE.end - 1), "Expected words on both sides "),
        (Rename(clause=PLACE, id="Not An Id"), "Expected an id of small letters"),
        (Rename(clause=PLACE, id="x" * 1000), "Expected an id of small letters"),
        (Rename(clause=PLACE, id="../x"), "Expected an id of small letters"),
        (Rename(clause=PLACE, id=parsed().clauses[1].id), "Expected an id that no other clause has"),
    ],
)
def test_what_does_not_fit_is_reported_and_not_applied(edit: Edit, reason: str):
    """In one sentence; those after it still apply."""
    policy = parsed()

    found = apply_edits(policy, [edit, Rename(clause=span(policy, 2), id="spying")])

    assert [unfit.edit for unfit in found.unfit] == [edit]
    assert found.unfit[0].reason.startswith(reason)
    assert len(found.unfit[0].reason) < 300
    assert found.policy.clauses[2].id == "spying"
    assert len(found.policy.clauses) == len(policy.clauses)


def test_the_last_clause_stays():
    """A policy has at least one."""
    policy = parsed()

    found = apply_edits(policy, [Drop(clause=clause.span) for clause in policy])

    assert len(found.policy.clauses) == 1
    assert "only one left" in found.unfit[0].reason


def test_edits_survive_a_new_reading_of_the_text():
    """They name places in the source; parsing it anew changes nothing."""
    policy = parsed()
    edits = [Merge(clause=span(policy, 1), following=span(policy, 2)), Drop(clause=span(policy, 4))]

    assert apply_edits(parsed(), edits_from_json(edits_to_json(edits))) == apply_edits(policy, edits)


def edits() -> st.SearchStrategy[list[Edit]]:
    """Edits of places that are or are not those of clauses."""
    own = st.sampled_from([clause.span for clause in parsed()])
    place = own | st.builds(Span, start=st.integers(0, 300), end=st.integers(0, 300))
    ids = st.sampled_from(["a", "a/b", "conduct/you-must-not-spy-on-people", "é/ß", "A", ""]) | st.text(max_size=5)
    return st.lists(
        st.builds(Merge, clause=place, following=place)
        | st.builds(Split, clause=place, at=st.integers(0, len(SOURCE)))
        | st.builds(Drop, clause=place)
        | st.builds(Rename, clause=place, id=ids)
        | st.builds(ChangeKind, clause=place, kind=st.sampled_from(ClauseKind)),
        max_size=8,
    )


@given(edits())
def test_any_edits_leave_a_sound_policy(some: list[Edit]):
    """Whatever fits is applied, the rest reported; and JSON gives the same edits back."""
    found = apply_edits(parsed(), some)

    assert_sound(found.policy)
    assert len(found.unfit) <= len(some)
    assert edits_from_json(edits_to_json(some)) == tuple(some)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "\n1e999",
        "\r\n [null,\u2028\n\n\n1]",
        "[" * 100_000,
        '{"schema": 2, "edits": []}',
        '{"schema": true, "edits": []}',
        '{"schema": 1, "edits": [1]}',
        '{"schema": 1, "edits": [{"edit": ["x"], "clause": [0, 1]}]}',
        '{"schema": 1, "edits": [{"edit": "drop", "clause": [0, -1]}]}',
        '{"schema": 1, "edits": [{"edit": "drop", "clause": [0, 1.5]}]}',
        '{"schema": 1, "edits": [{"edit": "drop", "clause": [0, 1], "more": 1}]}',
        '{"schema": 1, "edits": [{"edit": "split", "clause": [0, 1]}]}',
        '{"schema": 1, "edits": [{"edit": "kind", "clause": [0, 1], "kind": "law"}]}',
        '{"schema": 1, "edits": [{"edit": "rename", "clause": [0, 1], "id": 5}]}',
        '{"schema": 1, "edits": [' + "0," * 100_001 + "0]}",
    ],
)
def test_broken_json_of_edits_is_one_sentence(content: str):
    """What was expected, and what came, shortened."""
    with pytest.raises(PackError) as caught:
        edits_from_json(content)

    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 250
