"""Markdown of a usage policy -> `Policy`, by the grammar of OpenAI's page of 2023.

The grammar, in document order (lower case: parts; quoted: Markdown):

    policy       = "# title" head introduction section+ changelog
    head         = "Updated <Month d, yyyy>" [ "_note on the update_" ]
    introduction = paragraph*
    section      = "## title" block*
    block        = paragraph                       -> statement
                 | bullet list with nested lists   -> categories (heading + points)
                 | bullet list without             -> plugin_requirement each
                 | lead-in paragraph, ordered list -> a section of its own; requirement each
    changelog    = "## Changelog" bullet list of "yyyy-mm-dd: text"

Paragraphs that follow an ordered list open a section "Resources". Only `text` is cleaned; every part keeps its span.
"""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from policy_index.errors import PolicyParseError
from policy_index.policy.dialects.markdown import (
    Source,
    Words,
    refuse_other_line_ends,
    slug,
    unique_ids,
    with_lines_set_aside,
    words_of,
)
from policy_index.policy.dialects.names import NO_NAMES, CuratedNames
from policy_index.policy.document import (
    Category,
    ChangelogEntry,
    Clause,
    ClauseKind,
    Part,
    PartRole,
    Policy,
    Provenance,
    Section,
    Span,
)

_UPDATED = re.compile(r"^Updated\s*(?P<date>[A-Z][a-z]+ \d{1,2}, \d{4})$")
_ENTRY = re.compile(r"^(?P<date>\d{4}-\d{2}-\d{2}):\s*(?P<text>.+)$", re.DOTALL)
_LIST_OPENER = re.compile(r",\s*(?:including|by):$")
_PROHIBITS = re.compile(r"\b(?:prohibits|should never|should not be used)\b")
_ABOUT_OPENAI = re.compile(r"^(?:We\b|OpenAI[’']s models\b)")


def parse_openai_2023(source: str, *, provenance: Provenance, names: CuratedNames = NO_NAMES) -> Policy:
    """Parse the Markdown `source` of a usage policy; see the module's grammar.

    Raises:
        PolicyParseError: The text has another shape; the message names the line.
    """
    return _Parser(source, provenance, names).policy()


