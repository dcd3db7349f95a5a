"""Two policies -> for each clause the one of the other policy that is nearest, how near, and what has no counterpart.

A clause has a counterpart where its nearest clause scores at least `NEAREST`, or at least `MUTUAL` while each of the two is the
other's nearest. A person's decision comes before both: a confirmed pair is a counterpart at any score, a rejected one at none.

The score is the cosine of two unit vectors. The caller gives them; `clause_vectors` are those of the concept space. The thresholds
were read off 115 clauses of four policies whose counterparts in another of them we judged ourselves, 71 of which have some: of the
counterparts 0.69 are right (from `SURE` on 0.80, below 0.60), and 0.54 of the 71 are found. Plain embeddings with thresholds chosen
by eye, as before, had 0.70 and 0.37.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import ComparisonError
from policy_index.policy.document import Clause, Policy
from policy_index.policy.pack import PolicyPack
from policy_index.search.concept_places import placed_clauses
from policy_index.search.vectors import Encoder, Vectors

if TYPE_CHECKING:
    from policy_index.library.values import Pairing as Kept  # with SQLAlchemy, only where there is a library

SURE = 0.60
"""Cosine from which a counterpart is mostly right."""

NEAREST = 0.50
"""Cosine from which the nearest clause is a counterpart."""

MUTUAL = 0.45
"""Cosine from which two clauses that are each other's nearest are counterparts."""

_BLOCK = 512
"""Clauses that are compared with all of the other policy at once."""

_NEIGHBOURS = 10
"""Nearest clauses by which it is told how near a clause is to everything."""

_CLOSE = 0.1
"""How far below the best cosine a clause that is less near to everything may be chosen in its place."""

_UNIT = 1e-3
"""How far a vector's length may be from 1."""


class Pairing(StrEnum):
    """How a clause and its nearest one belong together."""

    COUNTERPART = "counterpart"
    CONFIRMED = "confirmed"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided of a pair of clauses.

    Attributes:
        a: Id of the clause of the first policy.
        b: Id of the clause of the second one.
        confirmed: Whether they are counterparts.
    """

    a: str
    b: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A clause with the nearest one of the other policy.

    Attributes:
        clause: The clause.
        nearest: The nearest clause of the other policy that nobody rejected; None where all are rejected.
        score: Their cosine, in [-1, 1]; None without a nearest clause.
        pairing: Whether the two are counterparts.
    """

    clause: Clause
    nearest: Clause | None
    score: float | None
    pairing: Pairing


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """Two policies laid side by side.

    Attributes:
        a: The first policy.
        b: The second policy.
        rows: For each clause of A, in order, the nearest of B; where a person confirmed several pairs, a row each.
        back: For each clause of B, in order, the nearest of A.
        rejected: Pairs that a person rejected.
        space: What the vectors are, for people.
    """

    a: PolicyPack
    b: PolicyPack
    rows: tuple[Row, ...]
    back: tuple[Row, ...]
    rejected: tuple[tuple[Clause, Clause], ...]
    space: str

    @property
    def gaps_a(self) -> tuple[Clause, ...]:
        """Clauses of A without a counterpart in B."""
        return tuple(row.clause for row in self.rows if row.pairing is Pairing.GAP)

    @property
    def gaps_b(self) -> tuple[Clause, ...]:
        """Clauses of B that have no counterpart in A and are nobody's."""
        met = {row.nearest.id for row in self.rows if row.nearest is not None and row.pairing is not Pairing.GAP}
        return tuple(row.clause for row in self.back if row.pairing is Pairing.GAP and row.clause.id not in met)


def clause_vectors(pack: PolicyPack, encoder: Encoder) -> Vectors:
    """Return one unit vector for each clause of a policy in the concept space, what people said of its concepts included."""
    return placed_clauses(pack, encoder).unit_places


def decisions_of(a: PolicyPack, b: PolicyPack, pairings: "Iterable[Kept]") -> tuple[Decision, ...]:
    """Return what was said of clauses that both policies have still; ids of clauses that went since are left out."""
    return tuple(
        Decision(
            a=each.before_clause_id, b=each.after_clause_id, confirmed=each.verdict.value == Pairing.CONFIRMED.value
        )
        for each in pairings
        if each.before_clause_id in a.policy.columns and each.after_clause_id in b.policy.columns
    )


