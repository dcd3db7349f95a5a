"""What the index adds to the bare model: run with `pytest tests/benchmarks --no-cov`."""

import random

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from ratios import Report, seconds
from sentence_transformers import SentenceTransformer

from policy_index import ClauseIndex, load_index, load_shelf
from policy_index.search.minilm import model_folder


@pytest.fixture(scope="module")
def index() -> ClauseIndex:
    """The index that ships."""
    return load_index()


@pytest.fixture(scope="module")
def model() -> SentenceTransformer:
    """The bare model, as anyone would load it."""
    return SentenceTransformer(str(model_folder()), local_files_only=True)


def shuffled_texts(count: int) -> list[str]:
    """Return so many texts of usual length."""
    texts = [text for group in load_shelf().default.exemplars.by_clause.values() for text in group]
    return random.Random(1).sample(texts, count)  # noqa: S311  # no secret


def test_search_of_one_text(
    benchmark: BenchmarkFixture, index: ClauseIndex, model: SentenceTransformer, report: Report
):
    """`search` against the bare `encode` of the same text by the same model, in turn."""
    texts = shuffled_texts(200)
    index.search(texts[0])
    searches, encodes = [], []
    for text in texts:
        encodes.append(
            seconds(lambda text=text: model.encode([text], normalize_embeddings=True, show_progress_bar=False))
        )
        searches.append(seconds(lambda text=text: index.search(text)))
    report("search of one text / bare encode", searches, encodes, 0.6)

    benchmark(index.search, texts[0])


def test_search_of_a_thousand_texts(
    benchmark: BenchmarkFixture, index: ClauseIndex, model: SentenceTransformer, report: Report
):
    """`search_many` against the bare batched `encode`."""
    texts = shuffled_texts(1000)
    index.search(texts[0])
    searches, encodes = [], []
    for _ in range(5):
        encodes.append(seconds(lambda: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)))
        searches.append(seconds(lambda: index.search_many(texts)))
    report("search_many of 1,000 texts / bare batched encode", searches, encodes, 0.5)

    benchmark.pedantic(index.search_many, (texts,), rounds=1)
