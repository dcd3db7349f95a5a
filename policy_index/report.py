"""A search result as a person reads it: lanes of clauses by what they do to the reader."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from policy_index.calibration import Band
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a person is shown of a result.

    Attributes:
        found: Clauses that are likely or possible, by lane; without calibration the nearest ones.
        rest: The nearest of the unlikely ones, best first.
        safeguards: Words of the text that negate or safeguard, which similarity does not see.
    """

    found: tuple[LaneMatches, ...]
    rest: tuple[Match, ...]
    safeguards: tuple[str, ...]


def read_result(result: SearchResult, *, limit: int, lanes: Collection[Lane] = tuple(Lane)) -> Findings:
    """Sort the best `limit` matches of `result` in these lanes into what was found and the rest."""
    wanted = [match for match in result.matches if Lane.of(match.clause.kind) in lanes][:limit]
    found = [match for match in wanted if match.band is not Band.UNLIKELY]
    grouped = (
        LaneMatches(lane=lane, matches=tuple(match for match in found if Lane.of(match.clause.kind) is lane))
        for lane in Lane
    )
    return Findings(
        found=tuple(group for group in grouped if group.matches),
        rest=tuple(match for match in wanted if match.band is Band.UNLIKELY),
        safeguards=safeguards(result.query),
    )


_SAFEGUARD = re.compile(
    r"""\b(?:
        never | not | without | avoids? | except | only\ if | cannot
        | \w+n['’]t
        | refus(?:e|es|ing) | declin(?:e|es|ing) | prevent(?:s|ing|ion)? | protect(?:s|ing|ion)?(?:\ against|\ from)?
        | detect(?:s|ing|ion)? | recogni[sz](?:e|es|ing)\ (?:scams?|phishing|spam|fraud)
        | refer(?:s|ring)?\ (?:\w+\ ){0,3}to\ an?\ (?:\w+\ )?(?:doctor|lawyer|physician|professional|expert|human|advis[eo]r|clinician)
        | (?:doctor|lawyer|professional|expert|human|clinician)s?\ (?:reviews?|checks?|approves?|decides?|signs?)
        | reviewed\ by | with\ (?:their\ )?consent | disclaimer
        | for\ an?\ (?:lesson|class|course|lecture|novel|essay|documentary|museum|history)(?:\ on|\ about)?
        | history\ of | fiction(?:al)? | educational
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def safeguards(text: str) -> tuple[str, ...]:
    """Return the words of `text` that negate or safeguard, as they stand there, each once, in order."""
    found: dict[str, str] = {}
    for match in _SAFEGUARD.finditer(text):
        words = " ".join(match[0].split())
        found.setdefault(words.casefold(), words)
    return tuple(found.values())
