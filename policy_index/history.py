"""The revisions of the policy as a story: what kind of change each was (ours), and how long after the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from policy_index.document import ChangelogEntry, PolicyDocument
from policy_index.errors import UnknownRevisionError
from policy_index.parser import bundled_policy


class ChangeKind(StrEnum):
    """What a revision changed, as its own note tells it; the value is the title that people read."""

    USE_CASES = "Use cases"
    CONTENT = "Content"
    REVIEW = "Review process"
    WORDING = "Wording and structure"


KIND_MEANINGS: Mapping[ChangeKind, str] = MappingProxyType(
    {
        ChangeKind.USE_CASES: "which applications are allowed or not",
        ChangeKind.CONTENT: "which texts may be made, whatever the application",
        ChangeKind.REVIEW: "how OpenAI checks applications: registration, approval, monitoring",
        ChangeKind.WORDING: "order, headings, names, clearer words",
    }
)

_CURATED: Mapping[date, tuple[tuple[ChangeKind, ...], str]] = MappingProxyType(
    {
        date(2023, 3, 23): ((ChangeKind.WORDING,), "The note speaks of a policy that is “clearer and more specific”."),
        date(2023, 2, 15): (
            (ChangeKind.USE_CASES, ChangeKind.CONTENT, ChangeKind.WORDING),
            "Use case and content policies became one, with more specific guidance on what is disallowed.",
        ),
        date(2022, 11, 9): (
            (ChangeKind.REVIEW,),
            "Registration of applications ended; monitoring took its place.",
        ),
        date(2022, 10, 25): (
            (ChangeKind.REVIEW,),
            "Approval was no longer waited for, and the approach turned to outcomes.",
        ),
        date(2022, 6, 7): (
            (ChangeKind.WORDING,),
            "The note says “refactored”: a new order, by categories of applications. It names no rule that changed.",
        ),
        date(2022, 3, 9): (
            (ChangeKind.REVIEW, ChangeKind.WORDING),
            "The text was put into a new order around “App Review”, the check of applications.",
        ),
        date(2022, 1, 19): (
            (ChangeKind.USE_CASES, ChangeKind.WORDING),
            "Guidelines for two kinds of applications, copywriting and article writing or editing, became simpler.",
        ),
        date(2021, 11, 15): (
            (ChangeKind.USE_CASES, ChangeKind.CONTENT, ChangeKind.WORDING),
            "Content guidelines came in, the lists of allowed and disallowed uses changed, the document was renamed.",
        ),
        date(2021, 8, 4): (
            (ChangeKind.USE_CASES,),
            "Information on one kind of application, code generation, was added.",
        ),
        date(2021, 3, 12): (
            (ChangeKind.USE_CASES, ChangeKind.WORDING),
            "Requirements case by case came in, with small edits to words and order.",
        ),
        date(2021, 2, 26): ((ChangeKind.USE_CASES,), "Two kinds of applications were named as not permitted."),
    }
)
"""For each revision the kinds of change that its own note names, and why we say so. Ours, not the policy's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A revision with its place in the story.

    Attributes:
        entry: The policy's own note.
        kinds: What kind of change it was; curated, ours.
        why: One sentence on why we say so; ours.
        days_since_last: Days since the revision before; None for the first.
    """

    entry: ChangelogEntry
    kinds: tuple[ChangeKind, ...]
    why: str
    days_since_last: int | None

    @property
    def id(self) -> str:
        """The day, `2022-06-07`: no two revisions share one."""
        return self.entry.date.isoformat()


def revisions_of(document: PolicyDocument) -> tuple[Revision, ...]:
    """Return the revisions, newest first as in the policy; one that nobody has curated has no kinds."""
    entries = document.changelog
    earlier = (*entries[1:], None)
    return tuple(
        Revision(
            entry=entry,
            kinds=_CURATED.get(entry.date, ((), ""))[0],
            why=_CURATED.get(entry.date, ((), ""))[1],
            days_since_last=None if before is None else (entry.date - before.date).days,
        )
        for entry, before in zip(entries, earlier, strict=True)
    )


@cache
def bundled_revisions() -> tuple[Revision, ...]:
    """Return the revisions of the bundled policy, newest first."""
    return revisions_of(bundled_policy())


def revision(day: str) -> Revision:
    """Return the revision of this day, written `2022-06-07`.

    Raises:
        UnknownRevisionError: No revision has it; the message names them all.
    """
    for each in bundled_revisions():
        if each.id == day:
            return each
    shown = day if len(day) <= _SHOWN_DAY else day[:_SHOWN_DAY] + "…"
    days = ", ".join(each.id for each in bundled_revisions())
    message = f"No revision has the date {shown!r}; there are {days}."
    raise UnknownRevisionError(message)


_SHOWN_DAY = 40
"""Longest part of an unknown date that is worth repeating in a message."""
