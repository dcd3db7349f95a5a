"""PDF -> Markdown: the text that PDFium finds, ordered by where it stands on the pages."""

import ctypes
import math
import sys
import threading
import time
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from policy_index.errors import SourceError
from policy_index.policy.sources.labels import mark_of
from policy_index.policy.sources.pdf_joining import PdfLine
from policy_index.policy.sources.pdf_layout import Box, markdown_of_lines, with_bullets
from policy_index.policy.sources.values import Converted
from policy_index.words import counted

if TYPE_CHECKING:
    import pypdfium2

MOST_PAGES = 500
"""Pages of a PDF that are read."""

_MOST_CHARACTERS = 5_000_000
_LONGEST_READING = 60.0
"""Seconds after which a PDF is given up: a hundred times what a page of a policy takes, for the most pages."""

_WIDE_GAP = 2.2
_MOST_DRAWN = 20_000
_LARGEST_DOT = 9.0
_NEARLY_SQUARE = 1.5
_FEWEST_WORDS = 3
_BOLD = 600
_FLAG_BOLD = 1 << 18
_ONE_PDF = threading.Lock()
"""PDFium may not be called by two threads at once."""

_PASSWORD = 4
_SURROGATES = range(0xD800, 0xE000)
_LINE_FEED = 10
_LINE_ENDS = frozenset((_LINE_FEED, 13))
_LINE_HYPHENS = frozenset((0x02, 0xFFFE))
"""What PDFium says where a line ends in a hyphen, in place of hyphen and line end."""


def convert_pdf(content: bytes) -> Converted:
    """Return the Markdown of a PDF's text.

    Raises:
        SourceError: It is damaged, encrypted, has too many pages, or has no text.
    """
    with _ONE_PDF:
        document = _opened(content)
        try:
            pages = len(document)
            if pages > MOST_PAGES:
                message = f"Expected a PDF of at most {MOST_PAGES} pages, got one of {pages:,}."
                raise SourceError(message)
            title = " ".join(document.get_metadata_value("Title").split())
            lines, pictures = _read(document)
        finally:
            document.close()
    words = sum(len(line.text.split()) for line in lines)
    if words < _FEWEST_WORDS * max(pages, 1):
        what = "pictures of pages" if pictures else "pages"
        message = f"Expected a PDF with text, got {what} that have none: it seems to be a scan; run text recognition (OCR) on it first."
        raise SourceError(message)
    markdown, set_aside = markdown_of_lines(lines)
    images = (counted(pictures, "image"),) if pictures else ()
    return Converted(markdown=markdown, set_aside=(*set_aside, *images), title=title if " " in title else "")


def _opened(content: bytes) -> "pypdfium2.PdfDocument":
    import pypdfium2  # loads a library of several megabytes

    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            message = "Expected a PDF that anyone can open, got an encrypted one; save it without its password."
        else:
            message = "Expected a PDF, got a damaged one."
        raise SourceError(message) from error


def _read(document: "pypdfium2.PdfDocument") -> tuple[list[PdfLine], int]:
    """Return the lines of all pages, and how many pictures stand on them."""
    import pypdfium2

    end = time.monotonic() + _LONGEST_READING
    lines: list[PdfLine] = []
    pictures = characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError as error:
            message = f"Expected a PDF, got a damaged one: page {number + 1} cannot be read."
            raise SourceError(message) from error
        characters += text.count_chars()
        if characters > _MOST_CHARACTERS or time.monotonic() > end:
            message = (
                "Expected a PDF with the text of a policy, got one that is far larger or takes far longer to read."
            )
            raise SourceError(message)
        found = list(_PageReader(text, number, page.get_size()).lines())
        dots, images = _drawn(page)
        lines.extend(with_bullets(found, dots))
        pictures += images
        text.close()
        page.close()
    return lines, pictures


def _drawn(page: "pypdfium2.PdfPage") -> tuple[list[Box], int]:
    """Return the small dots and squares that are drawn on a page and may be bullets, and how many pictures stand on it."""
    import pypdfium2

    raw = pypdfium2.raw
    dots: list[Box] = []
    images = 0
    for seen in islice(
        page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH], max_depth=3), _MOST_DRAWN
    ):
        if seen.type == raw.FPDF_PAGEOBJ_IMAGE:
            images += 1
            continue
        left, bottom, right, top = seen.get_bounds()
        if 0 < right - left <= _LARGEST_DOT and abs((right - left) - (top - bottom)) <= _NEARLY_SQUARE:
            dots.append(Box(left, bottom, right, top))
    return dots, images


