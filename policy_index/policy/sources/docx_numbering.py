"""The numbers that Word prints before paragraphs: worked out from the document's numbering, which keeps them nowhere as text."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policy_index.policy.sources.labels import letters_of, roman_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""Name space of Word's elements and attributes."""

_MOST_LEVELS = 9
_LONGEST_BASED_ON = 20
_LARGEST = 99_999
_LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class Number:
    """How a paragraph is numbered: its list and its level, from 0."""

    list_id: str
    level: int


@dataclass(slots=True)
class _LevelFormat:
    style: str = "decimal"
    text: str = "%1."
    start: int = 1
    is_decimal: bool = False


@dataclass(slots=True)
class _Style:
    name: str = ""
    based_on: str = ""
    list_id: str | None = None
    level: int | None = None
    outline: int | None = None


def value_of(element: "Element | None", path: str) -> str | None:
    """Return the `w:val` of the element at a path; None where there is none."""
    found = None if element is None else element.find(path)
    return None if found is None else found.get(f"{W}val", "")


def number_value(text: str | None) -> int | None:
    """Return a small whole number that a document states; None where it states none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST)) else None


class Styles:
    """What the paragraph styles of a document say of names, numbers and outline levels; a style says what the one below it says."""

    def __init__(self, styles: "Element | None") -> None:
        """Read the styles of paragraphs."""
        self._styles: dict[str, _Style] = {}
        self.default = ""
        for element in () if styles is None else styles.iterfind(f"{W}style"):
            if element.get(f"{W}type") == "paragraph":
                own = element.get(f"{W}styleId", "")
                properties = element.find(f"{W}pPr")
                self._styles[own] = _Style(
                    name=value_of(element, f"{W}name") or "",
                    based_on=value_of(element, f"{W}basedOn") or "",
                    list_id=value_of(properties, f"{W}numPr/{W}numId"),
                    level=number_value(value_of(properties, f"{W}numPr/{W}ilvl")),
                    outline=number_value(value_of(properties, f"{W}outlineLvl")),
                )
                if element.get(f"{W}default") in {"1", "true"}:
                    self.default = own

    def _chain(self, style_id: str) -> Iterator[_Style]:
        for _ in range(_LONGEST_BASED_ON):
            style = self._styles.get(style_id)
            if style is None:
                return
            yield style
            style_id = style.based_on

    def name(self, style_id: str) -> str:
        """Return a style's name in lower case."""
        return next((style.name.lower() for style in self._chain(style_id)), "")

    def heading_level(self, style_id: str) -> int:
        """Return the level of heading that a style stands for, from 1; 0 for text."""
        for style in self._chain(style_id):
            name = style.name.lower()
            if name == "title":
                return 1
            if name.startswith("heading ") and (level := number_value(name.removeprefix("heading ").strip())):
                return min(level, 6)
            if style.outline is not None:
                return style.outline + 1 if style.outline < 6 else 0  # noqa: PLR2004  # 9 is text
        return 0

    def number(self, style_id: str) -> tuple[str | None, int | None]:
        """Return the list and the level that a style puts its paragraphs in."""
        chain = list(self._chain(style_id))
        list_id = next((style.list_id for style in chain if style.list_id is not None), None)
        level = next((style.level for style in chain if style.level is not None), None)
        return list_id, level


@dataclass(slots=True)
class _Counts:
    """How far each list was counted; lists of one abstract numbering count together."""

    by_list: defaultdict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    restarted: set[tuple[str, int]] = field(default_factory=set)


class Numbering:
    """Gives each numbered paragraph its label, in document order."""

    def __init__(self, numbering: "Element | None") -> None:
        """Read the abstract numberings and the lists that use them."""
        self._abstract: dict[str, dict[int, _LevelFormat]] = {}
        self._links: dict[str, str] = {}
        self._style_of: dict[str, str] = {}
        self._lists: dict[str, str] = {}
        self._overrides: dict[str, dict[int, int]] = {}
        self._counts = _Counts()
        for element in () if numbering is None else numbering:
            if element.tag == f"{W}abstractNum":
                self._read_abstract(element)
            elif element.tag == f"{W}num":
                own = element.get(f"{W}numId", "")
                self._lists[own] = value_of(element, f"{W}abstractNumId") or ""
                self._overrides[own] = {
                    level: start
                    for each in element.iterfind(f"{W}lvlOverride")
                    if (level := number_value(each.get(f"{W}ilvl"))) is not None
                    and (start := number_value(value_of(each, f"{W}startOverride"))) is not None
                }

    def _read_abstract(self, element: "Element") -> None:
        own = element.get(f"{W}abstractNumId", "")
        if link := value_of(element, f"{W}styleLink"):
            self._style_of[link] = own
        if link := value_of(element, f"{W}numStyleLink"):
            self._links[own] = link
        self._abstract[own] = {
            level: _LevelFormat(
                style=value_of(each, f"{W}numFmt") or "decimal",
                text=(value_of(each, f"{W}lvlText") or "")[:_LONGEST_LABEL],
                start=number_value(value_of(each, f"{W}start")) or (0 if value_of(each, f"{W}start") == "0" else 1),
                is_decimal=each.find(f"{W}isLgl") is not None,
            )
            for each in element.iterfind(f"{W}lvl")
            if (level := number_value(each.get(f"{W}ilvl"))) is not None and level < _MOST_LEVELS
        }

    def label(self, number: Number) -> str | None:
        """Return the label of the next paragraph of a list on a level: `3.`, `3.2`, `(a)`, `•`; None where it has none."""
        abstract = self._lists.get(number.list_id, "")
        abstract = self._style_of.get(self._links.get(abstract, ""), abstract)
        levels = self._abstract.get(abstract)
        if levels is None or number.level not in levels:
            return None
        counts = self._counts.by_list[abstract]
        own = levels[number.level]
        override = self._overrides.get(number.list_id, {}).get(number.level)
        if override is not None and (number.list_id, number.level) not in self._counts.restarted:
            self._counts.restarted.add((number.list_id, number.level))
            counts[number.level] = override
        else:
            counts[number.level] = counts.get(number.level, own.start - 1) + 1
        for deeper in [level for level in counts if level > number.level]:
            del counts[deeper]
        if own.style == "none":
            return None
        if own.style == "bullet":
            return "•"
        return self._filled(own, levels, counts)

    def _filled(self, own: _LevelFormat, levels: dict[int, _LevelFormat], counts: dict[int, int]) -> str:
        """Put the counts into a level's pattern, `%1.%2`."""
        text = own.text
        for level in range(_MOST_LEVELS):
            if f"%{level + 1}" in text:
                of_level = levels.get(level, _LevelFormat())
                style = "decimal" if own.is_decimal else of_level.style
                text = text.replace(f"%{level + 1}", _figure(counts.get(level, of_level.start), style))
        return text.strip()


def _figure(count: int, style: str) -> str:
    match style:
        case "lowerLetter":
            return letters_of(count)
        case "upperLetter":
            return letters_of(count).upper()
        case "lowerRoman":
            return roman_of(count)
        case "upperRoman":
            return roman_of(count).upper()
        case "decimalZero":
            return f"{count:02d}"
        case _:
            return str(count)
