"""A web page, as a browser or a converter saves it -> Markdown: one walk over its tree, without recursion and without a fetch."""

import re
from typing import TYPE_CHECKING

from policy_index.policy.sources.html_elements import (
    OpenList,
    OpenTable,
    is_anchor,
    is_contents,
    is_data,
    is_named_heading,
    is_styled_bold,
    list_of,
    opens,
    title_of,
    words_in,
)
from policy_index.policy.sources.html_words import Words
from policy_index.policy.sources.inline import Run, inline_markdown, plain, safe_link
from policy_index.policy.sources.labels import labelled_number
from policy_index.policy.sources.page import CONTENTS, MENUS, Page, tree_of
from policy_index.policy.sources.text import markdown_of_text
from policy_index.policy.sources.values import Converted

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_BOLD = frozenset(("b", "strong"))
_EMPHASIS = frozenset(("i", "em", "cite", "dfn"))
_HEADING = re.compile(r"h([1-6])")

_LONGEST_DEFINITION = 80
_MOSTLY = 0.8


def convert_html(page: bytes, *, encoding: str = "utf-8") -> Converted:
    """Return the Markdown of a page, without what belongs to the page alone.

    Raises:
        SourceError: It is too large or nested too deep.
    """
    return convert_tree(tree_of(page, encoding))


def convert_tree(tree: "_Element") -> Converted:
    """Return the Markdown of a page's tree."""
    page = Page(tree)
    title = title_of(tree)
    pre = max(page.root.iter("pre"), key=lambda each: page.measures[each].words, default=None)
    if pre is not None and page.measures[pre].words >= _MOSTLY * max(page.measures[page.root].words, 1):
        return Converted(markdown=markdown_of_text(words_in(pre)), title=title)
    reader = _Reader(page)
    for heading in page.head():
        reader.read(heading)
    reader.read(page.root)
    page.tally_outside()
    return Converted(markdown=reader.writer.markdown, set_aside=page.tally.sentences(), title=title)


