"""The scorer of a policy that has some examples: its clauses' places in the concept space, put right by what the examples say.

With few examples a regression on them alone would know less than the places do, and one on a single clause would pull every text
to it. So the regression is fitted to what is missing: the difference between what each text should score and what the places
give it (a Gaussian process whose mean is the places' score; Rasmussen and Williams, 2006, section 2.7).

    score = place score + sum of coefficients times k(text, training text)^2
    coefficients = (K + RIDGE)^-1 (TARGET * targets - place scores)
    leave-one-out prediction of text i = TARGET * target_i - coefficient_i / inverse_ii

A clause for which there is no example keeps its place: examples of other clauses take nothing from it. With the bundled policy's
held-out texts as examples the right clause comes first / within three, and AUROC of "touches nothing here":

    examples            0              20             60             200            400
    places alone   .75 .92 .97    .75 .92 .97    .75 .93 .97    .74 .92 .97    .76 .93 .98
    regression alone              .70 .88 .84    .67 .86 .87    .72 .91 .88    .79 .94 .91
    both                          .77 .93 .97    .78 .94 .97    .79 .94 .97    .83 .95 .98

The examples lie in the library, with the policy; what is fitted to them lies only in the cache folder of the machine that searches.
That is enough: a fit depends on nothing but the policy, its examples, what people said of its concepts and the model, so any
server makes the same one again, within seconds, and one that was cut off half way leaves no file that would be taken for whole.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import CalibrationError
from policy_index.files import written
from policy_index.policy.pack import PolicyPack
from policy_index.policy.parts import PackFolder
from policy_index.search.calibration import UnseenScores
from policy_index.search.concept_space import ConceptSpace, concept_space
from policy_index.search.example_calibration import ExampleCalibration, examples_of
from policy_index.search.place_scorer import PlaceScorer, strongest
from policy_index.search.regression import MANY, alike
from policy_index.search.scorer import cosines, scorer_key
from policy_index.search.topic_places import LONG_LIST
from policy_index.search.training_texts import STANCES, TrainingTexts
from policy_index.search.vectors import Encoder, Vectors

TARGET = 0.5
"""What an example should score for its clause: about what a text on a clause's very topic scores by places."""

RIDGE = 0.2
"""Variance of the noise that a target is taken to have."""

TOO_FEW = (
    "This policy has so many clauses that its few examples are not learned from, so clauses are shown by nearness, without "
    "probabilities."
)
"""Said where `can_learn` says no, and a regression would know less than the clauses' places do."""

