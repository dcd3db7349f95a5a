"""The clause index: one vector per clause, exact inner-product search with FAISS, vectors shipped or cached."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from policy_index.document import Clause, PolicyDocument
from policy_index.encoder import Encoder, Vectors, load_encoder
from policy_index.errors import InputError
from policy_index.exemplars import ExemplarSet, bundled_exemplars
from policy_index.parser import bundled_policy
from policy_index.text import accept_text

if TYPE_CHECKING:
    import faiss

CLAUSE_WEIGHT = 0.3
"""Share of the clause's own embedding in its vector; the rest is the mean of its exemplars' embeddings."""

_FORMAT = 1
"""Raised when the layout or the making of stored vectors changes, so that older files are not taken."""

_UNIT_TOLERANCE = 1e-3


class Band(StrEnum):
    """How sure a calibrated probability makes us that a reviewer would cite the clause."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One clause for one query.

    Attributes:
        clause: The clause.
        score: Cosine similarity of query and clause vector, in [-1, 1].
        probability: Calibrated probability in [0, 1] that a careful reviewer would cite the clause; None without calibration.
        band: The band of the probability; None without calibration.
        closest_exemplar: The clause's exemplar nearest to the query; None where the clause has none.
    """

    clause: Clause
    score: float
    probability: float | None = None
    band: Band | None = None
    closest_exemplar: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What one query found.

    Attributes:
        query: The text that was searched with.
        matches: The nearest clauses, best first.
        model: Name of the encoder.
        characters_read: How much of the query the encoder read; less than its length where it was cut off.
    """

    query: str
    matches: tuple[Match, ...]
    model: str
    characters_read: int

    @property
    def is_cut(self) -> bool:
        """Whether the encoder did not read the query to its end."""
        return self.characters_read < len(self.query.rstrip())


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseVectors:
    """The vectors behind an index.

    Attributes:
        key: Digest of everything that they were made from.
        clauses: Unit vectors of the clauses in document order, float32, (clauses, dimensions).
        exemplars: Unit vectors of the exemplars, clause by clause, float16 (they only pick an example to show).
    """

    key: str
    clauses: Vectors
    exemplars: NDArray[np.float16]

    @classmethod
    def from_texts(cls, document: PolicyDocument, exemplars: ExemplarSet, encoder: Encoder) -> "ClauseVectors":
        """Encode every clause and exemplar, and blend them.

        A clause's vector is normalise(w * clause + (1 - w) * normalise(mean(exemplars))) with w = CLAUSE_WEIGHT, and the
        clause's own embedding where it has no exemplars.
        """
        own = encoder.encode([clause.text for clause in document])
        texts = [text for clause in document for text in exemplars.by_clause[clause.id]]
        encoded = encoder.encode(texts) if texts else own[:0]
        blended = own.copy()
        for row, rows in enumerate(_exemplar_rows(document, exemplars)):
            if rows.start != rows.stop:
                centre = normalise(encoded[rows].mean(axis=0))
                blended[row] = normalise(CLAUSE_WEIGHT * own[row] + (1 - CLAUSE_WEIGHT) * centre)
        return cls(key=vectors_key(document, exemplars, encoder), clauses=blended, exemplars=encoded.astype(np.float16))

    @classmethod
    def from_file(cls, path: Path, *, key: str, clauses: int, exemplars: int) -> "ClauseVectors | None":
        """Read vectors that were made with this key and for these counts; None for a missing, damaged or foreign file."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                if str(stored["key"]) != key:
                    return None
                found = cls(key=key, clauses=stored["clauses"], exemplars=stored["exemplars"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        return found if found._is_sound(clauses, exemplars) else None

    def save(self, path: Path) -> None:
        """Write to `path`, which appears only when the file is complete.

        Raises:
            OSError: The folder cannot be written to.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            try:
                np.savez(part, key=np.array(self.key), clauses=self.clauses, exemplars=self.exemplars)
                part.close()
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise

    def _is_sound(self, clauses: int, exemplars: int) -> bool:
        """Whether shapes, types and lengths are those of unit vectors for so many clauses and exemplars."""
        return (
            self.clauses.dtype == np.float32
            and self.exemplars.dtype == np.float16
            and self.clauses.shape[1:] == self.exemplars.shape[1:] != ()
            and len(self.clauses) == clauses
            and len(self.exemplars) == exemplars
            and bool(np.all(np.abs(np.linalg.norm(self.clauses, axis=1) - 1) < _UNIT_TOLERANCE))
            and bool(np.all(np.isfinite(self.exemplars)))
        )


