"""The examples of a policy that are nearest to a passage: those that touch a clause, those that do not, and what separates them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from policy_index.brief.change import changed_words
from policy_index.policy.document import Clause
from policy_index.policy.twins import Stance, Twin
from policy_index.search.index import ClauseIndex
from policy_index.search.place_scorer import PlaceScorer

_FAMILIES = 3
"""Families of twins that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplePair:
    """Two examples of one family that lie on both sides of a clause's line, or one of either side that have no twin.

    Attributes:
        touches: A text that touches the clause; empty where there is none.
        other: One that does not; empty where there is none.
        stance: What the other one has to do with the act.
        taken_out: Stretches of words that only the touching one has; none where too much differs.
        put_in: Stretches that only the other one has.
    """

    touches: str
    other: str
    stance: Stance = Stance.HARMLESS
    taken_out: tuple[str, ...] = ()
    put_in: tuple[str, ...] = ()


def near_examples(index: ClauseIndex, passage: str, clause: Clause) -> tuple[ExamplePair, ...]:
    """Return the examples nearest to a passage that show where the clause's line runs, the nearest first.

    They are whole families of twins where the clause has some, and else the nearest examples of either side. None where nobody has
    written examples. Of the texts only the passage is encoded.
    """
    if isinstance(index.scorer, PlaceScorer):
        return ()
    pack = index.pack
    likeness = index.scorer.comparer()(index.encoder.encode([passage]))[0]
    groups = pack.exemplars.by_clause
    twins_from = sum(len(own) for own in groups.values()) + len(pack.exemplars.harmless)
    places = {id(twin): twins_from + place for place, twin in enumerate(pack.twins.twins)}
    families = pack.twins.pairs(clause.id)
    if families:
        ranked = sorted(families, key=lambda family: -max(float(likeness[places[id(twin)]]) for twin in family))
        return tuple(_pair(family) for family in ranked[:_FAMILIES])
    own = groups.get(clause.id, ())
    before = sum(len(groups[each.id]) for each in index.policy.clauses[: index.policy.columns[clause.id]])
    harmless_from = twins_from - len(pack.exemplars.harmless)
    touching = _nearest(own, likeness[before : before + len(own)])
    others = _nearest(pack.exemplars.harmless, likeness[harmless_from:twins_from])
    count = max(len(touching), len(others)) if touching else 0
    touching, others = (each + [""] * (count - len(each)) for each in (touching, others))
    return tuple(
        ExamplePair(touches=one, other=other) for one, other in zip(touching[:count], others[:count], strict=True)
    )


def _nearest(texts: Sequence[str], likeness: np.ndarray) -> list[str]:
    return [texts[place] for place in np.argsort(-likeness, kind="stable")[:_FAMILIES].tolist()]


def _pair(family: Sequence[Twin]) -> ExamplePair:
    """Return a family's touching text beside the one that does not touch with the smallest change."""
    touching = family[0]
    others = [twin for twin in family if twin.stance is not Stance.DOES]
    changes = [changed_words(touching.text, twin.text) or ((), ()) for twin in others]
    other, (taken_out, put_in) = min(
        zip(others, changes, strict=True), key=lambda each: sum(map(len, (*each[1][0], *each[1][1])))
    )
    return ExamplePair(touches=touching.text, other=other.text, stance=other.stance, taken_out=taken_out, put_in=put_in)
