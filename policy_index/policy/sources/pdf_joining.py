"""Lines of a PDF -> chunks: which lines go on with the one before, by gaps, edges, weight and words; hyphens at line ends undone."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median_low

from policy_index.policy.sources.labels import bullet_of, label_of, mark_of, parted, styles_of
from policy_index.policy.sources.layout import Chunk

SAME_PLACE = 3.0
"""Points up to which two places across a page are the same."""

_HYPHENS = ("-", "\x02", "\ufffe", "\u00ad", "\u2010")
_KEEPS_HYPHEN = frozenset(
    (
        "non",
        "self",
        "third",
        "real",
        "high",
        "low",
        "well",
        "user",
        "age",
        "co",
        "pre",
        "post",
        "anti",
        "multi",
        "cross",
        "long",
        "short",
        "end",
        "full",
        "part",
        "same",
        "two",
        "one",
        "ex",
        "all",
        "e",
        "sub",
        "re",
        "semi",
        "peer",
        "child",
        "state",
    )
)
_HYPHENATED = 0.03
"""Share of lines with a hyphen at their end from which a document parts words; below, the hyphens are the words' own."""

_ENDS = (".", ":", ";", "!", "?")
_INLINE_LABEL = re.compile(r"(?<=\s)\((?:\d{1,3}|[a-z]{1,2}|[ivxlc]{1,6}|[A-Z])\)(?=\s)")
_WORD = re.compile(r"[^\W\d_]+")
_LOOKED_BACK = 2_000
_WIDE_GAP = 1.25
_FULL = 0.85
_NEARLY_ALL = 0.95
_WIDEST_PAGE = 5_000
_GUTTER = 6
_FEW = 0.05
_ENOUGH = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfLine:
    """A line of a page.

    Attributes:
        page: Its page, from 0.
        text: Its characters.
        left: Where it begins, in points from the left.
        right: Where it ends.
        words: Where its first two words begin.
        columns: Where words begin that stand far behind the word before, as in the next cell of a row.
        bottom: Where it stands, in points from the foot of the page.
        height: Height of the page.
        size: Size of most of its letters, in points.
        is_bold: Whether it is bold.
    """

    page: int
    text: str
    left: float
    right: float
    words: tuple[float, ...]
    columns: tuple[float, ...]
    bottom: float
    height: float
    size: float
    is_bold: bool


class _Columns:
    """Where the columns of the text end: at the right edge that nearly all of its lines keep to, and at a gutter if few lines cross one."""

    def __init__(self, lines: Sequence[PdfLine]) -> None:
        """Measure the lines."""
        self._gutter = _gutter_of(lines)
        rights = sorted(line.right for line in lines)
        inner = [right for right in rights if right <= self._gutter]
        self._edge, self._inner_edge = _nearly_last(rights), _nearly_last(inner)

    def edge(self, line: PdfLine) -> float:
        """Return where the column of a line ends."""
        return self._inner_edge if line.right <= self._gutter else self._edge


def _nearly_last(places: Sequence[float]) -> float:
    return places[int(_NEARLY_ALL * (len(places) - 1))] if places else 0


def _gutter_of(lines: Sequence[PdfLine]) -> float:
    """Return the middle of a strip that hardly a line crosses, with many lines on both its sides; 0 where there is none."""
    begin, end = Counter[int](), Counter[int]()
    for line in lines:
        begin[min(max(int(line.left), 0), _WIDEST_PAGE)] += 1
        end[min(max(int(line.right), 0), _WIDEST_PAGE)] += 1
    started = list(accumulate(begin[place] for place in range(_WIDEST_PAGE + 1)))
    ended = list(accumulate(end[place] for place in range(_WIDEST_PAGE + 1)))
    run = 0
    for place in range(_WIDEST_PAGE + 1):
        crossing = started[place] - ended[place]
        has_sides = min(ended[place], len(lines) - started[place]) >= _ENOUGH * len(lines)
        run = run + 1 if lines and crossing <= _FEW * len(lines) and has_sides else 0
        if run == _GUTTER:
            return place - _GUTTER / 2
    return 0


