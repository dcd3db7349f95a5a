"""Which clauses of two policies, or of two versions of one, are each other's: what a text under both is laid side by side by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from policy_index.comparing.accepting import refuse_two_languages
from policy_index.comparing.crosswalk import Pairing, clause_vectors, crosswalk
from policy_index.comparing.diff import compare
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.search.clause_memory import ClauseMemory
from policy_index.search.vectors import Encoder, Vectors

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterparts:
    """Clauses of two policies that belong together.

    Attributes:
        there: For ids of the first policy the clauses of the second one.
        back: For ids of the second policy the clauses of the first one.
    """

    there: Mapping[str, Sequence[Clause]]
    back: Mapping[str, Sequence[Clause]]

    @classmethod
    def of_pairs(cls, pairs: Iterable[Pair], first: PolicyPack, other: PolicyPack) -> "Counterparts":
        """Put pairs of ids in order; each counts once."""
        there: defaultdict[str, list[Clause]] = defaultdict(list)
        back: defaultdict[str, list[Clause]] = defaultdict(list)
        for one, two in dict.fromkeys(pairs):
            there[one].append(other.policy.clause(two))
            back[two].append(first.policy.clause(one))
        return cls(there=dict(there), back=dict(back))


def counterparts_of_versions(
    first: PolicyPack, other: PolicyPack, *, asked: Collection[str], asked_of_other: Collection[str]
) -> Counterparts:
    """Return the clauses of two versions that are each other's: those of one id, and where ids leave a clause alone by their words.

    Args:
        first: A version.
        other: Another one.
        asked: Ids of the first one's clauses that matter; for the others ids will do.
        asked_of_other: The same of the other one.

    Raises:
        ComparisonError: The two cannot be compared.
    """
    columns, other_columns = first.policy.columns, other.policy.columns
    pairs = [(clause_id, clause_id) for clause_id in columns if clause_id in other_columns]
    same = {clause_id for clause_id, _ in pairs}
    if not (same.issuperset(asked) and same.issuperset(asked_of_other)):
        pairs += [pair for pair in _pairs_by_words(first, other) if pair[0] not in same and pair[1] not in same]
    return Counterparts.of_pairs(pairs, first, other)


@lru_cache(maxsize=256)
def _pairs_by_words(first: PolicyPack, other: PolicyPack) -> tuple[Pair, ...]:
    changes = compare(first.policy, other.policy).changes
    return tuple(
        (one.id, two.id) for change in changes for one in change.clauses_before for two in change.clauses_after
    )


def counterparts_of_policies(first: PolicyPack, other: PolicyPack, *, encoder: Encoder) -> Counterparts:
    """Return the clauses of two policies that a crosswalk pairs; made once for two packs and an encoder.

    Raises:
        ComparisonError: The two are in different languages.
    """
    return _crossed(first, other, _Known(encoder))


class _Known:
    """An encoder as a key: two of one fingerprint are the same."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.encoder.fingerprint == self.encoder.fingerprint

    def __hash__(self) -> int:
        return hash(self.encoder.fingerprint)


@lru_cache(maxsize=256)
def _crossed(first: PolicyPack, other: PolicyPack, known: _Known) -> Counterparts:
    refuse_two_languages(first.policy, other.policy)
    found = crosswalk(first, other, a_vectors=_vectors(first, known), b_vectors=_vectors(other, known))
    pairs = [
        (row.clause.id, row.nearest.id)
        for row in found.rows
        if row.nearest is not None and row.pairing is not Pairing.GAP
    ]
    pairs += [
        (row.nearest.id, row.clause.id)
        for row in found.back
        if row.nearest is not None and row.pairing is not Pairing.GAP
    ]
    return Counterparts.of_pairs(pairs, first, other)


@lru_cache(maxsize=64)
def _vectors(pack: PolicyPack, known: _Known) -> Vectors:
    return clause_vectors(pack, ClauseMemory(known.encoder))
