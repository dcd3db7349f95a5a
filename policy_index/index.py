"""The clause index: texts in, nearest clauses out, with exact inner-product search in FAISS."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path
from threadpoolctl import ThreadpoolController

from policy_index.calibration import Band, Calibration, bundled_calibration
from policy_index.document import Clause, PolicyDocument
from policy_index.encoder import Encoder, Vectors, load_encoder
from policy_index.errors import CalibrationError, InputError
from policy_index.exemplars import ExemplarSet, bundled_exemplars
from policy_index.parser import bundled_policy
from policy_index.scorer import ClauseScorer, TrainingTexts, alike, cosines, load_shipped_scorer, scorer_key
from policy_index.text import accept_text

if TYPE_CHECKING:
    import faiss

_AT_ONCE = 4
"""Texts that are compared with all training texts at a time. Always so many, empty places filled up: products of another
shape sum in another order, and a text's scores would depend on its company. Not more, so that one text alone stays quick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One clause for one query.

    Attributes:
        clause: The clause.
        score: Cosine similarity of query and clause in the space of clauses (see `scorer`), in [-1, 1].
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
        touch: Calibrated probability in [0, 1] that the query touches the policy at all; None without calibration.
        characters_read: How much of the query the encoder read; less than its length where it was cut off.
    """

    query: str
    matches: tuple[Match, ...]
    model: str
    touch: float | None
    characters_read: int

    @property
    def is_cut(self) -> bool:
        """Whether the encoder did not read the query to its end."""
        return self.characters_read < len(self.query.rstrip())


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchTable:
    """What many queries found, as numbers: one row a query, one column a rank, best first.

    Attributes:
        clauses: Places of the clauses in the document, (texts, top_k).
        scores: Cosines, (texts, top_k).
        probabilities: Calibrated, (texts, top_k); None without calibration.
        touches: Probability that the text touches the policy at all, (texts,); None without calibration.
    """

    clauses: NDArray[np.int64]
    scores: NDArray[np.float32]
    probabilities: NDArray[np.float64] | None
    touches: NDArray[np.float64] | None


class ClauseIndex:
    """The clauses of a policy, searchable by meaning. `load_index` gives the one that ships."""

    def __init__(  # noqa: PLR0913  # the parts of an index, stored as they are
        self,
        document: PolicyDocument,
        exemplars: ExemplarSet,
        encoder: Encoder,
        scorer: ClauseScorer,
        *,
        faiss_index: "faiss.IndexFlatIP",
        calibration: Calibration | None = None,
        uncalibrated: str = "",
    ) -> None:
        """Store the parts; `from_texts` and `from_scorer` make them."""
        self.document = document
        self.exemplars = exemplars
        self.encoder = encoder
        self.scorer = scorer
        self.calibration = calibration
        self.uncalibrated = uncalibrated
        self._faiss = faiss_index
        self._clauses = document.clauses
        self._training = TrainingTexts.from_exemplars(document, exemplars)
        self._texts: tuple[str, ...] = self._training.texts
        self._vectors = scorer.vectors.astype(np.float32)
        self._touch = scorer.coefficients[:, -1]

    @classmethod
    def from_texts(cls, document: PolicyDocument, exemplars: ExemplarSet, encoder: Encoder) -> "ClauseIndex":
        """Encode and fit everything afresh; takes seconds."""
        return cls.from_scorer(document, exemplars, encoder, ClauseScorer.from_texts(document, exemplars, encoder))

    @classmethod
    def from_scorer(  # noqa: PLR0913  # as above
        cls,
        document: PolicyDocument,
        exemplars: ExemplarSet,
        encoder: Encoder,
        scorer: ClauseScorer,
        *,
        calibration: Calibration | None = None,
        uncalibrated: str = "",
    ) -> "ClauseIndex":
        """Put a fitted scorer into a FAISS index: one vector a clause, its coefficients.

        Args:
            document: The policy.
            exemplars: What the scorer was fitted to, beside the policy.
            encoder: What its vectors were made with.
            scorer: The fitted scorer.
            calibration: What turns scores into probabilities; without one, results have none.
            uncalibrated: One sentence for people on why there is none.
        """
        import faiss  # with its start-up cost, only where a search will follow

        index = faiss.IndexFlatIP(len(scorer.coefficients))
        index.add(np.ascontiguousarray(scorer.coefficients[:, :-1].T))
        return cls(
            document, exemplars, encoder, scorer, faiss_index=index, calibration=calibration, uncalibrated=uncalibrated
        )

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
        self._check(top_k)
        queries = [accept_text(text) for text in texts]
        if not queries:
            return []
        table, likeness = self._nearest(self.encoder.encode(queries), top_k, keep_likeness=True)
        return [self._result(query, table, likeness, place) for place, query in enumerate(queries)]

    def search_table(self, texts: Sequence[str], *, top_k: int = 5) -> MatchTable:
        """Return the numbers of what `search_many` returns, the same to the last bit, for thousands of texts at once.

        Raises:
            InputError: As `search`.
        """
        self._check(top_k)
        queries = [accept_text(text) for text in texts]
        if not queries:
            return _joined([self._score(self._vectors[:0], top_k)[0]])
        return self._nearest(self.encoder.encode(queries), top_k)[0]

    def _check(self, top_k: int) -> None:
        if not 1 <= top_k <= len(self):
            message = f"Expected a number of results from 1 to {len(self)}, got {top_k}."
            raise InputError(message)

    def _nearest(self, vectors: Vectors, top_k: int, *, keep_likeness: bool = False) -> tuple[MatchTable, Vectors]:
        """Return the numbers, and the likeness to each training text where it is wanted."""
        tables, kept = [], []
        for start in range(0, len(vectors), _AT_ONCE):
            table, likeness = self._score(vectors[start : start + _AT_ONCE], top_k)
            tables.append(table)
            if keep_likeness:
                kept.append(likeness)
        return _joined(tables), np.concatenate(kept) if kept else vectors[:0]

    def _score(self, vectors: Vectors, top_k: int) -> tuple[MatchTable, Vectors]:
        """Score up to `_AT_ONCE` vectors."""
        wanted = len(vectors)
        full = np.zeros((_AT_ONCE, vectors.shape[1]), dtype=np.float32)
        full[:wanted] = vectors
        # The threads of NumPy and FAISS keep spinning after a product, and torch's next encode takes twice as long.
        with _threads().limit(limits=1):
            likeness = alike(full, self._vectors)
            values, rows = self._faiss.search(likeness, len(self))
        scores = cosines(values)
        touches = np.einsum("ij,j->i", likeness, self._touch)  # no BLAS: a row's sum is its own
        known = self.calibration
        table = MatchTable(
            clauses=rows[:wanted, :top_k],
            scores=scores[:wanted, :top_k],
            probabilities=None if known is None else known.probabilities(scores, touches)[:wanted, :top_k],
            touches=None if known is None else known.touch_probabilities(scores, touches)[:wanted],
        )
        return table, likeness[:wanted]

    def _result(self, query: str, table: MatchTable, likeness: Vectors, place: int) -> SearchResult:
        chances = None if table.probabilities is None else table.probabilities[place].tolist()
        return SearchResult(
            query=query,
            matches=tuple(
                Match(
                    clause=self._clauses[row],
                    score=score,
                    probability=probability,
                    band=None if probability is None else Band.of(probability),
                    closest_exemplar=self._closest_exemplar(row, likeness[place]),
                )
                for row, score, probability in zip(
                    table.clauses[place].tolist(),
                    table.scores[place].tolist(),
                    [None] * table.clauses.shape[1] if chances is None else chances,
                    strict=True,
                )
            ),
            model=self.encoder.name,
            touch=None if table.touches is None else float(table.touches[place]),
            characters_read=self.encoder.characters_read(query),
        )

    def _closest_exemplar(self, row: int, likeness: Vectors) -> str | None:
        rows = self._training.exemplar_rows[row]
        if rows.start == rows.stop:
            return None
        text: str = self._texts[rows.start + int(np.argmax(likeness[rows]))]
        return text


def _joined(tables: Sequence[MatchTable]) -> MatchTable:
    """Put tables under one another."""
    probabilities = [table.probabilities for table in tables if table.probabilities is not None]
    touches = [table.touches for table in tables if table.touches is not None]
    return MatchTable(
        clauses=np.concatenate([table.clauses for table in tables]),
        scores=np.concatenate([table.scores for table in tables]),
        probabilities=np.concatenate(probabilities) if probabilities else None,
        touches=np.concatenate(touches) if touches else None,
    )


@cache
def _threads() -> ThreadpoolController:
    """Return the handle on the thread pools of the libraries that are loaded by the first search."""
    return ThreadpoolController()


def load_index(model: str | None = None) -> ClauseIndex:
    """Return the index of the bundled policy, ready to search.

    With the bundled model nothing is encoded: its scorer ships with the package. For another model one is fitted once
    (seconds) and kept in the user's cache folder; where that cannot be written, it is fitted again next time.

    Args:
        model: A sentence-transformers model, by folder or by its name in the local model cache. None takes the one that
            the environment variable POLICY_INDEX_MODEL names, or else the bundled one.

    Raises:
        EncoderError: The model is missing, damaged or unusable.
    """
    return load_or_build(bundled_policy(), bundled_exemplars(), load_encoder(model))


def load_or_build(document: PolicyDocument, exemplars: ExemplarSet, encoder: Encoder) -> ClauseIndex:
    """Return an index from a shipped or cached scorer where it fits exactly, or else from a new one, which is then cached.

    Its results carry probabilities only where the shipped calibration was fitted to this very scorer.
    """
    key = scorer_key(document, exemplars, encoder)
    size = {
        "texts": len(TrainingTexts.from_exemplars(document, exemplars).texts),
        "columns": len(document.clauses) + 1,
    }
    scorer = load_shipped_scorer(key=key, **size)
    if scorer is None:
        cached = cached_scorer(key)
        scorer = ClauseScorer.from_file(cached, key=key, **size)
        if scorer is None:
            scorer = ClauseScorer.from_texts(document, exemplars, encoder)
            with suppress(OSError):  # a cache that cannot be written costs only the caching
                scorer.save(cached)
    try:
        calibration, uncalibrated = bundled_calibration(key=key, model=encoder.name), ""
    except CalibrationError as error:
        calibration, uncalibrated = None, str(error)
    return ClauseIndex.from_scorer(
        document, exemplars, encoder, scorer, calibration=calibration, uncalibrated=uncalibrated
    )


def cached_scorer(key: str) -> Path:
    """Return the file in the user's cache folder for a scorer with this key."""
    return user_cache_path("policy-index") / f"scorer-{key[:32]}.npz"
