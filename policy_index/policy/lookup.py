"""Find revisions by the words of their notes, typing errors forgiven; and the words of a text, as every look-up counts them.

This is spelling, not meaning. Clauses are found by `finding`.
"""

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

from rapidfuzz import fuzz

from policy_index.policy.history import History, Revision
from policy_index.policy.pack import PolicyPack

LONGEST_QUERY = 100
"""Characters of what was typed that are looked at; more would only be slower."""

_ALIKE = 75.0
"""From this likeness on, in percent of equal letters in order, two words count as the same word with a typing error."""

_WORDS = re.compile(r"[^\W_]+(?:\.\d+)*")


class Lookup:
    """The words of one policy's revisions, ready to be looked through."""

    def __init__(self, history: History) -> None:
        """Take the history; its words are split when they are first asked for."""
        self._history = history

    def revisions(self, query: str) -> tuple[Revision, ...]:
        """Return the revisions whose note, day or kind of change fits the words of `query`, best first.

        Where no revision fits all of them, those that fit some.
        """
        return tuple(self._history.revisions[place] for place in _ranked(query, self._revision_words))

    @cached_property
    def _revision_words(self) -> tuple[tuple[str, ...], ...]:
        return tuple(
            split_words(
                f"{each.entry.text} {each.id} {each.entry.date:%B %Y} {' '.join(kind.title for kind in each.kinds)}"
            )
            for each in self._history.revisions
        )


def _ranked(query: str, texts: Sequence[tuple[str, ...]]) -> list[int]:
    wanted = split_words(query[:LONGEST_QUERY])
    if not wanted:
        return []
    fits = [[_fit(word, words) for word in wanted] for words in texts]
    whole = [place for place, each in enumerate(fits) if all(each)]
    some = whole or [place for place, each in enumerate(fits) if any(each)]
    # Of equally good ones the shorter is the nearer: more of it is what was typed.
    return sorted(some, key=lambda place: (-sum(fits[place]), len(texts[place])))


def _fit(typed: str, words: Sequence[str]) -> float:
    best = max(_likeness(typed, word) for word in words)
    return best if best >= _ALIKE else 0.0


def _likeness(typed: str, word: str) -> float:
    """Return how well a typed word fits, 0 to 100: the beginning of a word fits almost as well as the whole."""
    if word == typed:
        return 100.0
    if word.startswith(typed):
        return 95.0
    if any(sign.isdigit() for sign in typed):  # 5.1 is not 5.2 with a typing error
        return 0.0
    return max(fuzz.ratio(typed, word), 0.97 * fuzz.ratio(typed, word[: len(typed)]) if len(typed) > 3 else 0.0)  # noqa: PLR2004


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters, numbers such as 5.1 whole, without apostrophes and other signs."""
    return tuple(_WORDS.findall(text.casefold().replace("’", "").replace("'", "")))


@lru_cache(maxsize=32)
def lookup_of(pack: PolicyPack) -> Lookup:
    """Return the words of a pack's revisions, the same object while the pack is in use."""
    return Lookup(pack.history)
