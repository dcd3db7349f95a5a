"""What people add to the versions of the library: examples, words on concepts and pairs; and the journal of every change."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from libraries import DATABASES, LATER, fresh_database, rules
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from policy_index import ClauseKind
from policy_index.errors import LibraryError
from policy_index.library.library import Library
from policy_index.library.values import Example, Pairing, PairVerdict
from policy_index.policy.confirmations import ConceptVerdict, Confirmation
from policy_index.policy.edits import ChangeKind, Drop


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    with fresh_database(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def library(url: str) -> Iterator[Library]:
    """An empty library."""
    with Library.open(url) as opened:
        yield opened


def test_examples_are_those_of_the_version_and_of_all(library: Library):
    """Each text once; those of a dropped clause wait for it to come back, and travel along."""
    library.add(rules())
    library.add(rules(day=date(2026, 2, 1), source=LATER))
    clauses = library.pack("my-rules").policy.clauses
    spam = library.pack("my-rules@2026-01-01").policy.clauses[1]
    rows = [
        Example(text="Mail all of them", clause_id=spam.id),
        Example(text="mail ALL of  them", clause_id=clauses[0].id),
        Example(text="A recipe", clause_id=None, hard=True),
    ]

    assert library.notes.add_examples("my-rules@2026-01-01", rows, for_all_versions=True) == 2
    assert library.notes.add_examples("my-rules", [rows[0], Example(text="Own", clause_id=clauses[0].id)]) == 1

    newest, oldest = library.pack("my-rules"), library.pack("my-rules@2026-01-01")
    assert newest.exemplars.by_clause[spam.id] == ("Mail all of them",)
    assert newest.exemplars.by_clause[clauses[0].id] == ("Own",)
    assert (oldest.exemplars.counts().total(), oldest.exemplars.harmless) == (1, ("A recipe",))
    library.edit("my-rules@2026-01-01", [Drop(clause=spam.span)], expected_revision=1)
    assert not library.pack("my-rules@2026-01-01").exemplars.counts().total()
    zipped = library.export("my-rules@2026-01-01")
    library.remove("my-rules@2026-01-01")
    library.import_(zipped)
    library.edit("my-rules@2026-01-01", [], expected_revision=1)
    assert library.pack("my-rules@2026-01-01").exemplars.by_clause[spam.id] == ("Mail all of them",)
    kept = library.notes.examples("my-rules")
    library.notes.remove_example("my-rules", kept[0].id)
    assert len(library.notes.examples("my-rules")) == len(kept) - 1
    with pytest.raises(LibraryError, match="Expected the number of an example"):
        library.notes.remove_example("my-rules", 10**6)


@pytest.mark.parametrize("words", ["", " \n", "a\0b", "\ud800", "x" * 20_001])
def test_an_example_that_is_no_text_is_refused(library: Library, words: str):
    """Nothing of the lot is kept."""
    library.add(rules())

    with pytest.raises(LibraryError, match=r"^Expected an example"):
        library.notes.add_examples(
            "my-rules", [Example(text="good", clause_id=None), Example(text=words, clause_id=None)]
        )

    assert library.notes.examples("my-rules") == ()


def test_what_people_said_of_concepts_and_pairs_is_kept(library: Library):
    """The last word counts; it goes when the version goes."""
    library.add(rules())
    library.add(rules("other"))
    said = Confirmation(clause_id="a", concept_id="fraud", verdict=ConceptVerdict.ADDED)
    pairing = Pairing(before_clause_id="a", after_clause_id="b", verdict=PairVerdict.REJECTED)

    library.notes.confirm("my-rules", said)
    library.notes.confirm("my-rules", Confirmation(clause_id="a", concept_id="fraud", verdict=ConceptVerdict.DROPPED))
    library.notes.pair("my-rules", "other", pairing)

    assert [each.verdict for each in library.notes.confirmations("my-rules")] == [ConceptVerdict.DROPPED]
    assert library.notes.pairings("my-rules", "other") == (pairing,)
    assert library.notes.pairings("other", "my-rules") == ()
    assert '"fraud"' in str(
        library.pack("my-rules").parts and library.pack("my-rules").parts.read("confirmations.jsonl")
    )
    zipped = library.export("my-rules")
    library.remove("my-rules")
    library.import_(zipped)
    assert [each.verdict for each in library.notes.confirmations("my-rules")] == [ConceptVerdict.DROPPED]
    assert library.notes.pairings("my-rules", "other") == ()


def test_fitted_parts_are_found_by_the_key_they_were_made_for(library: Library):
    """For another key there is none, and it is made again."""
    library.add(rules())

    library.notes.keep_fitted("my-rules", "scorer.npz", key="one", content=b"\0\1")
    library.notes.keep_fitted("my-rules", "scorer.npz", key="two", content=b"\2")

    assert library.notes.fitted("my-rules", "scorer.npz", key="two") == b"\2"
    assert library.notes.fitted("my-rules", "scorer.npz", key="one") is None


def test_who_changed_what_is_written_down_and_stays(library: Library):
    """Every change, newest first, of removed policies too; the database itself refuses to alter it."""
    library.add(rules(), who="ann")
    place = library.pack("my-rules").policy.clauses[0].span
    library.edit("my-rules", [ChangeKind(clause=place, kind=ClauseKind.STATEMENT)], expected_revision=1, who="bob")
    library.remove("my-rules", who="eve")

    entries = library.journal("my-rules@2026-01-01")

    assert [(entry.who, entry.what, entry.version) for entry in entries] == [
        ("eve", "remove", "2026-01-01"),
        ("bob", "edit", "2026-01-01"),
        ("ann", "add", "2026-01-01"),
    ]
    assert all(entry.at.tzinfo is not None for entry in entries)
    for change in ("UPDATE journal SET who = 'nobody'", "DELETE FROM journal"):
        with pytest.raises((LibraryError, IntegrityError, DBAPIError)), library._store.writing() as connection:
            connection.execute(text(change))
    assert library.journal() == entries
