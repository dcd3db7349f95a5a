"""From a file of 3,000 words to the first result against it: run with `pytest tests/benchmarks/test_speed_of_own_policy.py --no-cov`."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from ratios import Report, seconds

from policy_index import ClauseIndex, PolicyPack, Provenance, parse_policy
from policy_index.library.library import Library
from policy_index.library.values import pack_texts
from policy_index.policy.sources.source import source_of
from policy_index.policy.sources.values import SourceText
from policy_index.search.ahead import ClausesAhead
from policy_index.search.concept_space import concept_space, placing_texts
from policy_index.search.encoder import load_encoder
from policy_index.search.queue import EncodingQueue
from policy_index.search.topic_places import phrase_texts
from policy_index.search.vectors import Encoder

TURNS = 3
ACTS = ("record", "resell", "publish", "forge", "copy", "withhold", "shred", "lend")
THINGS = ("a neighbour's letters", "the club's ledgers", "meeting notes", "photographs of members", "keys of the shed")


def document(turn: int) -> str:
    """Return a policy of about 3,000 words: ten headings, 150 rules; each turn's words are its own."""
    lines = [f"# House rules {turn}"]
    for number in range(150):
        if number % 15 == 0:
            lines += ["", f"## Part {number // 15}", "", f"Members of group {number // 15} must not:", ""]
        act, thing = ACTS[number % len(ACTS)], THINGS[number % len(THINGS)]
        lines.append(
            f"- {act} {thing} on day {number} of year {turn}, unless the board agreed in writing and the person has been told."
        )
    return "\n".join(lines)


@pytest.fixture
def encoder() -> Encoder:
    """The model, warm, with the space of its concepts."""
    found = load_encoder(None)
    found.encode(["warm"])
    concept_space(found)
    return found


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with Library.open(f"sqlite:///{tmp_path / 'library.sqlite3'}") as opened:
        yield opened


def kept(library: Library, source: SourceText, turn: int) -> PolicyPack:
    """Keep what was read, and read it from the library."""
    provenance = Provenance(publisher="Club", title=f"Rules {turn}", updated=date(2026, 1, 1))
    return library.pack(library.add(pack_texts(f"rules-{turn}", source.markdown, provenance=provenance)).spec)


def first_result(pack: PolicyPack, encoder: Encoder) -> None:
    """Make the index and search."""
    assert ClauseIndex.from_pack(pack, encoder).search("May I lend the keys of the shed to a friend?").matches


def bare(pack: PolicyPack, encoder: Encoder) -> float:
    """Return the seconds of one bare encoding of a policy's clauses, alone and under their headings."""
    texts = placing_texts(pack.policy.clauses)
    return seconds(lambda: encoder.encode(texts))


def test_first_result(report: Report, library: Library, encoder: Encoder):
    """Read, keep, index and search with nobody who looks it over, as a command does."""
    whole: list[float] = []
    encoded: list[float] = []
    for turn in range(TURNS):
        content = document(turn).encode()
        packs: list[PolicyPack] = []

        def work(content: bytes = content, turn: int = turn, packs: list[PolicyPack] = packs) -> None:
            packs.append(kept(library, source_of("rules.md", content), turn))
            first_result(packs[0], encoder)

        whole.append(seconds(work))
        encoded.append(bare(packs[0], encoder))
    report("first result under an own policy of 3,000 words / bare encoding of its clauses", whole, encoded, 1.5)


@pytest.mark.parametrize("looked", [0.0, 0.5, 1.5])
def test_first_result_after_looking_it_over(report: Report, library: Library, encoder: Encoder, looked: float):
    """What a person waits for on the page: reading the file, and, after so many times a bare encoding, keeping and the first result."""
    queue = EncodingQueue(encoder)
    waited: list[float] = []
    encoded: list[float] = []
    a_bare_one = bare(kept(library, source_of("rules.md", document(99).encode()), 99), encoder)
    for turn in range(TURNS):
        content = document(100 * (1 + turn) + round(10 * looked)).encode()
        held: list[SourceText] = []
        read = seconds(lambda content=content, held=held: held.append(source_of("rules.md", content)))
        policy = parse_policy(held[0].markdown, provenance=Provenance(publisher="", title="", updated=None))
        ahead = ClausesAhead(queue, [*placing_texts(policy.clauses), *phrase_texts(policy.clauses)]).begin()
        time.sleep(looked * a_bare_one)
        packs: list[PolicyPack] = []

        def work(
            ahead: ClausesAhead = ahead, source: SourceText = held[0], turn: int = turn, packs: list[PolicyPack] = packs
        ) -> None:
            packs.append(kept(library, source, turn))
            ahead.hand_over()
            first_result(packs[0], queue)

        waited.append(read + seconds(work))
        encoded.append(bare(packs[0], encoder))
    queue.close()
    name = f"waited for the first result, having looked at it for {looked:g} bare encodings / bare encoding"
    report(name, waited, encoded, max(0.4, 2.0 - looked))
