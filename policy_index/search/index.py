"""The clause index: texts in, nearest clauses out, with exact inner-product search in FAISS."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from platformdirs import user_cache_path
from threadpoolctl import ThreadpoolController

from policy_index.errors import CalibrationError, InputError
from policy_index.policy.document import Clause, Policy
from policy_index.policy.exemplars import ExemplarSet
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import load_shelf
from policy_index.search.calibration import Calibration
from policy_index.search.encoder import load_encoder
from policy_index.search.even_batches import in_turn
from policy_index.search.fitness import unfit
from policy_index.search.likelihood import Band, Likelihood
from policy_index.search.score_table import ScoreTable
from policy_index.search.scorer import ClauseScorer, TrainingTexts, alike, cosines, scorer_key
from policy_index.search.text import accept_text
from policy_index.search.vectors import Encoder, Vectors

if TYPE_CHECKING:
    import faiss

_AT_ONCE = 2048
"""Texts that are encoded together, and whose likeness to all training texts is held in memory at once: about 36 MB."""

_BETWEEN_REPORTS = 512
"""The same where somebody watches."""

_SURELY_READ = 250
"""Characters that every encoder in use reads, whatever they are: a token has at least one."""

_BLOCK = 16
"""Texts that are compared with all training texts in one product. Always so many, empty places filled up: products of
another shape sum in another order, and a text's scores would depend on its company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One clause for one query.

    Attributes:
        clause: The clause.
        likelihood: How sure it is.
        closest_exemplar: The clause's exemplar nearest to the query; None where the clause has none.
    """

    clause: Clause
    likelihood: Likelihood
    closest_exemplar: str | None = None

    @property
    def score(self) -> float:
        """Cosine similarity of query and clause in the space of clauses, in [-1, 1]."""
        return self.likelihood.score

    @property
    def probability(self) -> float | None:
        """Calibrated probability in [0, 1] that a careful reviewer would cite the clause; None without calibration."""
        return self.likelihood.probability

    @property
    def band(self) -> Band | None:
        """The band of the probability; None without calibration."""
        return self.likelihood.band


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What one query found.

    Attributes:
        query: The text that was searched with.
        matches: The nearest clauses, best first.
        model: Name of the encoder.
        touch: Calibrated probability in [0, 1] that the query touches the policy at all; None without calibration.
        characters_read: How much of the query the encoder read; less than its length where it was cut off.
        unfit: One sentence on why the query cannot be judged, so that no match is likely or possible; None where it can be.
    """

    query: str
    matches: tuple[Match, ...]
    model: str
    touch: float | None
    characters_read: int
    unfit: str | None

    @property
    def is_cut(self) -> bool:
        """Whether the encoder did not read the query to its end."""
        return self.characters_read < len(self.query.rstrip())


