"""The concept space: where a text lies among what usage policies speak of, so that a clause of any policy has a place at once.

A kernel ridge regression, as in `scorer`, is fitted to the concepts' texts: one function a concept, 1 for its exemplars and 0
for its twins, the texts of other concepts and harmless ones. A text's place joins two unit vectors, the encoder's and that of its
values for the concepts; a clause's place joins the same two, the concepts with the share that they cover it by, so that the
inner product of the two is

    (1 - share) * cosine of the encoder's vectors + share * cosine of the concepts' values.

A clause is taken as the mean of its words alone and its words with the headings and lead-ins above it. A text whose values for
all concepts are small speaks of nothing that policies speak of: its place is shortened by their length.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from policy_index.policy.concepts import ConceptSet, bundled_concepts
from policy_index.policy.confirmations import ConceptVerdict
from policy_index.policy.document import Clause
from policy_index.search.placed_clauses import PlacedClauses, unit
from policy_index.search.regression import KernelRegression, alike, directions, turned
from policy_index.search.vectors import Encoder, Vectors

CONCEPT_RIDGE = 0.3
"""Variance of the noise that a concept text's target is taken to have."""

FILE = "fitted.npz"
"""Name of the fitted space beside the concepts."""

_FORMAT = 1

_KEPT = 4
"""Spaces that a process keeps: one an encoder."""

_spaces: dict[str, "ConceptSpace"] = {}
_lock = Lock()


@dataclass(frozen=True, kw_only=True)
class ConceptSpace(KernelRegression):
    """The regression on the concepts' texts: one column a concept."""

    KEPT_AS = np.float16

    @classmethod
    def from_concepts(cls, concepts: ConceptSet, harmless: Sequence[str], encoder: Encoder) -> "ConceptSpace":
        """Encode the concepts' texts and the harmless ones, and fit."""
        from scipy.linalg import cho_factor, cho_solve

        texts = [text for concept in concepts.concepts for text in (*concept.exemplars, *concept.twins)]
        encoded = encoder.encode([*texts, *harmless])
        targets = np.zeros((len(encoded), len(concepts.concepts)), dtype=np.float32)
        place = 0
        for column, concept in enumerate(concepts.concepts):
            targets[place : place + len(concept.exemplars), column] = 1.0
            place += len(concept.exemplars) + len(concept.twins)
        basis = directions(encoded)
        vectors = turned(encoded, basis).astype(np.float16)
        wide = vectors.astype(np.float32)
        gram = alike(wide, wide)
        gram[np.diag_indices(len(gram))] += CONCEPT_RIDGE
        found = cho_solve(
            cho_factor(gram, lower=True, overwrite_a=True, check_finite=False), targets, check_finite=False
        )
        stored = found.astype(np.float16).astype(np.float32)  # what a file gives back
        return cls(key=space_key(concepts, harmless, encoder), basis=basis, vectors=vectors, coefficients=stored)

    @cached_property
    def _known(self) -> Vectors:
        """The vectors as they are compared; made once, not at every search."""
        return self.vectors.astype(np.float32)

    def values(self, encoded: Vectors) -> NDArray[np.float32]:
        """Return what the encoder's vectors score for each concept, (texts, concepts): near 1 for a text on it, 0 elsewhere."""
        found: NDArray[np.float32] = alike(turned(encoded, self.basis), self._known) @ self.coefficients
        return found

    def places(self, encoded: Vectors) -> Vectors:
        """Return the places of texts, (texts, dimensions + concepts)."""
        values = self.values(encoded)
        strengths = np.minimum(np.linalg.norm(values, axis=1, keepdims=True), 1)
        found: Vectors = (strengths * np.hstack([encoded, unit(values)])).astype(np.float32)
        return found

    def placed(
        self, clauses: Sequence[Clause], encoder: Encoder, *, said: Iterable[tuple[int, int, ConceptVerdict]] = ()
    ) -> PlacedClauses:
        """Return a policy's clauses in their places.

        Args:
            clauses: The clauses.
            encoder: What the space was fitted with.
            said: What people said: the place of a clause, that of a concept, and whether it was added, dropped or confirmed.
        """
        encoded = encoder.encode(placing_texts(clauses))
        alone, within = encoded[: len(clauses)], encoded[len(clauses) :]
        of_alone, of_within = self.values(alone), self.values(within)
        lengths = np.maximum(np.linalg.norm(of_alone, axis=1), np.linalg.norm(of_within, axis=1))
        values = lengths[:, None] * unit(unit(of_alone) + unit(of_within))
        return PlacedClauses(words=unit(alone + within), values=values).told(said)

    def concepts_of(self, encoded: Vectors, *, most: int = 3, at_least: float = 0.15) -> list[list[tuple[int, float]]]:
        """Return for each text the concepts that it has most of, best first, each with its value."""
        found = self.values(encoded)
        order = np.argsort(-found, axis=1)[:, :most]
        return [
            [(int(column), float(row[column])) for column in columns if row[column] >= at_least]
            for row, columns in zip(found, order, strict=True)
        ]


def concept_space(encoder: Encoder) -> ConceptSpace:
    """Return the space of the bundled concepts for this encoder: the one that ships, or a cached one, or else a new one.

    A new one takes up to a minute and is kept in the user's cache folder.
    """
    from policy_index.policy.shelf import bundled_pack

    concepts, harmless = bundled_concepts(), bundled_pack().exemplars.harmless
    key = _key_of(concepts.digest, harmless, encoder.fingerprint)
    with _lock:
        if key in _spaces:
            return _spaces[key]
        cached = user_cache_path("policy-index") / f"concepts-{key[:32]}.npz"
        for path in (shipped_space(), cached):
            found = ConceptSpace.from_file(path, key=key, columns=len(concepts.concepts))
            if found is not None:
                break
        else:
            found = ConceptSpace.from_concepts(concepts, harmless, encoder)
            with suppress(OSError):  # a cache that cannot be written costs only the caching
                found.save(cached)
        while len(_spaces) >= _KEPT:
            _spaces.pop(next(iter(_spaces)))
        _spaces[key] = found
        return found


def shipped_space() -> Path:
    """Return where the space of the bundled model lies in the package."""
    return Path(str(files("policy_index") / "data" / "concepts" / FILE))


def space_key(concepts: ConceptSet, harmless: Sequence[str], encoder: Encoder) -> str:
    """Return a digest of all that a space depends on."""
    return _key_of(concepts.digest, tuple(harmless), encoder.fingerprint)


@lru_cache(maxsize=8)
def _key_of(concepts: str, harmless: tuple[str, ...], fingerprint: str) -> str:
    parts = [_FORMAT, CONCEPT_RIDGE, fingerprint, concepts, list(harmless)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def placing_texts(clauses: Sequence[Clause]) -> list[str]:
    """Return what a policy's clauses are placed by: the words of each alone, then those of each with what stands above them."""
    return [*(clause.text for clause in clauses), *(" ".join([*clause.path, clause.text]) for clause in clauses)]