class Joiner:
    """Joins lines to chunks; knows the usual gap between lines, the right edge of the text, and the words of the document."""

    def __init__(self, lines: Sequence[PdfLine]) -> None:
        """Measure the lines."""
        self._lines = lines
        self._tail = ""  # the end of the chunk that is being joined
        self._columns = _Columns(lines)
        self._gaps = self._usual_gaps()
        hyphens = sum(line.text.endswith(_HYPHENS) for line in lines)
        self._hyphenates = hyphens > _HYPHENATED * len(lines)
        self._vocabulary = Counter(
            word.lower()
            for line in lines
            for word in _WORD.findall(line.text.rsplit(None, 1)[0] if " " in line.text else "")
        )

    def chunks(self) -> list[Chunk]:
        """Return the chunks in order."""
        chunks: list[Chunk] = []
        pieces: list[str] = []  # of the last chunk; they are joined once, at its end
        begun: dict[int, float] = {}  # where the second line of a chunk begins
        before: PdfLine | None = None
        for line in self._lines:
            if before is not None and self._goes_on(before, line, chunks[-1]):
                pieces[-1], between = self._ended(pieces[-1], line.text)
                pieces += [between, line.text]
                begun.setdefault(id(chunks[-1]), line.left)
                chunks[-1].is_bold = chunks[-1].is_bold and line.is_bold
                self._tail = (self._tail + f" {line.text}")[-_LOOKED_BACK:]
            else:
                if chunks:
                    chunks[-1].text = "".join(pieces)
                chunks.append(_chunk(line))
                pieces = [chunks[-1].text]
                self._tail = chunks[-1].text[-_LOOKED_BACK:]
            before = line
        if chunks:
            chunks[-1].text = "".join(pieces)
        _undo_first_indents(chunks, begun)
        for chunk in chunks:
            chunk.text = re.sub(r"[\x02\ufffe\u00ad]", "-", chunk.text)
        return chunks

    def _usual_gaps(self) -> dict[float, float]:
        """Return for each size of letters the distance that a line mostly keeps from a full one before it."""
        gaps: defaultdict[float, list[float]] = defaultdict(list)
        for upper, lower in pairwise(self._lines):
            gap = upper.bottom - lower.bottom
            is_within = upper.page == lower.page and 0 < gap < 4 * lower.size and not mark_of(lower.text)
            if is_within and not upper.text.endswith(_ENDS) and self._is_full(upper, lower):
                gaps[round(lower.size)].append(gap)
        return {size: median_low(found) for size, found in gaps.items()}

    def _goes_on(self, before: PdfLine, line: PdfLine, chunk: Chunk) -> bool:
        """Whether a line goes on with the chunk that ends in the line before."""
        if mark_of(line.text) and not self._is_inside(before, line, chunk):
            return False
        if abs(line.size - before.size) >= max(0.06 * before.size, 0.4) or not self._is_as_bold(before, line):
            return False
        gap = before.bottom - line.bottom
        if line.page != before.page or gap < -2 * line.size:  # the next page, or the next column
            is_open = not before.text.rstrip().endswith(_ENDS)
            return is_open and (self._is_full(before, line) or line.text[:1].islower())
        usual = self._gaps.get(round(line.size), 1.2 * line.size)
        is_near = -line.size / 3 <= gap <= _WIDE_GAP * max(usual, 0.9 * line.size)
        if not is_near or abs(gap) < line.size / 3 or _is_in(line.left, before.columns):
            return is_near
        return (self._is_full(before, line) or line.text[:1].islower()) and self._is_aligned(before, line, chunk)

    def _is_as_bold(self, before: PdfLine, line: PdfLine) -> bool:
        """Whether the weight of two lines lets them be of one block: a bold line after a light one begins another."""
        if line.is_bold == before.is_bold:
            return True
        if line.is_bold:
            return line.text[:1].islower()
        return self._is_full(before, line) and not before.text.isupper()

    def _is_inside(self, before: PdfLine, line: PdfLine, chunk: Chunk) -> bool:
        """Whether a label only happens to begin a line: the one before it stands inside the chunk, or nothing announces a list."""
        label = label_of(line.text)
        if (
            not label
            or line.page != before.page
            or abs(line.left - before.left) > SAME_PLACE
            or not self._is_full(before, line)
        ):
            return False
        readings = styles_of(label)
        inside = {reading for found in _INLINE_LABEL.findall(self._tail) for reading in styles_of(found)}
        if any((style, shape, count - 1) in inside for style, shape, count in readings):
            return True
        return not chunk.label and not before.text.rstrip().endswith((*_ENDS, ",", " and", " or"))

    def _is_aligned(self, before: PdfLine, line: PdfLine, chunk: Chunk) -> bool:
        """Whether a line stands where the next line of its chunk would: under the words, the label or the line before, or left of a first line."""
        if _is_in(line.left, (chunk.text_indent, chunk.indent, before.left)):
            return True
        if chunk.label and (chunk.indent <= line.left <= chunk.text_indent or bullet_of(f"{chunk.label} ")):
            return chunk.indent <= line.left <= chunk.text_indent
        return line.left < before.left and not before.text.rstrip().endswith(_ENDS if chunk.label else ())

    def _is_full(self, before: PdfLine, line: PdfLine) -> bool:
        """Whether the first word of a line would not have fitted behind the line before."""
        first = line.text.split(maxsplit=1)[0]
        width = (line.right - line.left) * len(first) / max(len(line.text), 1)
        edge = self._columns.edge(before)
        slack = (1 - _FULL) * (edge - before.left) if not before.text.endswith(_ENDS) else 0
        return before.right + width + 0.2 * line.size > edge - slack

    def _ended(self, line: str, following: str) -> tuple[str, str]:
        """Return a line as it stands before the next, and what stands between them: a hyphen that only ended the line goes."""
        if not line.endswith(_HYPHENS) or len(line) < 2 or not line[-2].isalpha() or not following[:1].isalpha():  # noqa: PLR2004
            return line, " "
        left, right = _WORD.findall(line)[-1].lower(), _WORD.findall(following)[0].lower()
        if self._vocabulary[left + right]:
            return line[:-1], ""
        is_compound = (
            not self._hyphenates
            or left in _KEEPS_HYPHEN
            or (self._vocabulary[left] and self._vocabulary[right])
            or line[-1] == "\u2010"
        )
        return line[:-1], "-" if is_compound or not following[:1].islower() else ""


def _undo_first_indents(chunks: Sequence[Chunk], begun: dict[int, float]) -> None:
    """Move paragraphs to where their second lines begin; those of one line as far as others stand in, where most do."""
    paragraphs = [chunk for chunk in chunks if not chunk.label]
    steps = [chunk.indent - begun[id(chunk)] for chunk in paragraphs if id(chunk) in begun]
    usual = median_low(steps) if steps else 0
    for chunk in paragraphs:
        step = usual if usual > SAME_PLACE else 0
        chunk.indent = begun.get(id(chunk), chunk.indent - step)


def _is_in(place: float, places: Sequence[float]) -> bool:
    return any(abs(place - each) <= SAME_PLACE for each in places)


def _chunk(line: PdfLine) -> Chunk:
    label, words = parted(line.text)
    text_indent = line.words[1] if label and len(line.words) > 1 else line.left
    return Chunk(
        text=words, label=label, indent=line.left, text_indent=text_indent, size=line.size, is_bold=line.is_bold
    )
