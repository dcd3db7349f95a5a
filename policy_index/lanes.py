"""Lanes: the groups that clauses are shown in, by what they do to the reader; one colour and one name everywhere."""

from enum import StrEnum
from functools import cache

from policy_index.document import Clause, ClauseKind, Group
from policy_index.parser import bundled_policy
from policy_index.readings import bundled_readings


class Lane(StrEnum):
    """The groups that results are shown in, in this order; the value is the group's title."""

    NOT_ALLOWED = "Not allowed as described"
    ONLY_IF = "Allowed only if"
    YOU_MUST = "You must"
    PLUGIN_RULES = "Plugin rules"
    GOOD_TO_KNOW = "Good to know"

    @classmethod
    def of(cls, kind: ClauseKind, *, can_be_lifted: bool = False) -> "Lane":
        """Return the lane that clauses of this kind stand in; `can_be_lifted` says that one names a condition to meet."""
        match kind:
            case ClauseKind.PROHIBITED_USE:
                return cls.ONLY_IF if can_be_lifted else cls.NOT_ALLOWED
            case ClauseKind.REQUIREMENT:
                return cls.YOU_MUST
            case ClauseKind.PLUGIN_REQUIREMENT:
                return cls.PLUGIN_RULES
            case ClauseKind.EXPLANATION | ClauseKind.STATEMENT:
                return cls.GOOD_TO_KNOW


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