def crosswalk(  # noqa: PLR0913  # two of everything
    a: PolicyPack,
    b: PolicyPack,
    *,
    a_vectors: Vectors,
    b_vectors: Vectors,
    decisions: Sequence[Decision] = (),
    space: str = "",
) -> Crosswalk:
    """Return for each clause the nearest of the other policy; see the module for when it is a counterpart.

    Args:
        a: The first policy.
        b: The second policy.
        a_vectors: One unit vector a clause of A, in order.
        b_vectors: The same of B, in the same space.
        decisions: What a person confirmed and rejected; of two about one pair the later counts.
        space: What the vectors are, for people: the name of the encoder.

    Raises:
        ComparisonError: The vectors are not one unit vector a clause, in one space.
        UnknownClauseError: A decision names a clause that is not there.
    """
    _accept(a, a_vectors)
    _accept(b, b_vectors)
    if a_vectors.shape[1] != b_vectors.shape[1]:
        message = f"Expected vectors of one space, got {a_vectors.shape[1]} and {b_vectors.shape[1]} dimensions."
        raise ComparisonError(message)
    decided = {
        (a.policy.columns[a.policy.clause(each.a).id], b.policy.columns[b.policy.clause(each.b).id]): each.confirmed
        for each in decisions
    }
    turned = {(column, row): confirmed for (row, column), confirmed in decided.items()}
    nearest, scores = _nearest(a_vectors, b_vectors, decided)
    back, back_scores = _nearest(b_vectors, a_vectors, turned)
    cosine = {pair: float(a_vectors[pair[0]] @ b_vectors[pair[1]]) for pair in decided}
    turned_cosine = {(column, row): score for (row, column), score in cosine.items()}
    return Crosswalk(
        a=a,
        b=b,
        rows=_rows(a.policy, b.policy, (nearest, scores, back), decided, cosine),
        back=_rows(b.policy, a.policy, (back, back_scores, nearest), turned, turned_cosine),
        rejected=tuple(
            (a.policy.clauses[row], b.policy.clauses[column])
            for (row, column), confirmed in sorted(decided.items())
            if not confirmed
        ),
        space=space,
    )


def _accept(pack: PolicyPack, vectors: Vectors) -> None:
    clauses = len(pack.policy.clauses)
    if vectors.ndim != 2 or len(vectors) != clauses or not clauses:  # noqa: PLR2004  # rows and columns
        message = f"Expected one vector for each of {clauses:,} clauses of {pack.spec}, got an array of shape {vectors.shape}."
        raise ComparisonError(message)
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.all(np.abs(lengths - 1) <= _UNIT):
        wrong = int(np.argmax(~(np.abs(lengths - 1) <= _UNIT)))
        message = (
            f"Expected unit vectors for {pack.spec}, got one of length {lengths[wrong]:.3f} for clause {wrong + 1}."
        )
        raise ComparisonError(message)


Places = NDArray[np.int64]
Scores = NDArray[np.float32]


def _nearest(vectors: Vectors, others: Vectors, decided: Mapping[tuple[int, int], bool]) -> tuple[Places, Scores]:
    """Return for each vector the place of the nearest other that is not rejected, and their cosine; -1 where all are.

    A clause that is near to everything, as general ones are, is nobody's counterpart for that: half of its mean cosine with its own
    nearest is taken off for the choice (Conneau and others, 2018: cross-domain similarity local scaling), not off the score.
    """
    hubs = _hubness(others, vectors) / 2
    refused: defaultdict[int, list[int]] = defaultdict(list)
    for (row, column), confirmed in decided.items():
        if not confirmed:
            refused[row].append(column)
    places = np.empty(len(vectors), dtype=np.int64)
    scores = np.empty(len(vectors), dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK):
        cosines = vectors[start : start + _BLOCK] @ others.T
        for row in range(start, start + len(cosines)):
            cosines[row - start, refused[row]] = -np.inf
        ranks = np.where(cosines >= cosines.max(axis=1, keepdims=True) - _CLOSE, cosines - hubs, -np.inf)
        best = np.argmax(ranks, axis=1)
        open_places = np.isfinite(ranks[np.arange(len(best)), best])
        scores[start : start + len(best)] = cosines[np.arange(len(best)), best]
        places[start : start + len(best)] = np.where(open_places, best, -1)
    return places, np.clip(scores, -1, 1)


def _hubness(vectors: Vectors, others: Vectors) -> Scores:
    """Return the mean cosine of each vector with its nearest others."""
    few = min(_NEIGHBOURS, len(others))
    return np.concatenate(
        [
            np.partition(vectors[start : start + _BLOCK] @ others.T, -few, axis=1)[:, -few:].mean(axis=1)
            for start in range(0, len(vectors), _BLOCK)
        ]
    )


def _rows(
    policy: Policy,
    other: Policy,
    found: tuple[Places, Scores, Places],
    decided: Mapping[tuple[int, int], bool],
    cosine: Mapping[tuple[int, int], float],
) -> tuple[Row, ...]:
    nearest, scores, back = found
    confirmed: defaultdict[int, list[int]] = defaultdict(list)
    for (row, column), is_confirmed in sorted(decided.items()):
        if is_confirmed:
            confirmed[row].append(column)
    rows = []
    for place, clause in enumerate(policy):
        if confirmed[place]:
            rows += [
                Row(
                    clause=clause,
                    nearest=other.clauses[column],
                    score=min(max(cosine[place, column], -1.0), 1.0),
                    pairing=Pairing.CONFIRMED,
                )
                for column in confirmed[place]
            ]
            continue
        column, score = int(nearest[place]), float(scores[place])
        if column < 0:
            rows.append(Row(clause=clause, nearest=None, score=None, pairing=Pairing.GAP))
            continue
        is_counterpart = score >= (MUTUAL if back[column] == place else NEAREST)
        pairing = Pairing.COUNTERPART if is_counterpart else Pairing.GAP
        rows.append(Row(clause=clause, nearest=other.clauses[column], score=score, pairing=pairing))
    return tuple(rows)
