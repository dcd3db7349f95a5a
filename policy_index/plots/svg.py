"""SVG by hand: elements of which nothing is read as markup, and words as lines that fit."""

import re
import unicodedata
from collections.abc import Iterator
from html import escape

FONT = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
"""What a picture is written in: the first of these that the machine has."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (2.2)."""

_BOLD = 1.06
"""How much wider bold words are."""


class Markup(str):
    """Elements that `element` wrote."""

    __slots__ = ()


def element(name: str, *inside: str | Markup, **attributes: str | float) -> Markup:
    """Return an element as SVG: the one place where words become markup, all of them escaped.

    Args:
        name: Its name.
        inside: Words, or elements of this function.
        attributes: By name, with underscores for hyphens.
    """
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{_inert(str(value))}"' for key, value in attributes.items())
    words = "".join(each if isinstance(each, Markup) else _inert(each) for each in inside)
    return Markup(f"<{name}{said}>{words}</{name}>")


def _inert(words: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", words))


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Return about how many pixels words take in a sans-serif font, rather too many than too few."""
    return size * (_BOLD if bold else 1) * sum(map(_width, words))


def _width(character: str) -> float:
    """Return the width of a character in ems, after Helvetica's metrics."""
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in " !',./:;I[\\]|fijlt’‘":
        return 0.29
    if character in "MWmw%@—…":
        return 0.9
    return 0.7 if character.isupper() else 0.56


def lines(words: str, width: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """Return words as at most so many lines that fit into a width; what is left out is an ellipsis at the end.

    Args:
        words: The words; white space is folded.
        width: In pixels.
        size: Of the font, in pixels.
        most: Lines at most.
        bold: Whether they are bold.
    """
    broken: list[str] = []
    line = ""
    for piece in _pieces(words, width, size, bold=bold):
        longer = f"{line} {piece}".strip()
        if not line or width_of(longer, size, bold=bold) <= width:
            line = longer
            continue
        broken.append(line)
        line = piece
        if len(broken) == most:
            break
    else:
        broken.append(line)
        return broken
    return [*broken[:-1], _cut(broken[-1], width, size, bold=bold)]


def _pieces(words: str, width: float, size: float, *, bold: bool) -> Iterator[str]:
    """Yield words, and parts of those that are wider than a line."""
    for word in words.split():
        part = ""
        for character in word:
            if part and width_of(part + character, size, bold=bold) > width:
                yield part
                part = ""
            part += character
        yield part


def _cut(line: str, width: float, size: float, *, bold: bool) -> str:
    while line and width_of(f"{line} …", size, bold=bold) > width:
        line = line[:-1]
    return f"{line.rstrip(' ,;:')} …"
