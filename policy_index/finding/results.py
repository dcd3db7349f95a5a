"""What finding gives: for each policy the clauses that were found in it, each with why it is there."""

from dataclasses import dataclass
from enum import IntEnum

from policy_index.policy.document import Clause
from policy_index.policy.shelf import ShelfEntry
from policy_index.search.likelihood import Nearness


class Reason(IntEnum):
    """Why a clause was found, the best reason first."""

    NUMBER = 1
    """It was called by its number or its citation."""

    WHOLE = 2
    """It consists of the words that were typed."""

    WORDS = 3
    """The words, or the phrase, stand in it."""

    SPELLING = 4
    """Words that are nearly spelled so stand in it."""

    MEANING = 5
    """It is about what was typed, in other words."""

    HEADING = 6
    """The words stand in its name or in the headings and lead-ins above it."""

    DISTANT = 7
    """Nothing speaks of what was typed, and it is the nearest."""

    @property
    def words(self) -> str:
        """The reason in words, to stand beside a clause."""
        return _WORDS[self]


_WORDS = {
    Reason.NUMBER: "by its number",
    Reason.WHOLE: "in these words",
    Reason.WORDS: "in these words",
    Reason.SPELLING: "nearly spelled so",
    Reason.MEANING: "by meaning",
    Reason.HEADING: "by its name or heading",
    Reason.DISTANT: "by meaning, but far",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A clause that was found.

    Attributes:
        clause: The clause.
        reason: Why it was found.
        nearness: How near it is by meaning; None where nobody has compared the two.
    """

    clause: Clause
    reason: Reason
    nearness: Nearness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundIn:
    """What was found in one policy.

    Attributes:
        entry: Which policy and version.
        hits: The best clauses, best first.
        found: How many clauses were found in all.
    """

    entry: ShelfEntry
    hits: tuple[Hit, ...]
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one search over all policies found.

    Attributes:
        text: What was looked for.
        policies: The policies in which something was found, the one that was asked for first, then the best first.
        found: In how many policies something was found; some may have been left out.
        searched: How many policies were searched.
        unread: How many of them were not yet read by meaning, but only by words.
        note: One sentence on what the results are, or on why there are none; empty where they speak for themselves.
        problem: One sentence on why the library cannot be read; None where it can.
    """

    text: str
    policies: tuple[FoundIn, ...]
    found: int
    searched: int
    unread: int
    note: str = ""
    problem: str | None = None
