"""What a person says of a clause that their text touches: their own words, taken along in the brief."""

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What a person says of a clause; the value is its name in records."""

    DONE = "done"
    DOES_NOT_APPLY = "does-not-apply"

    @property
    def words(self) -> str:
        """How people read it."""
        match self:
            case Answer.DONE:
                return "We do this already"
            case Answer.DOES_NOT_APPLY:
                return "Does not apply"


MOST_CHARACTERS = 600
"""Longest reason that is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A person's answer to a clause, with the reason that they typed; nobody has checked it.

    Attributes:
        answer: What they say.
        why: Why, in their own words; empty where they gave no reason.
    """

    answer: Answer
    why: str = ""

    @classmethod
    def from_words(cls, answer: str, why: str = "") -> "Remark":
        """Return the remark of an answer's name and a reason as it was typed, cut off where it is very long.

        Raises:
            ValueError: There is no such answer.
        """
        return cls(answer=Answer(answer), why=" ".join(why.split())[:MOST_CHARACTERS])

    @property
    def words(self) -> str:
        """The answer and its reason in one sentence."""
        if not self.why:
            return f"{self.answer.words}."
        joint = "," if self.answer is Answer.DOES_NOT_APPLY else ":"
        because = " because" if self.answer is Answer.DOES_NOT_APPLY else ""
        return f"{self.answer.words}{joint}{because} {self.why}"
