"""Blocks -> Markdown: headings, paragraphs, nested lists and tables, with every character that Markdown would take for a mark escaped."""

import re
from collections.abc import Sequence

DEEPEST_LIST = 12
"""Levels of lists that are written as such; deeper items stand on the last, so that indents do not grow with the square."""

_DEEPEST_HEADING = 6
_MARKS = re.compile(
    r"(?P<slash>\\(?=[!-/:-@\[-`{-~]))|(?P<mark>[*`])|(?P<low>(?<![^\W_])_|_(?![^\W_]))|(?P<tag><(?=[a-zA-Z/!?]))|(?P<entity>&(?=#?\w{1,40};))|(?P<link>\](?=[(\[:]))"
)
_AT_START = re.compile(r"^(?P<mark>#{1,}(?=\s|$)|[>+](?=\s|$)|-(?=\s|$)|[-=]{2,}\s*$|~{3,}|[•◦▪‣●○■·](?=[ \t]))")
_NUMBER = re.compile(r"^(?P<number>\d{1,9})(?P<end>[.)])(?=\s|$)")
_SIMPLE_NUMBER = re.compile(r"(\d{1,4})[.)]")


def escaped(text: str) -> str:
    """Return text that Markdown reads as these characters and nothing else, wherever in a line it stands but at its start."""
    return _MARKS.sub(_escape, text)


def escaped_start(line: str) -> str:
    """Return a line whose beginning Markdown does not take for the mark of a heading, quotation, list or rule."""
    line = _AT_START.sub(lambda found: "\\" + found[0] if ord(found[0][0]) < 128 else found[0][1:].lstrip(), line)  # noqa: PLR2004  # ASCII
    return _NUMBER.sub(r"\g<number>\\\g<end>", line)


def _escape(found: re.Match[str]) -> str:
    if found["tag"]:
        return "&lt;"
    return "&amp;" if found["entity"] else "\\" + found[0]


class MarkdownWriter:
    """Takes blocks in order; `markdown` is what they make. Texts are inline Markdown: escaped, on one line."""

    def __init__(self) -> None:
        """Begin with no block."""
        self._lines: list[str] = []
        self._indents: list[int] = []  # where the words of each open list item begin

    @property
    def markdown(self) -> str:
        """The blocks so far, as one text."""
        return "\n".join(self._lines).strip("\n") + "\n"

    @property
    def depth(self) -> int:
        """How many list items are open."""
        return len(self._indents)

    def heading(self, text: str, level: int) -> None:
        """Add a heading; it ends every list."""
        if text:
            self._indents.clear()
            self._add(f"{'#' * min(max(level, 1), _DEEPEST_HEADING)} {text}")

    def paragraph(self, text: str, *, depth: int = 0) -> None:
        """Add a paragraph; with `depth`, one that belongs to the open list item on that level, from 1."""
        if text:
            del self._indents[depth:]
            self._add(self._indent() + escaped_start(text))

    def item(self, text: str, *, depth: int, label: str = "") -> None:
        """Add a list item on a level, from 1; a label such as `3.` numbers it, any other stands before its words."""
        if not text:
            return
        depth = min(depth, len(self._indents) + 1, DEEPEST_LIST)
        is_same_list = len(self._indents) >= depth
        del self._indents[depth - 1 :]
        number = _SIMPLE_NUMBER.fullmatch(label)
        marker = f"{int(number[1])}." if number else "-"
        words = escaped_start(text) if number or not label else f"{escaped(label)} {text}"
        words = escaped_start(words) if label and not number else words
        self._add(f"{self._indent()}{marker} {words}", tight=is_same_list or depth > 1)
        self._indents.append((self._indents[-1] if self._indents else 0) + len(marker) + 1)

    def table(self, rows: Sequence[Sequence[str]], *, has_head: bool) -> None:
        """Add a table of cells; one without a head gets an empty one, which Markdown demands."""
        width = max((len(row) for row in rows), default=0)
        if not width:
            return
        self._indents.clear()
        head, body = (rows[0], rows[1:]) if has_head else ((), rows)
        self._add(_row(head, width))
        self._lines.append("|" + " --- |" * width)
        self._lines.extend(_row(row, width) for row in body)

    def _indent(self) -> str:
        return " " * (self._indents[-1] if self._indents else 0)

    def _add(self, line: str, *, tight: bool = False) -> None:
        if not tight:
            self._lines.append("")
        self._lines.append(line)


def _row(cells: Sequence[str], width: int) -> str:
    filled = [*cells, *[""] * (width - len(cells))]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in filled) + " |"
