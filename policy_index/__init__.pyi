from .brief.change import Change, compare
from .brief.values import Brief, BriefEntry, Evidence
from .brief.writing import restate, write_brief
from .errors import (
    CalibrationError,
    ComparisonError,
    ConceptError,
    EditConflictError,
    EncoderError,
    ExemplarError,
    InputError,
    LibraryError,
    OverloadedError,
    PackError,
    PolicyIndexError,
    PolicyIntegrityError,
    PolicyParseError,
    ReadingError,
    SourceError,
    TwinError,
    UnknownClauseError,
    UnknownPolicyError,
    UnknownRevisionError,
)
from .library.doors import with_library
from .policy.dialects.dialect import Dialect, parse_policy
from .policy.document import Category, ChangelogEntry, Clause, ClauseKind, Policy, Provenance, Section, Span
from .policy.exemplars import Exemplar, ExemplarSet
from .policy.facts import Fact, Facts
from .policy.lanes import Lane
from .policy.pack import PolicyPack
from .policy.readings import Reading
from .policy.shelf import Shelf, load_shelf
from .policy.twins import Stance
from .search.encoder import SentenceEncoder, load_encoder
from .search.index import ClauseIndex, load_index
from .search.indexes import Indexes
from .search.likelihood import Band, Likelihood
from .search.results import Match, SearchResult
from .search.vectors import Encoder

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
    "ComparisonError",
    "ConceptError",
    "Dialect",
    "EditConflictError",
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
    "LibraryError",
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
    "SourceError",
    "Span",
    "Stance",
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
    "with_library",
    "write_brief",
]
