"""A fitted kernel ridge regression as it is kept: training texts' vectors, and what each of them says of each column.

It lies beneath both that are fitted so, the scorer of a policy's clauses and the space of concepts: how two texts are alike, the
directions in which many vectors are compared, and the file. What the columns mean, and how they are fitted, those say.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from policy_index.files import written
from policy_index.search.vectors import Vectors

DIRECTIONS = 256
"""How many directions of the encoder's space are kept where there are many texts: 88 % of their squares."""

MANY = 4096
"""From so many training texts on."""


@dataclass(frozen=True, kw_only=True)
class KernelRegression:
    """Fitted coefficients, and the vectors that they belong to.

    Attributes:
        key: Digest of everything that they were made from.
        basis: The directions that vectors are turned onto, float32, (dimensions, directions); without columns where the
            encoder's vectors are compared as they are.
        vectors: Unit vectors of the training texts, turned, float16, (texts, directions).
        coefficients: One column a function, float32, (texts, columns).
    """

    key: str
    basis: NDArray[np.float32]
    vectors: NDArray[np.float16]
    coefficients: NDArray[np.float32]

    KEPT_AS: ClassVar[type[np.float16 | np.float32]] = np.float32
    """How wide the coefficients are in the file."""

    @classmethod
    def from_file(cls, path: Path, *, key: str, columns: int) -> Self | None:
        """Read what was fitted for this key, with so many columns; None for a missing, damaged or foreign file."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                if str(stored["key"]) != key:
                    return None
                basis, vectors, coefficients = (stored[name] for name in ("basis", "vectors", "coefficients"))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        sound = (
            vectors.dtype == np.float16
            and coefficients.dtype == cls.KEPT_AS
            and basis.dtype == np.float32
            and coefficients.shape == (len(vectors), columns)
            and basis.shape[1] in {0, vectors.shape[1]}
            and bool(np.allclose(np.linalg.norm(vectors.astype(np.float32), axis=-1), 1, atol=5e-3))
            and bool(np.all(np.isfinite(coefficients)))
            and bool(np.all(np.isfinite(basis)))
        )
        wide = coefficients.astype(np.float32, copy=False)
        return cls(key=key, basis=basis, vectors=vectors, coefficients=wide) if sound else None

    def save(self, path: Path) -> None:
        """Write to `path`, which appears only when the file is complete.

        Raises:
            OSError: The folder cannot be written to.
        """
        with written(path) as file:
            np.savez(
                file,
                key=np.array(self.key),
                basis=self.basis,
                vectors=self.vectors,
                coefficients=self.coefficients.astype(self.KEPT_AS, copy=False),
            )


def alike(a: Vectors, b: Vectors) -> Vectors:
    """Return the RBF kernel of unit vectors, exp(-|a - b|^2) = exp(2 cos(a, b) - 2), in (0, 1], shape (len(a), len(b))."""
    result: Vectors = np.exp(2 * (a @ b.T) - 2)
    return result


def directions(encoded: Vectors) -> NDArray[np.float32]:
    """Return the strongest directions of many vectors, (dimensions, directions): eigenvectors of their second moments.

    Few vectors, or vectors of few dimensions, are compared as they are: then there are none.
    """
    dimensions = encoded.shape[1]
    if len(encoded) < MANY or dimensions <= DIRECTIONS:
        return np.empty((dimensions, 0), dtype=np.float32)
    wide = encoded.astype(np.float64)
    _, vectors = np.linalg.eigh(wide.T @ wide)
    strongest = vectors[:, ::-1][:, :DIRECTIONS]
    # An eigenvector's sign is the library's whim: the same on every machine, so that files can be compared.
    strongest = strongest * np.sign(strongest[np.abs(strongest).argmax(axis=0), np.arange(DIRECTIONS)])
    found: NDArray[np.float32] = strongest.astype(np.float32)
    return found


def turned(encoded: Vectors, basis: NDArray[np.float32]) -> Vectors:
    """Return vectors in the directions of `basis`, of length 1 again; as they are where it has none."""
    if not basis.shape[1]:
        return encoded
    found = encoded @ basis
    result: Vectors = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return result
