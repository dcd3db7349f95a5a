"""A library of any released schema becomes one of this program's, with all that is in it; one of a newer program is left alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from libraries import DATABASES, fresh_database, rules
from library_dumps import DUMPS, dumped, fill, restored
from sqlalchemy import MetaData, create_engine, inspect, text

from policy_index.errors import LibraryError
from policy_index.library.library import Library
from policy_index.library.migrating import configuration
from policy_index.library.schema import HEAD, REVISION_TABLE, metadata
from policy_index.library.store import Store
from policy_index.library.values import PairVerdict
from policy_index.policy.confirmations import ConceptVerdict

# SQLAlchemy and Alembic look at no index over an expression in SQLite.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index"),
]

RELEASED = sorted(DUMPS.glob("*.sql"))
SCRIPTS = ScriptDirectory.from_config(configuration())


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    with fresh_database(request.param, tmp_path) as address:
        yield address


def copied(dump: Path, url: str, folder: Path) -> None:
    """Put a dump's schema and data into the database at `url`."""
    if url.startswith("sqlite"):
        restored(dump, Path(url.removeprefix("sqlite:///")))
        return
    source = create_engine(f"sqlite:///{restored(dump, folder / 'dump.sqlite3')}")
    target = create_engine(url)
    with source.connect() as giving, target.begin() as taking:
        command.upgrade(configuration(taking), dump.stem)
        there, here = MetaData(), MetaData()
        there.reflect(giving)
        here.reflect(taking)
        for table in here.sorted_tables:
            rows = [dict(row._mapping) for row in giving.execute(there.tables[table.name].select())]
            if rows and table.name != REVISION_TABLE:
                taking.execute(table.insert(), rows)
            if "id" in table.c and table.c.id.type.python_type is int:
                taking.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), 1000)"))
    source.dispose()
    target.dispose()


def test_the_programs_head_is_the_last_revision_and_each_has_a_dump():
    """So that no revision is released without data to try it on."""
    revisions = [script.revision for script in SCRIPTS.walk_revisions()]

    assert revisions[0] == HEAD
    assert sorted(revisions) == [path.stem for path in RELEASED]


@pytest.mark.parametrize("dump", RELEASED, ids=lambda path: path.stem)
def test_a_library_of_every_released_schema_is_brought_along(dump: Path, url: str, tmp_path: Path):
    """Everything that `fill` kept is there, and can be added to."""
    copied(dump, url, tmp_path)

    with Library.open(url) as library:
        pack = library.pack("my-rules").check()
        assert library.specs() == ("my-rules@2026-01-01", "my-rules@2025-01-01", "other-rules@undated")
        assert (library.card("my-rules").revision, library.card("my-rules").clauses) == (2, 3)
        assert pack.exemplars.by_clause["hacking"] == ("Break into a phone",)
        assert pack.exemplars.harmless == ("Soup – ‘as ever’", "For all")
        assert library.pack("my-rules@2025-01-01").exemplars.hard == {"For all"}
        assert [each.verdict for each in library.notes.confirmations("my-rules")] == [ConceptVerdict.CONFIRMED]
        assert [each.verdict for each in library.notes.pairings("my-rules", "other-rules")] == [PairVerdict.CONFIRMED]
        assert library.notes.fitted("my-rules", "scorer.npz", key="k") == bytes(range(256))
        assert [entry.who for entry in library.journal(limit=5)] == ["local", "local", "local", "local", "bob"]
        assert library.add(rules("new")).spec == "new@2026-01-01"
        with pytest.raises(Exception, match="append-only"), library._store.engine.begin() as connection:
            connection.execute(text("DELETE FROM journal"))


def test_the_dump_of_this_schema_is_what_it_makes_now(tmp_path: Path):
    """The revisions were not changed after they were released: the statements that make the schema are the dump's."""
    with Library.open(f"sqlite:///{tmp_path / 'library.sqlite3'}") as library:
        fill(library)

    def statements(sql: str) -> list[str]:
        return [line for line in sql.splitlines() if not line.startswith("INSERT")]

    made = dumped(tmp_path / "library.sqlite3")
    assert statements(made) == statements((DUMPS / f"{HEAD}.sql").read_text(encoding="utf-8"))


def test_the_revisions_make_the_tables_that_the_program_knows(url: str):
    """Alembic finds no difference."""
    Store.open(url).close()
    engine = create_engine(url)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": REVISION_TABLE})
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert [each for each in differences if "ux_examples_scope_digest" not in str(each)] == []


def test_going_back_before_the_first_schema_is_refused(url: str):
    """It would remove all that is kept; nothing is touched."""
    with Library.open(url) as library:
        library.add(rules())
        with pytest.raises(NotImplementedError, match="export what you want to keep"), library._store.writing() as here:
            command.downgrade(configuration(here), "base")
        assert library.specs() == ("my-rules@2026-01-01",)


@pytest.mark.parametrize(
    ("revision", "message"),
    [("0099", "but a newer version of this program made it"), ("deadbeef", "but it has the schema 'deadbeef'")],
)
def test_a_library_of_a_newer_program_is_left_alone(url: str, revision: str, message: str):
    """One sentence that says what to do; and a schema that is no number is another program's."""
    with Library.open(url) as library, library._store.writing() as connection:
        connection.execute(text(f"UPDATE {REVISION_TABLE} SET version_num = '{revision}'"))  # noqa: S608

    with pytest.raises(LibraryError, match=message):
        Library.open(url)

    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {REVISION_TABLE}")).scalar() == revision  # noqa: S608
    engine.dispose()


def test_another_programs_database_is_left_alone(url: str):
    """Its tables are named; not one of ours is made beside them."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE policies (number INTEGER)"))

    with pytest.raises(LibraryError, match=r"another program keeps its tables there \(policies\)"):
        Library.open(url)

    assert inspect(engine).get_table_names() == ["policies"]
    engine.dispose()
