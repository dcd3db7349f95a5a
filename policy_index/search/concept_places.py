"""The clauses of a policy by their places in the concept space, and the concepts that each was placed by."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from policy_index.policy.concepts import Concept, bundled_concepts
from policy_index.policy.confirmations import ConceptVerdict
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.search.clause_memory import ClauseMemory
from policy_index.search.concept_space import concept_space
from policy_index.search.placed_clauses import PlacedClauses
from policy_index.search.vectors import Encoder

_KEPT = 64
"""Policies whose clauses stay placed: some 200 KB each of 100 clauses."""

_placed: OrderedDict[tuple[PolicyPack, str], PlacedClauses] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBy:
    """One concept by which a clause was placed.

    Attributes:
        concept: The concept.
        value: What the clause has of it: near 1 for one on it.
        verdict: What a person said of it; None where nobody did.
    """

    concept: Concept
    value: float
    verdict: ConceptVerdict | None


def placed_clauses(pack: PolicyPack, encoder: Encoder) -> PlacedClauses:
    """Return a pack's clauses in their places, what people said of their concepts included; placed once for each pack.

    What people say afterwards makes another pack of the library's version.
    """
    key = (pack, encoder.fingerprint)
    with _lock:
        if key in _placed:
            _placed.move_to_end(key)
            return _placed[key]
    found = concept_space(encoder).placed(pack.policy.clauses, ClauseMemory(encoder), said=said_by_place(pack))
    with _lock:
        _placed[key] = found
        while len(_placed) > _KEPT:
            _placed.popitem(last=False)
    return found


def said_by_place(pack: PolicyPack) -> list[tuple[int, int, ConceptVerdict]]:
    """Return what people said of the concepts of a pack's clauses: the place of the clause, that of the concept, and what.

    What was said of clauses and concepts that are gone is left out.
    """
    columns = {concept_id: column for column, concept_id in enumerate(bundled_concepts().by_id)}
    return [
        (pack.policy.columns[each.clause_id], columns[each.concept_id], each.verdict)
        for each in pack.confirmations
        if each.clause_id in pack.policy.columns and each.concept_id in columns
    ]


def are_placed(pack: PolicyPack, encoder: Encoder) -> bool:
    """Whether `placed_clauses` answers at once."""
    with _lock:
        return (pack, encoder.fingerprint) in _placed


def concepts_of_clause(pack: PolicyPack, clause: Clause, encoder: Encoder) -> tuple[PlacedBy, ...]:
    """Return the concepts by which a clause was placed, best first; those that a person added or confirmed are always among them."""
    placed = placed_clauses(pack, encoder)
    concepts = bundled_concepts().concepts
    place = pack.policy.columns[clause.id]
    said = {each.concept_id: each.verdict for each in pack.confirmations if each.clause_id == clause.id}
    wanted = {concepts[column].id for column, _ in placed.named(place)}
    wanted |= {concept_id for concept_id, verdict in said.items() if verdict is not ConceptVerdict.DROPPED}
    found = [
        PlacedBy(concept=concept, value=float(placed.values[place, column]), verdict=said.get(concept.id))
        for column, concept in enumerate(concepts)
        if concept.id in wanted
    ]
    return tuple(sorted(found, key=lambda each: -each.value))
