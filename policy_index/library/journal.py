"""The append-only table of who changed what; the database itself refuses to change or remove a row."""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from policy_index.library.schema import journal
from policy_index.library.values import JournalEntry
from policy_index.words import shortened

_LONGEST_DETAIL = 500


def note(connection: Connection, *, who: str, what: str, of: tuple[str, str], detail: str = "") -> None:
    """Note a change of a policy's version, in the transaction that makes it."""
    row = {"who": who, "what": what, "policy_id": of[0], "version": of[1]}
    said = shortened(detail, letters=_LONGEST_DETAIL)
    connection.execute(insert(journal).values(at=datetime.now(UTC), detail=said, **row))


def entries(
    connection: Connection, *, policy_id: str | None, version: str | None, limit: int
) -> tuple[JournalEntry, ...]:
    """Return the newest entries, newest first; of one policy or version where one is named."""
    query = select(journal).order_by(journal.c.id.desc()).limit(limit)
    if policy_id is not None:
        query = query.where(journal.c.policy_id == policy_id)
    if version is not None:
        query = query.where((journal.c.version == version) | journal.c.version.is_(None))
    return tuple(JournalEntry(**row._mapping) for row in connection.execute(query))  # noqa: SLF001  # SQLAlchemy's public name
