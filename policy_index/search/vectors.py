"""What an encoder is, and what it gives."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""Unit vectors, one a row: shape (texts, dimensions)."""


class Encoder(Protocol):
    """What the index needs of a model.

    Attributes:
        name: What people call the model.
        fingerprint: Changes whenever the vectors may change.
    """

    name: str
    fingerprint: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector for each text, float32, shape (len(texts), dimensions)."""
        ...

    def characters_read(self, text: str) -> int:
        """Return how many characters, from the first, the model reads before it cuts the text off."""
        ...
