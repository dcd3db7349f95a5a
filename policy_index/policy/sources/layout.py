"""Chunks of a text that only its layout orders (plain text, PDF) -> Markdown: headings by size, weight, capitals and number; lists by label and indent."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from policy_index.policy.dialects.dates import date_line
from policy_index.policy.sources.labels import Style, bullet_of, styles_of
from policy_index.policy.sources.writer import MarkdownWriter, escaped

_LONGEST_HEADING = 12
_LONGEST_PLAIN_HEADING = 8
_LARGER = 1.1
_FEWEST_CONTENTS = 3
_DEEPEST_LIST = 20
_DEEPEST_HEADING = 6
_PART = re.compile(
    r"(?:section|article|part|chapter|annex|appendix|schedule|title)\s+(?:\d{1,3}|[ivxlc]{1,6}|[a-z])\b", re.IGNORECASE
)
_COUNTED = frozenset((Style.NUMBER, Style.DOTTED, Style.UPPER, Style.UPPER_ROMAN))


@dataclass(slots=True, kw_only=True, eq=False)
class Chunk:
    """A paragraph, an item or a heading: which of them, its layout decides.

    Attributes:
        text: Its words without the label.
        label: The bullet or number that it begins with; empty where it begins otherwise.
        indent: Where its first line begins.
        text_indent: Where its words begin, the label left out.
        size: Height of its letters; 0 where nobody knows it.
        is_bold: Whether all of it is bold.
        rank: Of a heading that a rule underlines, how strong: 2 for a double rule, 1 for a single one.
    """

    text: str
    label: str = ""
    indent: float = 0
    text_indent: float = 0
    size: float = 0
    is_bold: bool = False
    rank: int = 0

    @property
    def is_caps(self) -> bool:
        """Whether it is set in capitals."""
        return self.text.isupper() and sum(map(str.isalpha, self.text)) > 3  # noqa: PLR2004  # `FAQ` is a word

    @property
    def is_short(self) -> bool:
        """Whether it can be a heading by its words: few, a capital or figure first, no stop behind them."""
        words = len(self.text.split())
        is_ended = self.text.endswith((".", ";", ",", ":", "; and", "; or"))
        return 0 < words <= _LONGEST_HEADING and not is_ended and not self.text[:1].islower()


@dataclass(slots=True)
class _Level:
    """An open list: the style and shape of its labels, the last of them, and where it stands."""

    style: Style
    shape: str
    count: int
    indent: float
    text_indent: float


@dataclass(slots=True)
class _Placed:
    """A chunk with its place among the lists: the depth of an item, or of the item that a paragraph belongs to."""

    chunk: Chunk
    depth: int = 0
    key: tuple[Style, str] | None = None
    is_heading: bool = False
    heading_key: tuple[float, ...] = field(default=())


def markdown_of(chunks: Sequence[Chunk], *, tolerance: float = 1) -> str:
    """Return the Markdown of chunks; places that differ by `tolerance` are taken for the same."""
    chunks = [chunk for chunk in chunks if chunk.text]
    if not chunks:
        return ""
    body = _body_size(chunks)
    is_all_bold = sum(len(each.text) for each in chunks if each.is_bold) > sum(len(each.text) for each in chunks) / 2
    placed = _placed(chunks, tolerance)
    _mark_headings(placed, body, is_all_bold=is_all_bold)
    if any(each.is_heading for each in placed):
        placed = _placed(
            chunks, tolerance, headings={id(each.chunk) for each in placed if each.is_heading}, known=placed
        )
    keys = sorted({each.heading_key for each in placed if each.is_heading})
    writer = MarkdownWriter()
    for each in placed:
        chunk = each.chunk
        text = escaped(chunk.text)
        if each.is_heading:
            label = "" if bullet_of(chunk.label + " ") else chunk.label
            writer.heading(f"{label} {text}".strip(), min(keys.index(each.heading_key) + 1, _DEEPEST_HEADING))
        elif chunk.label:
            writer.item(text, depth=each.depth, label="" if each.key and each.key[0] is Style.BULLET else chunk.label)
        else:
            is_bold = chunk.is_bold and not is_all_bold and not each.depth
            writer.paragraph(f"**{text}**" if is_bold else text, depth=min(each.depth, writer.depth))
    return writer.markdown


def without_contents(chunks: Sequence[Chunk]) -> tuple[list[Chunk], int]:
    """Return the chunks without a table of contents, and how many lines it had: short lines in a row that all come again below."""
    words = [_bare(chunk) for chunk in chunks]
    last = {text: place for place, text in enumerate(words)}
    left_out: set[int] = set()
    run: list[int] = []
    for place, text in enumerate([*words, ""]):
        if place < len(chunks) and chunks[place].is_short and last[text] > place:
            run.append(place)
            continue
        comes_later = [at for at in run if last[words[at]] >= place]
        if len(comes_later) >= _FEWEST_CONTENTS:
            left_out.update(run)
        run = []
    if left_out and (first := min(left_out)) and words[first - 1] in {"contents", "table of contents"}:
        left_out.add(first - 1)
    return [chunk for place, chunk in enumerate(chunks) if place not in left_out], len(left_out)


def _bare(chunk: Chunk) -> str:
    """Return a chunk's words as a table of contents may repeat them: without label and page."""
    return re.sub(r"[\W_]+", " ", re.sub(r"[\s.…]+\d{1,4}$", "", chunk.text)).strip().lower()


