"""The work that a text costs grows with its length and no faster, whatever the text: see `attacks.families` and `attacks.readers`.

Processor time is measured, the least of several runs; `python -m attacks` measures all readers on all families at full size. Here each
reader is measured on some, at a size that shows a square.
"""

from collections.abc import Iterable

import pytest
from attacks.families import FAMILIES
from attacks.growth import LINEAR, RISING, Growth, growth_of
from attacks.readers import LARGEST, READERS
from support import LetterEncoder

from policy_index.brief.passages import split_text

_EVERY = 12
"""Of so many families one is measured here with each reader, another one with the next."""

_SHARE = 0.1

_ONCE_SQUARE = {
    "splits a text into passages": (
        "a run of backticks",
        "a run of apostrophes",
        "a run of images that begin",
        "a run of comments that begin",
        "nested quotation marks",
        "a run of underscores",
    ),
    "reads Markdown as a policy": ("a long line before items", "nested items"),
    "reads a policy of 2023": ("nested emphasis",),
    "reads a Markdown file": ("a run of comments", "a run of open brackets", "a run of links that begin"),
    "guesses a kind of clause": ("a run of apostrophes in words",),
    "edits a policy": ("a long line before items",),
    "compares two policies": ("a long line before items", "a run of apostrophes in words"),
    "lays a clause beside every other word of it": ("different words",),
    "lays a clause beside itself turned round": ("lines: paragraphs",),
}
"""Families that were slow once."""


@pytest.mark.parametrize("name", READERS)
def test_a_reader_takes_time_in_proportion(name: str):
    """At most 1.3 times what the length says, from four to sixteen times the size; what exceeds it is looked at in larger texts."""
    reader = READERS[name]
    first = list(READERS).index(name)
    chosen = [*list(FAMILIES)[first % _EVERY :: _EVERY], *_ONCE_SQUARE.get(name, ())]

    def grown(families: Iterable[str], share: float, limit: float) -> dict[str, float]:
        found = {family: growth_of(reader, FAMILIES[family], largest=reader.size(share)).excess for family in families}
        return {family: excess for family, excess in found.items() if excess > limit}

    suspects = grown(chosen, _SHARE, LINEAR)
    assert grown(suspects, 4 * _SHARE, RISING) == {}, suspects


def test_a_square_is_noticed():
    """What compares each letter with each other one is not linear."""

    def square(text: str) -> int:
        return sum(letter == other for letter in text for other in text)

    assert growth_of(square, FAMILIES["a run of small letters"], largest=4_800).excess > RISING
    assert Growth(seconds=(1.0, 2.0, 6.0)).is_linear


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_is_encoded_at_most_ten_times_over(family: str):
    """Alone, in two pairs, in three of three, in windows that share a quarter, and as items with their lines: counted, not timed."""
    text = FAMILIES[family](20_000).encode("utf-8", "replace").decode()

    split = split_text(text, LetterEncoder())

    assert sum(len(passage.text) for passage in split.passages) <= 10 * len(text) + 50_000


def test_a_long_line_over_very_many_items_is_not_read_for_each_of_them():
    """Else 900 letters over 40,000 items of a letter were 36 million letters to encode."""
    lead = "You must not do any of this " * 30
    text = f"{lead}:\n" + "- a\n" * 40_000

    split = split_text(text[:LARGEST], LetterEncoder())

    assert sum(len(passage.text) for passage in split.passages) <= 5 * LARGEST
    assert any(passage.text == f"{lead}: a" for passage in split.passages)


def test_sentences_are_the_same_wherever_a_long_paragraph_is_cut():
    """A paragraph is given to the splitter in pieces; no word is lost and no sentence torn that would fit a piece."""
    sentences = [f"Nobody may do thing {number} to another, and nobody does." for number in range(1000)]

    split = split_text(" ".join(sentences), LetterEncoder())

    assert [span.slice(split.text) for span in split.sentences] == sentences
