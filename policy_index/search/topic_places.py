"""What a policy speaks of, down to the phrases of its lists: “gambling, payday lending, lobbying” is one clause of three topics.

The place of a clause that lists many things lies between all of them and near none. So the phrases of a clause that binds the reader
are placed beside the clause itself: where it is asked who speaks of a thing the strongest counts, and in a search those of long lists
count too.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from policy_index.policy.confirmations import ConceptVerdict
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.search.clause_memory import ClauseMemory
from policy_index.search.concept_places import placed_clauses, said_by_place
from policy_index.search.concept_space import concept_space
from policy_index.search.placed_clauses import PlacedClauses
from policy_index.search.vectors import Encoder, Vectors

_KEPT = 64
"""Policies whose phrases stay placed, those of their long lists apart from all of them."""

MOST_PHRASES = 4_000
"""Phrases of one policy that are placed: some 15 MB."""

LONG_LIST = 4
"""Phrases from which a clause is a list that a search takes apart: shorter ones fare no better apart, and cost their encoding."""

_BETWEEN = re.compile(r"[,;:()•]|\.(?:\s|$)|\b(?:or|and|e\.g|such as|including)\b")
_LETTERS = 4
"""Fewest letters of a phrase."""

_known: OrderedDict[tuple[PolicyPack, str, int], "TopicPlaces"] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPlaces:
    """A policy's clauses and their phrases.

    Attributes:
        clauses: Place of the clause that each belongs to; the clauses themselves come first, in order.
        placed: Where they lie.
    """

    clauses: NDArray[np.int64]
    placed: PlacedClauses

    def strongest(self, scores: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return for each column of scores (clauses and phrases, columns) the place of the strongest clause, and its score."""
        best = scores.argmax(axis=0)
        return self.clauses[best], scores[best, np.arange(scores.shape[1])]

    def near(self, texts: Vectors) -> NDArray[np.float32]:
        """Return the scores of texts' places, (clauses and phrases, texts)."""
        found: NDArray[np.float32] = self.placed.places @ texts.T
        return found


def topic_places(pack: PolicyPack, encoder: Encoder, *, least: int = 2) -> TopicPlaces:
    """Return a pack's clauses and phrases in their places; placed once for each pack and `least`.

    A concept that a person dropped from a clause is dropped from its phrases too.

    Args:
        pack: The policy.
        encoder: What its words are encoded with.
        least: How many phrases a clause has, at least, whose phrases are placed beside it.
    """
    key = (pack, encoder.fingerprint, least)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    own = placed_clauses(pack, encoder)
    parts = _parts(pack.policy.clauses, least)
    clauses = np.array([*range(len(pack.policy.clauses)), *(place for place, _ in parts)], dtype=np.int64)
    found = TopicPlaces(clauses=clauses, placed=own)
    if parts:
        words = ClauseMemory(encoder).encode([text for _, text in parts])
        values = concept_space(encoder).values(words)
        for place, column, verdict in said_by_place(pack):
            if verdict is ConceptVerdict.DROPPED:
                of_clause = clauses[len(own.values) :] == place
                values[of_clause, column] = np.minimum(values[of_clause, column], 0)
        both = PlacedClauses(words=np.vstack([own.words, words]), values=np.vstack([own.values, values]))
        found = TopicPlaces(clauses=clauses, placed=both)
    with _lock:
        _known[key] = found
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return found


def phrase_texts(clauses: Sequence[Clause]) -> list[str]:
    """Return what a search needs of a policy's clauses beside `placing_texts`: the phrases of their long lists."""
    return [text for _, text in _parts(clauses, LONG_LIST)]


def _parts(clauses: Sequence[Clause], least: int) -> list[tuple[int, str]]:
    """Return the phrases of a policy's clauses, each with its clause's place; of very many clauses those of the longest lists."""
    split = [(place, phrases(clause.text)) for place, clause in enumerate(clauses) if clause.citable]
    lists = [(place, own) for place, own in split if len(own) >= least]
    left, taken = MOST_PHRASES, set()
    for place, own in sorted(lists, key=lambda each: -len(each[1])):
        if len(own) <= left:
            left -= len(own)
            taken.add(place)
    return [(place, each) for place, own in lists if place in taken for each in own]


def phrases(text: str) -> list[str]:
    """Return the phrases of a clause that has several; none where it is one phrase."""
    pieces = [piece.strip(" .“”\"'") for piece in _BETWEEN.split(text)]
    found = [piece for piece in pieces if sum(letter.isalpha() for letter in piece) >= _LETTERS]
    return found if len(found) > 1 else []