def _body_size(chunks: Sequence[Chunk]) -> float:
    """Return the size in which most letters are set."""
    sizes: Counter[float] = Counter()
    for chunk in chunks:
        sizes[round(chunk.size * 2) / 2] += len(chunk.text)
    return sizes.most_common(1)[0][0] if sizes else 0


def _placed(
    chunks: Sequence[Chunk], tolerance: float, *, headings: set[int] | None = None, known: Sequence[_Placed] = ()
) -> list[_Placed]:
    """Return the chunks with their depths; headings end every list."""
    levels: list[_Level] = []
    placed = []
    for place, chunk in enumerate(chunks):
        if headings and id(chunk) in headings:
            levels.clear()
            placed.append(known[place])
        elif chunk.label:
            key = _enter(levels, chunk, tolerance)
            placed.append(_Placed(chunk, len(levels), key))
        else:
            while levels and chunk.indent < levels[-1].text_indent - tolerance:
                levels.pop()
            placed.append(_Placed(chunk, len(levels)))
    return placed


def _enter(levels: list[_Level], chunk: Chunk, tolerance: float) -> tuple[Style, str]:
    """Put an item into the open list whose next label it has, or open one; return the style and shape of its label."""
    if bullet_of(chunk.label + " "):
        while levels and chunk.indent < levels[-1].indent - tolerance:
            levels.pop()
        readings: tuple[tuple[Style, str, int], ...] = ((Style.BULLET, chunk.label.strip(), 0),)
        same = next(
            (
                at
                for at, level in enumerate(levels)
                if level.style is Style.BULLET and abs(level.indent - chunk.indent) <= tolerance
            ),
            None,
        )
    else:
        readings = styles_of(chunk.label)
        same, readings = _next_in(levels, readings)
    style, shape, count = readings[0]
    if same is None and levels and style is not Style.BULLET:
        while levels and chunk.indent < levels[-1].indent - tolerance:
            levels.pop()
    if same is None:
        same = next(
            (at for at, level in enumerate(levels) if _is_again(level, style, shape, chunk.indent, tolerance)), None
        )
    del levels[_DEEPEST_LIST if same is None else same :]
    levels.append(_Level(style, shape, count, chunk.indent, max(chunk.text_indent, chunk.indent + tolerance)))
    return style, shape


