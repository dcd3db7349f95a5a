"""What a parsed policy is made of: frozen values, no behaviour beyond look-up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from policy_index.errors import UnknownClauseError


class ClauseKind(StrEnum):
    """What a clause does to its reader."""

    PROHIBITED_USE = "prohibited_use"
    REQUIREMENT = "requirement"
    PLUGIN_REQUIREMENT = "plugin_requirement"
    CONDITIONAL_PERMISSION = "conditional_permission"
    EXPLANATION = "explanation"
    STATEMENT = "statement"


CITABLE_KINDS = frozenset(
    {
        ClauseKind.PROHIBITED_USE,
        ClauseKind.REQUIREMENT,
        ClauseKind.PLUGIN_REQUIREMENT,
        ClauseKind.CONDITIONAL_PERMISSION,
    }
)
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
        path: The headings and lead-ins above it, outermost first, as words.
        position: Where it stands in the policy, `Disallowed usage 5.1`.
        short_position: The same in a few letters, for charts: `5.1`, `Plugin 2`.
        citation: Policy, date and position.
        span: Where `verbatim` stands in the source.
        links: Hyperlinks in the clause, in order.
    """

    id: str
    text: str
    verbatim: str
    kind: ClauseKind
    section: str
    category: str | None
    path: tuple[str, ...]
    position: str
    short_position: str
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
    """A part of the policy with clauses of its own.

    Attributes:
        id: Readable and stable.
        title: Its heading's words; ours where the source has no heading.
        heading: Where the heading stands; None where the title is ours.
        clauses: Its clauses, those of its categories too; those of headings under it belong to sections of their own.
        categories: Its categories of disallowed usage, if it is divided so.
        path: The titles of the headings above it, outermost first, without its own.
    """

    id: str
    title: str
    heading: Span | None
    clauses: tuple[Clause, ...]
    categories: tuple[Category, ...] = ()
    path: tuple[str, ...] = ()


class PartRole(StrEnum):
    """What a part of the source was recognised as."""

    TITLE = "title"
    DATE = "date"
    HEADING = "heading"
    LEAD_IN = "lead_in"
    CLAUSE = "clause"
    ENTRY = "entry"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of the source and what it was recognised as; together the parts hold every line that is not blank.

    Attributes:
        role: What it is.
        span: Where it stands.
        text: Its words without markup.
        level: How deep a heading or clause is nested, from 1; 0 for other parts.
        clause_id: The clause that it is; None for other parts.
    """

    role: PartRole
    span: Span
    text: str
    level: int = 0
    clause_id: str | None = None


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
    """Where a policy text comes from.

    Attributes:
        publisher: Who published it.
        title: What it is called.
        updated: Day from which it says to be in force; None where nobody knows it.
        url: Its page; empty where there is none.
        superseded: Whether a later version is known to exist.
    """

    publisher: str
    title: str
    updated: date | None
    url: str = ""
    superseded: bool = False

    @property
    def name(self) -> str:
        """Publisher and title, once each: `OpenAI Usage policies`."""
        starts_with_publisher = self.title.casefold().startswith(self.publisher.casefold())
        return self.title if starts_with_publisher else f"{self.publisher} {self.title}".strip()

    @property
    def version(self) -> str:
        """The day of the version, `2023-03-23`; `undated` where nobody knows it."""
        return "undated" if self.updated is None else self.updated.isoformat()

    def cite(self, position: str) -> str:
        """Return the citation of a place in this version."""
        return f"{self.name} ({self.version}), {position}"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A whole policy: the source, its parts in document order, and its history, newest first.

    Attributes:
        title: As its head says.
        updated: Day of this version; None where nobody knows it.
        provenance: Where the text comes from.
        source: The text, as it was read.
        sha256: Digest of the source's UTF-8 bytes, computed where it was parsed.
        dialect: Name of the grammar that read it.
        sections: In document order, each with at least one clause.
        parts: Every stretch of the source with what it was recognised as, in order.
        changelog: The revisions that the policy itself tells of, newest first; often none.
        kinds_are_guesses: Whether the kinds of the clauses were guessed from their words.
    """

    title: str
    updated: date | None
    provenance: Provenance
    source: str
    sha256: str
    dialect: str
    sections: tuple[Section, ...]
    parts: tuple[Part, ...]
    changelog: tuple[ChangelogEntry, ...] = ()
    kinds_are_guesses: bool = False

    def __hash__(self) -> int:
        return hash((self.sha256, self.provenance))

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in document order."""
        return tuple(clause for section in self.sections for clause in section.clauses)

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """All categories of disallowed usage, in document order."""
        return tuple(category for section in self.sections for category in section.categories)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Every clause once, in groups to browse, in document order; what stands before a section's categories leads in."""
        groups = []
        for section in self.sections:
            categories = {category.heading.category for category in section.categories}
            own = tuple(clause for clause in section.clauses if clause.category not in categories)
            if own:
                name = "Lead-in" if section.categories else section.title
                groups.append(Group(id=section.id, name=name, title=section.title, section=section.title, clauses=own))
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

    @cached_property
    def columns(self) -> dict[str, int]:
        """The place of each clause, by its id, in document order."""
        return {clause.id: column for column, clause in enumerate(self.clauses)}

    @cached_property
    def neighbours(self) -> dict[str, tuple[Clause | None, Clause | None]]:
        """For each clause id the clause before it and the one after it."""
        before = {later.id: earlier for earlier, later in pairwise(self.clauses)}
        after = {earlier.id: later for earlier, later in pairwise(self.clauses)}
        return {clause.id: (before.get(clause.id), after.get(clause.id)) for clause in self.clauses}

    @cached_property
    def _groups_by_clause(self) -> dict[str, Group]:
        return {clause.id: group for group in self.groups for clause in group.clauses}

    def group_of(self, clause_id: str) -> Group:
        """Return the group that holds the clause.

        Raises:
            UnknownClauseError: No clause has this id.
        """
        return self._groups_by_clause[self.clause(clause_id).id]

    def __iter__(self) -> Iterator[Clause]:
        """Iterate over the clauses in document order."""
        return iter(self.clauses)

    def clause(self, clause_id: str) -> Clause:
        """Return the clause with this id.

        Raises:
            UnknownClauseError: No clause has it; the message names the nearest ids.
        """
        if clause_id in self.columns:
            return self.clauses[self.columns[clause_id]]
        shown = clause_id if len(clause_id) <= _SHOWN_ID else clause_id[:_SHOWN_ID] + "…"
        near = get_close_matches(clause_id[:_SHOWN_ID], self.columns, n=3, cutoff=0.5)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; `policy-index clauses` lists them all."
        message = f"No clause has the id {shown!r}{hint}"
        raise UnknownClauseError(message)


_SHOWN_ID = 80
"""Longest part of an unknown id that is worth repeating in a message."""
