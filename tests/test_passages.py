"""A text of any length becomes passages that the encoder reads whole, and no word of it is lost."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import LetterEncoder

from policy_index.brief.passages import SplitText, split_text

LINE_PARTS = st.sampled_from(
    [
        *(
            "A dating app.",
            "for farmers",
            "It never diagnoses!",
            "Dr. Who?",
            "Ωμέγα 東京。次",
            "नमस्ते",
            "👩‍🌾",
            "x" * 70,
        ),
        *(
            "- ",
            "* ",
            "1. ",
            "(a) ",
            "# ",
            "## Risks",
            "> ",
            ">> ",
            "•",
            "\t",
            " ",
            "\n",
            "\r\n",
            "\n\n",
            "\u2028",
            "\x00",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(LINE_PARTS, max_size=30).map("".join))

MARK = re.compile(r"[^\S\n]*\(?(?:\d{1,3}|[A-Za-z])[.)]\s+(?=\S)")
"""A number or letter that only counts the items of a list."""


def sentences(text: str) -> list[str]:
    return [span.slice(text) for span in split_text(text, LetterEncoder()).sentences]


def passages(text: str) -> list[str]:
    return [passage.text for passage in split_text(text, LetterEncoder()).passages]


def words_outside(split: SplitText) -> list[str]:
    """Return the runs of letters and digits that lie in no sentence, list marks left out."""
    marks: set[int] = set()
    place = 0
    for line in split.text.splitlines(keepends=True):
        if mark := MARK.match(line):
            marks.update(range(place, place + mark.end()))
        place += len(line)
    return [
        word[0]
        for word in re.finditer(r"[^\W_]+", split.text)
        if word.start() not in marks
        and not any(span.start <= word.start() and word.end() <= span.end for span in split.sentences)
    ]


@settings(max_examples=400)
@given(text=TEXTS)
def test_every_word_of_any_text_lies_in_a_sentence(text: str):
    """Whole, and in one; only the marks that count items stand outside."""
    assert words_outside(split_text(text, LetterEncoder())) == []


@settings(max_examples=400)
@given(text=TEXTS, limit=st.integers(1, 40))
def test_sentences_stand_in_order_and_passages_cover_every_letter_of_them(text: str, limit: int):
    """No two overlap; whatever the limit, each letter and digit is read as part of its sentence."""
    encoder = LetterEncoder(limit=limit)
    split = split_text(text, encoder)

    assert all(one.end <= other.start for one, other in pairwise(split.sentences))
    for place, sentence in enumerate(split.sentences):
        own = [each.span for each in split.passages if place in each.sentences]
        covered = {character for span in own for character in range(span.start, span.end)}
        letters = {character for character in range(sentence.start, sentence.end) if text[character].isalnum()}
        assert letters <= covered
    assert all(encoder.characters_read(each.text) == len(each.text) for each in split.passages)


@given(text=TEXTS)
def test_a_passages_sentences_are_those_that_its_span_meets(text: str):
    """And its text holds its span's own words, white space folded."""
    split = split_text(text, LetterEncoder())

    for passage in split.passages:
        met = tuple(
            place
            for place, span in enumerate(split.sentences)
            if span.start < passage.span.end and passage.span.start < span.end
        )
        assert passage.sentences == met
        assert without_emphasis(passage.text).endswith(without_emphasis(passage.span.slice(text)))


def without_emphasis(text: str) -> str:
    return " ".join(re.sub("[*_`~]", "", text).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First one. Second one!", ["First one.", "Second one!"]),
        ("- bake bread\n- sell it", ["bake bread", "sell it"]),
        ("* bake bread\n• sell it\n– eat it", ["bake bread", "sell it", "eat it"]),
        ("1. Bake bread.\n2) Sell it.\n(c) Eat it.", ["Bake bread.", "Sell it.", "Eat it."]),
        ("# The idea\nA bakery for towns", ["The idea", "A bakery for towns"]),
        ("The idea\n\nA bakery for towns", ["The idea", "A bakery for towns"]),
        ("Bread\r\nButter\r\n\r\nJam", ["Bread", "Butter", "Jam"]),
        ("> Hi all,\n> we bake.\n>> Who eats?", ["Hi all,", "we bake.", "Who eats?"]),
        ("Dr. Smith of Acme Inc. bakes, e.g. bread. Others eat.", ["Dr. Smith of Acme Inc. bakes, e.g. bread.", "Others eat."]),
        ("It costs 3.50 a loaf. See v2.1 for more.", ["It costs 3.50 a loaf.", "See v2.1 for more."]),
        ("...\n---\n***\n", []),
        ("", []),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)  # fmt: skip