@dataclass(slots=True)
class _OpenSection:
    """A section while its blocks are being read; `lead_in` is the paragraph before the list that is being read."""

    id: str
    title: str
    label: str
    short: tuple[str, str]
    heading: Span | None
    clauses: list[Clause] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    paragraphs: int = 0
    lead_in: tuple[str, ...] = ()

    def close(self) -> Section:
        clauses, categories = tuple(self.clauses), tuple(self.categories)
        return Section(id=self.id, title=self.title, heading=self.heading, clauses=clauses, categories=categories)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a clause stands: its number in the section, the path to it, and what its id and category are made of."""

    number: str
    path: tuple[str, ...]
    parent: str | None
    level: int
    category: str | None = None
    is_paragraph: bool = False


class _Parser:
    """One pass over the blocks of one source; `policy` is the entry, each other method one rule of the grammar."""

    def __init__(self, source: str, provenance: Provenance, names: CuratedNames) -> None:
        refuse_other_line_ends(source)
        self._source = Source.of(source)
        self._provenance = provenance
        self._names = names
        self._blocks = SyntaxTreeNode(MarkdownIt("commonmark").parse(self._source.text)).children
        self._at = 0
        self._unique = unique_ids()
        self._parts: list[Part] = []

    # Rules

    def policy(self) -> Policy:
        title = self._expect("heading", "the policy's title as a heading")
        self._part(PartRole.TITLE, title, level=1)
        head = self._head()
        sections = [self._introduction()]
        while (block := self._peek()) is not None and not _opens_changelog(block):
            sections.extend(self._section())
        self._part(PartRole.HEADING, self._expect("heading", "the heading “Changelog”"), level=2)
        changelog = (head, *self._changelog())
        if (rest := self._peek()) is not None:
            raise self._unexpected(rest, "the end of the document after the changelog")
        return Policy(
            title=_words(title).text,
            updated=self._provenance.updated,
            provenance=self._provenance,
            source=self._source.source,
            sha256=hashlib.sha256(self._source.source.encode()).hexdigest(),
            dialect="openai-2023",
            sections=tuple(section.close() for section in sections if section.clauses),
            parts=tuple(with_lines_set_aside(self._source, self._parts)),
            changelog=changelog,
        )

    def _head(self) -> ChangelogEntry:
        """Head = "Updated <Month d, yyyy>" [ "_note on the update_" ]."""
        line = self._expect("paragraph", "the date of the update")
        found = _UPDATED.match(_words(line).text)
        if found is None:
            raise self._unexpected(line, "“Updated <Month day, year>”")
        try:
            updated = datetime.strptime(found["date"], "%B %d, %Y").replace(tzinfo=UTC).date()
        except ValueError:
            raise self._unexpected(line, "a date such as “March 23, 2023”") from None
        self._provenance = self._provenance if self._provenance.updated else replace(self._provenance, updated=updated)
        self._part(PartRole.DATE, line)
        span, text = self._span(line), ""
        note = self._peek()
        if note is not None and note.type == "paragraph" and _words(note).is_emphasis:
            self._part(PartRole.ENTRY, self._take())
            span, text = Span(start=span.start, end=self._span(note).end), _words(note).text
        return ChangelogEntry(
            date=updated, text=text, verbatim=span.slice(self._source.source), span=span, from_head=True
        )

    def _introduction(self) -> _OpenSection:
        """Introduction = paragraph*."""
        section = self._open("Introduction", heading=None)
        while (block := self._peek()) is not None and block.type == "paragraph":
            self._statement(section)
        return section

    def _section(self) -> list[_OpenSection]:
        """Section = "## title" block*; a numbered list and what follows it become sections of their own."""
        heading = self._expect("heading", "a section's heading")
        self._part(PartRole.HEADING, heading, level=2)
        opened = [self._open(_words(heading).text, heading=self._span(heading))]
        while (block := self._peek()) is not None and block.type != "heading":
            following = self._peek(1)
            if block.type == "paragraph":
                if following is not None and following.type == "ordered_list":
                    opened.append(self._open("Further requirements", heading=None))
                elif self._blocks[self._at - 1].type == "ordered_list":
                    opened.append(self._open("Resources", heading=None))
                self._statement(opened[-1])
            elif block.type == "ordered_list":
                self._rules(opened[-1], ClauseKind.REQUIREMENT)
            elif block.type == "bullet_list" and any(_nested_list(item) for item in block.children):
                self._categories(opened[-1])
            elif block.type == "bullet_list":
                self._rules(opened[-1], ClauseKind.PLUGIN_REQUIREMENT)
            else:
                raise self._unexpected(block, "a paragraph or a list")
        return opened

    def _statement(self, section: _OpenSection) -> None:
        paragraph = self._expect("paragraph", "a paragraph")
        section.paragraphs += 1
        place = _Place(
            number=str(section.paragraphs), path=(section.title,), parent=section.id, level=1, is_paragraph=True
        )
        section.clauses.append(self._clause(paragraph, ClauseKind.STATEMENT, section, place))
        following = self._peek()
        leads_in = following is not None and following.type in {"bullet_list", "ordered_list"}
        section.lead_in = (section.clauses[-1].text,) if leads_in else ()

    def _rules(self, section: _OpenSection, kind: ClauseKind) -> None:
        """One clause of this kind for each item of a flat list."""
        for number, item in enumerate(self._take().children, 1):
            paragraph = self._only_paragraph(item)
            place = _Place(number=str(number), path=(section.title, *section.lead_in), parent=section.id, level=2)
            section.clauses.append(self._clause(paragraph, kind, section, place))
        section.lead_in = ()

    def _categories(self, section: _OpenSection) -> None:
        """Categories = "* heading" ( "    * point" )*."""
        for number, item in enumerate(self._take().children, 1):
            words = _words(self._first_paragraph(item)).text
            title = _LIST_OPENER.sub("", words)
            place = _Place(number=str(number), path=(section.title,), parent=None, level=2, category=title)
            heading = self._clause(self._first_paragraph(item), ClauseKind.PROHIBITED_USE, section, place)
            points = []
            for point_number, point in enumerate(_nested_list(item), 1):
                paragraph = self._only_paragraph(point)
                numbers, path = f"{number}.{point_number}", (section.title, words)
                place = _Place(number=numbers, path=path, parent=heading.id, level=3, category=title)
                points.append(self._clause(paragraph, _kind_of_point(_words(paragraph).text), section, place))
            category = Category(
                id=heading.id,
                number=number,
                name=self._names.categories.get(heading.id, title),
                title=title,
                heading=heading,
                points=tuple(points),
            )
            section.categories.append(category)
            section.clauses.extend(category.clauses)
        section.lead_in = ()

    def _changelog(self) -> list[ChangelogEntry]:
        """Changelog = ( "* yyyy-mm-dd: text" )+."""
        items = self._expect("bullet_list", "the list of dated changes").children
        return [self._entry(item) for item in items]

    def _entry(self, item: SyntaxTreeNode) -> ChangelogEntry:
        paragraph = self._only_paragraph(item)
        found = _ENTRY.match(_words(paragraph).text)
        try:
            day = date.fromisoformat(found["date"]) if found else None
        except ValueError:
            day = None
        if found is None or day is None:
            raise self._unexpected(paragraph, "“yyyy-mm-dd: what changed”")
        self._part(PartRole.ENTRY, paragraph)
        span = self._span(paragraph)
        verbatim = span.slice(self._source.source)
        return ChangelogEntry(date=day, text=found["text"], verbatim=verbatim, span=span, from_head=False)

    # Values

    def _open(self, title: str, *, heading: Span | None) -> _OpenSection:
        named = self._names.sections.get(title)
        label = title if named is None else self._names.label(named)
        section_id = named or slug(title)
        short = self._names.short.get(section_id, (label, label))
        return _OpenSection(id=section_id, title=title, label=label, short=short, heading=heading)

    def _clause(self, paragraph: SyntaxTreeNode, kind: ClauseKind, section: _OpenSection, place: _Place) -> Clause:
        words, span = _words(paragraph), self._span(paragraph)
        own = slug(words.text)
        curated = self._names.clause_id(words.text)
        clause_id = self._unique(curated or (own if place.parent is None else f"{place.parent}/{own}"))
        short_rules, short_paragraphs = section.short
        if place.is_paragraph:
            position = f"{section.label}, paragraph {place.number}"
            short_position = f"{short_paragraphs} ¶{place.number}"
        else:
            position, short_position = f"{section.label} {place.number}", f"{short_rules} {place.number}".strip()
        self._part(PartRole.CLAUSE, paragraph, level=place.level, clause_id=clause_id)
        return Clause(
            id=clause_id,
            text=words.text,
            verbatim=span.slice(self._source.source),
            kind=kind,
            section=section.title,
            category=place.category,
            path=place.path,
            position=position,
            short_position=short_position,
            citation=self._provenance.cite(position),
            span=span,
            links=words.links,
        )

    def _part(self, role: PartRole, block: SyntaxTreeNode, *, level: int = 0, clause_id: str | None = None) -> None:
        first, end = block.map or (0, 1)
        span = self._source.span_of_lines(first, end - 1)
        self._parts.append(Part(role=role, span=span, text=_words(block).text, level=level, clause_id=clause_id))

    # Blocks

    def _peek(self, ahead: int = 0) -> SyntaxTreeNode | None:
        at = self._at + ahead
        return self._blocks[at] if at < len(self._blocks) else None

    def _take(self) -> SyntaxTreeNode:
        self._at += 1
        return self._blocks[self._at - 1]

    def _expect(self, kind: str, expected: str) -> SyntaxTreeNode:
        block = self._peek()
        if block is None:
            message = f"Expected {expected}, but the policy text ends at line {len(self._source.lines)}."
            raise PolicyParseError(message)
        if block.type != kind:
            raise self._unexpected(block, expected)
        return self._take()

    def _first_paragraph(self, item: SyntaxTreeNode) -> SyntaxTreeNode:
        first = item.children[0] if item.children else None
        if first is None or first.type != "paragraph":
            raise self._unexpected(item, "a list item that begins with words")
        return first

    def _only_paragraph(self, item: SyntaxTreeNode) -> SyntaxTreeNode:
        if len(item.children) > 1:
            raise self._unexpected(item.children[1], "a list item of one paragraph")
        return self._first_paragraph(item)

    def _span(self, block: SyntaxTreeNode) -> Span:
        """Return where the block's words stand: markers, indentation and trailing blanks left out."""
        inline = block.children[0]
        first = inline.map[0] if inline.map else 0
        if block.type == "heading":
            return self._source.span_of_heading(first, inline.content)
        return self._source.span_of_words(first, first + inline.content.count("\n"), inline.content)

    def _unexpected(self, block: SyntaxTreeNode, expected: str) -> PolicyParseError:
        return self._source.unexpected(block.map[0] if block.map else 0, expected)


def _words(block: SyntaxTreeNode) -> Words:
    """Return the words of a heading or paragraph."""
    return words_of(block.children[0].content if block.children else block.content)


def _opens_changelog(block: SyntaxTreeNode) -> bool:
    return block.type == "heading" and _words(block).text.casefold() == "changelog"


def _nested_list(item: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """Return the items of the list inside a list item."""
    return [point for child in item.children if child.type == "bullet_list" for point in child.children]


def _kind_of_point(text: str) -> ClauseKind:
    """Tell a point that prohibits from one that only explains what OpenAI does or what its models are for."""
    if _ABOUT_OPENAI.match(text) and not _PROHIBITS.search(text):
        return ClauseKind.EXPLANATION
    return ClauseKind.PROHIBITED_USE