class ClauseIndex:
    """The clauses of a policy, searchable by meaning. `load_index` gives the one that ships."""

    def __init__(
        self,
        document: PolicyDocument,
        exemplars: ExemplarSet,
        encoder: Encoder,
        vectors: ClauseVectors,
        *,
        faiss_index: "faiss.IndexFlatIP",
    ) -> None:
        """Store the parts; `from_texts` and `from_vectors` make them."""
        self.document = document
        self.exemplars = exemplars
        self.encoder = encoder
        self.vectors = vectors
        self._faiss = faiss_index
        self._clauses = document.clauses
        self._exemplar_rows = _exemplar_rows(document, exemplars)
        self._exemplar_vectors = vectors.exemplars.astype(np.float32)
        self._exemplar_texts: list[str] = [text for clause in document for text in exemplars.by_clause[clause.id]]

    @classmethod
    def from_texts(cls, document: PolicyDocument, exemplars: ExemplarSet, encoder: Encoder) -> "ClauseIndex":
        """Encode everything afresh; takes seconds."""
        return cls.from_vectors(document, exemplars, encoder, ClauseVectors.from_texts(document, exemplars, encoder))

    @classmethod
    def from_vectors(
        cls, document: PolicyDocument, exemplars: ExemplarSet, encoder: Encoder, vectors: ClauseVectors
    ) -> "ClauseIndex":
        """Put vectors that exist into a FAISS index."""
        import faiss  # with its start-up cost, only where a search will follow

        index = faiss.IndexFlatIP(vectors.clauses.shape[1])
        index.add(vectors.clauses)
        return cls(document, exemplars, encoder, vectors, faiss_index=index)

    def __len__(self) -> int:
        """Return how many clauses can be found."""
        return len(self._clauses)

    def search(self, text: str, *, top_k: int = 5) -> SearchResult:
        """Return the `top_k` clauses nearest to `text`, best first.

        Raises:
            InputError: The text is blank or too long, or `top_k` is not between 1 and the number of clauses.
        """
        return self.search_many([text], top_k=top_k)[0]

    def search_many(self, texts: Sequence[str], *, top_k: int = 5) -> list[SearchResult]:
        """Return for each text what `search` returns for it, encoded in batches.

        Raises:
            InputError: As `search`.
        """
        if not 1 <= top_k <= len(self):
            message = f"Expected a number of results from 1 to {len(self)}, got {top_k}."
            raise InputError(message)
        queries = [accept_text(text) for text in texts]
        if not queries:
            return []
        vectors = self.encoder.encode(queries)
        scores, rows = self._faiss.search(vectors, top_k)
        return [
            self._result(query, vector, zip(query_scores, query_rows, strict=True))
            for query, vector, query_scores, query_rows in zip(
                queries, vectors, scores.tolist(), rows.tolist(), strict=True
            )
        ]

    def _result(self, query: str, vector: Vectors, hits: Iterable[tuple[float, int]]) -> SearchResult:
        matches = tuple(
            Match(
                clause=self._clauses[row],
                score=min(1.0, max(-1.0, score)),
                closest_exemplar=self._closest_exemplar(row, vector),
            )
            for score, row in hits
        )
        return SearchResult(
            query=query,
            matches=matches,
            model=self.encoder.name,
            characters_read=self.encoder.characters_read(query),
        )

    def _closest_exemplar(self, row: int, vector: Vectors) -> str | None:
        rows = self._exemplar_rows[row]
        if rows.start == rows.stop:
            return None
        nearest = int(np.argmax(self._exemplar_vectors[rows] @ vector))
        text: str = self._exemplar_texts[rows.start + nearest]
        return text


def load_index(model: str | None = None) -> ClauseIndex:
    """Return the index of the bundled policy, ready to search.

    With the bundled model nothing is encoded: its vectors ship with the package. For another model they are made once
    (seconds) and kept in the user's cache folder; where that cannot be written, they are made again next time.

    Args:
        model: A sentence-transformers model, by folder or by its name in the local model cache. None takes the one that
            the environment variable POLICY_INDEX_MODEL names, or else the bundled one.

    Raises:
        EncoderError: The model is missing, damaged or unusable.
    """
    return load_or_build(bundled_policy(), bundled_exemplars(), load_encoder(model))


def load_or_build(document: PolicyDocument, exemplars: ExemplarSet, encoder: Encoder) -> ClauseIndex:
    """Return an index from shipped or cached vectors where they fit exactly, or else from new ones, which are then cached."""
    key = vectors_key(document, exemplars, encoder)
    counts = {"clauses": len(document.clauses), "exemplars": exemplars.counts().total()}
    with as_file(shipped_vectors()) as shipped:
        vectors = ClauseVectors.from_file(shipped, key=key, **counts)
    if vectors is None:
        cached = cached_vectors(key)
        vectors = ClauseVectors.from_file(cached, key=key, **counts)
        if vectors is None:
            vectors = ClauseVectors.from_texts(document, exemplars, encoder)
            _save_if_possible(vectors, cached)
    return ClauseIndex.from_vectors(document, exemplars, encoder, vectors)


def vectors_key(document: PolicyDocument, exemplars: ExemplarSet, encoder: Encoder) -> str:
    """Return a digest of all that clause vectors depend on: model, policy, exemplars, blend and file format."""
    parts = [_FORMAT, encoder.fingerprint, document.provenance.sha256, exemplars.sha256, CLAUSE_WEIGHT]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def shipped_vectors() -> Traversable:
    """Return the file of vectors in the package, for the bundled policy, exemplars and model."""
    return files("policy_index") / "data" / "vectors.npz"


def cached_vectors(key: str) -> Path:
    """Return the file in the user's cache folder for vectors with this key."""
    return user_cache_path("policy-index") / f"vectors-{key[:32]}.npz"


def normalise(vector: Vectors) -> Vectors:
    """Return `vector` at unit length."""
    unit: Vectors = vector / np.linalg.norm(vector)
    return unit


def _exemplar_rows(document: PolicyDocument, exemplars: ExemplarSet) -> list[slice]:
    """Return for each clause the rows of its exemplars among all exemplars."""
    ends = list(accumulate(len(exemplars.by_clause[clause.id]) for clause in document))
    return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]


def _save_if_possible(vectors: ClauseVectors, path: Path) -> None:
    """Save; a cache that cannot be written costs only the caching."""
    with suppress(OSError):
        vectors.save(path)
