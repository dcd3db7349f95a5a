"""Every text that was written to learn from, with what a reviewer says of it: exemplars, twins, concepts' texts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from policy_index.policy.concepts import ConceptSet
from policy_index.policy.pack import PolicyPack
from policy_index.policy.twins import Stance

HELD_OUT_SHARE = 0.2
"""Share of the families, and of the exemplars, that are held out where methods are compared."""

_SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledRow:
    """One text to learn from.

    Attributes:
        text: The text.
        stance: What it has to do with an act that a policy speaks of.
        clauses: Columns of the clauses that it is about, its own first; empty where it is about none.
        concept: Place of the concept that it is about; None for texts of the policy.
        family: What it shares with its twins; for others unique.
        register: How it is written; empty where nobody said.
    """

    text: str
    stance: Stance
    clauses: tuple[int, ...] = ()
    concept: int | None = None
    family: str = ""
    register: str = ""


def labelled_rows(pack: PolicyPack, concepts: ConceptSet) -> list[LabelledRow]:
    """Return the rows of a pack and of the concepts, in a fixed order."""
    columns = pack.policy.columns
    rows = [LabelledRow(text=clause.text, stance=Stance.DOES, clauses=(columns[clause.id],)) for clause in pack.policy]
    rows += [
        LabelledRow(
            text=text, stance=Stance.DOES, clauses=(columns[clause_id],), family=f"exemplar {clause_id} {place}"
        )
        for clause_id, texts in pack.exemplars.by_clause.items()
        for place, text in enumerate(texts)
    ]
    rows += [
        LabelledRow(text=text, stance=Stance.HARMLESS, family=f"harmless {place}")
        for place, text in enumerate(pack.exemplars.harmless)
    ]
    rows += [
        LabelledRow(
            text=twin.text,
            stance=twin.stance,
            clauses=tuple(columns[each] for each in (twin.clause_id, *twin.also)),
            family=f"twin {twin.family}",
            register=twin.register,
        )
        for twin in pack.twins.twins
    ]
    return rows + [
        LabelledRow(text=text, stance=stance, concept=place, family=f"concept {concept.id} {number} {stance}")
        for place, concept in enumerate(concepts.concepts)
        for stance, texts in ((Stance.DOES, concept.exemplars), (Stance.HARMLESS, concept.twins))
        for number, text in enumerate(texts)
    ]


def split_by_family(rows: Sequence[LabelledRow]) -> tuple[list[int], list[int]]:
    """Return the places of the rows to learn from and of those held out; no family straddles, clauses' own words stay in."""
    families = sorted({row.family for row in rows if row.family and row.concept is None})
    held = set(random.Random(_SEED).sample(families, round(HELD_OUT_SHARE * len(families))))  # noqa: S311  # a split
    seen = [place for place, row in enumerate(rows) if row.family not in held]
    return seen, [place for place, row in enumerate(rows) if row.family in held]
