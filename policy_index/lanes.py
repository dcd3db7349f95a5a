"""In which lane each clause of the bundled policy stands, so that it has one colour and one name everywhere."""

from functools import cache

from policy_index.document import Clause, ClauseKind, Group
from policy_index.parser import bundled_policy
from policy_index.readings import bundled_readings
from policy_index.report import Lane

KIND_NAMES = {
    ClauseKind.PROHIBITED_USE: "Prohibited use",
    ClauseKind.REQUIREMENT: "Requirement",
    ClauseKind.PLUGIN_REQUIREMENT: "Plugin rule",
    ClauseKind.EXPLANATION: "Explanation",
    ClauseKind.STATEMENT: "Statement",
}
"""What people read for a kind of clause."""


def lane_of(clause: Clause) -> Lane:
    """Return the lane of a clause: by its kind, and by whether its reading names a condition that a builder can meet."""
    return _lanes()[clause.id]


def lane_of_group(group: Group) -> Lane:
    """Return the lane of a category or section: that of its first clause that binds the reader, or else of its first."""
    return lane_of(next((clause for clause in group.clauses if clause.citable), group.clauses[0]))


@cache
def _lanes() -> dict[str, Lane]:
    readings = bundled_readings()
    return {
        clause.id: Lane.of(clause.kind, can_be_lifted=clause.id in readings and readings[clause.id].can_be_lifted)
        for clause in bundled_policy()
    }
