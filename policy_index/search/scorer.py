"""How near a text is to each clause: kernel ridge regression over the exemplars, in closed form.

Two texts are alike by the RBF kernel of their unit vectors, k(a, b) = exp(-|a - b|^2) = exp(2 cos(a, b) - 2). For each
clause a function f = sum of coefficients times k(text, training text) is fitted to what the training texts say of it:
1 for its own words and exemplars, SIBLING_TARGET for those of other clauses of its category, 0 for all others, the
harmless ones among them. One more function is fitted to "touches any clause".

    coefficients = (K + RIDGE * diag(1 / weight))^-1 targets
    leave-one-out prediction of text i = target_i - coefficient_i / inverse_ii

(Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, equations 2.25 and 5.12.)

The values f_1 ... f_n of a text are its place in a space with one axis a clause; one more axis takes up what is missing
to length 1, and where they are longer than 1 they are shortened to it. A clause's score is the cosine of the text's unit
vector and the clause's axis: in [-1, 1], near 0 where the text has nothing of the clause.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_index.files import written
from policy_index.policy.document import Policy
from policy_index.policy.exemplars import ExemplarSet
from policy_index.search.vectors import Encoder, Vectors

RIDGE = 0.15
"""Variance of the noise that a training text's target is taken to have."""

OWN_WEIGHT = 5.0
"""How many exemplars a clause's own words count for."""

BALANCE = 45
"""Exemplars of a clause that has more than so many weigh less, as if it had so many: breadth, not weight."""

SIBLING_TARGET = 0.3
"""Target of an exemplar for the other clauses of its category of disallowed usage."""