class ClauseIndex:
    """The clauses of one policy, searchable by meaning. `load_index` gives the one that ships."""

    def __init__(  # noqa: PLR0913  # the parts of an index, stored as they are
        self,
        pack: PolicyPack,
        encoder: Encoder,
        scorer: ClauseScorer,
        *,
        faiss_index: "faiss.IndexFlatIP",
        calibration: Calibration | None = None,
        uncalibrated: str = "",
    ) -> None:
        """Store the parts; `from_pack` and `from_scorer` make them."""
        self.pack = pack
        self.encoder = encoder
        self.scorer = scorer
        self.calibration = calibration
        self.uncalibrated = uncalibrated
        self._faiss = faiss_index
        self._training = TrainingTexts.from_exemplars(pack.policy, pack.exemplars)
        self._vectors = scorer.vectors.astype(np.float32)
        self._touch = scorer.coefficients[:, -1]

    @classmethod
    def from_pack(cls, pack: PolicyPack, encoder: Encoder) -> "ClauseIndex":
        """Return the index of a pack: from its fitted scorer, or a cached one, where it fits exactly, or else from a new one.

        A new one takes up to seconds and is kept in the user's cache folder; where that cannot be written, it is fitted again
        next time. Results carry probabilities only where the pack's calibration was fitted to this very scorer.
        """
        key = scorer_key(pack.policy, pack.exemplars, encoder)
        texts = len(TrainingTexts.from_exemplars(pack.policy, pack.exemplars).texts)
        size = {"texts": texts, "columns": len(pack.policy.clauses) + 1}
        scorer = ClauseScorer.from_file(pack.fitted("scorer.npz"), key=key, **size)
        scorer = scorer or ClauseScorer.from_file(cached_scorer(key), key=key, **size)
        if scorer is None:
            scorer = ClauseScorer.from_texts(pack.policy, pack.exemplars, encoder)
            with suppress(OSError):  # a cache that cannot be written costs only the caching
                scorer.save(cached_scorer(key))
        try:
            found = Calibration.from_file(pack.fitted("calibration.json"), key=key, model=encoder.name)
        except CalibrationError as error:
            return cls.from_scorer(pack, encoder, scorer, uncalibrated=str(error))
        return cls.from_scorer(pack, encoder, scorer, calibration=found)

    @classmethod
    def from_scorer(
        cls,
        pack: PolicyPack,
        encoder: Encoder,
        scorer: ClauseScorer,
        *,
        calibration: Calibration | None = None,
        uncalibrated: str = "",
    ) -> "ClauseIndex":
        """Put a fitted scorer into a FAISS index: one vector a clause, its coefficients.

        Args:
            pack: The policy with its exemplars.
            encoder: What the scorer's vectors were made with.
            scorer: The fitted scorer.
            calibration: What turns scores into probabilities; without one, results have none.
            uncalibrated: One sentence for people on why there is none.
        """
        import faiss  # with its start-up cost, only where a search will follow

        index = faiss.IndexFlatIP(len(scorer.coefficients))
        index.add(np.ascontiguousarray(scorer.coefficients[:, :-1].T))
        return cls(pack, encoder, scorer, faiss_index=index, calibration=calibration, uncalibrated=uncalibrated)

    @property
    def policy(self) -> Policy:
        """The policy whose clauses are found."""
        return self.pack.policy

    @property
    def exemplars(self) -> ExemplarSet:
        """The example inputs that the scorer was fitted to, beside the policy."""
        return self.pack.exemplars

    def __len__(self) -> int:
        """Return how many clauses can be found."""
        return len(self.policy.clauses)

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
        self.accept_top(top_k)
        queries = [accept_text(text) for text in texts]
        if not queries:
            return []
        vectors = self.encoder.encode(queries)
        return [
            result
            for start in range(0, len(queries), _AT_ONCE)
            for result in self._results(queries[start : start + _AT_ONCE], vectors[start : start + _AT_ONCE], top_k)
        ]

    def accept_top(self, top_k: int) -> int:
        """Return `top_k` where so many clauses can be returned.

        Raises:
            InputError: There are fewer, or it is not positive.
        """
        if not 1 <= top_k <= len(self):
            message = f"Expected a number of results from 1 to {len(self)}, got {top_k}."
            raise InputError(message)
        return top_k

    def score_table(self, texts: Sequence[str], *, on_progress: Callable[[int], object] | None = None) -> ScoreTable:
        """Return the scores of texts for every clause, without a `Match` each: for many texts at once.

        Args:
            texts: Accepted texts, at least one.
            on_progress: Called after each batch with how many texts are done.
        """
        tables = []
        step = _AT_ONCE if on_progress is None else _BETWEEN_REPORTS
        for start in range(0, len(texts), step):
            some = texts[start : start + step]
            tables.append(self.score_vectors(some, self.encoder.encode(some)))
            if on_progress is not None:
                on_progress(min(start + step, len(texts)))
        return ScoreTable.joined(tables)

    def exemplar(self, place: int) -> str | None:
        """Return the exemplar at this place of `ScoreTable.closest`; None for -1."""
        return None if place < 0 else self._training.texts[place]

    def score_vectors(self, texts: Sequence[str], vectors: Vectors, *, block_size: int = _BLOCK) -> ScoreTable:
        """Return the scores of texts that this index's encoder has made these vectors of, shape (texts, dimensions).

        Args:
            texts: The texts, of which the encoder has read as much as it reads.
            vectors: One row a text.
            block_size: How many are compared at a time; another size moves the seventh decimal.
        """
        likeness = np.empty((len(vectors), len(self._vectors)), dtype=np.float32)
        values = np.empty((len(vectors), len(self)), dtype=np.float32)
        order = np.empty((len(vectors), len(self)), dtype=np.int64)

        def compare(start: int) -> None:
            rows = slice(start, min(start + block_size, len(vectors)))
            here = rows.stop - start
            block = np.zeros((block_size, vectors.shape[1]), dtype=np.float32)
            block[:here] = vectors[rows]
            alikes = alike(block, self._vectors)
            found, clauses = self._faiss.search(alikes, len(self))
            likeness[rows], order[rows] = alikes[:here], clauses[:here]
            np.put_along_axis(values[rows], clauses[:here], found[:here], axis=1)

        # One thread a block, several blocks at a time: threads inside a product keep spinning after it.
        with _threads().limit(limits=1):
            in_turn(compare, range(0, len(vectors), block_size))
        scores = cosines(values)
        touches = np.einsum("ij,j->i", likeness, self._touch)  # no product of a shape: a row's sum is its own
        calibration = self.calibration
        return ScoreTable(
            scores=scores,
            order=order,
            probabilities=None if calibration is None else calibration.probabilities(scores, touches),
            touches=None if calibration is None else calibration.touch_probabilities(scores, touches),
            closest=self._training.closest(likeness),
            unfit=(None,) * len(texts),
        ).judged([self._unfit(text) for text in texts])

    def _unfit(self, text: str) -> str | None:
        """Return why what the encoder reads of a text cannot be judged."""
        return unfit(text if len(text) <= _SURELY_READ else text[: self.encoder.characters_read(text)])

    def _results(self, queries: Sequence[str], vectors: Vectors, top_k: int) -> list[SearchResult]:
        # One text alone must be quick.
        table = self.score_vectors(queries, vectors, block_size=min(_BLOCK, len(queries)))
        clauses = self.policy.clauses
        return [
            SearchResult(
                query=query,
                matches=tuple(
                    Match(
                        clause=clauses[column],
                        likelihood=table.likelihood(row, column),
                        closest_exemplar=self.exemplar(int(table.closest[row, column])),
                    )
                    for column in table.order[row, :top_k].tolist()
                ),
                model=self.encoder.name,
                touch=None if table.touches is None else float(table.touches[row]),
                characters_read=self.encoder.characters_read(query),
                unfit=table.unfit[row],
            )
            for row, query in enumerate(queries)
        ]


@cache
def _threads() -> ThreadpoolController:
    """Return the handle on the thread pools of the libraries that are loaded by the first search."""
    return ThreadpoolController()


def load_index(pack: PolicyPack | None = None, model: str | None = None) -> ClauseIndex:
    """Return the index of a policy, ready to search.

    With the bundled policy and model nothing is encoded: its scorer ships with the package.

    Args:
        pack: The policy with what belongs to it; the bundled one if None.
        model: A sentence-transformers model, by folder or by its name in the local model cache. None takes the one that
            the environment variable POLICY_INDEX_MODEL names, or else the bundled one.

    Raises:
        EncoderError: The model is missing, damaged or unusable.
    """
    return ClauseIndex.from_pack(load_shelf().default if pack is None else pack, load_encoder(model))


def cached_scorer(key: str) -> Path:
    """Return the file in the user's cache folder for a scorer with this key."""
    return user_cache_path("policy-index") / f"scorer-{key[:32]}.npz"
