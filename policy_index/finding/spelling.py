"""Which clauses a query finds by number and by words, exactly and nearly spelled."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np

from policy_index.finding.catalogue import Catalogue
from policy_index.finding.query import Query
from policy_index.finding.results import Reason
from policy_index.finding.word_index import NONE, Rows, WordIndex
from policy_index.policy.lookup import split_words
from policy_index.search.word_kinds import WordKind, kind_of

_MANY = 500
"""Clauses with the words up to which each is asked whether it consists of them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spelled:
    """What was found without understanding anything.

    Attributes:
        called: Clauses whose number, position, id or citation was typed.
        whole: Clauses that consist of the words.
        words: Clauses with all of the words, or all of the phrases.
        nearly: Clauses with words that are nearly spelled so.
        around: Clauses in whose names, headings, lead-ins and words all of them stand, taken together.
        corrected: What was typed with words put right that nobody knows; None where there was nothing to put right.
    """

    called: Rows
    whole: Rows
    words: Rows
    nearly: Rows
    around: Rows
    corrected: str | None

    @classmethod
    def in_catalogue(cls, catalogue: Catalogue, query: Query) -> "Spelled":
        """Look for a query's number, phrases and words."""
        if query.phrases:
            own, around = _with_phrases(catalogue.own, query), _with_phrases(catalogue.around, query)
            return cls(called=NONE, whole=NONE, words=own, nearly=NONE, around=around, corrected=None)
        own = _with_words(catalogue.own, query)
        meant = {} if len(own) else _meant(catalogue.own, query)
        some = own[:_MANY].tolist() if len(own) <= _MANY else []
        return cls(
            called=catalogue.called(query.text),
            whole=np.array([row for row in some if catalogue.own.line(row) == query.whole], dtype=np.int64),
            words=own,
            nearly=_with_meant(catalogue.own, query, meant) if meant else NONE,
            around=_with_words(catalogue.around, query),
            corrected=_corrected(query, meant) if meant else None,
        )

    def rows_by_reason(self) -> Iterator[tuple[Reason, Rows]]:
        """Return the rows that were found, by why."""
        yield Reason.NUMBER, self.called
        yield Reason.WHOLE, self.whole
        yield Reason.WORDS, self.words
        yield Reason.SPELLING, self.nearly
        yield Reason.HEADING, self.around


def _with_phrases(lines: WordIndex, query: Query) -> Rows:
    found = [lines.with_phrase(phrase) for phrase in query.phrases]
    return reduce(lambda some, more: np.intersect1d(some, more, assume_unique=True), found)


def _with_words(lines: WordIndex, query: Query) -> Rows:
    return lines.with_all(lines.forms(word) for word in query.words)


def _meant(lines: WordIndex, query: Query) -> dict[str, tuple[str, ...]]:
    """Return for each typed word that no list and no policy has the words that may be meant."""
    unknown = [word for word in query.words if kind_of(word) is not WordKind.ENGLISH and not lines.forms(word)]
    return {word: near for word in unknown if (near := lines.nearly(word))}


def _with_meant(lines: WordIndex, query: Query, meant: dict[str, tuple[str, ...]]) -> Rows:
    return lines.with_all(meant.get(word) or lines.forms(word) for word in query.words)


def _corrected(query: Query, meant: dict[str, tuple[str, ...]]) -> str:
    return " ".join(meant[word][0] if word in meant else word for word in split_words(query.loose))
