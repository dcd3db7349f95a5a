"""What people add to a version: examples, what they said of concepts and pairs; and fitted parts, which can be made again."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select

from policy_index.errors import LibraryError, PackError
from policy_index.library.checking import storable
from policy_index.library.schema import confirmations, examples, fitted, pairings
from policy_index.library.values import Example, KeptExample, Pairing, PairVerdict
from policy_index.policy.confirmations import ConceptVerdict, Confirmation
from policy_index.policy.document import Policy
from policy_index.policy.editing import LONGEST_ID
from policy_index.policy.exemplars import folded_text
from policy_index.words import shortened

LONGEST_EXAMPLE = 20_000
"""Longest example that is kept, in characters."""


def add_examples(
    connection: Connection, rows: Iterable[Example], *, policy_id: str, version_id: int, for_all_versions: bool = False
) -> int:
    """Keep examples; return how many were new: one that is there already, capitals and white space aside, stays as it is.

    Raises:
        LibraryError: A text is blank, too long or no text.
    """
    new: dict[str, Example] = {}
    for row in rows:
        storable(row.text, what="an example", longest=LONGEST_EXAMPLE)
        storable(row.origin, what="the origin of an example", longest=80)
        storable(row.clause_id or "", what="the id of a clause", longest=LONGEST_ID)
        folded = folded_text(row.text)
        if not folded:
            message = "Expected an example with words, got a blank one."
            raise LibraryError(message)
        new.setdefault(hashlib.sha256(folded.encode()).hexdigest(), row)
    digests = list(new)
    for first in range(0, len(digests), 500):
        query = select(examples.c.digest).where(_of(policy_id, version_id))
        for digest in connection.execute(query.where(examples.c.digest.in_(digests[first : first + 500]))).scalars():
            new.pop(digest, None)
    scope = {"policy_id": policy_id, "version_id": None if for_all_versions else version_id}
    now = datetime.now(UTC)
    values = [
        {
            **scope,
            "clause_id": row.clause_id,
            "hard": int(row.hard),
            "digest": digest,
            "origin": row.origin,
            "created": now,
            "text": row.text,
        }
        for digest, row in new.items()
    ]
    if values:
        connection.execute(insert(examples), values)
    return len(values)


def kept_examples(connection: Connection, *, policy_id: str, version_id: int) -> tuple[KeptExample, ...]:
    """Return the examples of a version and those of all versions, in the order in which they came, each text once."""
    query = select(examples).where(_of(policy_id, version_id)).order_by(examples.c.id)
    once: dict[str, KeptExample] = {}
    for row in connection.execute(query):
        example = Example(text=row.text, clause_id=row.clause_id, hard=bool(row.hard), origin=row.origin)
        kept = KeptExample(id=row.id, example=example, for_all_versions=row.version_id is None)
        once.setdefault(row.digest, kept)
    return tuple(once.values())


def remove_example(connection: Connection, example_id: int, *, policy_id: str, version_id: int) -> None:
    """Remove an example of a version, or of all versions.

    Raises:
        LibraryError: The version has no such example.
    """
    gone = delete(examples).where(_of(policy_id, version_id), examples.c.id == example_id)
    if connection.execute(gone).rowcount != 1:
        message = f"Expected the number of an example of {policy_id}, got {example_id}."
        raise LibraryError(message)


def parted(kept: Iterable[KeptExample], policy: Policy) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Return the examples that are the policy's exemplars, and those of clauses that it has not."""
    fit: list[Example] = []
    aside: list[Example] = []
    for example in (each.example for each in kept):
        there = example.clause_id is None or example.clause_id in policy.columns
        (fit if there else aside).append(example)
    return tuple(fit), tuple(aside)


def exemplars_jsonl(rows: Iterable[Example]) -> str:
    """Return examples as the lines of an `exemplars.jsonl`."""
    hard = {True: {"hard": True}, False: {}}
    records = ({"clause_id": row.clause_id, "text": row.text, **hard[row.hard]} for row in rows)
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)


