"""The vectors of policies' clauses, each encoded once: kept in the process, and for later processes in the user's cache folder.

Only the clauses of policies go through it, never a text that a person checks.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock

import numpy as np
from platformdirs import user_cache_path

from policy_index.files import written
from policy_index.search.vectors import Encoder, Vectors

_KEPT = 8192
"""Vectors that a process keeps, the latest ones: about 25 MB. Versions of one policy have most of their clauses in common."""

_FILES = 512
"""Files that are kept, the latest ones: two or three for each policy and version, its clauses and their phrases, of about 1 MB for a hundred."""

_vectors: "OrderedDict[bytes, Vectors]" = OrderedDict()
_coming: dict[bytes, Event] = {}
"""Texts that are being encoded elsewhere for this memory, with what is set when that is over."""

_lock = Lock()


class ClauseMemory:
    """An encoder that remembers, for texts of policies; its vectors are those that the encoder gave when it was first asked."""

    def __init__(self, encoder: Encoder) -> None:
        """Wrap an encoder; all memories of one encoder share what they know."""
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector for each text, float32, shape (len(texts), dimensions)."""
        if not texts:
            return self._encoder.encode(texts)
        keys = list(self._keys(texts))
        path = _file(keys)
        stored = _read(path, len(texts))
        if stored is None:
            stored = self._encoded(texts, keys)
            with suppress(OSError):  # a cache that cannot be written costs only the caching
                _write(path, stored)
        _remember(keys, stored)
        return stored

    def recall(self, texts: Sequence[str]) -> None:
        """Remember the vectors of these texts where they lie in the cache folder, all of them in one file, as `encode` left them."""
        keys = list(self._keys(texts))
        if keys and (stored := _read(_file(keys), len(texts))) is not None:
            _remember(keys, stored)

    def unknown(self, texts: Sequence[str]) -> list[str]:
        """Return those of the texts that this process has no vectors of."""
        keys = list(self._keys(texts))
        with _lock:
            return [text for key, text in zip(keys, texts, strict=True) if key not in _vectors]

    def learn(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Remember vectors that this memory's encoder gave, one row a text: for this process, not for later ones."""
        _remember(list(self._keys(texts)), vectors)

    def expect(self, texts: Sequence[str], over: Event) -> None:
        """Let whoever asks for texts that are being encoded elsewhere wait until that is `over`, instead of encoding them again."""
        with _lock:
            _coming.update(dict.fromkeys(self._keys(texts), over))

    def characters_read(self, text: str) -> int:
        """Return how many characters, from the first, the model reads before it cuts the text off."""
        return self._encoder.characters_read(text)

    def _keys(self, texts: Sequence[str]) -> Iterator[bytes]:
        own = self.fingerprint.encode()
        for text in texts:
            yield hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=own[:64]).digest()

    def _encoded(self, texts: Sequence[str], keys: Sequence[bytes]) -> Vectors:
        with _lock:
            coming = {over for key in keys if (over := _coming.pop(key, None)) is not None}
        for over in coming:
            over.wait()
        with _lock:
            known = {key: _vectors[key] for key in keys if key in _vectors}
        unknown = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if unknown:
            known |= zip(unknown, self._encoder.encode(list(unknown.values())), strict=True)
        return np.stack([known[key] for key in keys])


def _file(keys: Sequence[bytes]) -> Path:
    """Return where the vectors of these texts lie, whole."""
    return user_cache_path("policy-index") / "clauses" / f"{hashlib.sha256(b''.join(keys)).hexdigest()[:32]}.npy"


def _remember(keys: Sequence[bytes], vectors: Vectors) -> None:
    with _lock:
        for key, vector in zip(keys, vectors, strict=True):
            _vectors[key] = vector
            _vectors.move_to_end(key)
        while len(_vectors) > _KEPT:
            _vectors.popitem(last=False)


def _read(path: Path, rows: int) -> Vectors | None:
    """Return the vectors in a file; None where it is missing, damaged or of other texts."""
    try:
        with path.open("rb") as file:
            found: Vectors = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    sound = found.dtype == np.float32 and found.ndim == 2 and len(found) == rows and bool(np.all(np.isfinite(found)))  # noqa: PLR2004  # rows and columns
    return found if sound else None


def _write(path: Path, vectors: Vectors) -> None:
    with written(path) as file:
        np.save(file, vectors)
    old = sorted(path.parent.glob("*.npy"), key=lambda each: each.stat().st_mtime)[:-_FILES]
    for each in old:
        each.unlink(missing_ok=True)
