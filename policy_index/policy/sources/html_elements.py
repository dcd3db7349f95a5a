"""Questions about a page's elements: what kind of list, table or heading they are, and which only serve the page."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_index.policy.dialects.markdown import has_words
from policy_index.policy.sources.inline import Run, is_bold, plain
from policy_index.policy.sources.labels import bullet_of, label_of
from policy_index.policy.sources.page import Page

if TYPE_CHECKING:
    from lxml.etree import _Element

_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_LIST_STYLE = re.compile(
    r"list-style(?:-type)?\s*:[^;]*\b(lower-alpha|lower-latin|upper-alpha|upper-latin|lower-roman|upper-roman)",
    re.IGNORECASE,
)
_STYLES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
_SITE = re.compile(r"\s+[|–—·»-]\s+")
_LONGEST_BOLD_LINE = 15
_ANCHOR_WORDS = 4
_HEADING_CLASS = re.compile(r"(?:^|[\s_-])(?:heading|title|subtitle|h[1-6]|question)(?:$|[\s_-])", re.IGNORECASE)
_LONGEST_PSEUDO_HEADING = 15


def words_in(element: "_Element") -> str:
    """Return all characters in an element."""
    return "".join(map(str, element.itertext()))


def title_of(tree: "_Element") -> str:
    """Return what the page calls itself, the name of the site left out."""
    title = " ".join((tree.findtext(".//title") or "").split())
    return max(
        _SITE.split(title),
        key=lambda part: (bool(re.search(r"polic|terms|guideline|conduct|rules", part, re.IGNORECASE)), len(part)),
    )


@dataclass(slots=True)
class OpenList:
    """An open list: how its items are numbered, and the next number; no style where it has bullets."""

    style: str = ""
    number: int = 1


@dataclass(slots=True)
class OpenTable:
    """A table of data that is being read."""

    element: "_Element"
    rows: list[list[str]]
    has_head: bool = False
    all_bold: bool = True


def is_anchor(page: Page, element: "_Element") -> bool:
    """Whether a link is only the mark beside a heading that leads to it."""
    text = plain([Run(words_in(element))]) if page.measures[element].words <= _ANCHOR_WORDS else "long"
    is_bare = (
        not has_words(text)
        or re.fullmatch(r"(?:permalink|copy link|link to (?:this )?\w+)", text, re.IGNORECASE) is not None
    )
    return bool(element.get("href", "").count("#")) and is_bare


def is_contents(page: Page, element: "_Element") -> bool:
    """Whether a list holds nothing but links to places on the page."""
    measure = page.measures[element]
    if not measure.linked or measure.linked < measure.words - len(element) * 2:
        return False
    targets = [each.get("href", "").rpartition("#") for each in element.iter("a")]
    return len(targets) > 1 and all(mark and place in page.ids for _, mark, place in targets)


def opens(page: Page, element: "_Element") -> bool:
    """Whether a button opens and closes a part of the text."""
    panel = page.ids.get(element.get("aria-controls", ""))
    return element.get("aria-expanded") is not None and (panel is None or page.measures[panel].words > 0)


def is_data(page: Page, table: "_Element") -> bool:
    """Whether a table holds data; one that only lays out a page has one column, headings or a table in it."""
    if (
        table.get("role") in {"presentation", "none"}
        or page.measures[table].headings
        or table.find(".//table") is not None
    ):
        return False
    return max((sum(cell.tag in {"td", "th"} for cell in row) for row in table.iter("tr")), default=0) > 1


def is_named_heading(page: Page, element: "_Element") -> bool:
    """Whether a line of few words is a heading by the name of its class alone."""
    measure = page.measures[element]
    if element.tag not in {"p", "div"} or not 0 < measure.words <= _LONGEST_PSEUDO_HEADING or measure.blocks:
        return False
    if _HEADING_CLASS.search(element.get("class", "")) is None:
        return False
    return not words_in(element).strip().endswith((".", ";", ",", ":"))


def list_of(element: "_Element") -> OpenList:
    """Return how the items of a numbered list are labelled, and the first number."""
    found = _LIST_STYLE.search(element.get("style", ""))
    style = _STYLES[found[1].lower()] if found else element.get("type", "1")
    start = element.get("start", "")
    return OpenList(
        style if style in {"a", "A", "i", "I"} else "1", int(start) if re.fullmatch(r"\d{1,6}", start) else 1
    )


def is_styled_bold(element: "_Element") -> bool:
    """Whether an element's own style makes it bold."""
    return _BOLD_STYLE.search(element.get("style", "")) is not None


def lines_of(runs: list[Run]) -> list[list[Run]]:
    """Return the lines of a block that stand for blocks: parted by an empty line, by a bullet or number, or after a bold line."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run.text == "\n":
            lines.append([])
        else:
            lines[-1].append(run)
    joined: list[list[Run]] = [[]]
    is_new = True
    for line in lines:
        text = plain(line)
        if not text:
            is_new = True
            continue
        before = joined[-1]
        is_after_bold = (
            bool(before) and is_bold(before) and not is_bold(line) and len(plain(before).split()) <= _LONGEST_BOLD_LINE
        )
        if is_new or is_after_bold or bullet_of(text) or label_of(text):
            joined.append(list(line))
        else:
            before.extend([Run(" "), *line])
        is_new = False
    return [line for line in joined if plain(line)]
