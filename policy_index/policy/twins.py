"""Twins: families of texts that show where a clause's line runs, written for this project one by one.

A family holds a text that touches its clause and, by as small a change as possible, one that does not; some hold a third one
that refuses or prevents the act. They were reviewed by others than their authors.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from policy_index.errors import TwinError
from policy_index.policy.document import Policy
from policy_index.policy.exemplars import folded_text


class Stance(StrEnum):
    """What a text has to do with the act that its clause speaks of."""

    DOES = "does"
    HARMLESS = "harmless"
    REFUSES = "refuses"
    PREVENTS = "prevents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """One text of a family.

    Attributes:
        family: What it shares with its twins.
        clause_id: The clause whose line the family shows.
        stance: What the text has to do with the act.
        register: How it is written: a prompt, an idea, a sentence of a plan, notes, a keyword …
        text: The text.
        also: Other clauses that a careful reviewer would certainly cite as well.
    """

    family: str
    clause_id: str
    stance: Stance
    register: str
    text: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TwinSet:
    """The twins of one policy, in the order in which they were written."""

    twins: tuple[Twin, ...] = ()
    by_clause: Mapping[str, tuple[tuple[Twin, ...], ...]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_jsonl(cls, content: str, *, policy: Policy) -> "TwinSet":
        """Read one JSON object a line: `family`, `clause_id`, `stance`, `register`, `text` and perhaps `also`.

        Raises:
            TwinError: A line is not such an object, names a clause that is none, or has a text that stands there already;
                the message names the line, counted from 1.
        """
        lines = content.removesuffix("\n").split("\n")
        twins = tuple(_twin(line, number, policy) for number, line in enumerate(lines, 1))
        seen: dict[str, int] = {}
        for number, twin in enumerate(twins, 1):
            first = seen.setdefault(folded_text(twin.text), number)
            if first != number:
                message = f"Line {number} of the twins: expected a new text, got the one of line {first} again."
                raise TwinError(message)
        return cls(twins, _families(twins))

    def pairs(self, clause_id: str) -> tuple[tuple[Twin, ...], ...]:
        """Return the families of a clause that hold a text on both sides of its line, the touching one first."""
        return tuple(
            family
            for family in self.by_clause.get(clause_id, ())
            if family[0].stance is Stance.DOES and len({twin.stance for twin in family}) > 1
        )


def _families(twins: Iterable[Twin]) -> Mapping[str, tuple[tuple[Twin, ...], ...]]:
    families: dict[str, list[Twin]] = {}
    for twin in twins:
        families.setdefault(twin.family, []).append(twin)
    found: dict[str, list[tuple[Twin, ...]]] = {}
    order = list(Stance)
    for family in families.values():
        ordered = tuple(sorted(family, key=lambda twin: order.index(twin.stance)))
        found.setdefault(ordered[0].clause_id, []).append(ordered)
    return {clause_id: tuple(own) for clause_id, own in found.items()}


def _twin(line: str, number: int, policy: Policy) -> Twin:
    try:
        row = json.loads(line)
        twin = Twin(
            family=str(row["family"]),
            clause_id=str(row["clause_id"]),
            stance=Stance(row["stance"]),
            register=str(row["register"]),
            text=str(row["text"]),
            also=tuple(map(str, row.get("also", ()))),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = (
            f"Line {number} of the twins: expected family, clause_id, stance ({', '.join(Stance)}), register and text, got "
            f"{type(error).__name__}: {error}."
        )
        raise TwinError(message) from None
    unknown = [each for each in (twin.clause_id, *twin.also) if each not in policy.columns]
    if unknown or not twin.text.strip():
        came = f"the clause {unknown[0]!r}" if unknown else "a blank text"
        message = f"Line {number} of the twins: expected a text and clauses of this policy, got {came}."
        raise TwinError(message)
    return twin
