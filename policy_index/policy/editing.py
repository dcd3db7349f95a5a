"""A policy's tree while it is edited: its clauses as a linked list, so that an edit costs the same wherever it falls."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from policy_index.policy.dialects.blocks import blocks_of
from policy_index.policy.dialects.markdown import Source, folded, has_words, slug, without_enumerator
from policy_index.policy.document import Category, Clause, Link, Part, PartRole, Policy, Section, Span
from policy_index.policy.edits import ChangeKind, Drop, Edit, Merge, Rename, Split
from policy_index.words import shortened

LONGEST_ID = 200
"""Longest id of a clause, in characters."""

_LEAST_BUDGET = 1_000_000
_READINGS = 50
"""How often splits and merges may read the source over, in all: edits that were brought along cannot hold the program up."""

_MERGES_A_READING = 50
"""Merges, which only copy words, that take no longer than reading a text once."""

_WORD = r"[^\W_A-Z]+(?:-[^\W_A-Z]+)*"
_ID = re.compile(rf"{_WORD}(?:/{_WORD})*")
_PART_OF_POSITION = re.compile(r" \(part \d+\)$")
_PART_OF_SHORT = re.compile(r" p\d+$")


@dataclass(slots=True, kw_only=True, eq=False)
class _Node:
    """A clause, where it hangs, the stretch of the source that its part holds, and its neighbours."""

    clause: Clause
    section: int
    category: int | None
    is_heading: bool
    part: Span
    level: int
    before: "_Node | None" = None
    after: "_Node | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """What a stretch of the source says: its words, where they stand, and its links."""

    text: str
    span: Span
    links: tuple[Link, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class _Loose:
    """A part of the source that is no clause; `swallowed` where a merged clause holds it now."""

    part: Part
    swallowed: bool = field(default=False)


class Tree:
    """The clauses of a policy, to be edited."""

    def __init__(self, policy: Policy) -> None:
        """Take a policy apart."""
        self._policy = policy
        parts = {part.clause_id: part for part in policy.parts if part.clause_id is not None}
        self._loose = [_Loose(part=part) for part in policy.parts if part.clause_id is None]
        self._starts = [each.part.span.start for each in self._loose]
        self._dropped: list[Part] = []
        self._first: _Node | None = None
        self._by_span: dict[Span, _Node] = {}
        self._ids: set[str] = set()
        self._split_so_far: Counter[str] = Counter()  # by position, and by id, so that the next free number is known
        self._again: Counter[str] = Counter()
        self._budget = _LEAST_BUDGET + _READINGS * len(policy.source)
        last: _Node | None = None
        for node in _nodes(policy, parts):
            node.before = last
            if last is None:
                self._first = node
            else:
                last.after = node
            last = node
            self._by_span[node.clause.span] = node
            self._ids.add(node.clause.id)

    def apply(self, edit: Edit) -> str:
        """Apply an edit; return why it does not fit, and an empty text where it does."""
        node = self._by_span.get(edit.clause)
        if node is None:
            return f"Expected a clause at characters {edit.clause.start} to {edit.clause.end}, but there is none."
        if isinstance(edit, Merge | Split):
            length = node.clause.span.end - node.clause.span.start
            self._budget -= length if isinstance(edit, Split) else length // _MERGES_A_READING
            if self._budget < 0:
                return "Expected fewer splits and merges of long clauses; this one and those after it were left out."
        return self._change(node, edit)

    def _change(self, node: _Node, edit: Edit) -> str:
        match edit:
            case Merge():
                return self._merge(node, edit.following)
            case Split():
                return self._split(node, edit.at)
            case Drop():
                return self._drop(node)
            case Rename():
                return self._rename(node, edit.id)
            case ChangeKind():
                node.clause = replace(node.clause, kind=edit.kind)
                return ""

    def policy(self) -> Policy:
        """Return the policy as it is now."""
        by_section: dict[int, list[_Node]] = {}
        for node in self._walk():
            by_section.setdefault(node.section, []).append(node)
        sections = tuple(_section(self._policy.sections[place], nodes) for place, nodes in by_section.items())
        parts = [each.part for each in self._loose if not each.swallowed] + self._dropped
        parts += [
            Part(
                role=PartRole.CLAUSE,
                span=node.part,
                text=node.clause.text,
                level=node.level,
                clause_id=node.clause.id,
            )
            for node in self._walk()
        ]
        ordered = sorted(parts, key=lambda part: (part.span.start, part.span.end))
        return replace(self._policy, sections=sections, parts=tuple(ordered))

    def _walk(self) -> Iterator[_Node]:
        node = self._first
        while node is not None:
            yield node
            node = node.after

    def _merge(self, node: _Node, following: Span) -> str:
        other = node.after
        if other is None or other.clause.span != following:
            place = f"at characters {following.start} to {following.end}"
            return f"Expected the clause after {node.clause.id} {place}, but another or none follows it."
        if (node.section, node.category) != (other.section, other.category) or node.is_heading or other.is_heading:
            return f"Expected two clauses under one heading, but {node.clause.id} and {other.clause.id} stand apart."
        if other.clause.span.start < node.clause.span.end:
            return f"Expected two clauses one after the other, but {node.clause.id} and {other.clause.id} overlap."
        between = self._loose[
            bisect_left(self._starts, node.clause.span.end) : bisect_left(self._starts, other.clause.span.start)
        ]
        for each in between:
            each.swallowed = True
        words = [each.part.text for each in between if each.part.role is PartRole.LEAD_IN]
        span = Span(start=node.clause.span.start, end=other.clause.span.end)
        del self._by_span[node.clause.span], self._by_span[other.clause.span]
        self._ids.discard(other.clause.id)
        node.clause = replace(
            node.clause,
            text=" ".join([node.clause.text, *words, other.clause.text]),
            verbatim=span.slice(self._policy.source),
            span=span,
            links=(*node.clause.links, *other.clause.links),
        )
        node.part = Span(start=node.part.start, end=max(node.part.end, other.part.end))
        self._by_span[span] = node
        self._unlink(other)
        return ""

    def _split(self, node: _Node, at: int) -> str:
        clause = node.clause
        if node.is_heading:
            return f"Expected a clause that can be split, but {clause.id} is the heading of a category."
        if not clause.span.start < at < clause.span.end:
            return f"Expected a character inside {clause.id} to split it at, got {at}."
        left = self._piece(Span(start=clause.span.start, end=at))
        right = self._piece(Span(start=at, end=clause.span.end))
        if left is None or right is None:
            return f"Expected words on both sides of character {at} of {clause.id}, but there are none on one."
        position, short = self._position(clause)
        new = replace(
            self._with(clause, right),
            id=self._free_id(clause, right.text),
            position=position,
            short_position=short,
            citation=self._policy.provenance.cite(position),
        )
        del self._by_span[clause.span]
        node.clause = self._with(clause, left)
        other = replace(node, clause=new, part=Span(start=new.span.start, end=node.part.end), before=node)
        node.part = Span(start=node.part.start, end=node.clause.span.end)
        if node.after is not None:
            node.after.before = other
        node.after = other
        self._ids.add(new.id)
        self._by_span |= {node.clause.span: node, new.span: other}
        return ""

    def _drop(self, node: _Node) -> str:
        if node.is_heading:
            return f"Expected a clause that can be dropped, but {node.clause.id} is the heading of a category."
        if node.before is None and node.after is None:
            return f"Expected a clause that can be dropped, but {node.clause.id} is the only one left."
        self._dropped.append(Part(role=PartRole.SET_ASIDE, span=node.part, text=node.clause.text))
        del self._by_span[node.clause.span]
        self._ids.discard(node.clause.id)
        self._unlink(node)
        return ""

    def _rename(self, node: _Node, new: str) -> str:
        if new == node.clause.id:
            return ""
        if len(new) > LONGEST_ID or not _ID.fullmatch(new):
            expected = f"an id of small letters, digits, hyphens and slashes, at most {LONGEST_ID} long"
            return f"Expected {expected}, got {shortened(new)!r}."
        if new in self._ids:
            return f"Expected an id that no other clause has, got {shortened(new)!r}."
        self._ids.discard(node.clause.id)
        self._ids.add(new)
        node.clause = replace(node.clause, id=new)
        return ""

    def _unlink(self, node: _Node) -> None:
        if node.before is None:
            self._first = node.after
        else:
            node.before.after = node.after
        if node.after is not None:
            node.after.before = node.before

    def _with(self, clause: Clause, piece: _Piece) -> Clause:
        verbatim = piece.span.slice(self._policy.source)
        return replace(clause, text=piece.text, verbatim=verbatim, span=piece.span, links=piece.links)

    def _piece(self, span: Span) -> _Piece | None:
        """Return what stands in a stretch of the source, blanks and marks of lists at its ends left out; None without words."""
        blocks = blocks_of(Source.of(span.slice(self._policy.source)))
        text = folded(" ".join(block.words.text for block in blocks))
        if not has_words(text):
            return None
        return _Piece(
            text=text,
            span=Span(start=span.start + blocks[0].span.start, end=span.start + max(each.span.end for each in blocks)),
            links=tuple(link for block in blocks for link in block.words.links),
        )

    def _position(self, clause: Clause) -> tuple[str, str]:
        position = _PART_OF_POSITION.sub("", clause.position)
        short = _PART_OF_SHORT.sub("", clause.short_position)
        self._split_so_far[position] += 1
        number = 1 + self._split_so_far[position]
        return f"{position} (part {number})", f"{short} p{number}"

    def _free_id(self, clause: Clause, text: str) -> str:
        above = clause.id.rpartition("/")[0] or clause.id
        chosen = wanted = f"{above[: LONGEST_ID // 2]}/{slug(without_enumerator(text))}"
        while chosen in self._ids:
            self._again[wanted] += 1
            chosen = f"{wanted}-{1 + self._again[wanted]}"
        return chosen


def _nodes(policy: Policy, parts: dict[str, Part]) -> Iterator[_Node]:
    for place, section in enumerate(policy.sections):
        hangs = {
            clause.id: (number, clause is category.heading or clause.id == category.heading.id)
            for number, category in enumerate(section.categories)
            for clause in category.clauses
        }
        for clause in section.clauses:
            category, is_heading = hangs.get(clause.id, (None, False))
            part = parts.get(clause.id)
            yield _Node(
                clause=clause,
                section=place,
                category=category,
                is_heading=is_heading,
                part=clause.span if part is None else part.span,
                level=0 if part is None else part.level,
            )


def _section(section: Section, nodes: list[_Node]) -> Section:
    headings: dict[int, Clause] = {}
    points: dict[int, list[Clause]] = {}
    for node in nodes:
        if node.category is not None and node.is_heading:
            headings[node.category] = node.clause
        elif node.category is not None:
            points.setdefault(node.category, []).append(node.clause)
    categories = tuple(
        _category(section.categories[number], heading, points.get(number, [])) for number, heading in headings.items()
    )
    return replace(section, clauses=tuple(node.clause for node in nodes), categories=categories)


def _category(category: Category, heading: Clause, points: list[Clause]) -> Category:
    return replace(category, id=heading.id, heading=heading, points=tuple(points))
