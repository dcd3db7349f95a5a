"""What is done with a policy that somebody brings: read, edited, found in, compared, written out; each as a function of its text."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from support import LetterEncoder, letter_index

from policy_index import load_shelf, write_brief
from policy_index.batch.formats import csv
from policy_index.batch.layout import Source
from policy_index.batch.tables import look_through, windows
from policy_index.brief.values import Brief
from policy_index.comparing.diff import compare
from policy_index.comparing.edits import likeness, word_edits
from policy_index.comparing.wording import Wording, forget_wordings
from policy_index.finding.catalogue import Catalogue
from policy_index.finding.query import Query
from policy_index.finding.spelling import Spelled
from policy_index.finding.word_index import WordIndex
from policy_index.policy.dialects.dialect import Dialect, parse_policy
from policy_index.policy.dialects.kinds import forget_read
from policy_index.policy.document import ClauseKind, Policy, Provenance
from policy_index.policy.edits import (
    ChangeKind,
    Drop,
    Edit,
    Merge,
    Rename,
    Split,
    apply_edits,
    edits_from_json,
    edits_to_json,
)
from policy_index.policy.sources.source import source_of
from policy_index.records.comparisons import change_record
from policy_index.records.papers import PaperFormat, paper

_PROVENANCE = Provenance(publisher="Nobody", title="Rules", updated=None)
_DAY = date(2026, 1, 1)


def policy_of(text: str) -> Policy:
    """Read a text as a policy in any Markdown, anew."""
    forget_read()
    return parse_policy(text, provenance=_PROVENANCE)


def policy_of_2023(text: str) -> Policy:
    """Read a text as the bundled policy was written."""
    return parse_policy(text, provenance=_PROVENANCE, dialect=Dialect.OPENAI_2023)


def policy_in(name: str, content: Callable[[str], bytes]) -> Callable[[str], object]:
    """Return what reads a file, made of a text, as a policy."""
    return lambda text: policy_of(source_of(name, content(text)).markdown)


def words_of(text: str) -> Wording:
    """Read the words of a text anew."""
    forget_wordings()
    return Wording.of(text)


def laid_over_itself(change: Callable[[list[str]], list[str]]) -> Callable[[str], object]:
    """Return what lays a clause beside the same one with its words changed."""

    def read(text: str) -> object:
        before, after = words_of(text), words_of(" ".join(change(text.split())))
        return likeness(before.words, after.words), word_edits(before, after)

    return read


def compared(text: str) -> object:
    """Compare a policy with one that lacks every seventh line and has the others in another order."""
    lines = text.splitlines()
    middle = len(lines) // 2
    other = [line for place, line in enumerate([*lines[middle:], *lines[:middle]]) if place % 7]
    return [change_record(change) for change in compare(policy_of(text), policy_of("\n".join(other))).changes]


def edited(text: str) -> object:
    """Apply an edit of each kind to clauses all over a policy, in the order in which they stand and back."""
    policy = policy_of(text)
    clauses = list(policy)
    edits: list[Edit] = []
    for place, clause in enumerate(clauses):
        span = clause.span
        kinds: tuple[Edit, ...] = (
            Rename(clause=span, id="a-name"),
            Split(clause=span, at=(span.start + span.end) // 2),
            ChangeKind(clause=span, kind=ClauseKind.REQUIREMENT),
            Merge(clause=span, following=clauses[(place + 1) % len(clauses)].span),
            Drop(clause=span),
        )
        edits.append(kinds[place % len(kinds)])
    edits += edits[::-1]
    return apply_edits(policy, edits_from_json(edits_to_json(edits)))


def indexed(text: str) -> object:
    """Take the lines of a policy up into an index of words, and look for each of its first ones in all forms."""
    index = WordIndex()
    lines = text.splitlines()
    index.add(lines)
    return [index.nearly(word[:40]) or index.forms(word[:40]) for word in text[:400].split()]


@cache
def _catalogue() -> Catalogue:
    shelf = load_shelf()
    catalogue = Catalogue()
    entry = next(iter(shelf.entries()))
    catalogue.add(entry, shelf.default, "")
    return catalogue


def found(text: str) -> object:
    """Look for a text by number, words and nearly the words."""
    return Spelled.in_catalogue(_catalogue(), Query.from_text(text))


@cache
def _brief() -> Brief:
    index = letter_index(load_shelf().default, LetterEncoder(), probability=0.7)
    return write_brief(index, "A shop may keep what people say.")


def papers(text: str) -> object:
    """Write a brief whose text and passages are a text, in each format."""
    brief = _brief()
    entries = tuple(
        replace(entry, passages=tuple(replace(passage, text=text, read_as=text) for passage in entry.passages))
        for entry in brief.entries[:3]
    )
    return [paper(replace(brief, text=text, entries=entries), form, made_on=_DAY) for form in PaperFormat]


def table_of(name: str, content: Callable[[str], bytes]) -> Callable[[str], object]:
    """Return what reads a table, made of a text, and writes it as CSV."""

    def read(text: str) -> object:
        layout = look_through([Source.from_bytes(name, content(text))])
        tables = list(windows(layout))
        written = BytesIO()
        if tables:
            csv.write(tables, tables[0].schema, written, inert=True)
        return written.tell()

    return read


def json_lines(text: str) -> bytes:
    """Return the lines of a text as JSON Lines."""
    return b"\n".join(json.dumps({"text": line}).encode() for line in text.split("\n"))


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def parquet(text: str) -> bytes:
    """Return the lines of a text as Parquet."""
    file = BytesIO()
    pq.write_table(pa.table({"text": _clean(text).split("\n")}), file)
    return file.getvalue()


_NO_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What no XML may hold (XML 1.0, 2.2); a workbook is XML."""


def workbook(text: str) -> bytes:
    """Return the lines of a text as an Excel workbook, cut where a cell is full."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["text"])
    for line in _NO_XML.sub(" ", _clean(text)).split("\n"):
        for at in range(0, len(line), 32_000):
            sheet.append([line[at : at + 32_000]])
    file = BytesIO()
    book.save(file)
    return file.getvalue()
