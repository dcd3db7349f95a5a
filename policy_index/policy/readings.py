"""Readings: for each citable clause what it is about and what to do, in our words, tied to the policy's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from policy_index.errors import ReadingError, UnknownClauseError
from policy_index.policy.document import Clause, Policy, Span


class Action(StrEnum):
    """What a builder does about a clause; the value is how readings name it."""

    DROP = "drop"
    DISCLOSE = "disclose"
    DISCLAIM = "disclaim"
    REVIEW = "review"
    CONSENT = "consent"
    LABEL = "label"
    RESTRICT = "restrict"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One thing to do, in one sentence of ours."""

    action: Action
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words of a clause that carry a condition or an exception.

    Attributes:
        words: The policy's own.
        span: Where they stand in the clause's `verbatim`.
        meaning: What they mean for a builder, in our words.
        lifts: Whether a builder can meet the condition, and the clause no longer stands in the way; False for words that
            only narrow what the clause speaks of, and for exceptions.
    """

    words: str
    span: Span
    meaning: str
    lifts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Our reading of one clause.

    Attributes:
        clause_id: The clause.
        about: What it is about, in one plain sentence.
        todo: What to do, the first thing first.
        conditions: What the clause's own words make it depend on.
        exceptions: What its own words leave out.
        related: Ids of clauses to read with it.
    """

    clause_id: str
    about: str
    todo: tuple[ToDo, ...]
    conditions: tuple[Phrase, ...]
    exceptions: tuple[Phrase, ...]
    related: tuple[str, ...]

    @property
    def can_be_lifted(self) -> bool:
        """Whether the clause names a condition that a builder can meet."""
        return any(condition.lifts for condition in self.conditions)


def parse_readings(content: str, *, policy: Policy) -> Mapping[str, Reading]:
    """Read `{"readings": {clause id: {"about", "todo", "conditions", "exceptions", "related"}}}`.

    Raises:
        ReadingError: It has another shape, names a clause or action that is none, or quotes words that do not stand in the
            clause.
    """
    try:
        records = json.loads(content)["readings"]
        readings = {
            clause_id: _reading(policy.clause(clause_id), record, policy) for clause_id, record in records.items()
        }
    except UnknownClauseError as error:
        message = f"Expected readings of this policy's clauses, but one names another. {error}"
        raise ReadingError(message) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"Expected readings with about, todo, conditions, exceptions and related, got {type(error).__name__}: {error}."
        raise ReadingError(message) from None
    return {clause.id: readings[clause.id] for clause in policy if clause.id in readings}


def _reading(clause: Clause, record: Mapping[str, Any], policy: Policy) -> Reading:
    return Reading(
        clause_id=clause.id,
        about=record["about"],
        todo=tuple(ToDo(action=Action(each["action"]), text=each["text"]) for each in record["todo"]),
        conditions=tuple(_phrase(clause, each) for each in record["conditions"]),
        exceptions=tuple(_phrase(clause, each) for each in record["exceptions"]),
        related=tuple(policy.clause(each).id for each in record["related"]),
    )


def _phrase(clause: Clause, record: Mapping[str, Any]) -> Phrase:
    words = record["words"]
    start = clause.verbatim.find(words)
    if start < 0 or not words:
        message = f"Expected words of the clause {clause.id}, got “{words}”, which do not stand in it."
        raise ReadingError(message)
    return Phrase(
        words=words,
        span=Span(start=start, end=start + len(words)),
        meaning=record["meaning"],
        lifts=record.get("lifts", False),
    )
