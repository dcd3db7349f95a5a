"""Everything in the product that reads a person's text, each as a function of that text alone; it may refuse, and nothing else."""

import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from source_files import docx, paragraph, pdf, typed
from support import LetterEncoder

from attacks import policies
from policy_index import Facts, load_shelf
from policy_index.brief.change import changed_words
from policy_index.brief.language import foreign_parts
from policy_index.brief.passages import split_text
from policy_index.brief.safeguards import safeguards
from policy_index.brief.word_weights import literal_words
from policy_index.errors import PolicyIndexError
from policy_index.finding.query import Query
from policy_index.policy.dialects.kinds import forget_read, guess_kind
from policy_index.policy.edits import edits_from_json
from policy_index.policy.exemplars import folded_text
from policy_index.records.papers import _visible, markdown
from policy_index.records.sharing import pack_text, unpack_text
from policy_index.search.fitness import unfit
from policy_index.search.languages import english_probability, foreign_name
from policy_index.search.stance_words import _counts
from policy_index.search.text import accept_long_text, accept_text
from policy_index.ui.foreign import plain
from policy_index.ui.links import Block, tag
from policy_index.words import inert_cell, quoted, shortened

LARGEST = 200_000
"""Characters of the largest text that a person may have read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A function of a text.

    Attributes:
        read: What it does with a text; the project's own errors are its right.
        largest: Characters of the largest text that it is measured with: enough to see growth, few enough to be quick.
        piece: Characters that it reads at once. Within a piece the work may grow faster, and over all pieces it does not: growth is
            looked for from one piece to four.
    """

    read: Callable[[str], object]
    largest: int
    piece: int = 0

    def size(self, share: float) -> int:
        """Return the characters of the largest text, where only a share of all is measured."""
        return max(int(self.largest * share), 4 * self.piece)

    def __call__(self, text: str) -> object:
        """Read a text as if for the first time; a refusal is an answer."""
        forget_read()
        try:
            return self.read(text)
        except PolicyIndexError as error:
            return error


@cache
def _encoder() -> LetterEncoder:
    return LetterEncoder()


@cache
def _facts() -> Facts:
    return load_shelf().default.facts


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _page(text: str) -> bytes:
    return b"<!doctype html><html><body>" + _bytes(text)


def _saved_page(text: str) -> bytes:
    head = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<html><body>"
    return head + _bytes(text)


def _word_file(text: str) -> bytes:
    clean = "".join(character if character.isprintable() or character == "\n" else " " for character in text)
    escaped = clean.encode("utf-8", "replace").decode().replace("&", "&amp;").replace("<", "&lt;")
    return docx("".join(paragraph(line) for line in escaped.split("\n")))


def _pdf_file(text: str) -> bytes:
    clean = text.encode("cp1252", "replace").decode("cp1252").replace("\\", "/").replace("(", "[").replace(")", "]")
    lines = [line[at : at + 90] for line in clean.split("\n") for at in range(0, len(line), 90)]
    pages = [lines[at : at + 50] for at in range(0, len(lines), 50)] or [[]]
    streams = [typed(*((50.0, 800.0 - 15 * place, line) for place, line in enumerate(page))) for page in pages]
    return pdf(streams)


def _link(text: str) -> object:
    packed = urlsafe_b64encode(zlib.compress(_bytes(text))).decode().rstrip("=")
    unpack_text(text)
    return unpack_text(packed)


def _two_wordings(text: str) -> object:
    middle = len(text) // 2
    return changed_words(text[:middle], text[middle:])


