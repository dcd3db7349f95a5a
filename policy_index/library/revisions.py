"""Which revision of the schema a database has: this program's, an older, a newer, or another program's."""

from sqlalchemy import Connection, inspect, text

from policy_index.errors import LibraryError
from policy_index.library.schema import HEAD, REVISION_TABLE, metadata
from policy_index.words import shortened


def at_head(connection: Connection, place: str) -> bool:
    """Whether the database has this program's schema; False where it is new or older.

    Raises:
        LibraryError: It is newer, or another program's.
    """
    there = inspect(connection)
    if not there.has_table(REVISION_TABLE):
        refuse_foreign(set(there.get_table_names()), place, only_ours=connection.dialect.name == "sqlite")
        return False
    rows = connection.execute(text(f"SELECT version_num FROM {REVISION_TABLE}")).scalars().all()  # noqa: S608  # a constant
    revision = rows[0] if len(rows) == 1 else ""
    if revision == HEAD:
        return True
    if not (revision.isdigit() and len(revision) == len(HEAD)):
        came = f"the schema {shortened(revision, letters=20)!r}" if rows else "none"
        message = f"Expected a library of schema {HEAD} or older in {place}, but it has {came}."
        raise LibraryError(message, place=place)
    if revision > HEAD:
        message = (
            f"Expected a library of schema {HEAD} or older in {place}, but a newer version of this program made it "
            f"({revision}); update the program, nothing was changed."
        )
        raise LibraryError(message, place=place)
    return False


def refuse_foreign(tables: set[str], place: str, *, only_ours: bool) -> None:
    """Refuse a database in which another program keeps tables: any at all in a file, or those of our names on a server.

    Raises:
        LibraryError: There are such tables.
    """
    foreign = tables if only_ours else tables & set(metadata.tables)
    if foreign:
        names = ", ".join(shortened(name, letters=40) for name in sorted(foreign)[:3])
        message = (
            f"Expected a library or an empty database in {place}, but another program keeps its tables there ({names})."
        )
        raise LibraryError(message, place=place)
