"""The fast encoder: the bundled model as one graph, run by onnxruntime without torch.

The graph takes tokens in and gives the joined unit vector of both views out. It is exported from the sentence-transformers
model on first need (`graph_export`), checked against it, and kept in the user's cache folder under a key of weights, pooling
and export version. What is missing, broken, half written or another model's is never used.
"""

import hashlib
import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from platformdirs import user_cache_path

from policy_index.files import written
from policy_index.search.even_batches import encode_evenly
from policy_index.search.minilm import (
    LONGEST,
    MIDDLE_LAYER,
    MIDDLE_SHARE,
    TOKENIZER,
    check_model_files,
    model_fingerprint,
    model_folder,
)
from policy_index.search.model_choice import BUNDLED_MODEL
from policy_index.search.vectors import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

GRAPHS_VARIABLE = "POLICY_INDEX_GRAPHS"
"""Environment variable that names the folder in which the graph is kept; `off` keeps none and uses none."""

EXPORT_VERSION = 2
"""Raised when the graph is made in another way, so that older ones are not taken."""

_TOKENS_AT_ONCE = 1024

_OFFERED = 4_096
"""Characters that are taken apart at first to see how much is read: more than `LONGEST` tokens of nearly any text."""

_LONGEST_WORD = 101
"""Characters from the end of what is offered in which a word may have been cut: a longer one is one token, however long."""
_SETTLED = 2_000_000_000
"""Nanoseconds after a file's last change from which another change would show in its times, however coarse they are."""


@dataclass(frozen=True, slots=True)
class GraphFile:
    """Where the graph of this version of the bundled model is kept, with the record of its check beside it."""

    path: Path

    @classmethod
    def here(cls) -> "GraphFile | None":
        """Return the place on this machine; None where graphs are switched off."""
        named = os.environ.get(GRAPHS_VARIABLE)
        if named == "off":
            return None
        folder = Path(named) if named else user_cache_path("policy-index") / "graphs"
        return cls(folder / f"{BUNDLED_MODEL}-{graph_key()[:16]}.onnx")

    @property
    def record(self) -> Path:
        """What was found when the graph was checked; written last, so a graph without it is not finished."""
        return self.path.with_suffix(".json")

    @property
    def seen(self) -> Path:
        """The digest of the graph when it was last read wholly, and what the system said of the file then."""
        return self.path.with_suffix(".seen")

    def problem(self, *, thorough: bool = False) -> str | None:
        """Return why the graph cannot be used, as one sentence; None where it can.

        A file that has not been touched since it was read wholly is not read again: 90 MB at every start.

        Args:
            thorough: Read it in any case.
        """
        try:
            record = json.loads(self.record.read_text(encoding="utf-8"))
            digest = (None if thorough else self._digest_seen()) or self._digest()
        except FileNotFoundError:
            return f"The fast model has not been prepared yet ({self.path})."
        except (OSError, ValueError) as error:
            return f"The fast model in {self.path} cannot be read ({type(error).__name__})."
        if not isinstance(record, dict) or record.get("key") != graph_key() or record.get("sha256") != digest:
            return f"The fast model in {self.path} is not the one that was checked."
        return None

    def _digest(self) -> str:
        """Read the whole file, and note what was seen where the file had settled before.

        Raises:
            OSError: It cannot be read.
        """
        with self.path.open("rb") as file:
            before, now = os.fstat(file.fileno()), time.time_ns()
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            same = _touched(os.fstat(file.fileno())) == _touched(before)
        if same and now - max(before.st_mtime_ns, before.st_ctime_ns) > _SETTLED:
            with suppress(OSError), written(self.seen) as file:  # where nothing can be written, it is read every time
                file.write(json.dumps({"sha256": digest, "touched": _touched(before)}).encode())
        return digest

    def _digest_seen(self) -> str | None:
        """Return the digest that was noted, where the file is the one of then.

        Raises:
            OSError: There is no graph.
        """
        touched = _touched(self.path.stat())
        try:
            noted = json.loads(self.seen.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        fits = isinstance(noted, dict) and noted.get("touched") == touched
        return str(noted.get("sha256")) if fits else None


def _touched(found: os.stat_result) -> list[int]:
    """Return what changes when a file is written to or replaced: place, size, and both times, of which one cannot be set back."""
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def graph_key() -> str:
    """Return a digest of all that the graph depends on: weights, pooling, export version."""
    parts = [EXPORT_VERSION, model_fingerprint(), MIDDLE_LAYER, MIDDLE_SHARE, LONGEST]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class GraphEncoder:
    """The bundled model behind the Encoder protocol, without torch; safe to call from several threads."""

    name = BUNDLED_MODEL

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer", *, fingerprint: str) -> None:
        """Store the parts; `from_file` and `from_cache` make them."""
        self.fingerprint = fingerprint
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def from_file(cls, path: Path) -> "GraphEncoder":
        """Load the graph at `path`, which is not checked here.

        Raises:
            EncoderError: The bundled model's tokenizer is missing or another one.
            Exception: What onnxruntime raises for a file that is no such graph.
        """
        from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = (
            1  # texts are shared out among threads, not products
        )
        options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
        options.enable_cpu_mem_arena = False  # else the longest batch's memory is held for ever
        options.log_severity_level = 3
        folder = model_folder()
        check_model_files(folder, (TOKENIZER,))
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.enable_truncation(LONGEST)
        session = InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        return cls(session, tokenizer, fingerprint=model_fingerprint())

    @classmethod
    def from_cache(cls, *, thorough: bool = False) -> "tuple[GraphEncoder | None, str]":
        """Return the encoder over the graph on this machine, or None and one sentence on why there is none.

        Args:
            thorough: Read the whole file, though it has not been touched since that was last done.
        """
        place = GraphFile.here()
        if place is None:
            return None, f"The fast model is switched off ({GRAPHS_VARIABLE}=off)."
        if (problem := place.problem(thorough=thorough)) is not None:
            return None, problem
        try:
            return cls.from_file(place.path), ""
        except ImportError as error:
            return None, f"The fast model needs the package {error.name}, which is not installed."
        except Exception as error:  # noqa: BLE001  # onnxruntime's own errors have no common root
            return None, f"The fast model in {place.path} cannot be loaded ({type(error).__name__})."

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector for each text, float32, shape (len(texts), 768).

        Among several texts each has the same vector, to the last bit, whatever the others are; one text alone, which must be
        quick, may differ in the seventh decimal.
        """
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        if len(ids) == 1:
            return self._run(ids)
        return encode_evenly(ids, self._among_others, tokens_at_once=_TOKENS_AT_ONCE)

    def characters_read(self, text: str) -> int:
        """Return how many characters, from the first, the model reads before it cuts the text off."""
        if len(text) < LONGEST - 1:  # a token has at least one character; two are the model's own marks
            return len(text)
        offered = _OFFERED  # to take a whole long text apart would hold up everybody else: the tokenizer keeps the interpreter
        while True:
            part = text[:offered]
            encoding = self._tokenizer.encode(part)
            is_full = len(encoding.ids) == LONGEST
            end = max(end for _, end in encoding.offsets) if is_full else len(part)
            if len(part) == len(text) or (is_full and end < offered - _LONGEST_WORD):
                return end
            offered *= 4

    def _among_others(self, ids: Sequence[Sequence[int]]) -> Vectors:
        # Products of one row sum in another order: the only text of its length goes through beside itself.
        return self._run(ids) if len(ids) > 1 else self._run([*ids, *ids])[:1]

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        tokens = np.array(ids, dtype=np.int64)
        vectors: Vectors = self._session.run(None, {"input_ids": tokens})[0]
        return vectors