class _PageReader:
    """Reads the characters of one page into lines; asks for a letter's font once a word."""

    def __init__(self, text: "pypdfium2.PdfTextPage", number: int, size: tuple[float, float]) -> None:
        import pypdfium2

        self._raw = pypdfium2.raw
        self._text = text
        self._number = number
        self._width, self._height = size
        self._box = tuple(ctypes.c_double() for _ in range(4))  # left, right, bottom, top

    def lines(self) -> Iterator[PdfLine]:
        """Yield the lines of the page, in the order in which the file holds them."""
        start = 0
        characters: list[str] = []
        count = self._text.count_chars()
        for index in range(count + 1):
            code = _LINE_FEED if index == count else self._raw.FPDFText_GetUnicode(self._text, index)
            if code not in _LINE_ENDS:
                characters.append(chr(code) if code <= sys.maxunicode and code not in _SURROGATES else "\ufffd")
            if code in _LINE_ENDS or code in _LINE_HYPHENS:
                if any(character.strip() for character in characters):
                    yield self._line(start, characters)
                start, characters = index + 1, []

    def _line(self, start: int, characters: list[str]) -> PdfLine:
        words = [at for at, one in enumerate(characters) if one.strip() and (at == 0 or not characters[at - 1].strip())]
        fonts = [self._font(start + at) for at in words]
        last = max(at for at, one in enumerate(characters) if one.strip())
        left, _, bottom, _ = self._place(start + words[0])
        right = self._place(start + last)[1]
        sizes = sorted(size for size, _ in fonts)
        size = sizes[len(sizes) // 2]
        columns = self._columns(start, characters, words, size)
        pieces = [f"– {one}" if start + at in columns else one for at, one in enumerate(characters)]
        return PdfLine(
            page=self._number,
            text="".join(pieces).strip(),
            left=left,
            right=max(right, left),
            words=tuple(self._place(start + at)[0] for at in words[:2]),
            columns=tuple(columns.values()),
            bottom=bottom,
            height=self._height,
            size=size,
            is_bold=all(is_bold for _, is_bold in fonts[1 if len(fonts) > 1 else 0 :]),
        )

    def _columns(self, start: int, characters: list[str], words: list[int], size: float) -> dict[int, float]:
        """Return the letters that stand far behind the word before, as in the next cell of a row, and where; a label stands so too."""
        columns = {}
        text = "".join(characters)
        for before, at in pairwise(words):
            if before == words[0] and mark_of(text[before:] + " ").strip() == text[before:at].strip():
                continue
            last = before + len(text[before:at].rstrip()) - 1
            left = self._place(start + at)[0]
            if left - self._place(start + last)[1] > _WIDE_GAP * size:
                columns[start + at] = left
        return columns

    def _place(self, index: int) -> tuple[float, float, float, float]:
        left, right, bottom, top = self._box
        found = self._raw.FPDFText_GetLooseCharBox
        rectangle = self._raw.FS_RECTF()
        if found(self._text, index, rectangle):
            return rectangle.left, rectangle.right, rectangle.bottom, rectangle.top
        self._raw.FPDFText_GetCharBox(self._text, index, left, right, bottom, top)
        return left.value, right.value, bottom.value, top.value

    def _font(self, index: int) -> tuple[float, bool]:
        """Return a letter's size and whether it is bold: by its weight, its flags or the name of its font."""
        size = self._raw.FPDFText_GetFontSize(self._text, index)
        matrix = self._raw.FS_MATRIX()
        if self._raw.FPDFText_GetMatrix(self._text, index, matrix):
            size *= math.hypot(matrix.b, matrix.d)
        if self._raw.FPDFText_GetFontWeight(self._text, index) >= _BOLD:
            return size, True
        flags = ctypes.c_int()
        name = ctypes.create_string_buffer(128)
        self._raw.FPDFText_GetFontInfo(self._text, index, name, 128, flags)
        said = name.value.lower()
        return size, bool(flags.value & _FLAG_BOLD) or any(
            word in said for word in (b"bold", b"black", b"heavy", b"semibold")
        )
