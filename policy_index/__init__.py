"""Usage Policy Explorer: which clauses of a usage policy does a text touch?

>>> from policy_index import load_index
>>> load_index().search("a dating app for farmers").matches[0].clause.citation
'OpenAI Usage policies (2023-03-23), Disallowed usage 8'
"""

from policy_index.brief.change import Change, compare
from policy_index.brief.values import Brief, BriefEntry, Evidence
from policy_index.brief.writing import restate, write_brief
from policy_index.errors import (
    CalibrationError,
    EncoderError,
    ExemplarError,
    InputError,
    OverloadedError,
    PackError,
    PolicyIndexError,
    PolicyIntegrityError,
    PolicyParseError,
    ReadingError,
    TwinError,
    UnknownClauseError,
    UnknownPolicyError,
    UnknownRevisionError,
)
from policy_index.policy.dialects.dialect import Dialect, parse_policy
from policy_index.policy.document import Category, ChangelogEntry, Clause, ClauseKind, Policy, Provenance, Section, Span
from policy_index.policy.exemplars import Exemplar, ExemplarSet
from policy_index.policy.facts import Fact, Facts
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.policy.readings import Reading
from policy_index.policy.shelf import Shelf, load_shelf
from policy_index.search.encoder import SentenceEncoder, load_encoder
from policy_index.search.index import ClauseIndex, Match, SearchResult, load_index
from policy_index.search.indexes import Indexes
from policy_index.search.likelihood import Band, Likelihood
from policy_index.search.vectors import Encoder

__all__ = [
    "Band",
    "Brief",
    "BriefEntry",
    "CalibrationError",
    "Category",
    "Change",
    "ChangelogEntry",
    "Clause",
    "ClauseIndex",
    "ClauseKind",
    "Dialect",
    "Encoder",
    "EncoderError",
    "Evidence",
    "Exemplar",
    "ExemplarError",
    "ExemplarSet",
    "Fact",
    "Facts",
    "Indexes",
    "InputError",
    "Lane",
    "Likelihood",
    "Match",
    "OverloadedError",
    "PackError",
    "Policy",
    "PolicyIndexError",
    "PolicyIntegrityError",
    "PolicyPack",
    "PolicyParseError",
    "Provenance",
    "Reading",
    "ReadingError",
    "SearchResult",
    "Section",
    "SentenceEncoder",
    "Shelf",
    "Span",
    "TwinError",
    "UnknownClauseError",
    "UnknownPolicyError",
    "UnknownRevisionError",
    "compare",
    "load_encoder",
    "load_index",
    "load_shelf",
    "parse_policy",
    "restate",
    "write_brief",
]
