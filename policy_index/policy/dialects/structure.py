"""The blocks of a policy text -> pieces: what each is, under which headings and lead-ins it stands, and how it is counted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from policy_index.policy.dialects import headings as layout
from policy_index.policy.dialects.blocks import Block, BlockKind, Item
from policy_index.policy.dialects.dates import DateLine, date_line, day_at_start, day_near_start
from policy_index.policy.dialects.kinds import guess_kind
from policy_index.policy.dialects.markdown import enumerator_of
from policy_index.policy.document import ClauseKind, PartRole

_UNMARKED = 100
"""Level of a heading that Markdown does not mark: below all that it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading that clauses can stand under; the first of a document is none, and holds what stands before all others.

    Attributes:
        title: Its words; empty for what stands before all headings.
        level: How deep it is.
        path: The titles above it, outermost first, without its own.
        block: Where it stands; None for what stands before all headings.
    """

    title: str
    level: int
    path: tuple[str, ...] = ()
    block: Block | None = None

    @property
    def full_path(self) -> tuple[str, ...]:
        """The titles above what stands under it."""
        return (*self.path, self.title) if self.title else self.path


@dataclass(slots=True, kw_only=True)
class Piece:
    """One or more blocks that are one thing.

    Attributes:
        role: What it is.
        blocks: Its blocks, in order.
        text: Its words.
        level: How deep it is nested.
        heading: Place of its heading in the structure's headings.
        path: Headings and lead-ins above it.
        numbers: Of a list item, the numbers of the items that it stands in and its own.
        paragraph: Of another clause, which paragraph of its heading or item it is, from 1.
        after: Of a list item, how many paragraphs of its heading stand before it.
        is_lead_in: Of a clause, whether it also announces a list.
        day: Of an entry or a date, its day.
    """

    role: PartRole
    blocks: list[Block]
    text: str
    level: int = 0
    heading: int = 0
    path: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    paragraph: int = 0
    after: int = 0
    is_lead_in: bool = False
    day: date | None = None


@dataclass(slots=True)
class Structure:
    """What the blocks of a document are: its title, headings, pieces in order, and lines with dates."""

    title: str = ""
    headings: list[Heading] = field(default_factory=lambda: [Heading(title="", level=0)])
    pieces: list[Piece] = field(default_factory=list)
    dates: list[DateLine] = field(default_factory=list)


def structure_of(blocks: Sequence[Block]) -> Structure:
    """Tell titles, dates, headings, lead-ins, clauses and entries of a changelog apart."""
    return _Reader(blocks).read()


class _Reader:
    """One pass over the blocks; `read` is the entry, each other method one kind of block or one question about it."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._found = Structure()
        self._stack: list[Heading] = []
        self._title = layout.title_of(blocks)
        self._before_title = layout.stands_before(blocks, self._title)
        self._is_marked = any(layout.is_heading(block) for block in blocks)
        self._leads: list[tuple[int, str]] = []  # depth of a lead-in or item, and its words
        self._loose_lead = ""  # a lead-in before paragraphs that should have been a list
        self._labels: dict[Item, str] = {}
        self._counts: defaultdict[Item | int, int] = defaultdict(int)
        self._paragraphs: defaultdict[Item | int, int] = defaultdict(int)
        self._changelog: int | None = None  # level of the heading of the changelog that is being read
        self._has_clause = False

    def read(self) -> Structure:
        at = 0
        while at < len(self._blocks):
            end = self._end_of_group(at)
            self._group(at, end)
            at = end
        return self._found

    def _end_of_group(self, at: int) -> int:
        """Return where the paragraphs end that stand in one list item without another item between them."""
        end, items = at + 1, self._blocks[at].items
        tables = {BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW}
        if items and self._blocks[at].kind not in tables:
            while end < len(self._blocks) and self._blocks[end].items[-1:] == items[-1:]:
                if self._blocks[end].kind in tables:
                    break
                end += 1
        return end

    def _group(self, at: int, end: int) -> None:
        group = self._blocks[at:end]
        following = self._blocks[end] if end < len(self._blocks) else None
        block = group[0]
        self._leads = [lead for lead in self._leads if lead[0] < len(block.items)]
        if at < self._before_title:
            self._add(PartRole.SET_ASIDE, group)
        elif at == self._title or (layout.is_heading(block) and self._is_title_again(block)):
            self._read_title(group)
        elif layout.is_heading(block) and not self._is_dated_heading(block):
            self._open(group, block.words.text, block.level, at=at)
        elif self._changelog is not None:
            self._entry(group)
        elif block.kind is BlockKind.TABLE_HEAD:
            self._add(PartRole.LEAD_IN if block.words.text else PartRole.SET_ASIDE, group)
            self._lead(len(block.items), block.words.text)
        elif block.items:
            self._item(group, following, at=at)
        else:
            self._top(group, following, at=at)

    # Headings

    @property
    def _heading(self) -> int:
        return len(self._found.headings) - 1

    def _is_title_again(self, block: Block) -> bool:
        return block.level == 1 and block.words.text.casefold() == self._found.title.casefold()

    def _read_title(self, group: Sequence[Block]) -> None:
        self._found.title = self._found.title or group[0].words.text
        if self._has_clause:
            self._found.headings.append(Heading(title="", level=0))
        self._stack.clear()
        self._leads.clear()
        self._changelog = None
        self._keep(Piece(role=PartRole.TITLE, blocks=list(group), text=_text(group), level=1))

    def _is_dated_heading(self, block: Block) -> bool:
        """Whether a heading is the date of an entry of the changelog that is being read."""
        inside = self._changelog is not None and block.level > self._changelog
        return inside and day_near_start(block.words.text) is not None

    def _open(self, group: Sequence[Block], title: str, level: int, *, at: int) -> None:
        while self._stack and self._stack[-1].level >= level:
            self._stack.pop()
        heading = Heading(
            title=title, level=level, path=self._stack[-1].full_path if self._stack else (), block=group[0]
        )
        self._stack.append(heading)
        self._found.headings.append(heading)
        self._leads.clear()
        self._loose_lead = ""
        if self._changelog is not None and level <= self._changelog:
            self._changelog = None
        if self._changelog is None and layout.is_changelog(title) and self._has_entries(at, level):
            self._changelog = level
        self._keep(Piece(role=PartRole.HEADING, blocks=list(group), text=title, level=len(self._stack)))

    def _has_entries(self, at: int, level: int) -> bool:
        """Whether something dated stands under the heading at this place, before the next of its level."""
        for block in self._blocks[at + 1 :]:
            if layout.is_heading(block) and block.level <= level:
                return False
            if day_near_start(block.words.text) is not None:
                return True
        return False

    # Blocks outside lists

    def _top(self, group: Sequence[Block], following: Block | None, *, at: int) -> None:
        block, text = group[0], group[0].words.text
        before_list = following is not None and (bool(following.items) or following.kind is BlockKind.TABLE_HEAD)
        last = self._found.pieces[-1] if self._found.pieces else None
        day = date_line(text)
        if layout.is_furniture(block) or block.words.is_link:
            self._add(PartRole.SET_ASIDE, group)
        elif day is not None and (day.rank < 2 or not self._has_clause):  # noqa: PLR2004  # 2 is a day that nothing labels
            self._found.dates.append(day)
            self._add(PartRole.DATE, group, day=day.day)
        elif last is not None and last.role is PartRole.DATE and last.day and block.words.is_emphasis:
            self._add(PartRole.ENTRY, group, day=last.day)
        elif block.kind is BlockKind.PARAGRAPH and self._is_unmarked_heading(block, following):
            self._open(group, text, _UNMARKED, at=at)
        elif block.kind is BlockKind.PARAGRAPH and self._is_lead_in(block, following, before_list=before_list):
            self._add(PartRole.LEAD_IN, group)
            self._lead(0, text)
            self._loose_lead = "" if before_list else text
        else:
            is_lead_in = before_list and layout.leads_in(text)
            self._clause(group, is_lead_in=is_lead_in, path=(self._loose_lead,) if self._loose_lead else ())
            if not text.endswith((";", ",", "; or", "; and", ", or", ", and")):
                self._loose_lead = ""
            if is_lead_in:
                self._lead(0, text)

    def _is_unmarked_heading(self, block: Block, following: Block | None) -> bool:
        if following is None or layout.is_heading(following):
            return False
        if layout.is_bold_heading(block):
            return not (following.items and block.words.text.endswith(":"))
        return not self._is_marked and layout.is_plain_heading(block, following)

    def _is_lead_in(self, block: Block, following: Block | None, *, before_list: bool) -> bool:
        before_text = following is not None and following.kind is BlockKind.PARAGRAPH and block.words.text.endswith(":")
        return layout.is_short_line(block) and (before_list or before_text)

    def _lead(self, depth: int, text: str) -> None:
        """From now on, what stands deeper than this has `text` above it."""
        if text:
            self._leads = [lead for lead in self._leads if lead[0] < depth]
            self._leads.append((depth, text))

    # List items

    def _item(self, group: Sequence[Block], following: Block | None, *, at: int) -> None:
        block, text = group[0], _text(group)
        if layout.is_numbered_heading(group, following):
            self._open(group, f"{block.items[0].number}. {text}", _UNMARKED, at=at)
            return
        numbers, is_new = self._numbers(block, text)
        above = tuple(words for _, words in self._leads)
        if all(each.words.is_link for each in group) and _is_navigation(group, above):
            self._add(PartRole.SET_ASIDE, group)
            return
        has_points = following is not None and len(following.items) > len(block.items)
        self._clause(group, numbers=numbers, is_new_item=is_new)
        if has_points or is_new:
            self._lead(len(block.items), _as_lead_in(group, text))

    def _numbers(self, block: Block, text: str) -> tuple[tuple[str, ...], bool]:
        """Return the numbers of the items that a block stands in, and whether the innermost begins with it."""
        is_new = block.items[-1] not in self._labels
        parent: Item | int = self._heading
        for item in block.items:
            if item not in self._labels:
                self._counts[parent] = self._counts[parent] + 1 if item.number is None else item.number
                own = enumerator_of(text) if item is block.items[-1] and item.number is None else ""
                self._labels[item] = own or str(self._counts[parent])
            parent = item
        return tuple(self._labels[item] for item in block.items), is_new

    # Pieces

    def _clause(
        self,
        group: Sequence[Block],
        *,
        path: tuple[str, ...] = (),
        numbers: tuple[str, ...] = (),
        is_new_item: bool = False,
        is_lead_in: bool = False,
    ) -> None:
        counted: Item | int = group[0].items[-1] if group[0].items else self._heading
        self._paragraphs[counted] += 1
        headings = self._stack[-1].full_path if self._stack else ()
        self._has_clause = True
        piece = Piece(
            role=PartRole.CLAUSE,
            blocks=list(group),
            text=_text(group),
            level=1 + len(group[0].items),
            path=(*headings, *(words for _, words in self._leads), *path),
            numbers=numbers,
            paragraph=0 if is_new_item else self._paragraphs[counted],
            is_lead_in=is_lead_in,
        )
        self._keep(piece)

    def _entry(self, group: Sequence[Block]) -> None:
        """Take what stands in a changelog: something dated begins an entry, the rest goes with the entry before it."""
        text = _text(group)
        found = day_at_start(text)
        day = found[0] if found else day_near_start(text)
        last = self._found.pieces[-1]
        if day is None and last.role is PartRole.ENTRY:
            last.blocks.extend(group)
            last.text = f"{last.text} {text}".strip()
        elif day is None:
            self._add(PartRole.LEAD_IN, group)
        else:
            self._keep(Piece(role=PartRole.ENTRY, blocks=list(group), text=found[1] if found else text, day=day))

    def _add(self, role: PartRole, group: Sequence[Block], *, day: date | None = None) -> None:
        self._keep(Piece(role=role, blocks=list(group), text=_text(group), day=day))

    def _keep(self, piece: Piece) -> None:
        piece.heading = self._heading
        piece.after = self._paragraphs[self._heading] if piece.numbers else 0
        self._found.pieces.append(piece)


def _text(group: Sequence[Block]) -> str:
    return " ".join(block.words.text for block in group)


def _as_lead_in(group: Sequence[Block], text: str) -> str:
    """Return what an item gives to the path of the points under it: its bold words where it begins with some and leads in nowhere."""
    run_in = group[0].words.run_in
    return run_in.rstrip(" .:") if run_in and not layout.leads_in(text) else text


def _is_navigation(group: Sequence[Block], above: tuple[str, ...]) -> bool:
    """Whether an item that is all link leads elsewhere: on the page, or from a list that neither forbids nor demands anything."""
    if any(link.url.startswith("#") for block in group for link in block.words.links):
        return True
    return guess_kind("", above) is ClauseKind.STATEMENT
