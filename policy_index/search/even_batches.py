"""Texts of one length go through the model together, one group a thread: nothing is padded, so nothing is computed for nothing.

A text's vector then does not depend on its neighbours, and threads that work apart on small groups are quicker than threads
that share each product.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_FEW = 2
"""Pieces of work that are not worth a place in the queue behind other people's many."""

Piece = TypeVar("Piece")
Done = TypeVar("Done")


def in_turn(work: Callable[[Piece], Done], pieces: Sequence[Piece]) -> list[Done]:
    """Return what `work` returns for each piece, several at a time on this process's threads where there are many."""
    return list(map(work, pieces) if len(pieces) <= _FEW else _workers().map(work, pieces))


def encode_evenly(
    ids: Sequence[Sequence[int]],
    forward: Callable[[list[Sequence[int]]], NDArray[np.float32]],
    *,
    tokens_at_once: int,
) -> NDArray[np.float32]:
    """Return the vectors of texts, in their order.

    Args:
        ids: The tokens of each text, at least one text.
        forward: Returns the vectors of texts of one length; called from several threads.
        tokens_at_once: Tokens that one thread takes at a time: enough to be quick, few enough to stay in its cache.
    """
    groups = list(same_lengths([len(each) for each in ids], tokens_at_once))
    parts = in_turn(forward, [[ids[row] for row in rows] for rows in groups])
    vectors = np.empty((len(ids), parts[0].shape[1]), dtype=np.float32)
    for rows, part in zip(groups, parts, strict=True):
        vectors[rows] = part
    return vectors


def same_lengths(lengths: Sequence[int], tokens_at_once: int) -> Iterator[list[int]]:
    """Yield the places of equal lengths, longest first, in groups of about so many tokens."""
    places = defaultdict(list)
    for place, length in enumerate(lengths):
        places[length].append(place)
    for length in sorted(places, reverse=True):
        size = max(1, tokens_at_once // length)
        yield from (places[length][start : start + size] for start in range(0, len(places[length]), size))


@cache
def _workers() -> ThreadPoolExecutor:
    """Return the threads that take many texts through the model, one for each core this process may use."""
    return ThreadPoolExecutor(max_workers=cores(), thread_name_prefix="encode")


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
