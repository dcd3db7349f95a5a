"""The clause index: texts in, nearest clauses out, with exact inner-product search in FAISS."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

_AT_ONCE = 2048
"""Texts that are encoded together, and whose likeness to all training texts is held in memory at once: about 36 MB."""

_BETWEEN_REPORTS = 512
"""The same where somebody watches."""

_BLOCK = 4
"""Texts that are compared with all training texts in one product. Always so many, empty places filled up: products of
another shape sum in another order, and a text's scores would depend on its company."""


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
class ScoreTable:
    """What the index says of many texts and every clause, as arrays: rows are texts, columns clauses in document order.

    Attributes:
        scores: Cosine similarities in the space of clauses, in [-1, 1], (texts, clauses).
        probabilities: Calibrated, in [0, 1], (texts, clauses); None without calibration.
        touches: Probability of touching the policy at all, (texts,); None without calibration.
        closest: Place, among the training texts, of the clause's exemplar nearest to the text, (texts, clauses); -1 where the
            clause has none.
    """

    scores: NDArray[np.float32]
    probabilities: NDArray[np.float64] | None
    touches: NDArray[np.float64] | None
    closest: NDArray[np.int64]

    @property
    def values(self) -> NDArray[np.floating[Any]]:
        """What to rank clauses by: the probabilities, or the scores where there are none."""
        return self.scores if self.probabilities is None else self.probabilities

    def take(self, rows: NDArray[np.int64]) -> "ScoreTable":
        """Return the table of the texts in these rows, in their order."""
        return ScoreTable(
            scores=self.scores[rows],
            probabilities=None if self.probabilities is None else self.probabilities[rows],
            touches=None if self.touches is None else self.touches[rows],
            closest=self.closest[rows],
        )


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
        if not 1 <= top_k <= len(self):
            message = f"Expected a number of results from 1 to {len(self)}, got {top_k}."
            raise InputError(message)
        queries = [accept_text(text) for text in texts]
        if not queries:
            return []
        vectors = self.encoder.encode(queries)
        return [
            result
            for start in range(0, len(queries), _AT_ONCE)
            for result in self._results(queries[start : start + _AT_ONCE], vectors[start : start + _AT_ONCE], top_k)
        ]

    def score_table(self, texts: Sequence[str], *, on_progress: Callable[[int], object] | None = None) -> ScoreTable:
        """Return the scores of texts for every clause, without a `Match` each: for many texts at once.

        Args:
            texts: Accepted texts, at least one.
            on_progress: Called after each batch with how many texts are done.
        """
        tables = []
        step = _AT_ONCE if on_progress is None else _BETWEEN_REPORTS
        for start in range(0, len(texts), step):
            vectors = self.encoder.encode(texts[start : start + step])
            tables.append(self.score_vectors(vectors))
            if on_progress is not None:
                on_progress(min(start + step, len(texts)))
        return ScoreTable(
            scores=np.concatenate([table.scores for table in tables]),
            probabilities=_joined([table.probabilities for table in tables]),
            touches=_joined([table.touches for table in tables]),
            closest=np.concatenate([table.closest for table in tables]),
        )

    def exemplar(self, place: int) -> str | None:
        """Return the exemplar at this place of `ScoreTable.closest`; None for -1."""
        return None if place < 0 else self._texts[place]

    def score_vectors(self, vectors: Vectors, *, block_size: int = _BLOCK) -> ScoreTable:
        """Return the scores of texts that this index's encoder has made these vectors of, shape (texts, dimensions).

        Args:
            vectors: One row a text.
            block_size: How many are compared at a time; another size moves the seventh decimal.
        """
        likeness = np.empty((len(vectors), len(self._vectors)), dtype=np.float32)
        values = np.empty((len(vectors), len(self)), dtype=np.float32)
        block = np.zeros((block_size, vectors.shape[1]), dtype=np.float32)
        # More threads keep spinning after a product, and torch's next encode takes twice as long.
        with _threads().limit(limits=1):
            for start in range(0, len(vectors), block_size):
                rows = slice(start, min(start + block_size, len(vectors)))
                here = rows.stop - start
                block[:here], block[here:] = vectors[rows], 0
                alikes = alike(block, self._vectors)
                found, clauses = self._faiss.search(alikes, len(self))
                likeness[rows] = alikes[:here]
                np.put_along_axis(values[rows], clauses[:here], found[:here], axis=1)
        scores = cosines(values)
        touches = np.einsum("ij,j->i", likeness, self._touch)  # no product of a shape: a row's sum is its own
        calibration = self.calibration
        return ScoreTable(
            scores=scores,
            probabilities=None if calibration is None else calibration.probabilities(scores, touches),
            touches=None if calibration is None else calibration.touch_probabilities(scores, touches),
            closest=np.stack(
                [
                    rows.start + likeness[:, rows].argmax(axis=1)
                    if rows.stop > rows.start
                    else np.full(len(vectors), -1)
                    for rows in self._training.exemplar_rows
                ],
                axis=1,
            ),
        )

    def _results(self, queries: Sequence[str], vectors: Vectors, top_k: int) -> list[SearchResult]:
        table = self.score_vectors(vectors, block_size=min(_BLOCK, len(queries)))  # one text alone must be quick
        rows = np.argsort(-table.scores, axis=1, kind="stable")[:, :top_k]
        return [
            SearchResult(
                query=query,
                matches=tuple(
                    Match(
                        clause=self._clauses[row],
                        score=float(score),
                        probability=None if probability is None else float(probability),
                        band=None if probability is None else Band.of(probability),
                        closest_exemplar=self.exemplar(table.closest[place, row]),
                    )
                    for row, score, probability in zip(
                        rows[place],
                        table.scores[place, rows[place]],
                        [None] * top_k if table.probabilities is None else table.probabilities[place, rows[place]],
                        strict=True,
                    )
                ),
                model=self.encoder.name,
                touch=None if table.touches is None else float(table.touches[place]),
                characters_read=self.encoder.characters_read(query),
            )
            for place, query in enumerate(queries)
        ]


def _joined(parts: Sequence[NDArray[np.float64] | None]) -> NDArray[np.float64] | None:
    """Return the parts as one array; None where they are None."""
    there = [part for part in parts if part is not None]
    return np.concatenate(there) if there else None


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
