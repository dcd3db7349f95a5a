"""How near a text is to each clause, and what it has to do with it: kernel ridge regression in closed form.

Two texts are alike by the RBF kernel of their unit vectors, k(a, b) = exp(-|a - b|^2) = exp(2 cos(a, b) - 2); where there are
many texts the vectors are first turned onto their strongest directions and shortened to these. For each clause a function
f = sum of coefficients times k(text, training text) is fitted to what the training texts say of it (`TrainingTexts.targets`):
1 where they are about it, whether they do, refuse or prevent the act. One more function is fitted for each stance.

    coefficients = (K + RIDGE * diag(1 / weight))^-1 targets
    leave-one-out prediction of text i = target_i - coefficient_i / inverse_ii

(Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, equations 2.25 and 5.12.)

The values f_1 ... f_n of a text are its place in a space with one axis a clause; one more axis takes up what is missing
to length 1, and where they are longer than 1 they are shortened to it. A clause's score is the cosine of the text's unit
vector and the clause's axis: in [-1, 1], near 0 where the text has nothing of the clause.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from policy_index.policy.pack import PolicyPack
from policy_index.search.regression import DIRECTIONS, MANY, KernelRegression, alike, directions, turned
from policy_index.search.training_texts import (
    HARMLESS_TARGET,
    OWN_WEIGHT,
    SIBLING_TARGET,
    STANCES,
    TrainingTexts,
    training_digest,
)
from policy_index.search.vectors import Encoder, Vectors

RIDGE = 0.2
"""Variance of the noise that a training text's target is taken to have."""

_FORMAT = 3
"""Raised when the layout or the making of stored files changes, so that older ones are not taken."""


@dataclass(frozen=True, kw_only=True)
class ClauseScorer(KernelRegression):
    """The regression on a policy's training texts: one column a clause and, last, one a stance."""

    @classmethod
    def from_pack(cls, pack: PolicyPack, encoder: Encoder) -> "ClauseScorer":
        """Encode every training text and fit."""
        training = TrainingTexts.from_pack(pack)
        return cls.from_vectors(encoder.encode(training.texts), training, key=scorer_key(pack, encoder))

    @classmethod
    def from_vectors(cls, encoded: Vectors, training: TrainingTexts, *, key: str) -> "ClauseScorer":
        """Fit to training texts with these vectors of the encoder."""
        basis = directions(encoded)
        # Fitted on what is stored, so that rounding is part of the fit.
        vectors = turned(encoded, basis).astype(np.float16)
        coefficients = fit(vectors.astype(np.float32), training)
        return cls(key=key, basis=basis, vectors=vectors, coefficients=coefficients)

    @property
    def clause_vectors(self) -> NDArray[np.float32]:
        """One vector a clause, its coefficients, (clauses, texts)."""
        return np.ascontiguousarray(self.coefficients[:, : -len(STANCES)].T)

    def comparer(self) -> Callable[[Vectors], Vectors]:
        """Return what turns the encoder's vectors into their likeness to every training text."""
        known = self.vectors.astype(np.float32)
        return lambda encoded: alike(turned(encoded, self.basis), known)

    def scores(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the clauses' values as scores, in [-1, 1]."""
        return cosines(values)

    def stance_values(self, features: Vectors) -> NDArray[np.float32]:
        """Return the values of texts of this likeness for each stance, (texts, stances)."""
        found: NDArray[np.float32] = features @ self.coefficients[:, -len(STANCES) :]
        return found


def fit(vectors: Vectors, training: TrainingTexts) -> NDArray[np.float32]:
    """Return the coefficients of the regression on training texts with these vectors; see the module's formulas."""
    from scipy.linalg import cho_factor, cho_solve

    if not training.before_own:
        return _nearness(len(training.texts))
    gram = _ridged(vectors, training)
    factor = cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    coefficients: NDArray[np.float32] = cho_solve(factor, training.targets, check_finite=False).astype(np.float32)
    return coefficients


def leave_one_out(vectors: Vectors, training: TrainingTexts) -> NDArray[np.float32]:
    """Return what the regression says of each training text when it is fitted without it, (texts, clauses + stances)."""
    from scipy.linalg import cho_factor, cho_solve
    from scipy.linalg.lapack import get_lapack_funcs

    if not training.before_own:
        return np.zeros((len(training.texts), len(training.texts) + len(STANCES)), dtype=np.float32)
    gram = _ridged(vectors, training)
    gram = gram if len(gram) >= MANY else gram.astype(np.float64)  # of many texts the wide numbers need gigabytes
    factor, lower = cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    raw = cho_solve((factor, lower), training.targets.astype(factor.dtype), check_finite=False)
    (potri,) = get_lapack_funcs(("potri",), (factor,))
    inverse, _ = potri(factor, lower=lower, overwrite_c=True)
    found: NDArray[np.float32] = training.targets - (raw / np.diag(inverse)[:, None]).astype(np.float32)
    return found


def _ridged(vectors: Vectors, training: TrainingTexts) -> Vectors:
    """Return the kernel of the training texts among each other, with the noise of their targets on its diagonal."""
    gram = alike(vectors, vectors)
    gram[np.diag_indices(len(gram))] += RIDGE / training.weights
    return gram


def _nearness(clauses: int) -> NDArray[np.float32]:
    """Return what stands in for a fit where nobody has written exemplars: a text is as near to a clause as to its words.

    A regression over the clauses' own words would only push them apart from each other.
    """
    return np.eye(clauses, clauses + len(STANCES), dtype=np.float32)


def cosines(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the scores of texts from their values f, shape (texts, clauses): rows longer than 1 are shortened to 1."""
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    scores: NDArray[np.float32] = values / np.maximum(lengths, 1)
    return scores


def scorer_key(pack: PolicyPack, encoder: Encoder) -> str:
    """Return a digest of all that a scorer depends on: model, policy, exemplars, twins, settings and file format."""
    settings = [_FORMAT, RIDGE, OWN_WEIGHT, SIBLING_TARGET, HARMLESS_TARGET, DIRECTIONS, MANY]
    parts = [settings, encoder.fingerprint, training_digest(pack)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def cached_scorer(key: str) -> Path:
    """Return the file in the user's cache folder for a scorer with this key."""
    return user_cache_path("policy-index") / f"scorer-{key[:32]}.npz"
