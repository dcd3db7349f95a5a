"""Markdown of any policy -> `Policy`: what its layout says, and nothing that it does not say.

    policy    = [title] date* [note] block*
    heading   = "# …" of any depth | a line with a rule under it | a bold line | in a text without any of these, a short line
    lead-in   = a line of at most 8 words before a list | the head of a table
    clause    = a paragraph | a list item without the items in it | a row of a table | a code block
    changelog = a heading such as “Version history” with something dated under it

A clause keeps in its `path` the headings and lead-ins that it stands under. A longer paragraph before a list is a clause and leads
in. Pictures, rules, lines of links and a section that is there a second time, word for word, are set aside; every line that is not
blank belongs to exactly one part. Kinds are guessed from the words.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from policy_index.errors import PolicyParseError
from policy_index.policy.dialects.blocks import blocks_of
from policy_index.policy.dialects.kinds import guess_kind
from policy_index.policy.dialects.markdown import (
    Source,
    enumerator_of,
    has_words,
    slug,
    unique_ids,
    with_lines_set_aside,
    without_enumerator,
)
from policy_index.policy.dialects.names import NO_NAMES, CuratedNames
from policy_index.policy.dialects.structure import Heading, Piece, Structure, structure_of
from policy_index.policy.document import (
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

_INTRODUCTION = "Introduction"
_LONGEST_SHORT_LABEL = 16
_LINK_WORDS = frozenset({"a", "and", "for", "in", "of", "on", "or", "the", "to", "with"})
_GOES_ON = re.compile(r"\b(?:including|such as|includes?|for example|for instance|e\.g\.)\b[^.:]*:$", re.IGNORECASE)


def parse_outline(source: str, *, provenance: Provenance, names: CuratedNames = NO_NAMES) -> Policy:
    """Parse the Markdown `source` of any policy; see the module's grammar.

    Raises:
        PolicyParseError: There is no clause in it, or a character that no text has.
    """
    if not source.strip("\ufeff \t\r\n\f\v"):
        message = "Expected a policy text with at least one clause, got an empty one."
        raise PolicyParseError(message)
    seen = Source.of(source)
    structure = structure_of(blocks_of(seen))
    _set_repeated_sections_aside(structure)
    if not any(piece.role is PartRole.CLAUSE for piece in structure.pieces):
        came = "one with headings, dates or links alone" if has_words(source) else "one without words"
        message = f"Expected a policy text with at least one clause, got {came}."
        raise PolicyParseError(message)
    dates = sorted((line for line in structure.dates if line.day), key=lambda line: line.rank)
    if provenance.updated is None and dates:
        provenance = replace(provenance, updated=dates[0].day)
    sections, ids = _Builder(seen, structure, provenance, names).sections()
    return Policy(
        title=structure.title or provenance.title,
        updated=provenance.updated,
        provenance=provenance,
        source=source,
        sha256=hashlib.sha256(source.encode()).hexdigest(),
        dialect="outline",
        sections=sections,
        parts=_parts(seen, structure.pieces, ids),
        changelog=_changelog(seen, structure.pieces),
        kinds_are_guesses=True,
    )


def _set_repeated_sections_aside(structure: Structure) -> None:
    """Set aside each section that stood before, word for word: some pages hold their text twice, for two sizes of screen."""
    pieces: defaultdict[int, list[Piece]] = defaultdict(list)
    for piece in structure.pieces:
        pieces[piece.heading].append(piece)
    seen: set[tuple[str, ...]] = set()
    for place, own in pieces.items():
        heading = structure.headings[place]
        clauses = [piece.text for piece in own if piece.role is PartRole.CLAUSE]
        words = (*heading.full_path, "", *clauses)
        if heading.title and clauses and words in seen:
            for piece in own:
                piece.role, piece.level = PartRole.SET_ASIDE, 0
        seen.add(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """What a section is called: its id, title, label in positions, and two short ones, before rules and before paragraphs."""

    id: str
    title: str
    label: str
    short: tuple[str, str]


class _Builder:
    """Makes sections and their clauses out of pieces."""

    def __init__(self, source: Source, structure: Structure, provenance: Provenance, names: CuratedNames) -> None:
        self._source = source
        self._structure = structure
        self._provenance = provenance
        self._names = names
        self._unique_section = unique_ids()
        self._unique_clause = unique_ids()
        self._positions: defaultdict[str, int] = defaultdict(int)

    def sections(self) -> tuple[tuple[Section, ...], list[str]]:
        """Return the sections that have clauses, and the ids of all clauses in document order."""
        pieces: defaultdict[int, list[Piece]] = defaultdict(list)
        for piece in self._structure.pieces:
            if piece.role is PartRole.CLAUSE:
                pieces[piece.heading].append(piece)
        sections = []
        for place, own in pieces.items():
            heading = self._structure.headings[place]
            label = self._label(heading, own, is_only=len(pieces) == 1)
            sections.append(
                Section(
                    id=label.id,
                    title=label.title,
                    heading=None if heading.block is None else heading.block.span,
                    clauses=tuple(self._clause(piece, label) for piece in own),
                    path=heading.path,
                )
            )
        return tuple(sections), [clause.id for section in sections for clause in section.clauses]

    def _label(self, heading: Heading, pieces: Sequence[Piece], *, is_only: bool) -> _Label:
        title = heading.title
        if not title:
            is_whole = is_only or any(piece.numbers for piece in pieces)
            title = (self._structure.title or self._provenance.title) if is_whole else _INTRODUCTION
        curated = self._names.sections.get(title)
        untitled = _INTRODUCTION.lower() if title == _INTRODUCTION else "policy"  # the document's title may change
        section_id = curated or (self._section_id(title, heading) if heading.title else self._unique_section(untitled))
        label = title if curated is None else self._names.label(curated)
        number = enumerator_of(title)
        short = self._names.short.get(
            section_id, (f"{number}." if number else _short_label(title), number or _short_label(title))
        )
        return _Label(id=section_id, title=title, label=label, short=short)

    def _section_id(self, title: str, heading: Heading) -> str:
        """Return the slug of a title; where another section has it, with that of the heading above in front."""
        own = slug(without_enumerator(title))
        chosen = self._unique_section(own)
        if chosen == own or not heading.path:
            return chosen
        return self._unique_section(f"{slug(without_enumerator(heading.path[-1]), words=3)}-{own}")

    def _clause(self, piece: Piece, label: _Label) -> Clause:
        span = Span(start=piece.blocks[0].span.start, end=piece.blocks[-1].span.end)
        position, short_position = self._position(piece, label)
        return Clause(
            id=self._clause_id(piece, label),
            text=piece.text,
            verbatim=span.slice(self._source.source),
            kind=_kind(piece),
            section=label.title,
            category=None,
            path=piece.path,
            position=position,
            short_position=short_position,
            citation=self._provenance.cite(position),
            span=span,
            links=tuple(link for block in piece.blocks for link in block.words.links),
        )

    def _clause_id(self, piece: Piece, label: _Label) -> str:
        """Return the curated id, or else one of the first six words; of ten where six are taken."""
        words = without_enumerator(piece.text)
        chosen = self._names.clause_id(piece.text) or f"{label.id}/{slug(words)}"
        return self._unique_clause(chosen, f"{label.id}/{slug(words, words=10)}")

    def _position(self, piece: Piece, label: _Label) -> tuple[str, str]:
        """Return where a clause stands, in words and in a few letters; no two clauses have one position."""
        found = next(
            (place for place in _positions(piece, label) if place[0] not in self._positions),
            _positions(piece, label)[-1],
        )
        self._positions[found[0]] += 1
        again = self._positions[found[0]]
        return found if again == 1 else (f"{found[0]} ({again})", f"{found[1]} ({again})")


def _positions(piece: Piece, label: _Label) -> list[tuple[str, str]]:
    """Return what a clause's position can be called: by its numbers, and for a second list also by the paragraph before it."""
    rules, paragraphs = label.short
    if not piece.numbers:
        return [(f"{label.label}, paragraph {piece.paragraph}", f"{paragraphs} ¶{piece.paragraph}".strip())]
    number = _joined(piece.numbers)
    own, short_own = (f", paragraph {piece.paragraph}", f" ¶{piece.paragraph}") if piece.paragraph else ("", "")
    short = f"{rules}{number}" if rules.endswith(".") else f"{rules} {number}".strip()
    return [
        (f"{label.label} {number}{own}", f"{short}{short_own}"),
        (
            f"{label.label}, paragraph {piece.after}, {number}{own}",
            f"{paragraphs} ¶{piece.after}, {number}{short_own}".strip(),
        ),
    ]


