"""The words of a page's blocks on their way to the writer: as heading, item, cell, definition or paragraph, by what is open."""

import re
from typing import TYPE_CHECKING

from policy_index.policy.dialects.markdown import has_words
from policy_index.policy.sources.html_elements import OpenList, OpenTable, lines_of
from policy_index.policy.sources.inline import Run, inline_markdown, plain
from policy_index.policy.sources.labels import bullet_of, label_of
from policy_index.policy.sources.page import Page
from policy_index.policy.sources.writer import MarkdownWriter

if TYPE_CHECKING:
    from lxml.etree import _Element


class Words:
    """Keeps what is open, and gives the words to the writer where a block ends."""

    def __init__(self, page: Page) -> None:
        """Begin with nothing open."""
        self.writer = MarkdownWriter()
        self._page = page
        self._runs: list[Run] = []
        self._bold = self._emphasis = 0
        self._links: list[str] = []
        self._heading = 0  # level of the heading that is open
        self._heading_element: _Element | None = None
        self._level = 1  # level of the last heading that the page itself marks
        self._folds: list[int] = []  # levels of the headings of open accordions
        self._lists: list[OpenList] = []
        self._above = (
            0  # lists that end with a heading in one of their items: what follows it stands on the page itself
        )
        self._label: str | None = None  # of the item that no words were seen of yet
        self._term: list[Run] = []
        self._table: OpenTable | None = None
        self._place: tuple[int, str | None] | None = None  # depth and label of an item that a converter marked

    def _say(self, text: str | None) -> None:
        if text:
            text = text if text == "\n" else re.sub(r"\s+", " ", text.replace("\u00ad", "").replace("\u200b", ""))
            link = self._links[-1] if self._links else ""
            self._runs.append(Run(text, self._bold > 0, self._emphasis > 0, link))

    def _flush(self, *, is_term: bool = False) -> None:
        runs, self._runs = self._runs, []
        if not has_words("".join(run.text for run in runs)):
            return
        if is_term:
            self._flush_term()
            self._term = [run for run in runs if run.text != "\n"]
        elif self._table is not None:
            self._add_to_cell(inline_markdown(runs))
        elif self._heading:
            self._write_heading([Run(run.text, link=run.link) for run in runs])
        else:
            for line in lines_of(runs):
                self._write(line)

    def _add_to_cell(self, text: str) -> None:
        if self._table is None or not self._table.rows or not self._table.rows[-1]:
            self.writer.paragraph(text)
            return
        row = self._table.rows[-1]
        row[-1] = f"{row[-1]} {text}".strip()

    def _write_heading(self, runs: list[Run]) -> None:
        text = inline_markdown([Run(plain(runs))])
        label, self._label = self._label, None
        if label and not label_of(text):
            text = f"{label} {text}"
        self.writer.heading(text, self._heading)

    def _write(self, runs: list[Run]) -> None:
        if self._term:
            term, self._term = plain(self._term).rstrip(" :"), []
            runs = [Run(f"{term}:", bold=True), Run(" "), *runs]
        depth = max(len(self._lists) - self._above, 0)
        text = inline_markdown(runs)
        if self._place is not None:
            self._write_placed(text, *self._place)
            return
        bullet = bullet_of(text.replace("\\", "", 1))
        if depth and self._label is not None:
            label, self._label = self._label, None
            own = label_of(text)
            text = text if not bullet else text.replace("\\", "", 1)[len(bullet) :].lstrip()
            self.writer.item(text, depth=depth, label="" if own and own.strip("().") == label.strip("().") else label)
        elif bullet:
            self.writer.item(text.replace("\\", "", 1)[len(bullet) :].lstrip(), depth=depth + 1)
        else:
            self.writer.paragraph(text, depth=min(depth, self.writer.depth))

    def _write_placed(self, text: str, depth: int, label: str | None) -> None:
        """Write what a converter gave a place among lists: an item, or with no label what goes on with the item before."""
        if label is None:
            self.writer.paragraph(text, depth=min(depth, self.writer.depth))
            return
        self.writer.item(text, depth=depth, label="" if bullet_of(label + " ") else label)
        self._place = depth, None

    def _flush_term(self) -> None:
        if self._term:
            runs, self._term = self._term, []
            self._write([Run(plain(runs), bold=True)])

    def _start_in_table(self, table: OpenTable, tag: str) -> None:
        if tag == "tr":
            table.rows.append([])
        elif tag in {"td", "th"} and table.rows:
            table.rows[-1].append("")
            table.has_head = table.has_head or (len(table.rows) == 1 and tag == "th")

    def _end_table(self, table: OpenTable) -> None:
        self._table = None
        rows = [row for row in table.rows if any(row)]
        has_head = bool(rows) and (table.has_head or all(re.fullmatch(r"\*\*.*\*\*", cell) for cell in rows[0] if cell))
        if has_head:
            rows[0] = [re.sub(r"^\*\*(.*)\*\*$", r"\1", cell) for cell in rows[0]]
        self.writer.table(rows, has_head=has_head)
