"""Markdown source -> its blocks in order, each with its lines, its words and the list items that it stands in.

Markdown is read by markdown-it-py, with six differences that policy texts ask for: a typographic bullet marks an item; indented text is text and not code; HTML
stands inside paragraphs; a heading may have any number of `#`; comments, scripts and styles are passed over; a fence that is
never closed opens nothing. The flat tokens are walked, not a tree, so that depth costs no recursion of ours.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from policy_index.policy.dialects.markdown import Source, Words, folded, has_words, words_of
from policy_index.policy.document import Span

_DEEPEST = 210
"""Levels of lists and quotes that are read as such (a list has two); what stands deeper is read as a paragraph."""

_MANY_MARKS = re.compile(r"^(?P<before>[ \t>]*)(?P<marks>#{7,})(?=[ \t]|$)", re.MULTILINE)
_BULLET = re.compile(r"^([ \t>]*)[•◦▪‣●○■·](?=[ \t])")
_MARKERS = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)[ \t>]*)*")
_REFERENCE = re.compile(r"^[ \t>]*\[[^\]]+\]:")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_HTML_HEADING = re.compile(r"^<h(?P<level>[1-9])\b[^<>]*>.*</h[1-9]>$", re.IGNORECASE)
_PASSED_OVER = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))


class BlockKind(StrEnum):
    """What Markdown takes a block for."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CODE = "code"
    TABLE_HEAD = "table_head"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A list item: the number that its list gives it, None in a list of bullets, and how many items its list has."""

    number: int | None
    siblings: list[int] = field(default_factory=lambda: [0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block that holds words and no other block.

    Attributes:
        kind: What it is.
        first: Its first line, from 0.
        last: Its last line.
        span: Where its words stand, markers left out.
        words: Its words.
        level: Of a heading, from 1; 0 for other blocks.
        items: The list items that it stands in, outermost first.
    """

    kind: BlockKind
    first: int
    last: int
    span: Span
    words: Words
    level: int = 0
    items: tuple[Item, ...] = ()


def blocks_of(source: Source) -> list[Block]:
    """Return the blocks of a source that have words, in order."""
    lines = _without_passed_over(source.text).split("\n")
    lines = [_BULLET.sub(r"\1*", line) for line in lines]
    levels = _many_marks(lines)
    tokens = _tokens(lines)
    seen = Source(source.source, tuple(lines), source.starts)
    walk = _Walk(seen, levels)
    for token in tokens:
        walk.step(token)
    blocks = [*walk.blocks, *_too_deep(seen, walk.blocks)]
    return sorted(blocks, key=lambda block: block.first)


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").disable(["code", "html_block"])
    return markdown.disable(["inline", "text_join"])


def _tokens(lines: list[str]) -> Sequence[Token]:
    """Return the tokens of the lines; blanks out fences that are never closed, and reads again where it did."""
    tokens: Sequence[Token] = []
    for _ in range(3):
        tokens = _markdown().parse("\n".join(lines))
        fences = [token for token in tokens if token.type == "fence" and token.map and not _is_closed(token, lines)]
        if not fences:
            break
        for token in fences:
            line = token.map[0] if token.map else 0
            lines[line] = lines[line].replace(token.markup, " " * len(token.markup))
    return tokens


def _is_closed(fence: Token, lines: Sequence[str]) -> bool:
    first, end = fence.map or (0, 0)
    closing = lines[end - 1].strip(" \t>")
    return end - first > 1 and closing.startswith(fence.markup) and not closing.strip(fence.markup[0])


def _without_passed_over(text: str) -> str:
    """Return the text with comments, scripts and styles blanked out; one that is never closed stays."""
    lowered = text.lower() if len(text.lower()) == len(text) else text
    for opening, closing in _PASSED_OVER:
        pieces, at = [], 0
        while (start := lowered.find(opening, at)) >= 0:
            stop = lowered.find(closing, start + len(opening))
            if stop < 0:
                break
            stop += len(closing)
            pieces += [text[at:start], re.sub(r"[^\n]", " ", text[start:stop])]
            at = stop
        text = "".join([*pieces, text[at:]])
        lowered = text.lower() if len(text.lower()) == len(text) else text
    return text


