"""Pairs of a kept version's clauses and those of a policy beside the program, which has no row: a part of the version.

The part `pairings.jsonl` has one object a line; it travels in the version's zip, and the policy beside the program is the same
everywhere. Pairs of two kept versions have a table of their own.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from policy_index.errors import PackError
from policy_index.library.schema import parts
from policy_index.library.values import PairVerdict
from policy_index.words import shortened

PAIRINGS = "pairings.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBeside:
    """What a person said of a clause of the version and a clause of a policy beside the program.

    Attributes:
        clause_id: The clause of the version.
        other: The policy, `ID@VERSION`.
        other_clause_id: Its clause.
        verdict: What was said.
        who: Who said it.
    """

    clause_id: str
    other: str
    other_clause_id: str
    verdict: PairVerdict
    who: str


def pairs_from_jsonl(content: str) -> tuple[PairBeside, ...]:
    """Read the part.

    Raises:
        PackError: A line has another shape.
    """
    lines = content.removesuffix("\n").split("\n") if content.strip() else []
    return tuple(_pair(line, number) for number, line in enumerate(lines, 1))


def pairs_jsonl(pairs: Iterable[PairBeside]) -> str:
    """Return the part."""
    return "".join(f"{json.dumps(asdict(each), ensure_ascii=False)}\n" for each in pairs)


def kept_beside(connection: Connection, *, version_id: int) -> tuple[PairBeside, ...]:
    """Return what was said of a version's clauses and those of policies beside the program."""
    query = select(parts.c.content).where(parts.c.version_id == version_id, parts.c.name == PAIRINGS)
    return pairs_from_jsonl(connection.execute(query).scalar_one_or_none() or "")


def keep_beside(connection: Connection, said: PairBeside, *, version_id: int) -> None:
    """Keep what a person said, in place of what was said of the same two before; the caller holds the policy."""
    others = [each for each in kept_beside(connection, version_id=version_id) if _two(each) != _two(said)]
    connection.execute(delete(parts).where(parts.c.version_id == version_id, parts.c.name == PAIRINGS))
    content = pairs_jsonl(sorted([*others, said], key=_two))
    connection.execute(insert(parts).values(version_id=version_id, name=PAIRINGS, content=content))


def _two(said: PairBeside) -> tuple[str, str, str]:
    return said.clause_id, said.other, said.other_clause_id


def _pair(line: str, number: int) -> PairBeside:
    names = ("clause_id", "other", "other_clause_id", "verdict", "who")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    values = [record.get(name) for name in names] if isinstance(record, dict) else []
    if not values or not all(isinstance(value, str) for value in values) or values[3] not in list(PairVerdict):
        message = f"Line {number} of {PAIRINGS}: expected {', '.join(names)}, got “{shortened(line, letters=60)}”."
        raise PackError(message)
    clause_id, other, other_clause_id, verdict, who = map(str, values)
    return PairBeside(
        clause_id=clause_id, other=other, other_clause_id=other_clause_id, verdict=PairVerdict(verdict), who=who
    )
