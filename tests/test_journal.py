"""Who changed what and when: every change is noted under who made it, nothing of it can be changed, and a command prints it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from libraries import DATABASES, LATER, fresh_database, rules
from library_dumps import DUMPS, restored
from sqlalchemy import text
from support import Run

from policy_index.library.doors import default_file
from policy_index.library.library import Library

HOSTILE = "\x1b[31mann\nforged"


@pytest.fixture(params=DATABASES)
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    """A library in which ann kept a policy and bob removed it."""
    with fresh_database(request.param, tmp_path) as url, Library.open(url) as library:
        library.add(rules(), who="ann")
        library.remove("my-rules", who="bob")
        yield library


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET who = 'eve'",
        "UPDATE journal SET who = 'eve' WHERE id = 1",
        "DELETE FROM journal",
        "INSERT INTO journal SELECT id, at, 'eve', what, policy_id, version, detail FROM journal WHERE id = 1",
        "INSERT OR REPLACE INTO journal SELECT id, at, 'eve', what, policy_id, version, detail FROM journal WHERE id = 1",
        "INSERT INTO journal SELECT id, at, 'eve', what, policy_id, version, detail FROM journal WHERE id = 1 "
        "ON CONFLICT (id) DO UPDATE SET who = 'eve'",
        "TRUNCATE journal",
    ],
)
def test_no_statement_changes_what_stands_in_the_journal(library: Library, statement: str):
    """Of either database; what was removed keeps its entries."""
    engine = library._store.engine
    with pytest.raises(Exception, match=r"append-only|syntax error|duplicate key"), engine.begin() as connection:
        connection.execute(text(statement))

    assert [(each.id, each.who, each.what) for each in library.journal("my-rules")] == [
        (2, "bob", "remove"),
        (1, "ann", "add"),
    ]


def test_a_library_of_the_first_schema_is_protected_as_a_new_one_is(tmp_path: Path):
    """Its entries are there, each as it was, and cannot be overwritten from then on."""
    file = restored(DUMPS / "0001.sql", tmp_path / "library.sqlite3")
    with Library.open(f"sqlite:///{file}") as library:
        before = library.journal()
        overwrite = "INSERT OR REPLACE INTO journal SELECT id, at, 'eve', what, policy_id, version, detail FROM journal"
        with pytest.raises(Exception, match="append-only"), library._store.engine.begin() as connection:
            connection.execute(text(overwrite))

        assert len(before) > 5
        assert library.journal() == before


def test_the_command_prints_who_changed_what(run: Run):
    """Newest first, of all policies or one, of what was removed too; as a table or JSON, with nothing that a terminal obeys."""
    assert json.loads(run("policy", "journal", "--format", "json").out) == []
    with Library.open(f"sqlite:///{default_file()}") as library:
        library.add(rules(), who="ann@example.org")
        library.add(rules("other-rules", source=LATER), who=HOSTILE)
        library.remove("my-rules", who="token ci")

    everything = json.loads(run("policy", "journal", "--format", "json").out)
    mine = json.loads(run("policy", "journal", "my-rules", "--format", "json").out)
    table = run("policy", "journal", "--limit", "2")

    assert [each["what"] for each in everything] == ["remove", "add", "add"]
    assert [(each["who"], each["what"]) for each in mine] == [("token ci", "remove"), ("ann@example.org", "add")]
    assert "token ci" in table.out
    assert "\x1b" not in table.out
    assert "The newest 2 entries; --limit shows more." in table.out
