"""The clause index: texts in, nearest clauses out, with exact inner-product search in FAISS."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import CalibrationError, InputError
from policy_index.policy.document import Policy
from policy_index.policy.exemplars import ExemplarSet
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import load_shelf
from policy_index.policy.twins import Stance
from policy_index.search.blocks import FEW, Blocks, block_of_few
from policy_index.search.calibration import Calibration
from policy_index.search.encoder import load_encoder
from policy_index.search.even_batches import in_turn
from policy_index.search.example_scorer import TOO_FEW, ExampleScorer, can_learn, example_key, goes_by_places
from policy_index.search.fit_to_judge import reasons_against, what_is_read
from policy_index.search.one_thread import one_thread_a_product, work_alone
from policy_index.search.patience import stay_patient
from policy_index.search.place_scorer import PlaceScorer
from policy_index.search.policy_language import language_note
from policy_index.search.results import Match, SearchResult
from policy_index.search.score_table import ScoreTable
from policy_index.search.scorer import ClauseScorer, cached_scorer, scorer_key
from policy_index.search.sharing import SharedPlaces
from policy_index.search.stance_words import FILE as WORDS_FILE
from policy_index.search.stance_words import StanceWords, words_key
from policy_index.search.text import accept_text
from policy_index.search.training_texts import STANCES, closest, exemplar_places
from policy_index.search.vectors import Encoder, Vectors

if TYPE_CHECKING:
    import faiss

Scorer: TypeAlias = ClauseScorer | PlaceScorer | ExampleScorer
"""What an index scores by."""

WITHOUT_EXEMPLARS = (
    "Nobody has written examples for this policy yet, so clauses are shown by nearness, without probabilities."
)

_AT_ONCE = 2048
"""Texts that are encoded together, and whose likeness to all exemplars is held in memory at once: about 36 MB."""

_BETWEEN_REPORTS = 512
"""The same where somebody watches."""


class ClauseIndex:
    """The clauses of one policy, searchable by meaning. `load_index` gives the one that ships."""

    def __init__(  # noqa: PLR0913  # the parts of an index, stored as they are
        self,
        pack: PolicyPack,
        encoder: Encoder,
        scorer: Scorer,
        *,
        faiss_index: "faiss.IndexFlatIP",
        calibration: Calibration | None = None,
        stance_words: StanceWords | None = None,
        uncalibrated: str = "",
        basis: str = "",
    ) -> None:
        """Store the parts; `from_pack` and `from_scorer` make them."""
        self.pack = pack
        self.encoder = encoder
        self.scorer = scorer
        self.calibration = calibration
        self.stance_words = stance_words
        self.uncalibrated = uncalibrated
        self.basis = basis
        self._faiss = faiss_index
        self._exemplars = tuple(text for own in pack.exemplars.by_clause.values() for text in own)
        self._exemplar_places = exemplar_places(pack.exemplars)
        self._compare = scorer.comparer()
        self._owners = None if isinstance(scorer, ClauseScorer) else scorer.owners
        self._blocks = Blocks(self._compare)

    @classmethod
    def from_pack(cls, pack: PolicyPack, encoder: Encoder) -> "ClauseIndex":
        """Return the index of a pack: from its fitted scorer, or a cached one, where it fits exactly, or else from a new one.

        A pack without exemplars is searched in the concept space, without a fit and without probabilities; one with some, and
        without a scorer of its own, in the same space put right by them, with probabilities once they are enough.

        A new one takes up to seconds and is kept in the user's cache folder; where that cannot be written, it is fitted again
        next time. Results carry probabilities only where the pack's calibration was fitted to this very scorer.
        """
        if goes_by_places(pack):
            places = PlaceScorer.from_pack(pack, encoder)
            why = [TOO_FEW if pack.exemplars.counts().total() else WITHOUT_EXEMPLARS, language_note(pack.policy)]
            return cls.from_scorer(pack, encoder, places, uncalibrated=" ".join(filter(None, why)))
        key = scorer_key(pack, encoder)
        columns = len(pack.policy.clauses) + len(STANCES)
        scorer = ClauseScorer.from_file(pack.fitted("scorer.npz"), key=key, columns=columns)
        if scorer is None and can_learn(pack):
            return cls._from_examples(pack, encoder)
        scorer = scorer or ClauseScorer.from_file(cached_scorer(key), key=key, columns=columns)
        if scorer is None:
            scorer = ClauseScorer.from_pack(pack, encoder)
            with suppress(OSError):  # a cache that cannot be written costs only the caching
                scorer.save(cached_scorer(key))
        try:
            found = Calibration.from_file(pack.fitted("calibration.json"), key=key, model=encoder.name)
        except CalibrationError as error:
            return cls.from_scorer(pack, encoder, scorer, uncalibrated=str(error))
        words = StanceWords.from_file(pack.fitted(WORDS_FILE), key=words_key(pack))
        return cls.from_scorer(pack, encoder, scorer, calibration=found, stance_words=words)

    @classmethod
    def _from_examples(cls, pack: PolicyPack, encoder: Encoder) -> "ClauseIndex":
        """Return the index of a pack by its examples and its clauses' places, from the cache or made now."""
        key = example_key(pack, encoder)
        path = cached_scorer(key)
        scorer = ExampleScorer.from_file(path, key=key, pack=pack, encoder=encoder)
        if scorer is None:
            scorer = ExampleScorer.from_pack(pack, encoder)
            with suppress(OSError):
                scorer.save(path)
        own = scorer.calibration
        return cls.from_scorer(
            pack,
            encoder,
            scorer,
            calibration=own.calibration,
            uncalibrated=own.uncalibrated,
            basis=own.basis,
        )

    @classmethod
    def from_scorer(  # noqa: PLR0913  # as the constructor
        cls,
        pack: PolicyPack,
        encoder: Encoder,
        scorer: Scorer,
        *,
        calibration: Calibration | None = None,
        stance_words: StanceWords | None = None,
        uncalibrated: str = "",
        basis: str = "",
    ) -> "ClauseIndex":
        """Put a fitted scorer into a FAISS index: one vector a clause, its coefficients, or where it is by places one a phrase as well.

        Args:
            pack: The policy with its exemplars.
            encoder: What the scorer's vectors were made with.
            scorer: The fitted scorer.
            calibration: What turns scores into probabilities; without one, results have none.
            stance_words: The words that say that a text refuses or prevents an act; without them, its vector alone does.
            uncalibrated: One sentence for people on why there is none.
            basis: What the probabilities rest on where that is a policy's own examples, for people.
        """
        import faiss  # with its start-up cost, only where a search will follow

        vectors = scorer.clause_vectors
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(
            pack,
            encoder,
            scorer,
            faiss_index=index,
            calibration=calibration,
            stance_words=stance_words,
            uncalibrated=uncalibrated,
            basis=basis,
        )

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
            stay_patient()
            some = texts[start : start + step]
            tables.append(self.score_vectors(some, self.encoder.encode(some)))
            if on_progress is not None:
                on_progress(min(start + step, len(texts)))
        return ScoreTable.joined(tables)

    def exemplar(self, place: int) -> str | None:
        """Return the exemplar at this place of `ScoreTable.closest`; None for -1."""
        return None if place < 0 else self._exemplars[place]

    def score_vectors(
        self,
        texts: Sequence[str],
        vectors: Vectors,
        *,
        block_size: int | None = None,
        places: SharedPlaces | None = None,
        reasons: Sequence[str | None] | None = None,
    ) -> ScoreTable:
        """Return the scores of texts that this index's encoder has made these vectors of, shape (texts, dimensions).

        Args:
            texts: The texts, of which the encoder has read as much as it reads.
            vectors: One row a text.
            block_size: How many are compared at a time, if not as `Blocks` says; another size moves the seventh decimal.
            places: What other indexes have found of the same texts and vectors already.
            reasons: For each text why it cannot be judged, where that is known already (`reasons_against`).
        """
        places = SharedPlaces() if places is None else places
        examples = 0 if isinstance(self.scorer, PlaceScorer) else len(self._exemplars)  # places know of none
        likeness = np.empty((len(vectors), examples), dtype=np.float32)
        stance_values = np.empty((len(vectors), len(STANCES)), dtype=np.float32)
        values = np.empty((len(vectors), len(self)), dtype=np.float32)
        order = np.empty((len(vectors), len(self)), dtype=np.int64)

        def compare(at: tuple[int, int]) -> None:
            start, size = at
            rows = slice(start, min(start + size, len(vectors)))
            here = rows.stop - start
            work_alone()
            features = places.of(self.scorer, vectors, start, size, self._compare)
            likeness[rows] = features[:here, :examples]
            for first in range(0, here, FEW):  # never more, and empty places too: so many sum in one order
                part, some = features[first : first + FEW], slice(start + first, min(start + first + FEW, rows.stop))
                found, clauses = self._ranked(part[: some.stop - some.start])
                order[some], stance_values[some] = clauses, self.scorer.stance_values(part)[: len(found)]
                values[np.arange(some.start, some.stop)[:, None], clauses] = found

        with one_thread_a_product():  # one thread a block, several blocks at a time
            in_turn(compare, self._blocks.of(vectors, size=block_size))
        scores = self.scorer.scores(values)
        calibration = self.calibration
        stances = None if calibration is None else calibration.stances(scores, stance_values)
        if stances is not None and self.stance_words is not None:
            stances = self.stance_words.moved(stances, [what_is_read(text, self.encoder) for text in texts])
        probabilities = mentions = None
        if calibration is not None and stances is not None:
            probabilities = calibration.probabilities(scores, stances[:, STANCES.index(Stance.DOES)])
            mentions = calibration.probabilities(scores, 1 - stances[:, STANCES.index(Stance.HARMLESS)])
        return ScoreTable(
            scores=scores,
            order=order,
            probabilities=probabilities,
            mentions=mentions,
            stances=stances,
            closest=closest(likeness, self._exemplar_places) if examples else np.full(values.shape, -1),
            unfit=(None,) * len(texts),
            by_places=calibration is None and not isinstance(self.scorer, ClauseScorer),
        ).judged(reasons_against(texts, self.encoder) if reasons is None else reasons)

    def _ranked(self, features: Vectors) -> tuple[Vectors, NDArray[np.int64]]:
        """Return the values of all clauses for texts of this likeness, best first, and the clauses' columns.

        Text by text: FAISS multiplies large rows together, in an order of sums that depends on a text's place among them.
        """
        found = [self._nearest(row[None]) for row in features]
        return np.stack([values for values, _ in found]), np.stack([clauses for _, clauses in found])

    def _nearest(self, features: Vectors) -> tuple[Vectors, NDArray[np.int64]]:
        """Return the values of all clauses for one text, (1, features), best first, and their columns; a clause has its best value."""
        (values,), (vectors,) = self._faiss.search(features, self._faiss.ntotal)
        if self._owners is None:
            return values, vectors
        owners = self._owners[vectors]
        first = np.sort(np.unique(owners, return_index=True)[1])
        return values[first], owners[first]

    def highest_scores(
        self, vectors: Vectors, *, block_size: int | None, places: SharedPlaces
    ) -> NDArray[np.float32] | None:
        """Return the best score of each text, (texts,), as `score_vectors` has it; None where it alone does not say what is near."""
        if not isinstance(self.scorer, PlaceScorer):
            return None

        def search(at: tuple[int, int]) -> NDArray[np.float32]:
            work_alone()
            features = places.of(self.scorer, vectors, *at, self._compare)
            found: NDArray[np.float32] = self._faiss.search(features, 1)[0][:, 0]
            return found

        with one_thread_a_product():
            return np.concatenate(in_turn(search, self._blocks.of(vectors, size=block_size)))[: len(vectors)]

    def _results(self, queries: Sequence[str], vectors: Vectors, top_k: int) -> list[SearchResult]:
        table = self.score_vectors(queries, vectors, block_size=block_of_few(len(queries)))
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
