"""Low-rank changes of the bundled network's weights that teach it where a policy's lines run (LoRA, Hu et al. 2021).

For some of the network's linear layers W the adapter holds a pair of thin matrices, and W + B A takes W's place when the
model is loaded: nothing is computed twice, and the exported graph holds the sums. `policy-index adapt` trains it.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import EncoderError

if TYPE_CHECKING:
    from torch import nn

ADAPTER_FILE = "adapter.npz"

_DOWN, _UP = ".A", ".B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """What is added to the weights of the network.

    Attributes:
        sha256: Digest of the file's bytes.
        changes: For each adapted layer's name A, shape (rank, inputs), and B, shape (outputs, rank), both float16.
    """

    sha256: str
    changes: Mapping[str, tuple[NDArray[np.float16], NDArray[np.float16]]]

    @classmethod
    def from_bytes(cls, content: bytes) -> "Adapter":
        """Read what `to_bytes` wrote.

        Raises:
            EncoderError: It is something else.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                names = sorted(name.removesuffix(_DOWN) for name in stored.files if name.endswith(_DOWN))
                changes = {name: _pair(stored[name + _DOWN], stored[name + _UP]) for name in names}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            message = f"Expected an adapter of the bundled model, but it cannot be read ({type(error).__name__})."
            raise EncoderError(message) from None
        return cls(sha256=hashlib.sha256(content).hexdigest(), changes=changes)

    def merge_into(self, network: "nn.Module") -> None:
        """Add the changes to the weights of `network`, the transformer inside the bundled model.

        Raises:
            EncoderError: The network has no such layer, or one of another shape.
        """
        import torch

        layers = dict(network.named_modules())
        for name, (down, up) in self.changes.items():
            weight = getattr(layers.get(name), "weight", None)
            if weight is None or tuple(weight.shape) != (len(up), down.shape[1]):
                message = f"Expected the adapter's layer {name} in the bundled model, but it is not there."
                raise EncoderError(message)
            with torch.no_grad():
                weight += torch.from_numpy(up.astype(np.float32) @ down.astype(np.float32))

    def to_bytes(self) -> bytes:
        """Return the content of an adapter's file; `sha256` plays no part in it."""
        arrays: dict[str, NDArray[np.float16]] = {}
        for name, (down, up) in self.changes.items():
            arrays |= {name + _DOWN: down, name + _UP: up}
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()


@cache
def bundled_adapter() -> Adapter:
    """Return the adapter that ships.

    Raises:
        EncoderError: It is missing or damaged.
    """
    try:
        content = (files("policy_index") / "data" / "encoder" / ADAPTER_FILE).read_bytes()
    except OSError as error:
        message = f"Expected the bundled model's adapter, but it cannot be read: {error.strerror}."
        raise EncoderError(message) from None
    return Adapter.from_bytes(content)


def _pair(down: NDArray[np.float16], up: NDArray[np.float16]) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    """Return A and B where they are thin matrices of one rank, of finite numbers.

    Raises:
        ValueError: They are something else.
    """
    thin = down.ndim == up.ndim == 2 and down.dtype == up.dtype == np.float16  # noqa: PLR2004  # a matrix
    if not thin or len(down) != up.shape[1] or not (np.isfinite(down).all() and np.isfinite(up).all()):
        raise ValueError
    return down, up
