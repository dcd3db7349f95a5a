"""What people said of the concepts that a policy's clauses were placed by: added, dropped, confirmed; the part `confirmations.jsonl`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from policy_index.errors import PackError
from policy_index.words import shortened

CONFIRMATIONS = "confirmations.jsonl"
"""Name of the part of a pack: one object a line."""


class ConceptVerdict(StrEnum):
    """What a person said of a concept by which a clause is placed."""

    ADDED = "added"
    DROPPED = "dropped"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What a person said of one concept of one clause; either may be gone from the policy or the program since."""

    clause_id: str
    concept_id: str
    verdict: ConceptVerdict


def confirmations_jsonl(said: Iterable[Confirmation]) -> str:
    """Return what was said of concepts, one object a line."""
    records = ({"clause_id": e.clause_id, "concept_id": e.concept_id, "verdict": e.verdict.value} for e in said)
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)


def confirmations_from_jsonl(content: str, *, name: str) -> tuple[Confirmation, ...]:
    """Read lines as `confirmations_jsonl` writes them; of two about one concept of one clause the later counts.

    Raises:
        PackError: A line has another shape.
    """
    found: dict[tuple[str, str], Confirmation] = {}
    for number, line in enumerate(content.removesuffix("\n").split("\n") if content.strip() else [], 1):
        said = _confirmation(line, f"Line {number} of {name}")
        found[said.clause_id, said.concept_id] = said
    return tuple(found.values())


def _confirmation(line: str, place: str) -> Confirmation:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        message = f"{place}: expected a JSON object, got “{shortened(line, letters=60)}”."
        raise PackError(message)
    clause_id, concept_id, verdict = (record.get(key) for key in ("clause_id", "concept_id", "verdict"))
    if not (isinstance(clause_id, str) and isinstance(concept_id, str) and verdict in list(ConceptVerdict)):
        message = f'{place}: expected {{"clause_id", "concept_id", "verdict"}}, got “{shortened(line, letters=60)}”.'
        raise PackError(message)
    return Confirmation(clause_id=clause_id, concept_id=concept_id, verdict=ConceptVerdict(verdict))