def _is_again(level: _Level, style: Style, shape: str, indent: float, tolerance: float) -> bool:
    """Whether a list that counts anew stands where an open one of its style stood."""
    return (level.style, level.shape) == (style, shape) and abs(level.indent - indent) <= tolerance


def _next_in(
    levels: Sequence[_Level], readings: tuple[tuple[Style, str, int], ...]
) -> tuple[int | None, tuple[tuple[Style, str, int], ...]]:
    """Return the innermost list that one reading of a label goes on, that reading first; else the reading that begins a list."""
    for at in range(len(levels) - 1, -1, -1):
        for reading in readings:
            if (levels[at].style, levels[at].shape) == reading[:2] and levels[at].count < reading[2] <= levels[
                at
            ].count + 2:
                return at, (reading,)
    first = [reading for reading in readings if reading[2] == 1]
    for at in range(len(levels) - 1, -1, -1):
        if not first and any((levels[at].style, levels[at].shape) == reading[:2] for reading in readings):
            return at, tuple(reading for reading in readings if (levels[at].style, levels[at].shape) == reading[:2])
    return None, (*first[::-1], *(reading for reading in readings if reading not in first))


# Headings


def _mark_headings(placed: Sequence[_Placed], body: float, *, is_all_bold: bool) -> None:
    """Decide which chunks are headings, and what ranks them."""
    heading_styles = _styles_of_headings(placed)
    is_typed = body == 0
    for each, following in pairwise([*placed, None]):
        if each is None:
            continue
        chunk = each.chunk
        if date_line(chunk.text) is not None:
            continue
        is_bold = chunk.is_bold and not is_all_bold
        is_larger = chunk.size >= _LARGER * body > 0
        is_set_off = is_larger or is_bold or chunk.is_caps or chunk.rank > 0
        if not chunk.is_short and not (
            is_larger and len(chunk.text.split()) <= 2 * _LONGEST_HEADING and not chunk.text.endswith((".", ":"))
        ):
            continue
        if not chunk.label:
            is_plain = is_typed and each.depth == 0 and _is_plain_heading(chunk, following, is_first=each is placed[0])
            each.is_heading = (
                (is_set_off and not (each.depth and not is_larger)) or is_plain or _PART.match(chunk.text) is not None
            )
        elif each.key and each.key[0] in _COUNTED:
            each.is_heading = is_set_off or each.key in heading_styles
        dots = len(chunk.label.strip(".").split(".")) if chunk.label else 0
        size = round(max(chunk.size, body) * 2) / 2
        first = is_typed and each is placed[0]
        each.heading_key = (-size, -float(first), -chunk.rank, -float(chunk.is_caps), float(dots), -float(is_bold))


def _is_plain_heading(chunk: Chunk, following: "_Placed | None", *, is_first: bool) -> bool:
    """Whether a line of typed text is a heading: few words, and a list or a sentence under it."""
    if following is None or len(chunk.text.split()) > _LONGEST_PLAIN_HEADING or chunk.text.endswith("!"):
        return False
    below = following.chunk
    return (
        is_first
        or bool(below.label)
        or below.text.endswith((".", ":", ";", "!", "?"))
        or len(below.text.split()) > _LONGEST_PLAIN_HEADING
    )


def _styles_of_headings(placed: Sequence[_Placed]) -> set[tuple[Style, str]]:
    """Return the styles of label whose items are headings: short, most of them with something else than the next item under them."""
    count: Counter[tuple[Style, str]] = Counter()
    short: Counter[tuple[Style, str]] = Counter()
    heads: Counter[tuple[Style, str]] = Counter()
    for each, following in pairwise(placed):
        if each.key and each.key[0] in _COUNTED and each.chunk.label:
            count[each.key] += 1
            short[each.key] += each.chunk.is_short
            heads[each.key] += each.chunk.is_short and following.key != each.key
    return {key for key, total in count.items() if short[key] > total / 2 and heads[key] > total / 2 and total > 1}
