"""How results are sorted for a person: lanes of clauses by what they do to the reader, and words that safeguard."""

import re
from enum import StrEnum

from policy_index.document import ClauseKind


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
