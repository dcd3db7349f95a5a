"""A text of any length, read to its end: the clauses that it touches, where, and what to do.

passages (the text, split) -> writing (the brief) -> margin (where it stands in the text), change (two wordings).
"""

from policy_index.brief.change import Change, Rewording, compare
from policy_index.brief.margin import Margin
from policy_index.brief.memory import PassageMemory
from policy_index.brief.remarks import Answer, Remark
from policy_index.brief.values import Brief, BriefEntry, Evidence
from policy_index.brief.writing import restate, write_brief

__all__ = [
    "Answer",
    "Brief",
    "BriefEntry",
    "Change",
    "Evidence",
    "Margin",
    "PassageMemory",
    "Remark",
    "Rewording",
    "compare",
    "restate",
    "write_brief",
]