def test_a_text_is_split_as_a_reader_would(text: str, expected: list[str]):
    """Bullets, numbers, headings, paragraphs, Windows line ends, quoted mail, abbreviations, numbers."""
    assert sentences(text) == expected


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_lines_that_an_editor_broke_are_one_sentence(line_end: str):
    """A long line goes on, in a paragraph, in an item and in quoted mail; the break becomes a blank."""
    first = "Our bakery sends bread to every village in the whole district and"
    assert len(first) >= 60

    for mark in ("", "- "):
        assert passages(f"{mark}{first}{line_end}Butter too.") == [f"{first} Butter too."]
    assert passages(f"Bread and{line_end}butter.") == ["Bread and butter."]


def test_neighbouring_sentences_are_searched_together_too():
    """Two and three give each other context, four are not read together; nor are paragraphs."""
    one, two, three, four = (
        "We bake bread daily.",
        "They eat what remains.",
        "All sleep very well.",
        "Nobody wakes up early.",
    )

    assert passages(f"{one} {two} {three} {four}\n\nThe end.") == [
        *(one, two, three, four),
        *(f"{one} {two}", f"{two} {three}", f"{three} {four}"),
        *(f"{one} {two} {three}", f"{two} {three} {four}"),
        "The end.",
    ]


def test_sentences_that_are_not_read_whole_together_are_read_apart():
    """Two fit the limit, three do not."""
    split = split_text("We bake bread. We sell bread. We ship bread.", LetterEncoder(limit=30))

    assert max(len(passage.sentences) for passage in split.passages) == 2


def test_passages_name_the_sentences_that_they_cover_by_their_place_in_the_whole_text():
    """Also in a later paragraph."""
    split = split_text(
        "The end of it.\n\nWe bake bread daily. They eat what remains. All sleep very well.", LetterEncoder()
    )

    assert [passage.sentences for passage in split.passages] == [
        *((0,), (1,), (2,), (3,)),
        *((1, 2), (2, 3), (1, 2, 3)),
    ]


def test_one_sentence_of_a_paragraph_that_says_more_is_torn():
    """Also a window of it; a paragraph, heading or item of one sentence is not, nor are neighbours together."""
    more = "We bake bread daily. They eat what remains."
    long = "We bake bread and sell it."
    windows = split_text(f"{long} {long}", LetterEncoder(limit=20)).passages

    split = split_text(f"The idea\n\n{more}\n\n- The bread is sold", LetterEncoder())

    assert {passage.text: passage.is_torn for passage in split.passages} == {
        "The idea": False,
        "We bake bread daily.": True,
        "They eat what remains.": True,
        more: False,
        "The bread is sold": False,
        "They eat what remains. The bread is sold": False,
    }
    assert len(windows) > 2
    assert all(window.is_torn for window in windows)
    assert not any(window.is_torn for window in split_text(long, LetterEncoder(limit=20)).passages)


def test_a_fragment_is_read_with_its_neighbour_only():
    """Up to three words say little alone; where there is no neighbour they stand alone."""
    one, two = "We bake bread daily.", "No sugar ever."

    assert passages(f"{one} {two}") == [one, f"{one} {two}"]
    assert passages(two) == [two]


def test_marks_of_emphasis_are_not_read():
    """Around words; inside a word they are part of it."""
    assert passages("**We** bake `bread` for _everyone_ in snake_case") == ["We bake bread for everyone in snake_case"]


def test_an_item_is_searched_with_the_line_that_its_list_begins_with():
    """A bare point says little; the sentence before the list says what it is about."""
    text = "We sell.\n\nThe app never:\n\n- diagnoses\n- treats\n"

    split = split_text(text, LetterEncoder())

    assert [each.text for each in split.passages] == [
        *("We sell.", "The app never:"),
        *("diagnoses", "The app never: diagnoses"),
        *("treats", "The app never: treats"),
    ]
    assert [each.span.slice(text) for each in split.passages[-2:]] == ["treats", "treats"]


