"""Markdown of a usage policy -> `PolicyDocument`.

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

Paragraphs that follow an ordered list open a section "Resources". Markdown is read by markdown-it-py; every part keeps
its span of characters in the source, and only `text` is cleaned.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from itertools import accumulate, count
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from policy_index.document import (
    Category,
    ChangelogEntry,
    Clause,
    ClauseKind,
    Link,
    PolicyDocument,
    Provenance,
    Section,
    Span,
)
from policy_index.errors import PolicyIntegrityError, PolicyParseError

_UPDATED = re.compile(r"^Updated\s*(?P<date>[A-Z][a-z]+ \d{1,2}, \d{4})$")
_ENTRY = re.compile(r"^(?P<date>\d{4}-\d{2}-\d{2}):\s*(?P<text>.+)$", re.DOTALL)
_UNCOUNTABLE = re.compile(r"[\r\0]")
_LIST_OPENER = re.compile(r",\s*(?:including|by):$")
_PROHIBITS = re.compile(r"\b(?:prohibits|should never|should not be used)\b")
_ABOUT_OPENAI = re.compile(r"^(?:We\b|OpenAI[’']s models\b)")


@cache
def bundled_policy() -> PolicyDocument:
    """Return OpenAI's Usage policies of 23 March 2023, parsed; the same object at every call.

    Raises:
        PolicyIntegrityError: The shipped text is not the one with the recorded SHA-256.
    """
    data = files("policy_index") / "data"
    record = json.loads((data / "policy.json").read_text(encoding="utf-8"))
    raw = (data / record["file"]).read_bytes()
    came = hashlib.sha256(raw).hexdigest()
    if came != record["sha256"]:
        message = f"Expected {record['file']} with SHA-256 {record['sha256']}, but the installed file has {came}."
        raise PolicyIntegrityError(message)
    provenance = Provenance(
        publisher=record["publisher"],
        title=record["title"],
        updated=date.fromisoformat(record["updated"]),
        url=record["url"],
        sha256=record["sha256"],
    )
    return parse_policy(raw.decode("utf-8"), provenance=provenance)


def parse_policy(source: str, *, provenance: Provenance) -> PolicyDocument:
    """Parse the Markdown `source` of a usage policy; see the module's grammar.

    Raises:
        PolicyParseError: The text has another shape; the message names the line.
    """
    return _Parser(source, provenance).policy()


class _Names(NamedTuple):
    """Curated ids: of a section by its title, of a clause by its first words; and short names of categories by id."""

    sections: dict[str, str]
    names: dict[str, str]
    clauses: dict[str, str]


def _curated_names() -> _Names:
    table = files("policy_index") / "data" / "clause_ids.json"
    return _Names(**json.loads(table.read_text(encoding="utf-8")))


def _slug(text: str, *, words: int = 6) -> str:
    """Return an id for a clause without a curated one: its first words, in lower case, with hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower().replace("’", ""))[:words]) or "untitled"


@dataclass(slots=True)
class _OpenSection:
    """A section while its blocks are being read."""

    id: str
    title: str
    label: str
    heading: Span | None
    clauses: list[Clause] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    paragraphs: int = 0

    def close(self) -> Section:
        return Section(
            id=self.id,
            title=self.title,
            heading=self.heading,
            clauses=tuple(self.clauses),
            categories=tuple(self.categories),
        )