READERS: Mapping[str, Reader] = {
    "accepts a text": Reader(read=accept_text, largest=LARGEST),
    "accepts a long text": Reader(read=accept_long_text, largest=LARGEST),
    "splits a text into passages": Reader(
        read=lambda text: split_text(_bytes(text).decode(), _encoder()), largest=64_000, piece=10_000
    ),
    "says whether a text can be judged": Reader(read=unfit, largest=LARGEST),
    "names other languages": Reader(read=foreign_parts, largest=LARGEST),
    "tells a language": Reader(read=lambda text: (english_probability(text), foreign_name(text)), largest=LARGEST),
    "counts words of stances": Reader(read=_counts, largest=LARGEST),
    "finds safeguards": Reader(read=safeguards, largest=LARGEST),
    "finds signs of facts": Reader(read=lambda text: _facts().signs(text), largest=LARGEST),
    "takes literal words": Reader(read=literal_words, largest=LARGEST),
    "lays two wordings side by side": Reader(read=_two_wordings, largest=LARGEST),
    "lays a clause beside itself turned round": Reader(
        read=policies.laid_over_itself(lambda words: words[::-1]), largest=LARGEST
    ),
    "lays a clause beside every other word of it": Reader(
        read=policies.laid_over_itself(lambda words: words[::2]), largest=LARGEST
    ),
    "reads words that are compared": Reader(read=policies.words_of, largest=LARGEST),
    "folds a text": Reader(read=folded_text, largest=LARGEST),
    "reads what is sought": Reader(read=Query.from_text, largest=2_000),
    "guesses a kind of clause": Reader(read=lambda text: guess_kind(text, ()), largest=LARGEST),
    "finds in clauses": Reader(read=policies.found, largest=1_000),
    "takes words up to be found": Reader(read=policies.indexed, largest=LARGEST),
    "reads Markdown as a policy": Reader(read=policies.policy_of, largest=64_000),
    "reads a policy of 2023": Reader(read=policies.policy_of_2023, largest=LARGEST),
    "edits a policy": Reader(read=policies.edited, largest=32_000),
    "reads edits": Reader(read=edits_from_json, largest=LARGEST),
    "compares two policies": Reader(read=policies.compared, largest=32_000),
    "reads a Markdown file": Reader(read=policies.policy_in("a.md", _bytes), largest=64_000),
    "reads a text file": Reader(read=policies.policy_in("a.txt", _bytes), largest=64_000),
    "reads a page": Reader(read=policies.policy_in("a.html", _page), largest=64_000),
    "reads a saved page": Reader(read=policies.policy_in("a.mht", _saved_page), largest=64_000),
    "reads a Word file": Reader(read=policies.policy_in("a.docx", _word_file), largest=32_000),
    "reads a PDF": Reader(read=policies.policy_in("a.pdf", _pdf_file), largest=32_000),
    "reads a CSV file": Reader(read=policies.table_of("a.csv", _bytes), largest=LARGEST),
    "reads a TSV file": Reader(read=policies.table_of("a.tsv", _bytes), largest=LARGEST),
    "reads JSON Lines": Reader(read=policies.table_of("a.jsonl", policies.json_lines), largest=LARGEST),
    "reads broken JSON Lines": Reader(read=policies.table_of("a.jsonl", _bytes), largest=LARGEST),
    "reads Parquet": Reader(read=policies.table_of("a.parquet", policies.parquet), largest=LARGEST),
    "reads an Excel workbook": Reader(read=policies.table_of("a.xlsx", policies.workbook), largest=64_000),
    "writes papers of a brief": Reader(read=policies.papers, largest=64_000),
    "packs a text into a link": Reader(read=pack_text, largest=LARGEST),
    "unpacks a text from a link": Reader(read=_link, largest=LARGEST),
    "writes a text as Markdown": Reader(read=markdown, largest=LARGEST),
    "writes a text as text": Reader(read=_visible, largest=LARGEST),
    "shows a text in a message": Reader(read=plain, largest=LARGEST),
    "shows a text in a block": Reader(read=lambda text: Block.of(tag("p", text)).html, largest=LARGEST),
    "quotes a text": Reader(read=lambda text: (quoted(text), shortened(text), inert_cell(text)), largest=LARGEST),
}
"""Every reader by what it does."""
