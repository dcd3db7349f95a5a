"""What a parsed policy is made of: frozen values, no behaviour beyond look-up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

from policy_index.errors import UnknownClauseError


class ClauseKind(StrEnum):
    """What a clause does to its reader."""

    PROHIBITED_USE = "prohibited_use"
    REQUIREMENT = "requirement"
    PLUGIN_REQUIREMENT = "plugin_requirement"
    EXPLANATION = "explanation"
    STATEMENT = "statement"


CITABLE_KINDS = frozenset({ClauseKind.PROHIBITED_USE, ClauseKind.REQUIREMENT, ClauseKind.PLUGIN_REQUIREMENT})
"""Kinds that bind the reader; a reviewer cites them. The other kinds inform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of characters (code points) of the policy's source text."""

    start: int
    end: int

    def slice(self, source: str) -> str:
        """Return the characters of `source` that the span covers."""
        return source[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A hyperlink inside a clause: its visible words and its target."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """The smallest part of the policy that can be cited.

    Attributes:
        id: Readable and stable, `physical-harm/weapons-development`; a category's heading has the category's id.
        text: The words without markup, white space folded.
        verbatim: The source's own characters, markup included.
        kind: What the clause does.
        section: Title of the section it stands in.
        category: Title of its category of disallowed usage, None outside those.
        citation: Policy, date, section and position.
        span: Where `verbatim` stands in the source.
        links: Hyperlinks in the clause, in order.
    """

    id: str
    text: str
    verbatim: str
    kind: ClauseKind
    section: str
    category: str | None
    citation: str
    span: Span
    links: tuple[Link, ...] = ()

    @property
    def name(self) -> str:
        """A short name of ours for charts, from the id: `Weapons development`."""
        words = self.id.rsplit("/", 1)[-1].replace("-", " ")
        return re.sub(r"\bai\b", "AI", words[:1].upper() + words[1:], flags=re.IGNORECASE)

    @property
    def citable(self) -> bool:
        """Whether the clause binds the reader, so that a reviewer would cite it."""
        return self.kind in CITABLE_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of disallowed usage: its heading, which is a clause of its own, and the points under it.

    `name` is a short one of ours for charts and lists; `title` is the policy's.
    """

    id: str
    number: int
    name: str
    title: str
    heading: Clause
    points: tuple[Clause, ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The heading and the points, in order."""
        return (self.heading, *self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the policy. `heading` is None where the source has no heading and the title is ours."""

    id: str
    title: str
    heading: Span | None
    clauses: tuple[Clause, ...]
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What a person browses by: a category, or the clauses of a section that stand outside categories."""

    id: str
    name: str
    title: str
    section: str
    clauses: tuple[Clause, ...]

    @property
    def kind(self) -> ClauseKind:
        """The kind of its first clause that binds the reader, or else of its first."""
        return next((clause.kind for clause in self.clauses if clause.citable), self.clauses[0].kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangelogEntry:
    """One revision of the policy, as the policy itself tells it.

    Attributes:
        date: Day of the revision.
        text: What the policy says of the revision, without markup.
        verbatim: The source's own characters.
        span: Where they stand.
        from_head: True for the note at the head of the document, False for an entry of its changelog.
    """

    date: date
    text: str
    verbatim: str
    span: Span
    from_head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a policy text comes from: publisher, page, and the SHA-256 of the bytes shipped."""

    publisher: str
    title: str
    updated: date
    url: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """A whole policy: the source, its parts in document order, and its history, newest first."""

    title: str
    title_span: Span
    updated: date
    provenance: Provenance
    source: str
    sections: tuple[Section, ...]
    changelog_heading: Span
    changelog: tuple[ChangelogEntry, ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in document order."""
        return tuple(clause for section in self.sections for clause in section.clauses)

    @property
    def categories(self) -> tuple[Category, ...]:
        """All categories of disallowed usage, in document order."""
        return tuple(category for section in self.sections for category in section.categories)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Every clause once, in groups to browse, in document order."""
        groups = []
        for section in self.sections:
            own = tuple(clause for clause in section.clauses if clause.category is None)
            if own:
                groups.append(
                    Group(id=section.id, name=section.title, title=section.title, section=section.title, clauses=own)
                )
            groups.extend(
                Group(
                    id=category.id,
                    name=category.name,
                    title=category.title,
                    section=section.title,
                    clauses=category.clauses,
                )
                for category in section.categories
            )
        return tuple(groups)

    def group_of(self, clause_id: str) -> Group:
        """Return the group that holds the clause.

        Raises:
            UnknownClauseError: No clause has this id.
        """
        clause = self.clause(clause_id)
        return next(group for group in self.groups if clause in group.clauses)

    def __iter__(self) -> Iterator[Clause]:
        """Iterate over the clauses in document order."""
        return iter(self.clauses)

    def clause(self, clause_id: str) -> Clause:
        """Return the clause with this id.

        Raises:
            UnknownClauseError: No clause has it; the message names the nearest ids.
        """
        by_id = {clause.id: clause for clause in self.clauses}
        if clause_id in by_id:
            return by_id[clause_id]
        shown = clause_id if len(clause_id) <= _SHOWN_ID else clause_id[:_SHOWN_ID] + "…"
        near = get_close_matches(clause_id[:_SHOWN_ID], by_id, n=3, cutoff=0.5)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; `policy-index clauses` lists them all."
        message = f"No clause has the id {shown!r}{hint}"
        raise UnknownClauseError(message)


_SHOWN_ID = 80
"""Longest part of an unknown id that is worth repeating in a message."""
