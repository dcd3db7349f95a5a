"""Make the fast encoder's graph: export the bundled model once, check it, keep it. Imports torch: run it in a process of its own.

`python -m policy_index.search.graph_export` does it quietly; `policy-index warm` says what it does.

Weights of 8 bits were tried and left: ranks and bands must stay equal on all held-out texts, and did not. Of every fourth of
them, 369 texts (onnxruntime 1.32; processor time in one thread with AMX, against this graph's):

                                     time: one text   1,000 tokens   lowest cosine   another first clause   another band
    weights and activations of 8 bits          0.40           0.53           0.974                    31             15
    weights alone, blocks of 32                4.4               -           0.9997                    3              2
"""

import hashlib
import json
import logging
import subprocess
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout

from policy_index.errors import EncoderError
from policy_index.files import written
from policy_index.search.graph import GraphEncoder, GraphFile, graph_key
from policy_index.search.vectors import Encoder

if TYPE_CHECKING:
    from policy_index.search.encoder import SentenceEncoder

TOLERANCE = 1e-5
"""Largest difference of any number of a vector from the sentence-transformers model's."""

_WAIT = 300.0
"""Seconds to wait for another process that is making the same graph."""

PROBES = (
    "x",
    "doxxing",
    "a dating app for farmers",
    "Ein Gedicht über Äpfel, 農家 и حب 🐄",
    "A chatbot that asks about your symptoms and tells you whether you have diabetes, and what to do about it.",
    "The bot refuses to write malware. " * 12,
    "no end to this sentence and " * 120,
    "\x00\u200b?!…",
)
"""Texts that the graph is checked with: short, long, cut off, strange; each alone and in company."""


def make_graph(place: GraphFile) -> None:
    """Export the graph to its place, unless a sound one is there; of two processes at once, one waits for the other.

    Raises:
        EncoderError: The graph cannot be made here; the message says why in one sentence.
    """
    try:
        place.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(place.path.with_suffix(".lock"), timeout=_WAIT):
            if place.problem(thorough=True) is None:
                return
            _export(place)
    except Timeout:
        message = f"Expected to prepare the fast model, but another process has been at it for {_WAIT:.0f} seconds."
        raise EncoderError(message) from None
    except OSError as error:
        message = f"Expected to keep the fast model in {place.path.parent}, but: {error.strerror or error}."
        raise EncoderError(message) from None


def start_making_graph() -> "subprocess.Popen[bytes] | None":
    """Begin to make the graph in a process of its own, which nobody need wait for; None where graphs are switched off."""
    if GraphFile.here() is None:
        return None
    with suppress(OSError):
        return subprocess.Popen(
            [sys.executable, "-m", "policy_index.search.graph_export"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    return None


def _export(place: GraphFile) -> None:
    from policy_index.search.encoder import SentenceEncoder

    reference = SentenceEncoder.from_bundled()
    content = _graph_of(reference)
    with written(place.path) as file:
        file.write(content)
    difference = largest_difference(GraphEncoder.from_file(place.path), reference)
    if not difference <= TOLERANCE:
        place.path.unlink(missing_ok=True)
        message = (
            f"Expected the fast model's vectors within {TOLERANCE} of the model's, but they differ by {difference:.1e}."
        )
        raise EncoderError(message)
    record = {"key": graph_key(), "sha256": hashlib.sha256(content).hexdigest(), "difference": difference}
    with written(place.record) as file:
        file.write(json.dumps(record, indent=1).encode())


def largest_difference(graph: Encoder, reference: Encoder) -> float:
    """Return the largest difference between two encoders' vectors of `PROBES`, each alone and all in company."""
    expected = reference.encode(list(PROBES))
    alone = np.concatenate([graph.encode([text]) for text in PROBES])
    return float(max(np.abs(each - expected).max() for each in (graph.encode(list(PROBES)), alone)))


def _graph_of(reference: "SentenceEncoder") -> bytes:
    """Return the network behind the bundled encoder, its pooling and scaling included, as ONNX."""
    import torch

    from policy_index.search.pooling import JoinedModel

    model = JoinedModel(reference.model).eval()
    tokens = torch.full((3, 17), 2003)
    batch, length = torch.export.Dim("batch", min=1), torch.export.Dim("length", min=2, max=512)
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            model,
            (tokens,),
            dynamo=True,
            dynamic_shapes={"input_ids": {0: batch, 1: length}},
            input_names=["input_ids"],
            output_names=["vectors"],
            verbose=False,
            external_data=False,
        )
    if program is None:
        message = "Expected torch to export the model as a graph, but it gave none."
        raise EncoderError(message)
    content: bytes = program.model_proto.SerializeToString()
    return content


def _main() -> int:
    place = GraphFile.here()
    try:
        if place is not None:
            make_graph(place)
    except EncoderError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(_main())
