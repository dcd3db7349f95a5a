"""One vector a clause in FAISS, for ten thousand to a million clauses: run with `pytest tests/benchmarks/test_speed_of_a_million.py --no-cov`.

The vectors are invented, around 150 topics, as wide as the bundled model's places. MOST_CLAUSES makes the largest measurement
smaller: a million clauses take 8 GB of memory and some minutes.
"""

import os
import statistics
from collections.abc import Callable, Iterator
from functools import cache

import faiss
import numpy as np
import pytest
from conftest import RATIOS
from numpy.typing import NDArray
from ratios import seconds

from policy_index.finding.place_index import EXACT_UP_TO, PlaceIndex
from policy_index.search.encoder import load_encoder

MOST = int(os.environ.get("MOST_CLAUSES", "1000000"))
DIMENSIONS = 918
STEP = 10_000
NEAREST = 10
TURNS = 15

Places = NDArray[np.float32]
Search = Callable[[Places], NDArray[np.int64]]


def places(number: int, seed: int) -> Places:
    """Return so many invented places, around 150 topics."""
    chance = np.random.default_rng(seed)
    topics = np.random.default_rng(0).standard_normal((150, DIMENSIONS), dtype=np.float32)
    found = topics[chance.integers(0, 150, number)] + chance.standard_normal((number, DIMENSIONS), dtype=np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def stream(clauses: int) -> Iterator[Places]:
    """Yield as many places, some at a time."""
    for seed in range(clauses // STEP):
        yield places(STEP, 1 + seed)


QUERIES = places(TURNS, 10**6)


@cache
def one_encode() -> float:
    """Seconds that the bundled model takes for one text, the median."""
    encoder = load_encoder(None)
    encoder.encode(["warm"])
    return statistics.median(seconds(lambda: encoder.encode(["May I lend my key to a friend?"])) for _ in range(TURNS))


def exact(clauses: int) -> tuple[Search, float, float]:
    """Compare with every clause; return the search, seconds to make it, and megabytes of vectors."""
    index = faiss.IndexFlatIP(DIMENSIONS)

    def make() -> None:
        for some in stream(clauses):
            index.add(some)

    return lambda query: index.search(query, NEAREST)[1], seconds(make), clauses * DIMENSIONS * 4 / 2**20


def library(clauses: int) -> tuple[Search, float, float]:
    """What the library's search does: one bit a dimension first, then the nearest some hundred exactly."""
    index = PlaceIndex(DIMENSIONS)

    def make() -> None:
        for number, some in enumerate(stream(clauses), 1):
            index.add(some)
            if number % 25 == 0:
                index.settle(done=False)
        index.settle()

    made = seconds(make)
    return lambda query: index.nearest(query[0], limit=NEAREST)[0][None], made, index.places.nbytes / 2**20


def inverted(clauses: int) -> tuple[Search, float, float]:
    """An inverted file of 1,024 lists with half-precision numbers, of which 32 are looked through."""
    index = faiss.index_factory(DIMENSIONS, "IVF1024,SQfp16", faiss.METRIC_INNER_PRODUCT)
    faiss.extract_index_ivf(index).cp.niter = 5

    def make() -> None:
        index.train(np.vstack([some for some, _ in zip(stream(clauses), range(5), strict=False)]))
        for some in stream(clauses):
            index.add(some)

    made = seconds(make)
    faiss.extract_index_ivf(index).nprobe = 32
    return lambda query: index.search(query, NEAREST)[1], made, clauses * DIMENSIONS * 2 / 2**20


def measured(name: str, clauses: int, made: tuple[Search, float, float], truth: Search | None) -> None:
    """Note the time of one search beside that of one encode, and how many of the nearest ten are found."""
    search, making, megabytes = made
    took = statistics.median(seconds(lambda row=row: search(QUERIES[row : row + 1])) for row in range(TURNS))
    share = 1.0
    if truth is not None:
        pairs = [(search(QUERIES[row : row + 1])[0], truth(QUERIES[row : row + 1])[0]) for row in range(TURNS)]
        share = statistics.mean(len(set(found.tolist()) & set(right.tolist())) / NEAREST for found, right in pairs)
    RATIOS.append(
        f"{clauses:,} clauses, {name}: {1000 * took:.1f} ms a search, {took / one_encode():.1f} times one encode "
        f"({1000 * one_encode():.0f} ms); {100 * share:.0f} % of the nearest {NEAREST}; {making:.0f} s to make, "
        f"{megabytes:,.0f} MB"
    )


@pytest.mark.parametrize("clauses", [number for number in (EXACT_UP_TO, 100_000, 1_000_000) if number <= MOST])
def test_so_many_clauses(clauses: int):
    """Exactly, as the library does it, and by an inverted file where they are many."""
    truth = exact(clauses)
    measured("exact", clauses, truth, None)
    measured("as the library searches", clauses, library(clauses), truth[0])
    if clauses >= 100_000:
        measured("inverted file", clauses, inverted(clauses), truth[0])