def test_an_item_of_a_long_lead_stands_alone():
    """Where the encoder could not read both, it reads the item."""
    split = split_text("The app never, ever:\n- diagnoses", LetterEncoder(limit=25))

    assert [each.text for each in split.passages] == ["The app never, ever:", "diagnoses"]


def test_a_sentence_beyond_the_limit_becomes_overlapping_windows_at_blanks():
    """Each is read whole, neighbours share about a quarter, and together they hold every word in order."""
    text = " ".join(f"word{number}" for number in range(1000))
    encoder = LetterEncoder(limit=200)

    windows = split_text(text, encoder).passages

    assert all(len(window.text) <= 200 for window in windows)
    assert all(set(window.text.split()) <= set(text.split()) for window in windows)
    for one, other in pairwise(windows):
        assert 0.1 < (one.span.end - other.span.start) / (one.span.end - one.span.start) < 0.5
    assert {word for window in windows for word in window.text.split()} == set(text.split())


def test_a_window_without_words_is_none():
    """A rule of 5,000 marks between two words is not read."""
    split = split_text(f"bread {'*' * 5000} butter", LetterEncoder())

    assert len(split.sentences) == 1
    assert all(re.search("bread|butter", passage.text) for passage in split.passages)


def test_one_word_of_fifty_thousand_characters_is_read_to_its_end():
    """1,000 characters at a time, 750 further each time: 1 + ceil(49,000 / 750) = 67 windows."""
    split = split_text("a" * 50_000, LetterEncoder())

    assert len(split.sentences) == 1
    assert len(split.passages) == 67
    assert split.passages[-1].span.end == 50_000


def test_ten_thousand_lines_of_one_word_are_as_many_sentences():
    """A short line was ended by its author where the next one begins with a capital."""
    split = split_text("\n".join(f"Word{number}" for number in range(10_000)), LetterEncoder())

    assert len(split.sentences) == len(split.passages) == 10_000


@pytest.mark.parametrize("unit", ["_", "*", "_*", "**a", "`~", "(", "> ", "- ", "a_", "# "])
def test_time_grows_with_the_length_of_a_hostile_text(unit: str, letters: LetterEncoder):
    """Four times the text takes less than six times as long: no pattern looks at a run of marks again and again."""
    letters.encoded.clear()

    def seconds(length: int) -> float:
        text = (unit * length)[:length] + "a"
        start = time.process_time()
        split_text(text, letters)
        return time.process_time() - start

    short = min(seconds(12_000) for _ in range(3))

    assert min(seconds(48_000) for _ in range(3)) < 6 * short + 0.05


def parts_of(text: str) -> list[str]:
    return [each.text for each in split_text(text, LetterEncoder()).passages if each.is_part]


def test_a_short_texts_sentence_of_several_uses_is_read_in_parts_too():
    """Each part as it stands in the text, once, beside the whole sentence."""
    text = "A kitchen planner that prints weekly menus for families, and that runs blackjack tables for money."

    split = split_text(text, LetterEncoder())

    whole, *parts = split.passages
    assert (whole.text, whole.is_part) == (text, False)
    assert {"A kitchen planner that prints weekly menus for families", "runs blackjack tables for money"} <= {
        each.text for each in parts
    }
    assert all(each.is_part and each.sentences == (0,) for each in parts)
    assert [each.span.slice(text) for each in parts] == [each.text for each in parts]
    assert len({each.span for each in parts}) == len(parts)


@pytest.mark.parametrize(
    "text",
    [
        "A dating app for farmers in Kenya and Peru.",
        "It sells menus and bread.",
        "One thing is said here. Another thing, and a third one, is said there. " * 2,
        "x, " * 200,
    ],
)
def test_what_names_one_use_or_belongs_to_a_longer_text_is_not_taken_apart(text: str):
    """A part has four words or more; a text of four sentences is read sentence by sentence."""
    assert parts_of(text) == []


def test_what_follows_a_negation_is_no_part():
    """It may belong to it: who refuses to write essays and keyloggers writes no keyloggers."""
    text = "Our bot for pupils refuses to write essays for school, and to write keyloggers for anybody."

    assert parts_of(text) == ["Our bot for pupils refuses to write essays for school"]


def test_a_sentence_of_very_many_joints_is_taken_apart_at_few_of_them():
    """So that the work stays in proportion."""
    text = " and ".join(f"it keeps bee number {number}" for number in range(12)) + "."

    assert 0 < len(parts_of(text)) <= 26
