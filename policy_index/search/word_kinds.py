"""What kind of word a word is: one without content, an English one, one that English could have, or a strange one."""

import math
import re
import unicodedata
from collections import Counter
from enum import StrEnum
from functools import cache, lru_cache

from policy_index.search.word_lists import WordList, words_of


class WordKind(StrEnum):
    """A kind of words."""

    EMPTY = "empty"
    """A greeting, a function word, what stands in boxes that nobody has filled in."""

    ENGLISH = "english"
    """A word with content that a list has, maybe in leetspeak."""

    PLAUSIBLE = "plausible"
    """One that no list has, but English could."""

    STRANGE = "strange"
    """Any other one."""


_HUMP = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+")
_SHORTEST_HUMP = 3
_STRETCHED = re.compile(r"(.)\1{2,}")
_REPEATED = re.compile(r"(.{1,4})\1{2,}")
_DIGITS = re.compile(r"\d+")

_KEYS = re.compile(
    "|".join(
        run
        for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm")
        for way in (row, row[::-1])
        for run in (way[place : place + 4] for place in range(len(way) - 3))
    )
)
"""Four neighbours on a keyboard."""

_LEET = tuple(str.maketrans("0134578", f"o{one}eastb") for one in "il")
"""Letters that digits stand for; 1 is an i or an l."""

_ABBREVIATION = 6
"""Letters of a word in capitals that may be an abbreviation."""

_PLAUSIBLE_FROM = -3.8
"""Mean log-probability of the letters of a word, each after the two before it, from which English could have it."""

_LONGEST = 40
"""Letters of a word that are looked at."""

_ADDED = 0.03
"""Added to how often each triple of letters was seen: one that never was is unlikely, not impossible."""


def greets(word: str) -> bool:
    """Whether a word, in small letters, is one of a greeting, thanks or a farewell."""
    return word in words_of(WordList.GREETINGS) or word in words_of(WordList.GREETINGS_ELSEWHERE)


def is_surely_english(word: str, kind: WordKind) -> bool:
    """Whether a word of this kind, in small letters, is English rather than a word that other languages have too."""
    if kind not in {WordKind.EMPTY, WordKind.ENGLISH} or not word.isascii():
        return False
    return word not in words_of(WordList.GREETINGS_ELSEWHERE) and word not in words_of(WordList.OF_MODEL)


@lru_cache(maxsize=32_768)
def kind_of(shape: str) -> WordKind | None:
    """Return the kind of a word as it stands in a text; None for single letters and numbers, which say nothing."""
    shape = shape[:_LONGEST]
    word = shape.casefold()
    plain = _STRETCHED.sub(r"\1", word)
    letters = _DIGITS.sub("", word)  # none of 42, one of B2
    kind: WordKind | None = None
    if _is_empty(word) or _is_empty(plain):
        kind = WordKind.EMPTY
    elif len(letters) > 1 or (letters and len(word) > 2 and _decoded(word)):  # noqa: PLR2004  # w1f1
        kind = _kind_of_content(shape, word, plain, letters)
    return kind


def _kind_of_content(shape: str, word: str, plain: str, letters: str) -> WordKind:
    if _is_known(word) or _is_known(plain) or _is_known(_unmarked(word.removesuffix("'s"))) or _decoded(word):
        return WordKind.ENGLISH
    humps = _HUMP.findall(shape)  # getUserName
    if len(humps) > 1 and all(len(hump) >= _SHORTEST_HUMP and _is_known(hump.casefold()) for hump in humps):
        return WordKind.ENGLISH
    if _KEYS.search(letters) or _REPEATED.fullmatch(letters):
        return WordKind.STRANGE
    is_abbreviation = shape.rstrip("s").isupper() and len(word) <= _ABBREVIATION
    return WordKind.PLAUSIBLE if is_abbreviation or _plausibility(letters) >= _PLAUSIBLE_FROM else WordKind.STRANGE


def _decoded(word: str) -> bool:
    """Whether a word is a known one in leetspeak."""
    return _DIGITS.search(word) is not None and any(_is_known(word.translate(table)) for table in _LEET)


def _is_empty(word: str) -> bool:
    return len(word) > 1 and (word in words_of(WordList.FILLERS) or greets(word))


def _is_known(word: str) -> bool:
    return any(word in words_of(each) for each in (WordList.OF_EXAMPLES, WordList.OF_MODEL, WordList.ABBREVIATIONS))


def _unmarked(word: str) -> str:
    """Return a word without its accents: café is written cafe too."""
    if word.isascii():
        return word
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def _plausibility(word: str) -> float:
    """Return the mean log-probability of the letters of `word`, each after the two before it, as in English words."""
    triples, pairs = _letter_counts()
    framed = f"^^{word}$"
    places = range(len(framed) - 2)
    return sum(
        math.log((triples[framed[place : place + 3]] + _ADDED) / (pairs[framed[place : place + 2]] + 30 * _ADDED))
        for place in places
    ) / len(places)


@cache
def _letter_counts() -> tuple[Counter[str], Counter[str]]:
    """Return how often three letters, and the first two of them, follow each other in the words of the lists."""
    triples: Counter[str] = Counter()
    for word in words_of(WordList.OF_EXAMPLES) | words_of(WordList.OF_MODEL):
        framed = f"^^{word}$"
        triples.update(framed[place : place + 3] for place in range(len(framed) - 2))
    pairs: Counter[str] = Counter()
    for triple, count in triples.items():
        pairs[triple[:2]] += count
    return triples, pairs
