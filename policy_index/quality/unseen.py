"""What the search says of training texts that it has not seen: by leaving each out, or from the fold that was held out."""

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np

from policy_index.errors import CalibrationError
from policy_index.files import written
from policy_index.policy.pack import PolicyPack
from policy_index.search.calibration import UnseenScores
from policy_index.search.example_scorer import ExampleScorer
from policy_index.search.index import ClauseIndex
from policy_index.search.scorer import ClauseScorer, leave_one_out
from policy_index.search.training_texts import TrainingTexts
from policy_index.search.vectors import Encoder

FILE = "unseen.npz"
"""Name of the file, among a pack's fitted parts, with the scores of texts that encoder and scorer were not trained on."""

_MOST_WRITTEN_SINCE = 0.15
"""Share of a pack's training texts that may have come or gone since. How far scores still mean the same the held-out families tell:
with 14 % more texts their calibration error was 0.031, where perfect probabilities would have 0.029."""


def unseen_scores(index: ClauseIndex) -> UnseenScores:
    """Return the scores of the pack's training texts, each by a search that has not seen it.

    Where the encoder's adapter was trained on the pack's own texts, leaving one out of the regression is not enough: then these
    are the texts of the families that `policy-index adapt` held out of both; what was written after it is not among them.

    Raises:
        CalibrationError: The kept scores are of other clauses, of another model, or of a pack that has grown much since.
    """
    path = index.pack.fitted(FILE)
    return _kept(path, index.pack, index.encoder) if path.is_file() else _left_out(index)


def keep(unseen: UnseenScores, path: Path, *, pack: PolicyPack, encoder: Encoder) -> None:
    """Write scores to `path`, which appears only when the file is complete; half the precision is more than they have.

    Args:
        unseen: The scores.
        path: Where to.
        pack: The pack as it was when its texts were held out.
        encoder: What those that search now are encoded with.
    """
    with written(path) as file:
        np.savez_compressed(
            file,
            key=np.array(_key(pack, encoder)),
            texts=np.array(_texts(pack)),
            scores=unseen.scores.astype(np.float16),
            stance_values=unseen.stance_values.astype(np.float16),
            rows=unseen.rows.astype(np.int16),
            cited=np.packbits(unseen.cited, axis=1),
            stances=unseen.stances.astype(np.int8),
        )


def _kept(path: Path, pack: PolicyPack, encoder: Encoder) -> UnseenScores:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            key, texts = str(stored["key"]), int(stored["texts"])
            scores = stored["scores"].astype(np.float32)
            found = UnseenScores(
                scores=scores,
                stance_values=stored["stance_values"].astype(np.float32),
                rows=stored["rows"].astype(np.int64),
                cited=np.unpackbits(stored["cited"], axis=1, count=scores.shape[1]).astype(bool),
                stances=stored["stances"].astype(np.int64),
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        message = (
            f"Expected what `policy-index adapt` writes in {path}, but it cannot be read ({type(error).__name__})."
        )
        raise CalibrationError(message) from None
    if key != _key(pack, encoder) or abs(_texts(pack) - texts) > _MOST_WRITTEN_SINCE * texts:
        message = f"Expected scores of this policy's texts by this model in {path}; run `policy-index adapt` again."
        raise CalibrationError(message)
    return found


def _key(pack: PolicyPack, encoder: Encoder) -> str:
    """Return a digest of the encoder, with its adapter, and of the clauses that stand in the columns."""
    parts = [encoder.fingerprint, [(clause.id, clause.text) for clause in pack.policy]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _texts(pack: PolicyPack) -> int:
    return pack.exemplars.counts().total() + len(pack.exemplars.harmless) + len(pack.twins.twins)


def _left_out(index: ClauseIndex) -> UnseenScores:
    if isinstance(index.scorer, ExampleScorer):
        return index.scorer.unseen(index.pack)
    training = TrainingTexts.from_pack(index.pack)
    vectors = index.scorer.vectors if isinstance(index.scorer, ClauseScorer) else np.empty((0, 1))
    values = leave_one_out(vectors.astype(np.float32), training)
    unseen = UnseenScores.from_values(values, training)
    return unseen.take(np.arange(training.before_own))
