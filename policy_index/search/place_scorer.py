"""How near a text is to the clauses of a policy without examples: by their places in the concept space, nothing fitted to the policy.

A clause that lists many things lies between all of them and near none. So its score is the mean of two: how near the text is to the
clause as a whole, and how near to the nearest phrase of a long list (`topic_places`), or to the whole again where no phrase is nearer.
On 320 texts that two reviewers wrote and labelled for four recorded policies, right clause first / within three, and AUROC of "touches
nothing here", means of the four and the two:

    the whole alone             .74 .86 .95
    the nearest of them alone   .71 .89 .95
    the mean of both            .80 .93 .96
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_index.policy.pack import PolicyPack
from policy_index.search.concept_space import ConceptSpace, concept_space
from policy_index.search.topic_places import LONG_LIST, topic_places
from policy_index.search.training_texts import STANCES
from policy_index.search.vectors import Encoder, Vectors

_OF_PHRASE = 0.5
"""Share of the nearest phrase in a clause's score; from 0.35 to 0.65 the texts above fare alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceScorer:
    """What stands in a `ClauseScorer`'s place: nothing is fitted to the policy, and no stance is known.

    Attributes:
        key: Digest of the space and of how clauses are placed in it, as a scorer's is of everything that it was made from.
        space: The concept space.
        clause_vectors: What texts' places are multiplied with, (vectors, dimensions + concepts): a clause scores its highest.
        owners: The column of the clause that each belongs to, (vectors,).
    """

    key: str
    space: ConceptSpace
    clause_vectors: Vectors
    owners: NDArray[np.int64]

    @classmethod
    def from_pack(cls, pack: PolicyPack, encoder: Encoder) -> "PlaceScorer":
        """Put the clauses of a pack into the space of its encoder."""
        space, found = concept_space(encoder), topic_places(pack, encoder, least=LONG_LIST)
        places = found.placed.places
        wholes = places[: len(pack.policy.clauses)]
        vectors = (1 - _OF_PHRASE) * wholes[found.clauses] + _OF_PHRASE * places
        return cls(key=_key(space), space=space, clause_vectors=vectors, owners=found.clauses)

    def comparer(self) -> Callable[[Vectors], Vectors]:
        """Return what turns the encoder's vectors into places."""
        return self.space.places

    def scores(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return inner products as scores: they are cosines, shortened."""
        return values

    def stance_values(self, features: Vectors) -> NDArray[np.float32]:
        """Return nothing for every stance, (texts, stances)."""
        return np.zeros((len(features), len(STANCES)), dtype=np.float32)


def _key(space: ConceptSpace) -> str:
    return hashlib.sha256(f"{space.key} {LONG_LIST} {_OF_PHRASE}".encode()).hexdigest()


def strongest(values: NDArray[np.float32], owners: NDArray[np.int64], clauses: int) -> NDArray[np.float32]:
    """Return the highest value of each clause, (texts, clauses), of those of its vectors, (texts, vectors)."""
    found = np.full((clauses, len(values)), -np.inf, dtype=np.float32)
    np.maximum.at(found, owners, values.T)
    return np.ascontiguousarray(found.T)
