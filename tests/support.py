"""What several test files share: where the clone is, and an encoder without a model."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from policy_index.encoder import Vectors

CLONE = Path(__file__).resolve().parent.parent


class LetterEncoder:
    """Counts letters: enough of an encoder to test everything around one, without a model."""

    name = "letters"

    def __init__(self, fingerprint: str = "letters-1") -> None:
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        counts = [[1 + text.casefold().count(chr(letter)) for letter in range(97, 123)] for text in texts]
        vectors = np.array(counts, dtype=np.float32).reshape(len(texts), 26)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def characters_read(self, text: str) -> int:
        return min(len(text), 1000)
