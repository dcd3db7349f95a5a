"""The fast encoder: the bundled model as one graph, run by onnxruntime without torch.

The graph takes tokens in and gives the joined unit vector of both views out. It is exported from the sentence-transformers
model on first need (`graph_export`), checked against it, and kept in the user's cache folder under a key of weights, pooling
and export version. What is missing, broken, half written or another model's is never used.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from platformdirs import user_cache_path

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

EXPORT_VERSION = 1
"""Raised when the graph is made in another way, so that older ones are not taken."""

_TOKENS_AT_ONCE = 1024


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

    def problem(self) -> str | None:
        """Return why the graph cannot be used, as one sentence; None where it can."""
        try:
            record = json.loads(self.record.read_text(encoding="utf-8"))
            with self.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return f"The fast model has not been prepared yet ({self.path})."
        except (OSError, ValueError) as error:
            return f"The fast model in {self.path} cannot be read ({type(error).__name__})."
        if not isinstance(record, dict) or record.get("key") != graph_key() or record.get("sha256") != digest:
            return f"The fast model in {self.path} is not the one that was checked."
        return None


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
    def from_cache(cls) -> "tuple[GraphEncoder | None, str]":
        """Return the encoder over the graph on this machine, or None and one sentence on why there is none."""
        place = GraphFile.here()
        if place is None:
            return None, f"The fast model is switched off ({GRAPHS_VARIABLE}=off)."
        if (problem := place.problem()) is not None:
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
        encoding = self._tokenizer.encode(text)
        return len(text) if len(encoding.ids) < LONGEST else max(end for _, end in encoding.offsets)

    def _among_others(self, ids: Sequence[Sequence[int]]) -> Vectors:
        # Products of one row sum in another order: the only text of its length goes through beside itself.
        return self._run(ids) if len(ids) > 1 else self._run([*ids, *ids])[:1]

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        tokens = np.array(ids, dtype=np.int64)
        vectors: Vectors = self._session.run(None, {"input_ids": tokens, "attention_mask": self._ones[tokens.shape]})[0]
        return vectors

    @cached_property
    def _ones(self) -> "_Ones":
        return _Ones()


class _Ones(dict[tuple[int, ...], Any]):
    """Masks of ones by shape, made once: nothing is padded, so every mask is whole."""

    def __missing__(self, shape: tuple[int, ...]) -> Any:
        return np.ones(shape, dtype=np.int64)
