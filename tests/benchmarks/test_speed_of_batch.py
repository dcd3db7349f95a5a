"""Many texts: throughput and memory. Run with `pytest tests/benchmarks/test_speed_of_batch.py --no-cov`; it takes minutes.

BATCH_TEXTS makes it shorter.
"""

import csv
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import CLONE
from conftest import RATIOS
from sentence_transformers import SentenceTransformer

from policy_index import ClauseIndex, load_index, load_shelf
from policy_index.batch.matching import Plan
from policy_index.batch.running import Work, run_batch
from policy_index.batch.tables import look_through, sources_at
from policy_index.search.minilm import model_folder

TEXTS = int(os.environ.get("BATCH_TEXTS", "20000"))
BATCH_SIZES = (32, 64, 128, 256)


@pytest.fixture(scope="module")
def index() -> ClauseIndex:
    """The index that ships."""
    index = load_index()
    index.search("warm")
    return index


def distinct_texts(count: int) -> list[str]:
    """Return so many different short texts: exemplars, and pairs of their halves."""
    own = [text for group in load_shelf().default.exemplars.by_clause.values() for text in group]
    chance = random.Random(1)  # noqa: S311  # no secret
    found = dict.fromkeys(own)
    while len(found) < count:
        first, second = chance.sample(own, 2)
        words = [*first.split()[: chance.randint(2, 9)], *second.split()[-chance.randint(2, 9) :]]
        found[" ".join(words)] = None
    texts = list(found)[:count]
    chance.shuffle(texts)
    return texts


def write_texts(path: Path, texts: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(texts))


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_throughput_against_the_bare_model(index: ClauseIndex, tmp_path: Path):
    """A whole run, file to file, against the bare `encode` of the same texts at its best batch size, in turn."""
    bare = SentenceTransformer(str(model_folder()), local_files_only=True)
    texts = distinct_texts(TEXTS)
    halves = distinct_texts(TEXTS // 2) * 2
    random.Random(2).shuffle(halves)  # noqa: S311  # no secret

    def encode(some: list[str], size: int) -> None:
        bare.encode(some, batch_size=size, normalize_embeddings=True, show_progress_bar=False)

    encode(texts[:500], 32)
    best = min(BATCH_SIZES, key=lambda size: seconds(lambda: encode(texts[:1000], size)))

    def batch(some: list[str], name: str) -> None:
        write_texts(tmp_path / f"{name}.csv", some)
        layout = look_through(sources_at(tmp_path / f"{name}.csv"), text_column="text")
        with Work.at(tmp_path / f"{name}.out.csv") as work:
            run_batch(index, layout, work, Plan.from_layout(layout, top=3))

    ours, theirs = [], []
    for part in range(4):  # in turn, so that a busy machine is busy for both
        piece = texts[part::4]
        theirs.append(seconds(lambda piece=piece: encode(piece, best)))
        ours.append(seconds(lambda piece=piece, part=part: batch(piece, f"distinct{part}")))
    repeated = seconds(lambda: batch(halves, "repeated"))
    bare_repeated = seconds(lambda: encode(halves, best))

    RATIOS.append(
        f"batch of {TEXTS:,} distinct texts: {TEXTS / sum(ours):.0f} texts/s; bare encode at batch size {best}: "
        f"{TEXTS / sum(theirs):.0f} texts/s; ratio {sum(theirs) / sum(ours):.2f} (aim: at least 2.0)"
    )
    RATIOS.append(
        f"batch of {len(halves):,} texts, half of them repeated: {len(halves) / repeated:.0f} texts/s; bare encode "
        f"{len(halves) / bare_repeated:.0f} texts/s; ratio {bare_repeated / repeated:.2f} (aim: at least 3.6)"
    )


def test_memory_does_not_grow_with_the_input(tmp_path: Path):
    """The whole command over 20,000 and 200,000 different texts, with letters for a model, which hides nothing: it is small."""
    peaks = []
    for count in (20_000, 200_000):
        path = tmp_path / f"{count}.csv"
        write_texts(path, [f"text number {number} of so many, {number * 7919 % 10007}" for number in range(count)])
        done = subprocess.run(
            [
                sys.executable,
                str(CLONE / "tests" / "letters_command.py"),
                "batch",
                path,
                tmp_path / f"{count}.out.parquet",
            ],
            env=os.environ | {"LETTERS_MEMORY": "1", "PYTHONPATH": str(CLONE)},
            capture_output=True,
            check=True,
            text=True,
        )
        peaks.append(int(done.stdout))

    RATIOS.append(
        f"peak memory for 200,000 rows / 20,000 rows: {peaks[1] / peaks[0]:.3f} ({peaks[1] / 1024:.0f} and "
        f"{peaks[0] / 1024:.0f} MiB; aim: at most 1.1)"
    )
    assert peaks[1] <= 1.1 * peaks[0]