def examples_from_jsonl(content: str, *, name: str) -> tuple[Example, ...]:
    """Read lines as `exemplars_jsonl` writes them.

    Raises:
        PackError: A line has another shape.
    """
    found = []
    for number, line in enumerate(content.removesuffix("\n").split("\n") if content.strip() else [], 1):
        record = _record(line, number, name)
        text, clause_id, hard = record.get("text"), record.get("clause_id"), record.get("hard", False)
        if not isinstance(text, str) or not isinstance(clause_id, str | None) or not isinstance(hard, bool):
            message = f'Line {number} of {name}: expected {{"clause_id": id or null, "text": "..."}}, got “{shortened(line, letters=60)}”.'
            raise PackError(message)
        found.append(Example(text=text, clause_id=clause_id, hard=hard, origin="imported"))
    return tuple(found)


def confirm(connection: Connection, said: Confirmation, *, version_id: int, who: str) -> None:
    """Keep what a person said of a concept of a clause, in place of what was said before."""
    c = confirmations.c
    storable(said.concept_id, what="the id of a concept", longest=200)
    storable(said.clause_id, what="the id of a clause", longest=LONGEST_ID)
    own = and_(c.version_id == version_id, c.clause_id == said.clause_id, c.concept_id == said.concept_id)
    connection.execute(delete(confirmations).where(own))
    key = {"version_id": version_id, "clause_id": said.clause_id, "concept_id": said.concept_id}
    connection.execute(insert(confirmations).values(**key, verdict=said.verdict.value, who=who, at=datetime.now(UTC)))


def kept_confirmations(connection: Connection, *, version_id: int) -> tuple[Confirmation, ...]:
    """Return what was said of the concepts of a version's clauses, by clause and concept."""
    c = confirmations.c
    query = select(confirmations).where(c.version_id == version_id).order_by(c.clause_id, c.concept_id)
    return tuple(
        Confirmation(clause_id=row.clause_id, concept_id=row.concept_id, verdict=ConceptVerdict(row.verdict))
        for row in connection.execute(query)
    )


def pair(connection: Connection, said: Pairing, *, before_id: int, after_id: int, who: str) -> None:
    """Keep what a person said of two clauses, in place of what was said before."""
    key = {
        "before_version_id": before_id,
        "after_version_id": after_id,
        "before_clause_id": said.before_clause_id,
        "after_clause_id": said.after_clause_id,
    }
    connection.execute(delete(pairings).where(*(pairings.c[name] == value for name, value in key.items())))
    connection.execute(insert(pairings).values(**key, verdict=said.verdict.value, who=who, at=datetime.now(UTC)))


def kept_pairings(connection: Connection, *, before_id: int, after_id: int) -> tuple[Pairing, ...]:
    """Return what was said of the clauses of two versions, by their ids."""
    c = pairings.c
    query = select(pairings).where(c.before_version_id == before_id, c.after_version_id == after_id)
    return tuple(
        Pairing(
            before_clause_id=row.before_clause_id,
            after_clause_id=row.after_clause_id,
            verdict=PairVerdict(row.verdict),
        )
        for row in connection.execute(query.order_by(c.before_clause_id, c.after_clause_id))
    )


def keep_fitted(connection: Connection, name: str, *, key: str, content: bytes, version_id: int) -> None:
    """Keep a fitted part in place of the one of this name."""
    storable(name, what="the name of a fitted part", longest=80)
    storable(key, what="the key of a fitted part", longest=200)
    connection.execute(delete(fitted).where(fitted.c.version_id == version_id, fitted.c.name == name))
    connection.execute(insert(fitted).values(version_id=version_id, name=name, key=key, content=content))


def kept_fitted(connection: Connection, name: str, *, key: str, version_id: int) -> bytes | None:
    """Return a fitted part; None where there is none that was made for this key."""
    query = select(fitted.c.content).where(fitted.c.version_id == version_id, fitted.c.name == name)
    content: bytes | None = connection.execute(query.where(fitted.c.key == key)).scalar_one_or_none()
    return content


def _of(policy_id: str, version_id: int) -> ColumnElement[bool]:
    own = or_(examples.c.version_id == version_id, examples.c.version_id.is_(None))
    return and_(examples.c.policy_id == policy_id, own)


def _record(line: str, number: int, name: str) -> dict[str, object]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        message = f"Line {number} of {name}: expected a JSON object, got “{shortened(line, letters=60)}”."
        raise PackError(message)
    return record