def _joined(numbers: Sequence[str]) -> str:
    """Return the numbers of nested items as one; a number with a point in it says it all: `3`, `3.2` are `3.2`."""
    whole = max((place for place, number in enumerate(numbers) if "." in number), default=0)
    return ".".join(numbers[whole:])


def _short_label(title: str) -> str:
    """Return the first word of a title, or the first two where they are short and the second is not a mere link word."""
    words = [word.strip(",:;.") for word in without_enumerator(title).split()] or [title]
    two = " ".join(words[:2])
    fits = len(two) <= _LONGEST_SHORT_LABEL and (len(words) < 2 or words[1].lower() not in _LINK_WORDS)  # noqa: PLR2004
    return (two if fits else words[0])[: 2 * _LONGEST_SHORT_LABEL]


def _kind(piece: Piece) -> ClauseKind:
    """Return the kind of a clause; one that only announces a list informs, unless it says something before, or of itself."""
    if not piece.is_lead_in or _GOES_ON.search(piece.text):
        return guess_kind(piece.text, piece.path)
    before = re.split(r"(?<=[.!?]) ", piece.text)[:-1]
    return guess_kind(" ".join(before), piece.path) if len(" ".join(before).split()) > 1 else ClauseKind.STATEMENT


def _parts(source: Source, pieces: Sequence[Piece], ids: Sequence[str]) -> tuple[Part, ...]:
    remaining = iter(ids)
    parts = [
        Part(
            role=piece.role,
            span=source.span_of_lines(piece.blocks[0].first, piece.blocks[-1].last),
            text=piece.text,
            level=piece.level,
            clause_id=next(remaining) if piece.role is PartRole.CLAUSE else None,
        )
        for piece in pieces
    ]
    return tuple(with_lines_set_aside(source, parts))


def _changelog(source: Source, pieces: Sequence[Piece]) -> tuple[ChangelogEntry, ...]:
    """Return the entries, newest first; a note that follows the date at the head counts as one, with its date."""
    entries = []
    before = [None, *(earlier for earlier, _ in pairwise(pieces))]
    for earlier, piece in zip(before, pieces, strict=True):
        if piece.role is PartRole.ENTRY and piece.day is not None:
            from_head = earlier is not None and earlier.role is PartRole.DATE
            first = earlier if earlier is not None and from_head else piece
            span = Span(start=first.blocks[0].span.start, end=piece.blocks[-1].span.end)
            entries.append(
                ChangelogEntry(
                    date=piece.day,
                    text=piece.text,
                    verbatim=span.slice(source.source),
                    span=span,
                    from_head=from_head,
                )
            )
    return tuple(sorted(entries, key=lambda entry: entry.date, reverse=True))