class _Parser:
    """One pass over the blocks of one source; `policy` is the entry, each other method one rule of the grammar."""

    def __init__(self, source: str, provenance: Provenance) -> None:
        self._source = source
        self._provenance = provenance
        self._names = _curated_names()
        self._lines = source.split("\n")
        self._line_starts = [0, *accumulate(len(line) + 1 for line in self._lines)]
        self._blocks = SyntaxTreeNode(MarkdownIt("commonmark").parse(source)).children
        self._at = 0
        self._ids: set[str] = set()

    # Rules

    def policy(self) -> PolicyDocument:
        self._refuse_other_line_ends()
        title = self._expect("heading", "the policy's title as a heading")
        head = self._head()
        sections = [self._introduction()]
        while (block := self._peek()) is not None and not self._opens_changelog(block):
            sections.extend(self._section())
        heading = self._expect("heading", "the heading “Changelog”")
        changelog = (head, *self._changelog())
        if (rest := self._peek()) is not None:
            raise self._unexpected(rest, "the end of the document after the changelog")
        return PolicyDocument(
            title=_clean(title),
            title_span=self._span(title),
            updated=head.date,
            provenance=self._provenance,
            source=self._source,
            sections=tuple(section.close() for section in sections if section.clauses),
            changelog_heading=self._span(heading),
            changelog=changelog,
        )

    def _head(self) -> ChangelogEntry:
        """Head = "Updated <Month d, yyyy>" [ "_note on the update_" ]."""
        line = self._expect("paragraph", "the date of the update")
        found = _UPDATED.match(_clean(line))
        if found is None:
            raise self._unexpected(line, "“Updated <Month day, year>”")
        try:
            updated = datetime.strptime(found["date"], "%B %d, %Y").replace(tzinfo=UTC).date()
        except ValueError:
            raise self._unexpected(line, "a date such as “March 23, 2023”") from None
        span, text = self._span(line), ""
        note = self._peek()
        if note is not None and _is_emphasis(note):
            self._at += 1
            span, text = Span(start=span.start, end=self._span(note).end), _clean(note)
        return ChangelogEntry(date=updated, text=text, verbatim=span.slice(self._source), span=span, from_head=True)

    def _introduction(self) -> _OpenSection:
        """Introduction = paragraph*."""
        section = self._open("Introduction", heading=None)
        while (block := self._peek()) is not None and block.type == "paragraph":
            self._statement(section)
        return section

    def _section(self) -> list[_OpenSection]:
        """Section = "## title" block*; a numbered list and what follows it become sections of their own."""
        heading = self._expect("heading", "a section's heading")
        opened = [self._open(_clean(heading), heading=self._span(heading))]
        while (block := self._peek()) is not None and block.type != "heading":
            following = self._peek(1)
            if block.type == "paragraph":
                if following is not None and following.type == "ordered_list":
                    opened.append(self._open("Further requirements", heading=None))
                elif self._previous().type == "ordered_list":
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
        section.clauses.append(
            self._clause(
                paragraph,
                ClauseKind.STATEMENT,
                section,
                position=f", paragraph {section.paragraphs}",
                parent=section.id,
            )
        )

    def _rules(self, section: _OpenSection, kind: ClauseKind) -> None:
        """One clause of this kind for each item of a flat list."""
        for number, item in enumerate(self._take().children, 1):
            paragraph = self._only_paragraph(item)
            section.clauses.append(self._clause(paragraph, kind, section, position=f" {number}", parent=section.id))

    def _categories(self, section: _OpenSection) -> None:
        """Categories = "* heading" ( "    * point" )*."""
        for number, item in enumerate(self._take().children, 1):
            title = _LIST_OPENER.sub("", _clean(self._first_paragraph(item)))
            heading = self._clause(
                self._first_paragraph(item),
                ClauseKind.PROHIBITED_USE,
                section,
                position=f" {number}",
                parent=None,
                category=title,
            )
            points = []
            for point_number, point in enumerate(_nested_list(item), 1):
                paragraph = self._only_paragraph(point)
                points.append(
                    self._clause(
                        paragraph,
                        _kind_of_point(_clean(paragraph)),
                        section,
                        position=f" {number}.{point_number}",
                        parent=heading.id,
                        category=title,
                    )
                )
            category = Category(
                id=heading.id,
                number=number,
                name=self._names.names.get(heading.id, title),
                title=title,
                heading=heading,
                points=tuple(points),
            )
            section.categories.append(category)
            section.clauses.extend(category.clauses)

    def _changelog(self) -> list[ChangelogEntry]:
        """Changelog = ( "* yyyy-mm-dd: text" )+."""
        items = self._expect("bullet_list", "the list of dated changes").children
        return [self._entry(item) for item in items]

    def _entry(self, item: SyntaxTreeNode) -> ChangelogEntry:
        paragraph = self._only_paragraph(item)
        found = _ENTRY.match(_clean(paragraph))
        try:
            day = date.fromisoformat(found["date"]) if found else None
        except ValueError:
            day = None
        if found is None or day is None:
            raise self._unexpected(paragraph, "“yyyy-mm-dd: what changed”")
        span = self._span(paragraph)
        return ChangelogEntry(
            date=day, text=found["text"], verbatim=span.slice(self._source), span=span, from_head=False
        )

    # Values

    def _open(self, title: str, *, heading: Span | None) -> _OpenSection:
        named = self._names.sections.get(title)
        label = title if named is None else named.replace("-", " ").capitalize()
        return _OpenSection(id=named or _slug(title), title=title, label=label, heading=heading)

    def _clause(  # noqa: PLR0913  # what a clause is made of comes from three levels of the document
        self,
        paragraph: SyntaxTreeNode,
        kind: ClauseKind,
        section: _OpenSection,
        *,
        position: str,
        parent: str | None,
        category: str | None = None,
    ) -> Clause:
        text, span = _clean(paragraph), self._span(paragraph)
        provenance = self._provenance
        return Clause(
            id=self._clause_id(text, parent),
            text=text,
            verbatim=span.slice(self._source),
            kind=kind,
            section=section.title,
            category=category,
            citation=f"{provenance.publisher} {provenance.title} ({provenance.updated}), {section.label}{position}",
            span=span,
            links=_links(paragraph),
        )

    def _clause_id(self, text: str, parent: str | None) -> str:
        """Return the curated id of the clause that begins so, or else one made of its first words."""
        curated = [name for words, name in self._names.clauses.items() if text.startswith(words)]
        fallback = _slug(text) if parent is None else f"{parent}/{_slug(text)}"
        base = curated[0] if curated else fallback
        numbered = (f"{base}-{again}" for again in count(2))
        chosen = base if base not in self._ids else next(name for name in numbered if name not in self._ids)
        self._ids.add(chosen)
        return chosen

    # Blocks

    def _peek(self, ahead: int = 0) -> SyntaxTreeNode | None:
        at = self._at + ahead
        return self._blocks[at] if at < len(self._blocks) else None

    def _previous(self) -> SyntaxTreeNode:
        return self._blocks[self._at - 1]

    def _take(self) -> SyntaxTreeNode:
        self._at += 1
        return self._blocks[self._at - 1]

    def _expect(self, kind: str, expected: str) -> SyntaxTreeNode:
        block = self._peek()
        if block is None:
            message = f"Expected {expected}, but the policy text ends at line {len(self._lines)}."
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

    def _opens_changelog(self, block: SyntaxTreeNode) -> bool:
        return block.type == "heading" and _clean(block).casefold() == "changelog"

    def _span(self, block: SyntaxTreeNode) -> Span:
        """Return where the block's words stand: markers, indentation and trailing blanks left out."""
        inline = block.children[0]
        first, last = _lines_of(inline)
        content = inline.content.split("\n")
        start = self._lines[first].index(content[0])
        end = self._lines[last].rindex(content[-1]) + len(content[-1])
        return Span(start=self._line_starts[first] + start, end=self._line_starts[last] + end)

    def _refuse_other_line_ends(self) -> None:
        """Spans count characters of the source, so nothing may be normalised on the way."""
        for number, line in enumerate(self._lines, 1):
            if found := _UNCOUNTABLE.search(line):
                message = f"Line {number} of the policy text: expected lines that end in a line feed, got {found[0]!r}."
                raise PolicyParseError(message)

    def _unexpected(self, block: SyntaxTreeNode, expected: str) -> PolicyParseError:
        line = block.map[0] if block.map else 0
        came = self._lines[line].strip()[:60]
        return PolicyParseError(f"Line {line + 1} of the policy text: expected {expected}, got “{came}”.")


