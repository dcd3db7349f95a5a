"""A search result as a person reads it: lanes of clauses by what they do to the reader."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from policy_index.document import ClauseKind
from policy_index.index import Match, SearchResult


class Lane(StrEnum):
    """The groups that results are shown in, in this order; the value is the group's title."""

    NOT_ALLOWED = "Not allowed"
    YOU_MUST = "You must"
    PLUGIN_RULES = "Plugin rules"
    GOOD_TO_KNOW = "Good to know"

    @classmethod
    def of(cls, kind: ClauseKind) -> "Lane":
        """Return the lane that clauses of this kind stand in."""
        match kind:
            case ClauseKind.PROHIBITED_USE:
                return cls.NOT_ALLOWED
            case ClauseKind.REQUIREMENT:
                return cls.YOU_MUST
            case ClauseKind.PLUGIN_REQUIREMENT:
                return cls.PLUGIN_RULES
            case ClauseKind.EXPLANATION | ClauseKind.STATEMENT:
                return cls.GOOD_TO_KNOW


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneMatches:
    """The matches of one lane, best first."""

    lane: Lane
    matches: tuple[Match, ...]


def group_by_lane(
    result: SearchResult, *, limit: int, lanes: Collection[Lane] = tuple(Lane)
) -> tuple[LaneMatches, ...]:
    """Return the best `limit` matches of `result` in these lanes, grouped; lanes without a match are left out."""
    wanted = [match for match in result.matches if Lane.of(match.clause.kind) in lanes][:limit]
    grouped = (
        LaneMatches(lane=lane, matches=tuple(match for match in wanted if Lane.of(match.clause.kind) is lane))
        for lane in Lane
    )
    return tuple(group for group in grouped if group.matches)
