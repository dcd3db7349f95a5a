"""What a policy speaks of, down to the phrases of its lists: “gambling, payday lending, lobbying” is one clause of three topics.

The place of a clause that lists many things lies between all of them and near none. So, where it is asked who speaks of a thing,
every phrase of a clause that binds the reader is placed beside the clause itself, and the strongest counts.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from policy_index.policy.confirmations import ConceptVerdict
from policy_index.policy.pack import PolicyPack
from policy_index.search.concept_places import placed_clauses, said_by_place
from policy_index.search.concept_space import concept_space
from policy_index.search.placed_clauses import PlacedClauses
from policy_index.search.vectors import Encoder, Vectors

_KEPT = 64
"""Policies whose phrases stay placed."""

_BETWEEN = re.compile(r"[,;:()•]|\.(?:\s|$)|\b(?:or|and|e\.g|such as|including)\b")
_LETTERS = 4
"""Fewest letters of a phrase."""

_known: OrderedDict[tuple[PolicyPack, str], "TopicPlaces"] = OrderedDict()
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


def topic_places(pack: PolicyPack, encoder: Encoder) -> TopicPlaces:
    """Return a pack's clauses and phrases in their places; placed once for each pack.

    A concept that a person dropped from a clause is dropped from its phrases too.
    """
    key = (pack, encoder.fingerprint)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    own = placed_clauses(pack, encoder)
    parts = [
        (place, each) for place, clause in enumerate(pack.policy) if clause.citable for each in phrases(clause.text)
    ]
    clauses = np.array([*range(len(pack.policy.clauses)), *(place for place, _ in parts)], dtype=np.int64)
    found = TopicPlaces(clauses=clauses, placed=own)
    if parts:
        words = encoder.encode([text for _, text in parts])
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


def phrases(text: str) -> list[str]:
    """Return the phrases of a clause that has several; none where it is one phrase."""
    pieces = [piece.strip(" .“”\"'") for piece in _BETWEEN.split(text)]
    found = [piece for piece in pieces if sum(letter.isalpha() for letter in piece) >= _LETTERS]
    return found if len(found) > 1 else []
