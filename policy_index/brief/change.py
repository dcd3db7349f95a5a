"""Two briefs of one policy: what became of each clause from the first wording to the second."""

from dataclasses import dataclass

from policy_index.brief.values import Brief
from policy_index.policy.document import Clause
from policy_index.search.likelihood import Likelihood


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one clause between two wordings.

    Attributes:
        clause: The clause.
        before: How sure it is for the first wording.
        after: How sure it is for the second one.
    """

    clause: Clause
    before: Likelihood
    after: Likelihood

    @property
    def difference(self) -> float:
        """How far its probability, or without calibration its score, rose; negative where it fell."""
        return self.after.value - self.before.value


def compare(before: Brief, after: Brief) -> tuple[Change, ...]:
    """Return what changed for every clause that either brief shows, the greatest change first."""
    found = {entry.clause.id: entry for entry in (*before.entries, *before.rest)}
    other = {entry.clause.id: entry for entry in (*after.entries, *after.rest)}
    shown = dict.fromkeys(entry.clause.id for entry in (*before.entries, *after.entries))
    changes = (
        Change(clause=found[clause_id].clause, before=found[clause_id].likelihood, after=other[clause_id].likelihood)
        for clause_id in shown
    )
    return tuple(sorted(changes, key=lambda change: -abs(change.difference)))
