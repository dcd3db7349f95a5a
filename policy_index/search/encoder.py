"""Texts -> unit vectors by sentence-transformers, and which encoder is used.

Nothing here touches a network: the bundled model's files come from an installed distribution, and another model must
lie in a folder or in the local model cache already.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import EncoderError
from policy_index.search.adapter import Adapter, bundled_adapter
from policy_index.search.even_batches import encode_evenly
from policy_index.search.graph import GraphEncoder
from policy_index.search.minilm import (
    MIDDLE_LAYER,
    MIDDLE_SHARE,
    check_model_files,
    middle_centre,
    model_fingerprint,
    model_folder,
    plain_fingerprint,
)
from policy_index.search.model_choice import BUNDLED_MODEL, MODEL_VARIABLE
from policy_index.search.vectors import Encoder, Vectors

# Read once, when huggingface_hub is imported: without it that package asks its hub who is calling, local files or not.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_TOKENS_AT_ONCE = 1024
_LEAST_TOKENS = 8


class SentenceEncoder:
    """A sentence-transformers model behind the Encoder protocol; safe to call from several threads."""

    def __init__(self, model: "SentenceTransformer", *, name: str, fingerprint: str, even: bool = False) -> None:
        """Store the loaded model; `from_bundled` and `from_model` load one.

        Args:
            model: The model.
            name: What people call it.
            fingerprint: A digest of everything that its vectors depend on.
            even: Whether it takes plain token ids, so that texts of one length can go through it together.
        """
        self.name = name
        self.fingerprint = fingerprint
        self.model = model
        self._even = even and str(model.device) == "cpu"
        # The fast tokenizers keep truncation and padding as state: two threads at once raise "Already borrowed".
        self._lock = Lock()

    @classmethod
    def from_bundled(cls) -> "SentenceEncoder":
        """Load all-MiniLM-L6-v2 (256 tokens) from its installed distribution, pooled by `TwoViewPooling`: 768 dimensions.

        Raises:
            EncoderError: The distribution is missing, or a file in it is not the published one.
        """
        return cls.adapted(bundled_adapter(), fingerprint=model_fingerprint())

    @classmethod
    def adapted(cls, adapter: Adapter, *, fingerprint: str) -> "SentenceEncoder":
        """Load the same with another adapter.

        Raises:
            EncoderError: As `from_bundled`, or the adapter fits another network.
        """
        found = cls.plain()
        adapter.merge_into(found.model[0].auto_model)  # type: ignore[arg-type]  # always a module
        found.fingerprint = fingerprint
        return found

    @classmethod
    def plain(cls) -> "SentenceEncoder":
        """Load the same without its adapter: what the adapter is trained on.

        Raises:
            EncoderError: As `from_bundled`.
        """
        return cls(_load_bundled(middle_centre()), name=BUNDLED_MODEL, fingerprint=plain_fingerprint(), even=True)

    @classmethod
    def from_model(cls, name_or_folder: str) -> "SentenceEncoder":
        """Load another sentence-transformers model: a folder, or a name in the local model cache.

        Raises:
            EncoderError: There is no such model on this machine, or it cannot be loaded.
        """
        model = _load(name_or_folder)
        name = Path(name_or_folder).name if Path(name_or_folder).is_dir() else name_or_folder
        return cls(model, name=name, fingerprint=_weights_digest(model))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector for each text, float32, shape (len(texts), dimensions).

        Among several texts the bundled model gives each the same vector, to the last bit, whatever the others are. One text
        alone goes through all threads at once, which is quicker, and may differ in the seventh decimal.
        """
        if self._even and len(texts) > 1:
            return self._encode_evenly(texts)
        with self._lock:
            vectors = self.model.encode(
                list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def _encode_evenly(self, texts: Sequence[str]) -> Vectors:
        """Encode texts of the same number of tokens together, each group by one thread."""
        with self._lock:
            ids = self.model.tokenizer(list(texts), truncation=True, max_length=self.model.max_seq_length)["input_ids"]
        return encode_evenly(ids, self._forward, tokens_at_once=_TOKENS_AT_ONCE)

    def _forward(self, ids: list[Sequence[int]]) -> Vectors:
        import torch

        # Products of fewer than four rows sum in another order: a short group goes through several times over.
        times = -(-_LEAST_TOKENS // (len(ids) * len(ids[0])))
        with _one_thread(), torch.inference_mode():
            tokens = torch.tensor(ids * times)
            features = {
                "input_ids": tokens,
                "attention_mask": torch.ones_like(tokens),
                "token_type_ids": torch.zeros_like(tokens),
            }
            vectors: Vectors = torch.nn.functional.normalize(self.model(features)["sentence_embedding"], dim=1).numpy()
        return vectors[: len(ids)]

    def characters_read(self, text: str) -> int:
        """Return how many characters, from the first, the model reads before it cuts the text off."""
        limit = self.model.max_seq_length
        if limit is None or len(text) < limit - 1:  # a token has at least one character; two are the model's own marks
            return len(text)
        with self._lock:
            offsets = self.model.tokenizer(text, truncation=True, max_length=limit, return_offsets_mapping=True)[
                "offset_mapping"
            ]
        last = max(end for _, end in offsets)
        return len(text) if len(offsets) < limit else last


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let torch compute in the calling thread alone: with more, sums depend on how many."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def load_encoder(model: str | None = None) -> Encoder:
    """Load `model`; None means what the environment variable POLICY_INDEX_MODEL names, or else the bundled model.

    The bundled model is run as a graph where one has been prepared on this machine (`graph`), and by sentence-transformers
    elsewhere; the vectors are the same within 1e-5.

    Raises:
        EncoderError: The model is missing, damaged or unusable.
    """
    chosen = model or os.environ.get(MODEL_VARIABLE) or BUNDLED_MODEL
    if chosen != BUNDLED_MODEL:
        return SentenceEncoder.from_model(chosen)
    graph, _ = GraphEncoder.from_cache()
    return SentenceEncoder.from_bundled() if graph is None else graph


def measure_middle_centre(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the mean of the bundled model's middle layer over `texts`, shape (hidden size,)."""
    model = _load_bundled(None)
    means: NDArray[np.float32] = model.encode(list(texts), show_progress_bar=False).mean(axis=0)
    return means


def _load_bundled(centre: NDArray[np.float32] | None) -> "SentenceTransformer":
    """Load the bundled model's checked files under a pooling of our own."""
    folder = model_folder()
    check_model_files(folder)
    plain = _load(str(folder))
    from sentence_transformers import SentenceTransformer
    from torch import from_numpy

    from policy_index.search.pooling import TwoViewPooling

    transformer = plain[0]
    transformer.auto_model.config.output_hidden_states = True  # type: ignore[union-attr]
    pooling = TwoViewPooling(None if centre is None else from_numpy(centre), layer=MIDDLE_LAYER, share=MIDDLE_SHARE)
    return SentenceTransformer(modules=[transformer, pooling], device=str(plain.device))


def _load(name_or_folder: str) -> "SentenceTransformer":
    # Imported here: torch and its friends take seconds, which commands and pages without a query need not wait for.
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(name_or_folder, local_files_only=True)
    except (
        OSError,
        ValueError,
        KeyError,
        RuntimeError,
        TypeError,
        AttributeError,
        ImportError,
        SafetensorError,
    ) as error:
        # What a broken or absent model raises differs between the libraries beneath; the person needs one sentence.
        message = (
            f"Expected a sentence-transformers model in a folder or in the local model cache, but {name_or_folder!r} "
            f"cannot be loaded ({type(error).__name__}); models are not downloaded."
        )
        raise EncoderError(message) from error


def _weights_digest(model: "SentenceTransformer") -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
