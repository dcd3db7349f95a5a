"""What is said of a kept version beside its text: title, publisher, address, superseded; changed without overwriting anybody's change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, update

from policy_index.errors import EditConflictError, LibraryError
from policy_index.library import journal, records
from policy_index.library.checking import LONGEST_WORDS, storable
from policy_index.library.schema import versions
from policy_index.library.values import Card

_CHANGES = frozenset({"edit", "restate"})
"""What the journal calls the changes that a revision counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What shall be said of a version; None leaves it as it is.

    Attributes:
        title: What it is called.
        publisher: Who published it.
        url: Its page; empty where it has none.
        superseded: Whether another version or policy has come in its place.
    """

    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    superseded: bool | None = None

    def values(self) -> dict[str, str | int]:
        """Return the columns that change.

        Raises:
            LibraryError: Nothing is stated, the title or the publisher is blank, or words cannot be stored.
        """
        said = {"title": self.title, "publisher": self.publisher, "url": self.url}
        found: dict[str, str | int] = {}
        for name, words in said.items():
            if words is None:
                continue
            found[name] = storable(words.strip(), what=f"the {name} of a policy", longest=LONGEST_WORDS[name])
            if name == "title" and not found[name]:
                message = "Expected a title with words, got a blank one; nothing was changed."
                raise LibraryError(message)
        if self.superseded is not None:
            found["superseded"] = int(self.superseded)
        if not found:
            message = "Expected a title, a publisher, an address or whether it is superseded, got none of them."
            raise LibraryError(message)
        return found


def restate(
    connection: Connection, spec: str, values: Mapping[str, str | int], *, expected_revision: int, who: str
) -> Card:
    """Change these columns of a version, and note it; see `Library.restate`."""
    row = records.found(connection, spec)
    refuse_conflict(connection, row, expected_revision)
    counted = {"revision": versions.c.revision + 1, "stamp": versions.c.stamp + 1}
    changed = connection.execute(
        update(versions)
        .where(versions.c.id == row.id, versions.c.revision == expected_revision)
        .values(**values, **counted)
    )
    now = records.found(connection, f"{row.policy_id}@{row.version}")
    if changed.rowcount != 1:
        refuse_conflict(connection, now, expected_revision)
    said = ", ".join(f"{name}: {value}" for name, value in values.items())
    detail = f"revision {now.revision}: {said}"
    journal.note(connection, who=who, what="restate", of=(row.policy_id, row.version), detail=detail)
    return records.card_of(now)


def refuse_conflict(connection: Connection, row: Row[Any], expected: int) -> None:
    """Refuse to change what was changed since it was read.

    Raises:
        EditConflictError: It was; the message says by whom and when.
    """
    if row.revision == expected:
        return
    spec = f"{row.policy_id}@{row.version}"
    last = journal.entries(connection, policy_id=row.policy_id, version=row.version, limit=20)
    by = next((f" by {each.who} at {each.at:%Y-%m-%d %H:%M} UTC" for each in last if each.what in _CHANGES), "")
    message = (
        f"Expected to edit revision {expected} of {spec}, but it is at revision {row.revision} since an edit{by}; "
        "nothing was overwritten: open it again and repeat the edit."
    )
    raise EditConflictError(message)