_FORMAT = 2
"""Raised when the layout or the making of stored files changes, so that older ones are not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingTexts:
    """The texts that a scorer is fitted to: exemplars clause by clause, harmless ones, each clause's own words.

    Attributes:
        texts: All of them, in that order.
        clause_rows: For each its clause's row in the document; -1 for harmless ones.
        exemplar_rows: For each clause the places of its exemplars among the texts.
    """

    texts: tuple[str, ...]
    clause_rows: NDArray[np.int64]
    exemplar_rows: tuple[slice, ...]

    @classmethod
    def from_exemplars(cls, policy: Policy, exemplars: ExemplarSet) -> "TrainingTexts":
        """Put the texts in their order; the exemplars must be the policy's."""
        groups = [exemplars.by_clause[clause.id] for clause in policy]
        ends = list(accumulate(len(group) for group in groups))
        own = [clause.text for clause in policy]
        rows = [row for row, group in enumerate(groups) for _ in group]
        return cls(
            texts=(*(text for group in groups for text in group), *exemplars.harmless, *own),
            clause_rows=np.array([*rows, *(-1 for _ in exemplars.harmless), *range(len(own))]),
            exemplar_rows=tuple(slice(start, end) for start, end in zip([0, *ends], ends, strict=False)),
        )

    @property
    def exemplars_and_harmless(self) -> int:
        """How many texts stand before the clauses' own words."""
        return len(self.texts) - len(self.exemplar_rows)

    def closest(self, likeness: Vectors) -> NDArray[np.int64]:
        """Return for each text and clause the place of the clause's exemplar nearest to the text; -1 where it has none.

        Args:
            likeness: Of the texts to all training texts, (texts, training texts).
        """
        return np.stack(
            [
                rows.start + likeness[:, rows].argmax(axis=1) if rows.stop > rows.start else np.full(len(likeness), -1)
                for rows in self.exemplar_rows
            ],
            axis=1,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseScorer:
    """Fitted coefficients, and the vectors that they belong to.

    Attributes:
        key: Digest of everything that they were made from.
        vectors: Unit vectors of the training texts, float16, (texts, dimensions).
        coefficients: One column a clause and a last one for "touches any clause", float32, (texts, clauses + 1).
    """

    key: str
    vectors: NDArray[np.float16]
    coefficients: NDArray[np.float32]

    @classmethod
    def from_texts(cls, policy: Policy, exemplars: ExemplarSet, encoder: Encoder) -> "ClauseScorer":
        """Encode every training text and fit."""
        training = TrainingTexts.from_exemplars(policy, exemplars)
        # Fitted on what is stored, so that rounding is part of the fit.
        vectors = encoder.encode(training.texts).astype(np.float16)
        fitted = fit(vectors.astype(np.float32), training, policy)
        return cls(key=scorer_key(policy, exemplars, encoder), vectors=vectors, coefficients=fitted.coefficients)

    @classmethod
    def from_file(cls, path: Path, *, key: str, texts: int, columns: int) -> "ClauseScorer | None":
        """Read a scorer that was made with this key and of this size; None for a missing, damaged or foreign file."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                if str(stored["key"]) != key:
                    return None
                found = cls(key=key, vectors=stored["vectors"], coefficients=stored["coefficients"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        sound = (
            found.vectors.dtype == np.float16
            and found.coefficients.dtype == np.float32
            and len(found.vectors) == texts
            and found.coefficients.shape == (texts, columns)
            and bool(np.allclose(np.linalg.norm(found.vectors.astype(np.float32), axis=-1), 1, atol=5e-3))
            and bool(np.all(np.isfinite(found.coefficients)))
        )
        return found if sound else None

    def save(self, path: Path) -> None:
        """Write to `path`, which appears only when the file is complete.

        Raises:
            OSError: The folder cannot be written to.
        """
        with written(path) as file:
            np.savez(file, key=np.array(self.key), vectors=self.vectors, coefficients=self.coefficients)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted regression.

    Attributes:
        coefficients: As in ClauseScorer, (texts, clauses + 1).
        leave_one_out: What the regression says of each training text when it is fitted without it, (texts, clauses + 1).
    """

    coefficients: NDArray[np.float32]
    leave_one_out: NDArray[np.float32]


def alike(a: Vectors, b: Vectors) -> Vectors:
    """Return the RBF kernel of unit vectors, in (0, 1], shape (len(a), len(b))."""
    result: Vectors = np.exp(2 * (a @ b.T) - 2)
    return result


Kernel = Callable[[Vectors, Vectors], Vectors]


def fit(vectors: Vectors, training: TrainingTexts, policy: Policy, *, kernel: Kernel = alike) -> Fit:
    """Fit the regression to training texts with these vectors; see the module's formulas."""
    if len(training.texts) == len(training.exemplar_rows):
        return _nearness(len(training.texts))
    gram = kernel(vectors, vectors).astype(np.float64)
    weights = _weights(training)
    wanted = _targets(training, policy)
    inverse = np.linalg.inv(gram + np.diag(RIDGE / weights))
    raw = inverse @ wanted
    leave_one_out = wanted - raw / np.diag(inverse)[:, None]
    return Fit(coefficients=raw.astype(np.float32), leave_one_out=leave_one_out.astype(np.float32))


def _nearness(clauses: int) -> Fit:
    """Return what stands in for a fit where nobody has written exemplars: a text is as near to a clause as to its words.

    A regression over the clauses' own words would only push them apart from each other.
    """
    coefficients = np.eye(clauses, clauses + 1, dtype=np.float32)
    return Fit(coefficients=coefficients, leave_one_out=np.zeros((clauses, clauses + 1), dtype=np.float32))


def cosines(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the scores of texts from their values f, shape (texts, clauses): rows longer than 1 are shortened to 1."""
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    scores: NDArray[np.float32] = values / np.maximum(lengths, 1)
    return scores


def scorer_key(policy: Policy, exemplars: ExemplarSet, encoder: Encoder) -> str:
    """Return a digest of all that a scorer depends on: model, policy, exemplars, settings and file format."""
    settings = [_FORMAT, RIDGE, OWN_WEIGHT, BALANCE, SIBLING_TARGET]
    parts = [settings, encoder.fingerprint, policy.sha256, exemplars.sha256]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _weights(training: TrainingTexts) -> NDArray[np.float64]:
    """Return how much each training text counts."""
    weights = np.ones(len(training.texts))
    weights[training.exemplars_and_harmless :] = OWN_WEIGHT
    rows = training.clause_rows[: training.exemplars_and_harmless]
    touching = np.flatnonzero(rows >= 0)
    weights[touching] = np.minimum(1, BALANCE / np.bincount(rows[touching])[rows[touching]]) if len(touching) else 1
    return weights


def _targets(training: TrainingTexts, policy: Policy) -> NDArray[np.float64]:
    """Return what each training text should score: (texts, clauses + 1)."""
    place = {clause.id: row for row, clause in enumerate(policy)}
    table = np.zeros((len(place) + 1, len(place) + 1))  # the last row is for harmless texts, the last column for "any"
    for category in policy.categories:
        rows = [place[clause.id] for clause in category.clauses]
        table[np.ix_(rows, rows)] = SIBLING_TARGET
    np.fill_diagonal(table[:-1], 1.0)
    table[:-1, -1] = 1.0
    return table[training.clause_rows]
