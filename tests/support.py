"""What several test files share: where the clone is, an encoder without a model and what is made with it, the command."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pytest

from policy_index import ClauseIndex, Exemplar, ExemplarSet, Indexes, PolicyPack, Shelf
from policy_index.search.calibration import Calibration
from policy_index.search.queue import EncodingQueue
from policy_index.search.scorer import ClauseScorer
from policy_index.search.vectors import Vectors
from policy_index.server.service import Service

CLONE = Path(__file__).resolve().parent.parent
PACKS = CLONE / "tests" / "data" / "packs"
"""A second policy of our own in two versions, without exemplars."""

ACME = "acme-aup@2026-01-31"
"""The later of the two."""


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


DOES = (0.0, 0.0, 0.0, 0.0, 0.0, 30.0)
"""Log-odds by which every text does what it speaks of, whatever it says."""


def letter_index(
    pack: PolicyPack, encoder: LetterEncoder | EncodingQueue, *, probability: float | None = None
) -> ClauseIndex:
    """Return an index of a pack without its exemplars; with `probability`, every text has it for every clause."""
    bare = pack.with_exemplars(ExemplarSet.empty(pack.policy))
    scorer = ClauseScorer.from_pack(bare, encoder)
    calibration = probability and Calibration(
        model=encoder.name,
        key=scorer.key,
        stance=(DOES, *((0.0,) * 6 for _ in range(3))),
        sharpness=0.0,
        beta=(0.0, 0.0, 0.0, float(np.log(probability / (1 - probability)))),  # logit p' = c
    )
    uncalibrated = "" if calibration else "Probabilities were fitted for another model."
    counting = encoder.encoder if isinstance(encoder, EncodingQueue) else encoder
    counting.encoded.clear()  # type: ignore[attr-defined]  # a queue of tests is before letters
    counting.batches.clear()  # type: ignore[attr-defined]
    return ClauseIndex.from_scorer(bare, encoder, scorer, calibration=calibration or None, uncalibrated=uncalibrated)


def few_exemplars(pack: PolicyPack) -> PolicyPack:
    """Return the pack with one example for each clause that binds the reader: its first words."""
    rows = [Exemplar(clause_id=clause.id, text=clause.text[:40]) for clause in pack.policy if clause.citable]
    return pack.with_exemplars(ExemplarSet.from_rows(rows, policy=pack.policy))


def an_exemplar_a_clause(pack: PolicyPack) -> PolicyPack:
    """Return the pack with one example for each clause, binding or not: its first words."""
    rows = [Exemplar(clause_id=clause.id, text=f"{clause.text[:40]} {row}") for row, clause in enumerate(pack.policy)]
    return pack.with_exemplars(ExemplarSet.from_rows(rows, policy=pack.policy))


def letter_service(folder: Path | None = PACKS, *packs: PolicyPack) -> Service:
    """Return a service with the bundled policy, of few exemplars, the packs in `folder` and these, over a letter-counting encoder.

    With all exemplars such an encoder would need a scorer fitted to it, from a matrix of gigabytes.
    """
    encoder = LetterEncoder()
    default, *others = Shelf.from_folder(folder).packs
    return Service(Shelf.from_packs([few_exemplars(default), *others, *packs]), Indexes(lambda: encoder))


def nearly(record: Any) -> Any:
    """Return a record that equals one whose numbers differ as those of a text alone and in company do."""
    if isinstance(record, dict):
        return {name: nearly(value) for name, value in record.items()}
    if isinstance(record, list):
        return [nearly(value) for value in record]
    return pytest.approx(record, abs=5e-4) if isinstance(record, float) else record


class Outcome(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Outcome]
"""Runs the command with some arguments, and `stdin` as its standard input."""
