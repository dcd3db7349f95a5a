"""Which lines hold which words: an inverted index that grows line by line, and the words that are nearly spelled as a typed one."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from policy_index.policy.lookup import split_words

Rows = NDArray[np.int64]
"""Numbers of lines, each once, in order."""

NONE: Rows = np.empty(0, dtype=np.int64)

_ONE_SLIP, _TWO_SLIPS = 4, 8
"""Letters from which a typed word may have one typing error, or two: a letter wrong, missing, too many, or two exchanged."""

_BEGINS = 4
"""Letters from which a typed word may be the beginning of a longer one."""

_MOST_BEGUN = 20
"""Words that a typed beginning may stand for; more would be a guess."""


class WordIndex:
    """The words of numbered lines."""

    def __init__(self) -> None:
        """Begin without lines."""
        self._lines: list[str] = []
        self._rows: dict[str, array[int]] = {}
        self._vocabulary: list[str] | None = None

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self._lines)

    def add(self, texts: Iterable[str]) -> None:
        """Give each text the next number."""
        for text in texts:
            words = split_words(text)
            row = len(self._lines)
            self._lines.append(f" {' '.join(words)} ")
            for word in set(words):
                if word not in self._rows:
                    self._rows[word] = array("q")
                    self._vocabulary = None
                self._rows[word].append(row)

    def line(self, row: int) -> str:
        """Return the words of a line, in order, one blank between two."""
        return self._lines[row][1:-1]

    def with_all(self, words: Iterable[Sequence[str]]) -> Rows:
        """Return the lines that hold one of each of some groups of words; all of none where there is no group."""
        groups = sorted((self._with_any(group) for group in words), key=len)
        return reduce(lambda some, more: np.intersect1d(some, more, assume_unique=True), groups) if groups else NONE

    def with_phrase(self, phrase: str) -> Rows:
        """Return the lines that hold these words, small letters with one blank between two, in this order."""
        candidates = self.with_all([word] for word in phrase.split())
        framed = f" {phrase} "
        return np.array([row for row in candidates.tolist() if framed in self._lines[row]], dtype=np.int64)

    def forms(self, word: str) -> tuple[str, ...]:
        """Return a word's forms that some line holds: itself, its plural or singular; outside the Latin letters whatever holds it."""
        if word.isascii():
            return tuple(form for form in _forms(word) if form in self._rows)
        if word in self._rows:
            return (word,)
        return tuple(each for each in self.vocabulary if word in each)  # many scripts set no blanks between words

    def nearly(self, word: str) -> tuple[str, ...]:
        """Return the words of the lines that somebody may have meant who typed `word`, best first: the rest of a beginning, or a typing error away."""
        if any(sign.isdigit() for sign in word):  # 5.1 is not 5.2 with a typing error
            return ()
        slips = (len(word) >= _ONE_SLIP) + (len(word) >= _TWO_SLIPS)
        near = (
            process.extract(word, self.vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=None) if slips else []
        )
        meant = sorted((away, each) for each, away, _ in near if away < _TWO or each[0] == word[0])
        return tuple(dict.fromkeys([*self._begun_by(word), *(each for away, each in meant if away == meant[0][0])]))

    @property
    def vocabulary(self) -> list[str]:
        """Every word of every line, sorted."""
        if self._vocabulary is None:
            self._vocabulary = sorted(self._rows)
        return self._vocabulary

    def _begun_by(self, word: str) -> list[str]:
        if len(word) < _BEGINS:
            return []
        words = self.vocabulary
        start = bisect_left(words, word)
        begun = list(takewhile(lambda each: each.startswith(word), words[start : start + _MOST_BEGUN + 1]))
        return begun if len(begun) <= _MOST_BEGUN else []

    def _with_any(self, words: Sequence[str]) -> Rows:
        found = [np.array(self._rows[word], dtype=np.int64) for word in words if word in self._rows]
        return found[0] if len(found) == 1 else np.unique(np.concatenate([NONE, *found]))


_TWO = 2


def _forms(word: str) -> tuple[str, ...]:
    forms = [word, f"{word}s", f"{word}es"]
    if word.endswith("y"):
        forms.append(f"{word[:-1]}ies")
    if word.endswith("ies"):
        forms.append(f"{word[:-3]}y")
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("s"):
        forms.append(word[:-1])
    return tuple(form for form in forms if form)
