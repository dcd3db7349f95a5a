"""What a brief adds to the bare model: run with `pytest tests/benchmarks --no-cov`."""

import random

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from ratios import Report, seconds

from policy_index import ClauseIndex, load_index, load_shelf
from policy_index.brief.memory import PassageMemory
from policy_index.brief.passages import split_text
from policy_index.brief.word_weights import word_weights
from policy_index.brief.writing import write_brief

PAIRS = 3


@pytest.fixture(scope="module")
def index() -> ClauseIndex:
    """The index that ships, warm."""
    loaded = load_index()
    write_brief(loaded, "We bake bread. A dating app for farmers.")
    return loaded


def prose(words: int) -> str:
    """Return at least so many words in paragraphs of five sentences, no two sentences alike."""
    texts = [text for group in load_shelf().default.exemplars.by_clause.values() for text in group]
    sentences: list[str] = []
    for text in random.Random(2).sample(texts, len(texts)):  # noqa: S311  # no secret
        sentences.append(f"{text.rstrip('.!?')}.")
        if sum(len(sentence.split()) for sentence in sentences) >= words:
            break
    return "\n\n".join(" ".join(sentences[place : place + 5]) for place in range(0, len(sentences), 5))


def test_brief_of_two_thousand_words(benchmark: BenchmarkFixture, index: ClauseIndex, report: Report):
    """`write_brief` against the bare batched `encode` of its distinct passages, in turn."""
    text = prose(2000)
    passages = list(dict.fromkeys(passage.text for passage in split_text(text, index.encoder).passages))
    briefs, encodes = [], []
    for _ in range(PAIRS):
        encodes.append(seconds(lambda: index.encoder.encode(passages)))
        briefs.append(seconds(lambda: write_brief(index, text)))
    report("brief of 2,000 words / bare batched encode of its passages", briefs, encodes, 1.3)

    benchmark.pedantic(write_brief, (index, text), rounds=1)


def test_an_edited_sentence_of_a_long_text(index: ClauseIndex, report: Report):
    """`write_brief` with a memory of the text before the edit, against reading the text anew, in turn."""
    text = prose(1000)
    memory = PassageMemory()
    write_brief(index, text, memory=memory)
    edits, anew = [], []
    for place in range(PAIRS):
        changed = f"{text}\n\nWe sell {place + 2} tote bags in a shop in Leeds."
        edits.append(seconds(lambda changed=changed: write_brief(index, changed, memory=memory)))
        anew.append(seconds(lambda changed=changed: write_brief(index, changed)))
    report("brief of 1,000 words after an edit / read anew", edits, anew, 0.3)


def test_leaving_out_each_of_forty_words(benchmark: BenchmarkFixture, index: ClauseIndex, report: Report):
    """`word_weights` against the bare batched `encode` of the passage and its 40 variants, in turn."""
    words = prose(40).split()[:40]
    passage = " ".join(words)
    variants = [passage, *(" ".join([*words[:place], *words[place + 1 :]]) for place in range(40))]
    clause = index.policy.clause("health")
    weights, encodes = [], []
    for _ in range(3 * PAIRS):
        encodes.append(seconds(lambda: index.encoder.encode(variants)))
        weights.append(seconds(lambda: word_weights(index, passage, clause)))
    report("leave-one-out of 40 words / bare batched encode of its variants", weights, encodes, 1.3)

    benchmark.pedantic(word_weights, (index, passage, clause), rounds=3)
