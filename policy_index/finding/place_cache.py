"""Places of clauses, kept in the user's cache folder by what they were made of, so that a restart encodes nothing again."""

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from policy_index.files import written
from policy_index.policy.pack import PolicyPack

UNUSED_FOR = 90
"""Days after which a file that nobody has read is removed."""

_FORMAT = 1
_DAY = 86_400


def content_digest(pack: PolicyPack) -> str:
    """Return a digest of all of a pack that its clauses' places depend on: their words, what stands above them, what people said of them."""
    said = None if pack.parts is None else pack.parts.read("confirmations.jsonl")
    parts = [_FORMAT, said, [[clause.id, clause.text, *clause.path] for clause in pack.policy]]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


class PlaceCache:
    """The files of one space; where the folder cannot be written nothing is kept, and nothing else happens."""

    def __init__(self, space_key: str, dimensions: int, *, folder: Path | None = None) -> None:
        """Store where the files lie.

        Args:
            space_key: What the space was made from.
            dimensions: Numbers of a place.
            folder: Where they lie; in the user's cache folder if None.
        """
        self._space_key = space_key
        self._dimensions = dimensions
        self._folder = user_cache_path("policy-index") / "places" if folder is None else folder

    def get(self, digest: str, *, clauses: int) -> NDArray[np.float16] | None:
        """Return the places of clauses with this digest, (clauses, dimensions); None for a missing, damaged or foreign file."""
        path = self._path(digest)
        try:
            found = np.load(path, allow_pickle=False)
            os.utime(path)
        except (OSError, ValueError, EOFError):
            return None
        sound = found.dtype == np.float16 and found.shape == (clauses, self._dimensions) and np.isfinite(found).all()
        return found if sound else None

    def put(self, digest: str, places: NDArray[np.float16]) -> None:
        """Keep places."""
        with suppress(OSError), written(self._path(digest)) as file:
            np.save(file, places)

    def tidy(self) -> None:
        """Remove what nobody has read for a long time."""
        oldest = time.time() - UNUSED_FOR * _DAY
        with suppress(OSError):
            for path in self._folder.glob("*.npy"):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _path(self, digest: str) -> Path:
        key = hashlib.sha256(f"{self._space_key} {self._dimensions} {digest}".encode()).hexdigest()
        return self._folder / f"{key[:40]}.npy"
