"""A text of any length, read to its end: the clauses that it touches, where, and what to do.

passages (the text, split) -> writing (the brief) -> change (two wordings).
"""

from policy_index.brief.change import Change, compare
from policy_index.brief.values import Brief, BriefEntry, Evidence
from policy_index.brief.writing import restate, write_brief

__all__ = ["Brief", "BriefEntry", "Change", "Evidence", "compare", "restate", "write_brief"]