def _lines_of(inline: SyntaxTreeNode) -> tuple[int, int]:
    """Return the first and the last line (from 0) that an inline block's words stand on."""
    first = inline.map[0] if inline.map else 0
    return first, first + inline.content.count("\n")


def _clean(block: SyntaxTreeNode) -> str:
    """Return the words of a block without markup, white space (no-break spaces too) folded."""
    inline = block.children[0] if block.children else block
    pieces = (node.content if node.type in {"text", "code_inline"} else " " for node in inline.walk() if _leaf(node))
    return " ".join("".join(pieces).split())


def _leaf(node: SyntaxTreeNode) -> bool:
    return node.type in {"text", "code_inline", "softbreak", "hardbreak"}


def _links(block: SyntaxTreeNode) -> tuple[Link, ...]:
    inline = block.children[0]
    return tuple(
        Link(text=" ".join(child.content for child in node.children), url=str(node.attrs["href"]))
        for node in inline.walk()
        if node.type == "link"
    )


def _is_emphasis(block: SyntaxTreeNode) -> bool:
    """Whether a paragraph is emphasised as a whole."""
    inline = block.children[0] if block.type == "paragraph" else None
    return inline is not None and [child.type for child in inline.children if child.content or child.children] == ["em"]


def _nested_list(item: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """Return the items of the list inside a list item."""
    return [point for child in item.children if child.type == "bullet_list" for point in child.children]


def _kind_of_point(text: str) -> ClauseKind:
    """Tell a point that prohibits from one that only explains what OpenAI does or what its models are for."""
    if _ABOUT_OPENAI.match(text) and not _PROHIBITS.search(text):
        return ClauseKind.EXPLANATION
    return ClauseKind.PROHIBITED_USE
