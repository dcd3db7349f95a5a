"""Rows of versions: found by `ID[@VERSION]`, made into cards and packs' parts."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from rapidfuzz import process
from sqlalchemy import Connection, Row, case, insert, select, update
from sqlalchemy.exc import IntegrityError

from policy_index.errors import UnknownPolicyError
from policy_index.library.schema import UNDATED, parts, policies, versions
from policy_index.library.values import Card, day_of, settings_toml
from policy_index.policy.document import Provenance
from policy_index.policy.edits import edits_from_json
from policy_index.policy.pack import PolicyPack
from policy_index.words import either, shortened

LATEST = "latest"
CARD = tuple(column for column in versions.c if column.name not in {"marks", "edits", "source"})
"""The short columns of a version."""

NEWEST_FIRST = (case((versions.c.version == UNDATED, 1), else_=0), versions.c.version.desc())
_SHOWN = 12


def split_spec(spec: str) -> tuple[str, str]:
    """Return id and version of `ID[@VERSION]`; the version is empty where the newest is meant."""
    policy_id, _, version = spec.strip().partition("@")
    return policy_id, "" if version == LATEST else version


def found(connection: Connection, spec: str, *, whole: bool = False) -> Row[Any]:
    """Return the row of the version that `ID[@VERSION]` names, with its long texts where it shall be `whole`.

    Raises:
        UnknownPolicyError: There is none; the message names the nearest.
    """
    policy_id, version = split_spec(spec)
    query = select(*(versions.c if whole else CARD)).where(versions.c.policy_id == _searchable(policy_id))
    if version:
        query = query.where(versions.c.version == _searchable(version))
    row = connection.execute(query.order_by(*NEWEST_FIRST).limit(1)).one_or_none()
    if row is None:
        raise _unknown(connection, spec, policy_id, version)
    return row


def card_of(row: Row[Any]) -> Card:
    """Return the card of a version's row."""
    return Card(
        policy_id=row.policy_id,
        version=row.version,
        provenance=provenance_of(row),
        sha256=row.sha256,
        clauses=row.clauses,
        revision=row.revision,
        created=row.created,
    )


def provenance_of(row: Row[Any]) -> Provenance:
    """Return where the text of a version's row comes from."""
    return Provenance(
        publisher=row.publisher,
        title=row.title,
        updated=day_of(row.version),
        url=row.url,
        superseded=bool(row.superseded),
    )


def texts_of_row(connection: Connection, row: Row[Any]) -> dict[str, str]:
    """Return the parts of a whole row's pack, but examples and confirmations."""
    query = select(parts.c.name, parts.c.content).where(parts.c.version_id == row.id)
    texts: dict[str, str] = dict(connection.execute(query).all())
    marks = json.loads(row.marks)
    texts["pack.toml"] = settings_toml(
        row.policy_id, provenance_of(row), dialect=row.dialect, sha256=row.sha256, marks=marks
    )
    texts["policy.md"] = row.source
    if edits_from_json(row.edits):
        texts["edits.json"] = row.edits
    return texts


def held(connection: Connection, policy_id: str) -> bool:
    """Whether there is a policy; until the transaction ends, nobody else adds a version of it or removes one."""
    query = select(policies.c.id).where(policies.c.id == _searchable(policy_id)).with_for_update()
    return connection.execute(query).one_or_none() is not None


def keep(connection: Connection, pack: PolicyPack, *, edits: str, others: Mapping[str, str]) -> int:
    """Insert a version and its parts; return its number. An IntegrityError says that it is there already."""
    now = datetime.now(UTC)
    if not held(connection, pack.id):
        with suppress(IntegrityError), connection.begin_nested():  # another server may have made it this moment
            connection.execute(insert(policies).values(id=pack.id, created=now))
        held(connection, pack.id)
    provenance = pack.policy.provenance
    values = {
        "policy_id": pack.id,
        "version": pack.version,
        "publisher": provenance.publisher,
        "title": provenance.title,
        "url": provenance.url,
        "superseded": int(provenance.superseded),
        "dialect": pack.policy.dialect,
        "sha256": pack.policy.sha256,
        "clauses": len(pack.policy.clauses),
        "revision": 1,
        "stamp": 1,
        "created": now,
        "marks": json.dumps(dict(pack.settings.get("marks", {})), ensure_ascii=False),
        "edits": edits,
        "source": pack.policy.source,
    }
    number: int = connection.execute(insert(versions).values(**values).returning(versions.c.id)).scalar_one()
    rows = [{"version_id": number, "name": name, "content": content} for name, content in others.items()]
    if rows:
        connection.execute(insert(parts), rows)
    return number


def touch(connection: Connection, *, version_id: int | None = None, policy_id: str | None = None) -> None:
    """Let packs of a version, or of all versions of a policy, be read anew when they are next asked for."""
    which = versions.c.id == version_id if version_id is not None else versions.c.policy_id == policy_id
    connection.execute(update(versions).where(which).values(stamp=versions.c.stamp + 1))


def _searchable(words: str) -> str:
    """Return what a column is compared with: PostgreSQL takes neither NUL nor half of a pair of surrogates."""
    return words.replace("\0", "\ufffd").encode(errors="replace").decode()[:200]


def _unknown(connection: Connection, spec: str, policy_id: str, version: str) -> UnknownPolicyError:
    own = select(versions.c.version).where(versions.c.policy_id == _searchable(policy_id))
    there = connection.execute(own.order_by(*NEWEST_FIRST).limit(_SHOWN)).scalars().all()
    if there:
        among = either(list(there), word="and")
        came = repr(shortened(version, letters=40))
        return UnknownPolicyError(f"Expected a version of {policy_id} among {among}, or {LATEST}, got {came}.")
    ids = connection.execute(select(policies.c.id)).scalars().all()
    near = process.extract(policy_id[:80], ids, limit=1)
    hint = f"the nearest is {near[0][0]}" if near else "the library is empty"
    return UnknownPolicyError(f"No policy of the library has the id {shortened(spec, letters=60)!r}; {hint}.")