def _many_marks(lines: list[str]) -> dict[int, int]:
    """Shorten marks of headings to the six that Markdown knows; return the level of each such line."""
    levels = {}
    for number, line in enumerate(lines):
        if found := _MANY_MARKS.match(line):
            level = len(found["marks"])
            levels[number] = level
            lines[number] = found["before"] + "######" + " " * (level - 6) + line[found.end() :]
    return levels


class _Walk:
    """One walk over the tokens; keeps the list items that are open."""

    def __init__(self, source: Source, levels: dict[int, int]) -> None:
        self.blocks: list[Block] = []
        self._source = source
        self._levels = levels
        self._items: list[Item] = []
        self._lists: list[list[int]] = []
        self._open: tuple[str, int, int] | None = None  # tag, first and last line of a heading or paragraph

    def step(self, token: Token) -> None:
        """Take the next token."""
        first, end = token.map or (0, 0)
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._lists.append([0])
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._lists[-1][0] += 1
                self._items.append(Item(int(token.info) if token.info else None, self._lists[-1]))
            case "list_item_close":
                self._items.pop()
            case "heading_open" | "paragraph_open":
                self._open = (token.tag, first, end - 1)
            case "inline" if self._open is not None:
                self._add(*self._open, content=token.content)
                self._open = None
            case "fence":
                self._code(first, end - 1)
            case "thead_open":
                self._row(BlockKind.TABLE_HEAD, first, first + 1)
            case "tr_open" if not self._is_head(first):
                self._row(BlockKind.TABLE_ROW, first, first)
            case _:
                pass

    def _is_head(self, line: int) -> bool:
        return bool(self.blocks) and self.blocks[-1].first <= line <= self.blocks[-1].last

    def _add(self, tag: str, first: int, last: int, *, content: str) -> None:
        words = words_of(content)
        if tag != "p":
            level, span = self._levels.get(first, int(tag[1:])), self._source.span_of_heading(first, content)
        else:
            found = _HTML_HEADING.match(content)
            level, span = int(found["level"]) if found else 0, self._source.span_of_words(first, last, content)
        kind = BlockKind.HEADING if level else BlockKind.PARAGRAPH
        self._keep(Block(kind=kind, first=first, last=last, span=span, words=words, level=level))

    def _code(self, first: int, last: int) -> None:
        inside = [line for line in range(first + 1, last) if has_words(self._source.lines[line])]
        if inside:
            lines = [self._source.lines[line].lstrip(" \t>") for line in range(inside[0], inside[-1] + 1)]
            span = self._source.span_of_words(inside[0], inside[-1], lines[0])
            words = Words(text=folded(" ".join(lines)))
            self._keep(Block(kind=BlockKind.CODE, first=first, last=last, span=span, words=words))

    def _row(self, kind: BlockKind, first: int, last: int) -> None:
        row = _MARKERS.sub("", self._source.lines[first].rstrip(), count=1).strip()
        cells = [words_of(cell.replace("\\|", "|").strip()) for cell in _CELL_BORDER.split(row)]
        links = tuple(link for cell in cells for link in cell.links)
        words = Words(text=" – ".join(cell.text for cell in cells if cell.text), links=links)
        span = self._source.span_of_words(first, first, row)
        self._keep(Block(kind=kind, first=first, last=last, span=span, words=words))

    def _keep(self, block: Block) -> None:
        if has_words(block.words.text) or block.kind is BlockKind.TABLE_HEAD:
            self.blocks.append(replace(block, items=tuple(self._items)))


def _too_deep(source: Source, blocks: Sequence[Block]) -> list[Block]:
    """Return what Markdown passes over because it is nested too deep, as paragraphs; link definitions are not text."""
    held = {line for block in blocks for line in range(block.first, block.last + 1)}
    left = []
    for number, line in enumerate(source.lines):
        words = _MARKERS.sub("", line, count=1)
        if number not in held and has_words(words) and not _REFERENCE.match(line):
            left.append((number, words.rstrip()))
    found = []
    for _, run in groupby(enumerate(left), key=lambda each: each[1][0] - each[0]):
        lines = [each for _, each in run]
        read = words_of(" ".join(each for _, each in lines))
        if has_words(read.text):
            first, last = lines[0][0], lines[-1][0]
            span = source.span_of_words(first, last, lines[0][1])
            found.append(Block(kind=BlockKind.PARAGRAPH, first=first, last=last, span=span, words=read))
    return found
