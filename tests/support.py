"""What several test files share: where the clone is, an encoder without a model, and an index made with it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from policy_index import ClauseIndex, ExemplarSet, PolicyDocument
from policy_index.calibration import Calibration
from policy_index.encoder import Vectors
from policy_index.scorer import ClauseScorer

CLONE = Path(__file__).resolve().parent.parent


class LetterEncoder:
    """Counts letters: enough of an encoder to test everything around one, without a model."""

    name = "letters"

    def __init__(self, fingerprint: str = "letters-1", *, limit: int = 1000) -> None:
        self.fingerprint = fingerprint
        self.limit = limit
        self.encoded: list[str] = []
        self.batches: list[int] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        self.batches.append(len(texts))
        counts = [[1 + text.casefold().count(chr(letter)) for letter in range(97, 123)] for text in texts]
        vectors = np.array(counts, dtype=np.float32).reshape(len(texts), 26)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def characters_read(self, text: str) -> int:
        return min(len(text), self.limit)


def letter_index(policy: PolicyDocument, encoder: LetterEncoder, *, probability: float | None = None) -> ClauseIndex:
    """Return an index without exemplars; with `probability`, every text has it for every clause."""
    exemplars = ExemplarSet.from_rows([], document=policy)
    scorer = ClauseScorer.from_texts(policy, exemplars, encoder)
    calibration = probability and Calibration(
        model=encoder.name,
        key=scorer.key,
        touch=(0.0, 0.0, 30.0),
        sharpness=0.0,
        beta=(0.0, 0.0, float(np.log(probability / (1 - probability)))),  # logit p' = c
    )
    uncalibrated = "" if calibration else "Probabilities were fitted for another model."
    encoder.encoded.clear()
    encoder.batches.clear()
    return ClauseIndex.from_scorer(
        policy, exemplars, encoder, scorer, calibration=calibration or None, uncalibrated=uncalibrated
    )
