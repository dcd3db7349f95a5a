"""The library's policies as lists show them, by one look at the short columns of the versions; no text is read."""

import json
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from policy_index.library import records
from policy_index.library.library import Library
from policy_index.library.schema import parts, versions
from policy_index.policy.dialects.dialect import Dialect
from policy_index.policy.shelf import ShelfEntry

_last: WeakKeyDictionary[Library, tuple[object, tuple[ShelfEntry, ...]]] = WeakKeyDictionary()
"""What was returned last for each library that is open, with the state that it was in."""


def entries_of(library: Library) -> tuple[ShelfEntry, ...]:
    """Return what lists show of every version, by id, newest first.

    Raises:
        LibraryError: The library cannot be read.
    """
    state = state_of(library)
    before, entries = _last.get(library, (None, ()))
    if before != state:
        entries = _read(library)
        _last[library] = state, entries
    return entries


def _read(library: Library) -> tuple[ShelfEntry, ...]:
    with library._store.reading() as connection:  # noqa: SLF001  # of this room
        query = select(*records.CARD).order_by(versions.c.policy_id, *records.NEWEST_FIRST)
        rows = connection.execute(query).all()
        stated = select(parts.c.version_id, parts.c.content).where(parts.c.name == "facts.json")
        facts = {number: _labels(content) for number, content in connection.execute(stated)}
    return tuple(
        ShelfEntry(
            id=row.policy_id,
            version=row.version,
            provenance=records.provenance_of(row),
            title=row.title,
            sha256=row.sha256,
            clauses=row.clauses,
            kinds_are_guesses=row.dialect == Dialect.OUTLINE,
            facts=facts.get(row.id, ()),
            in_library=True,
            stamp=f"{row.id}.{row.stamp}",
        )
        for row in rows
    )


def state_of(library: Library) -> tuple[int, int, int]:
    """Return a value that is another one after any version was added, changed or removed.

    Raises:
        LibraryError: The library cannot be read.
    """
    with library._store.reading() as connection:  # noqa: SLF001  # of this room
        query = select(
            func.count(), func.coalesce(func.max(versions.c.id), 0), func.coalesce(func.sum(versions.c.stamp), 0)
        )
        count, newest, stamps = connection.execute(query).one()
    return int(count), int(newest), int(stamps)


def _labels(content: str) -> tuple[tuple[str, str], ...]:
    """Return id and label of the facts in a part that was read whole when it was kept."""
    return tuple((str(each["id"]), str(each["label"])) for each in json.loads(content)["facts"])