class _Reader(Words):
    """One walk; keeps what is open, and gives the words to the writer where a block ends."""

    def read(self, root: "_Element") -> None:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        skipped: _Element | None = None
        for event, element in walk:
            if event == "start":
                if (element is not root and self._page.is_left_out(element)) or self._is_skipped(element):
                    walk.skip_subtree()
                    skipped = element
                    continue
                self._start(element)
                self._say(element.text)
                continue
            was_read = element is not skipped
            if was_read:
                self._end(element)
            elif element.tag in _BLOCKS:
                self._flush()
            skipped = None
            if element is not root:
                self._say(element.tail)
        self._flush()

    # What is passed over beyond the page's furniture

    def _is_skipped(self, element: "_Element") -> bool:
        """Whether an element is a picture, a button that opens nothing, a mark beside a heading, or a list of places on the page."""
        tally, words = self._page.tally, self._page.measures[element].words
        match element.tag:
            case "img" | "picture":
                tally.pieces["image"] += element.tag == "img" or element.find(".//img") is not None
                return True
            case "button" if not (self._heading or opens(self._page, element)):
                tally.words[MENUS] += words
                return True
            case "a" if is_anchor(self._page, element):
                return True
            case "sup" if element.find("a") is not None and plain([Run(words_in(element))]).strip("[]()").isdigit():
                return True
            case "ul" | "ol" if not self._lists and is_contents(self._page, element):
                tally.words[CONTENTS] += words
                return True
        return False

    # Elements

    def _start(self, element: "_Element") -> None:
        tag = str(element.tag)
        level = self._heading_level(element, tag)
        if tag in _BLOCKS or level:
            self._flush()
        if level:
            self._heading, self._heading_element = level, element
            self._above = len(self._lists)
        elif tag == "br":
            self._say("\n")
        elif element.get("role") == "tabpanel":
            self._start_panel(element)
        self._start_block(element, tag)
        self._bold += tag in _BOLD or is_styled_bold(element)
        self._emphasis += tag in _EMPHASIS
        if tag == "a":
            self._links.append(self._target(element))

    def _start_block(self, element: "_Element", tag: str) -> None:
        match tag:
            case _ if self._table is not None:
                self._start_in_table(self._table, tag)
            case "ul" | "menu":
                self._lists.append(OpenList())
            case "ol":
                self._lists.append(list_of(element))
            case "li":
                self._start_item(element)
            case "table" if is_data(self._page, element):
                self._table = OpenTable(element, [])
            case "dd":
                self._start_definition(element)
            case "details":
                self._folds.append(min(self._level + 1 + len(self._folds), 6))
            case "p" if element.get("data-depth", "").isdigit():
                self._place = int(element.get("data-depth", "")), element.get("data-label")
            case _:
                pass

    def _end(self, element: "_Element") -> None:
        tag = str(element.tag)
        is_heading = element is self._heading_element
        if tag in _BLOCKS or is_heading:
            self._flush(is_term=tag == "dt")
        if is_heading:
            self._heading, self._heading_element = 0, None
        self._end_block(element, tag)
        self._bold -= tag in _BOLD or is_styled_bold(element)
        self._emphasis -= tag in _EMPHASIS
        if tag == "a" and self._links:
            self._links.pop()

    def _end_block(self, element: "_Element", tag: str) -> None:
        match tag:
            case _ if self._table is not None:
                if element is self._table.element:
                    self._end_table(self._table)
            case "ul" | "ol" | "menu" if self._lists:
                self._lists.pop()
                self._above = min(self._above, len(self._lists))
            case "li":
                self._label = None
            case "details" if self._folds:
                self._folds.pop()
            case "dl" | "dd":
                self._flush_term()
            case "p":
                self._place = None
            case _:
                pass

    # Headings

    def _heading_level(self, element: "_Element", tag: str) -> int:
        """Return the level that an element has as a heading; 0 where it is none."""
        if self._table is not None:
            return 0
        if found := _HEADING.fullmatch(tag):
            self._level = int(found[1])
            return max(self._level, self._folds[-1] + 1 if self._folds else 1)
        if element.get("role") == "heading":
            level = element.get("aria-level", "")
            return int(level) if re.fullmatch(r"[1-9]", level) else self._level + 1
        if tag == "summary" and self._folds:
            return self._folds[-1]
        is_button = tag == "button" and not self._heading
        is_named = not self._lists and is_named_heading(self._page, element)
        return min(self._level + 1, 6) if is_button or is_named or tag == "summary" else 0

    def _start_panel(self, element: "_Element") -> None:
        """Give the part that a tab opens the tab's words as its heading."""
        tab = self._page.ids.get(element.get("aria-labelledby", ""))
        if tab is not None and tab.get("role") == "tab":
            self.writer.heading(inline_markdown([Run(words_in(tab))]), min(self._level + 1, 6))

    # Lists and definitions

    def _start_item(self, element: "_Element") -> None:
        if not self._lists:
            self._lists.append(OpenList())
        self._above = min(self._above, len(self._lists) - 1)
        own = self._lists[-1]
        value = element.get("value", "")
        own.number = int(value) if re.fullmatch(r"\d{1,6}", value) else own.number
        self._label = labelled_number(own.number, own.style) if own.style else ""
        own.number += 1

    def _start_definition(self, element: "_Element") -> None:
        """Put a short definition behind its term; a question, or a term with much to say of it, becomes a heading."""
        measure = self._page.measures[element]
        is_long = measure.blocks > 1 or measure.words > _LONGEST_DEFINITION
        term = plain(self._term)
        if term and (term.endswith("?") or is_long) and not self._lists:
            self.writer.heading(inline_markdown([Run(term)]), min(self._level + 1, 6))
            self._term = []

    def _target(self, element: "_Element") -> str:
        """Return where a link leads: to a place on the page by its id alone, elsewhere only by a whole address."""
        target = element.get("href", "")
        place = target.rpartition("#")[2]
        return (
            f"#{place}" if "#" in target and place in self._page.ids and safe_link(f"#{place}") else safe_link(target)
        )