_FORMAT = 2
"""Raised when the layout or the making of stored files changes, so that older ones are not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleScorer:
    """Places, and fitted coefficients with the vectors that they belong to.

    Attributes:
        key: Digest of everything that they were made from.
        space: The concept space.
        places: Those of the clauses and of their phrases in it, as `PlaceScorer` has them, (vectors, dimensions + concepts).
        owners: The column of the clause that each of them belongs to, (vectors,).
        vectors: Unit vectors of the training texts, exemplars first, float16, (texts, dimensions).
        coefficients: One column a clause and, last, one a stance, float32, (texts, clauses + stances).
        left_out: What is said of each training text but the clauses' own words by a fit without it, float16, (texts before
            these, clauses + stances).
        calibration: What turns scores into probabilities, or what is missing until there is one.
    """

    key: str
    space: ConceptSpace
    places: Vectors
    owners: NDArray[np.int64]
    vectors: NDArray[np.float16]
    coefficients: NDArray[np.float32]
    left_out: NDArray[np.float16]
    calibration: ExampleCalibration

    @classmethod
    def from_pack(cls, pack: PolicyPack, encoder: Encoder) -> "ExampleScorer":
        """Place the clauses, encode every training text, fit, and calibrate where there is enough to do so."""
        training = TrainingTexts.from_pack(pack)
        placed = PlaceScorer.from_pack(pack, encoder)
        vectors = encoder.encode(training.texts).astype(np.float16)
        wide = vectors.astype(np.float32)
        near = placed.space.places(wide) @ placed.clause_vectors.T
        prior = strongest(near, placed.owners, len(pack.policy.clauses))
        coefficients, left_out = _fitted(wide, prior, training)
        kept = left_out[: training.before_own].astype(np.float16)
        key = example_key(pack, encoder)
        unseen = _unseen(kept, training)
        return cls(
            key=key,
            space=placed.space,
            places=placed.clause_vectors,
            owners=placed.owners,
            vectors=vectors,
            coefficients=coefficients,
            left_out=kept,
            calibration=ExampleCalibration.fit(unseen, examples_of(pack), model=encoder.name, key=key),
        )

    @classmethod
    def from_file(cls, path: Path, *, key: str, pack: PolicyPack, encoder: Encoder) -> "ExampleScorer | None":
        """Read a scorer that was made with this key; None for a missing, damaged or foreign file."""
        columns = len(pack.policy.clauses) + len(STANCES)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                if str(stored["key"]) != key:
                    return None
                found = cls(
                    key=key,
                    space=concept_space(encoder),
                    places=stored["places"],
                    owners=stored["owners"],
                    vectors=stored["vectors"],
                    coefficients=stored["coefficients"],
                    left_out=stored["left_out"],
                    calibration=ExampleCalibration.from_json(str(stored["calibration"])),
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, CalibrationError):
            return None
        sound = (
            found.vectors.dtype == np.float16
            and found.coefficients.dtype == found.places.dtype == np.float32
            and found.coefficients.shape == (len(found.vectors), columns)
            and found.places.shape == (len(found.owners), found.vectors.shape[1] + found.space.coefficients.shape[1])
            and found.owners.dtype == np.int64
            and np.array_equal(np.unique(found.owners), np.arange(len(pack.policy.clauses)))
            and found.left_out.shape == (len(found.vectors) - len(pack.policy.clauses), columns)
            and all(np.isfinite(part).all() for part in (found.coefficients, found.places, found.left_out))
        )
        return found if sound else None

    def save(self, path: Path) -> None:
        """Write to `path`, which appears only when the file is complete.

        Raises:
            OSError: The folder cannot be written to.
        """
        with written(path) as file:
            np.savez(
                file,
                key=np.array(self.key),
                places=self.places,
                owners=self.owners,
                vectors=self.vectors,
                coefficients=self.coefficients,
                left_out=self.left_out,
                calibration=np.array(self.calibration.to_json()),
            )

    @property
    def clause_vectors(self) -> NDArray[np.float32]:
        """For each place its clause's coefficients, then the place itself, (vectors, texts + dimensions + concepts)."""
        return np.ascontiguousarray(np.hstack([self.coefficients[:, : -len(STANCES)].T[self.owners], self.places]))

    def comparer(self) -> Callable[[Vectors], Vectors]:
        """Return what turns the encoder's vectors into their likeness to every training text, and their places."""
        known = self.vectors.astype(np.float32)
        return lambda encoded: np.hstack([alike(encoded, known) ** 2, self.space.places(encoded)])

    def scores(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the clauses' values as scores, in [-1, 1]."""
        return cosines(values)

    def stance_values(self, features: Vectors) -> NDArray[np.float32]:
        """Return the values of texts of these features for each stance, (texts, stances)."""
        found: NDArray[np.float32] = features[:, : len(self.vectors)] @ self.coefficients[:, -len(STANCES) :]
        return found

    def unseen(self, pack: PolicyPack) -> UnseenScores:
        """Return the scores of the pack's training texts but the clauses' own words, each by a fit without it."""
        return _unseen(self.left_out, TrainingTexts.from_pack(pack))


def can_learn(pack: PolicyPack) -> bool:
    """Whether a pack has examples of clauses, and not so many texts that seconds would not do."""
    texts = pack.exemplars.counts().total()
    return texts > 0 and texts + len(pack.exemplars.harmless) + len(pack.policy.clauses) < MANY


def goes_by_places(pack: PolicyPack) -> bool:
    """Whether a pack is searched by its clauses' places alone: it has no examples, or too few of them for so many clauses."""
    examples = pack.exemplars.counts().total()
    return not examples or (not can_learn(pack) and examples < len(pack.policy.clauses))


def example_key(pack: PolicyPack, encoder: Encoder) -> str:
    """Return a digest of all that a scorer of examples depends on."""
    parts = pack.parts or PackFolder(pack.folder)
    clauses = [[clause.citable, *clause.path] for clause in pack.policy]
    own = [_FORMAT, TARGET, RIDGE, LONG_LIST, clauses, parts.read("confirmations.jsonl") or ""]
    made_of = [own, scorer_key(pack, encoder), concept_space(encoder).key, ExampleCalibration.SETTINGS]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def _fitted(
    vectors: Vectors, prior: NDArray[np.float32], training: TrainingTexts
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the coefficients, and what is said of each text by a fit without it; both (texts, clauses + stances)."""
    clauses = len(training.exemplar_rows)
    wanted = training.targets.astype(np.float64)
    wanted[:, :clauses] *= TARGET
    mean = np.zeros_like(wanted)
    mean[:, :clauses] = prior
    missing = wanted - mean
    before = training.before_own
    known = (training.targets[:before, :clauses] == 1.0).any(axis=0)
    touching = training.clause_rows[:before] >= 0
    missing[:before, :clauses][np.ix_(touching, ~known)] = 0.0  # a clause without examples keeps its place
    gram = alike(vectors, vectors).astype(np.float64) ** 2
    gram[np.diag_indices(len(gram))] += RIDGE
    inverse = np.linalg.inv(gram)
    coefficients = inverse @ missing
    left_out = mean + missing - coefficients / np.diag(inverse)[:, None]
    return coefficients.astype(np.float32), left_out.astype(np.float32)


def _unseen(left_out: NDArray[np.float16], training: TrainingTexts) -> UnseenScores:
    """Return what was left out with its labels."""
    own = np.zeros((len(training.exemplar_rows), left_out.shape[1]), dtype=np.float32)
    whole = np.vstack([left_out.astype(np.float32), own])
    return UnseenScores.from_values(whole, training).take(np.arange(training.before_own))
