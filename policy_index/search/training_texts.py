"""What a pack's scorer is fitted to: its exemplars, harmless texts, twins, and the clauses' own words."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from policy_index.policy.exemplars import ExemplarSet
from policy_index.policy.pack import PolicyPack
from policy_index.policy.twins import Stance
from policy_index.search.vectors import Vectors

STANCES = tuple(Stance)
"""What a text may have to do with an act, in the order of the scorer's last columns."""

OWN_WEIGHT = 5.0
"""How many exemplars a clause's own words count for."""

SIBLING_TARGET = 0.3
"""Target of a text for the other clauses of its clause's category of disallowed usage."""

HARMLESS_TARGET = 0.3
"""Target of a harmless twin for the clause whose line it shows: it is of its topic, and touches it not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingTexts:
    """The texts that a scorer is fitted to: exemplars clause by clause, harmless ones, twins, each clause's own words.

    Attributes:
        texts: All of them, in that order.
        clause_rows: For each its clause's row in the document; -1 where it has none.
        stances: For each the place of its stance in `STANCES`.
        also: For some of them, by place, the rows of other clauses that they touch as well.
        exemplar_rows: For each clause the places of its exemplars among the texts.
        siblings: For each two clauses whether they stand in one category, (clauses, clauses); no clause is its own.
    """

    texts: tuple[str, ...]
    clause_rows: NDArray[np.int64]
    stances: NDArray[np.int64]
    also: dict[int, tuple[int, ...]]
    exemplar_rows: tuple[slice, ...]
    siblings: NDArray[np.bool_]

    @classmethod
    def from_pack(cls, pack: PolicyPack) -> "TrainingTexts":
        """Put a pack's texts in their order."""
        policy, exemplars, twins = pack.policy, pack.exemplars, pack.twins.twins
        groups = [exemplars.by_clause[clause.id] for clause in policy]
        own = [clause.text for clause in policy]
        before = (*(text for group in groups for text in group), *exemplars.harmless)
        rows = [row for row, group in enumerate(groups) for _ in group] + [-1 for _ in exemplars.harmless]
        stances = [Stance.DOES if row >= 0 else Stance.HARMLESS for row in rows]
        columns = policy.columns
        siblings = np.zeros((len(own), len(own)), dtype=bool)
        for category in policy.categories:
            places = [columns[clause.id] for clause in category.clauses]
            siblings[np.ix_(places, places)] = True
        np.fill_diagonal(siblings, val=False)
        return cls(
            texts=(*before, *(twin.text for twin in twins), *own),
            clause_rows=np.array([*rows, *(columns[twin.clause_id] for twin in twins), *range(len(own))]),
            stances=np.array(
                [
                    STANCES.index(stance)
                    for stance in (*stances, *(twin.stance for twin in twins), *(Stance.DOES for _ in own))
                ]
            ),
            also={
                len(before) + place: tuple(columns[each] for each in twin.also)
                for place, twin in enumerate(twins)
                if twin.also
            },
            exemplar_rows=exemplar_places(exemplars),
            siblings=siblings,
        )

    @property
    def before_own(self) -> int:
        """How many texts stand before the clauses' own words."""
        return len(self.texts) - len(self.exemplar_rows)

    @property
    def weights(self) -> NDArray[np.float32]:
        """How much each text counts."""
        weights = np.ones(len(self.texts), dtype=np.float32)
        weights[self.before_own :] = OWN_WEIGHT
        return weights

    @property
    def targets(self) -> NDArray[np.float32]:
        """What each text should score, (texts, clauses + stances)."""
        clauses = len(self.exemplar_rows)
        targets = np.zeros((len(self.texts), clauses + len(STANCES)), dtype=np.float32)
        for place, (row, stance) in enumerate(zip(self.clause_rows.tolist(), self.stances.tolist(), strict=True)):
            targets[place, clauses + stance] = 1.0
            if row >= 0:
                share = HARMLESS_TARGET if STANCES[stance] is Stance.HARMLESS else 1.0
                targets[place, :clauses] = share * SIBLING_TARGET * self.siblings[row]
                targets[place, [row, *self.also.get(place, ())]] = share
        return targets

    def take(self, places: NDArray[np.int64]) -> "TrainingTexts":
        """Return some of the texts, every clause's own words among them, in their order; exemplars have no places in it."""
        return TrainingTexts(
            texts=tuple(self.texts[place] for place in places.tolist()),
            clause_rows=self.clause_rows[places],
            stances=self.stances[places],
            also={new: self.also[old] for new, old in enumerate(places.tolist()) if old in self.also},
            exemplar_rows=tuple(slice(0, 0) for _ in self.exemplar_rows),
            siblings=self.siblings,
        )


def exemplar_places(exemplars: ExemplarSet) -> tuple[slice, ...]:
    """Return for each clause the places of its exemplars among a pack's training texts, which begin with them."""
    ends = list(accumulate(len(group) for group in exemplars.by_clause.values()))
    return tuple(slice(start, end) for start, end in zip([0, *ends], ends, strict=False))


def closest(likeness: Vectors, places: Sequence[slice]) -> NDArray[np.int64]:
    """Return for each text and clause the place of the clause's exemplar nearest to the text; -1 where it has none.

    Args:
        likeness: Of the texts to all training texts, (texts, training texts).
        places: As `exemplar_places` gives them.
    """
    found = np.full((len(likeness), len(places)), -1)
    columns = [column for column, rows in enumerate(places) if rows.stop > rows.start]
    if not columns:
        return found
    starts = [places[column].start for column in columns]
    stop = places[columns[-1]].stop
    groups = np.repeat(columns, np.diff([*starts, stop]))
    highest = np.maximum.reduceat(likeness[:, :stop], starts, axis=1).repeat(np.diff([*starts, stop]), axis=1)
    texts, best = np.nonzero(likeness[:, :stop] == highest)
    found[texts[::-1], groups[best[::-1]]] = best[::-1]  # of equals the first, which is written last
    return found


def training_digest(pack: PolicyPack) -> str:
    """Return a digest of everything of a pack that its training texts depend on; no text is put in order for it."""
    clauses = [(clause.id, clause.text) for clause in pack.policy]
    categories = [[clause.id for clause in category.clauses] for category in pack.policy.categories]
    parts = [clauses, categories, pack.exemplars.sha256, pack.twins_digest]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
