"""Lanes: the groups that clauses are shown in, by what they do to the reader; one colour and one name everywhere."""

from enum import StrEnum

from policy_index.policy.document import ClauseKind


class Lane(StrEnum):
    """The groups that results are shown in, in this order; the value is the group's title.

    `KEEPS_CLEAR` is no clause's own: it holds what a text speaks of and seems to refuse or prevent.
    """

    NOT_ALLOWED = "Not allowed as described"
    ONLY_IF = "Allowed only if"
    YOU_MUST = "You must"
    PLUGIN_RULES = "Plugin rules"
    KEEPS_CLEAR = "Mentioned, but your text says it keeps clear of it"
    GOOD_TO_KNOW = "Good to know"

    @property
    def holds_clauses(self) -> bool:
        """Whether a clause of a policy belongs to the lane by itself, and not by what a text says."""
        return self is not Lane.KEEPS_CLEAR

    @classmethod
    def of(cls, kind: ClauseKind, *, can_be_lifted: bool) -> "Lane":
        """Return the lane of clauses of this kind; `can_be_lifted` says that a reading names a condition to meet.

        Of a policy's clause its pack knows the lane: `PolicyPack.lane_of`.
        """
        match kind:
            case ClauseKind.PROHIBITED_USE:
                return cls.ONLY_IF if can_be_lifted else cls.NOT_ALLOWED
            case ClauseKind.CONDITIONAL_PERMISSION:
                return cls.ONLY_IF
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
    ClauseKind.CONDITIONAL_PERMISSION: "Permitted on a condition",
    ClauseKind.EXPLANATION: "Explanation",
    ClauseKind.STATEMENT: "Statement",
}
"""What people read for a kind of clause."""
