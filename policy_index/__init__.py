"""Usage Policy Explorer: which clauses of a usage policy does a text touch?

>>> from policy_index import load_index
>>> load_index().search("a dating app for farmers").matches[0].clause.citation
'OpenAI Usage policies (2023-03-23), Disallowed usage 8'
"""

from policy_index.calibration import Band
from policy_index.document import Category, ChangelogEntry, Clause, ClauseKind, PolicyDocument, Section, Span
from policy_index.encoder import Encoder, SentenceEncoder, load_encoder
from policy_index.errors import (
    EncoderError,
    ExemplarError,
    InputError,
    PolicyIndexError,
    PolicyIntegrityError,
    PolicyParseError,
    UnknownClauseError,
)
from policy_index.exemplars import Exemplar, ExemplarSet, bundled_exemplars
from policy_index.index import ClauseIndex, Match, SearchResult, load_index
from policy_index.parser import bundled_policy, parse_policy

__all__ = [
    "Band",
    "Category",
    "ChangelogEntry",
    "Clause",
    "ClauseIndex",
    "ClauseKind",
    "Encoder",
    "EncoderError",
    "Exemplar",
    "ExemplarError",
    "ExemplarSet",
    "InputError",
    "Match",
    "PolicyDocument",
    "PolicyIndexError",
    "PolicyIntegrityError",
    "PolicyParseError",
    "SearchResult",
    "Section",
    "SentenceEncoder",
    "Span",
    "UnknownClauseError",
    "bundled_exemplars",
    "bundled_policy",
    "load_encoder",
    "load_index",
    "parse_policy",
]
