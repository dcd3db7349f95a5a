"""How long comparing takes: run with `pytest tests/benchmarks/test_speed_of_compare.py --no-cov`."""

import random
from datetime import date
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture
from ratios import Report, seconds
from support import LetterEncoder
from visiting import open_page, open_site, served_by

from policy_index import Indexes, Policy, Provenance, Shelf, load_shelf, parse_policy
from policy_index.comparing.diff import compare
from policy_index.comparing.timeline import Timeline
from policy_index.comparing.wording import _wording
from policy_index.library.library import Library
from policy_index.library.shelf import LibraryShelf
from policy_index.library.values import pack_texts
from policy_index.plots.revisions import plot_revisions
from policy_index.policy.dialects import kinds, markdown
from policy_index.server.service import Service

PAIRS = 5


def prose(words: int, seed: int) -> str:
    """Return paragraphs of so many words; another seed puts other words into one paragraph of three, and drops one in twenty."""
    texts = [text for group in load_shelf().default.exemplars.by_clause.values() for text in group]
    drawn, other = random.Random(1), random.Random(seed)  # noqa: S311  # no secrets
    lines: list[str] = []
    total = 0
    while total < words:
        line = " ".join(drawn.sample(texts, 3))
        total += len(line.split())
        if seed and other.random() < 0.35:
            line = " ".join(word for word in line.split() if other.random() < 0.85)
        if not seed or other.random() > 0.05:
            lines.append(line)
    return "# Policy\n\n" + "\n\n".join(lines)


def version(seed: int, year: int) -> Policy:
    """Return a version of 3,000 words."""
    provenance = Provenance(publisher="Invented", title="Policy", updated=date(year, 1, 1))
    return parse_policy(prose(3000, seed), provenance=provenance)


def test_two_versions_of_three_thousand_words(benchmark: BenchmarkFixture, report: Report):
    """`compare`, nothing kept from before, against one second."""
    before, after = version(0, 2025), version(7, 2026)

    def fresh() -> None:
        _wording.cache_clear()
        compare(before, after)

    report("two versions of 3,000 words / 1 second", [seconds(fresh) for _ in range(PAIRS)], [1.0] * PAIRS, 1.0)

    benchmark.pedantic(fresh, rounds=3)


def history(versions: int) -> list[str]:
    """Return texts of 3,000 words, each with a paragraph more than the one before, and words more in another one."""
    drawn = random.Random(3)  # noqa: S311  # no secrets
    lines, texts = prose(3000, 0).split("\n\n"), []
    for number in range(versions):
        lines[drawn.randrange(1, len(lines))] += f" and {number} more"
        if number % 7 == 0:
            lines.insert(drawn.randrange(1, len(lines)), f"You must not do thing {number}.")
        texts.append("\n\n".join(lines))
    return texts


def test_a_history_of_a_hundred_versions(report: Report):
    """Parsed, compared one by one and drawn, nothing kept from before, against three seconds."""
    texts = history(100)

    def opened() -> None:
        for kept in (_wording, kinds._own, markdown._words_of, markdown._slug):
            kept.cache_clear()
        versions = [
            parse_policy(
                text,
                provenance=Provenance(
                    publisher="Invented", title="Policy", updated=date.fromordinal(738_000 + 9 * place)
                ),
            )
            for place, text in enumerate(texts)
        ]
        plot_revisions(Timeline.from_versions(versions))

    report("a history of 100 versions / 3 seconds", [seconds(opened) for _ in range(3)], [3.0] * 3, 1.0)


def test_a_history_of_a_hundred_versions_on_its_page(report: Report, tmp_path: Path):
    """The page Changelog of a policy of the library: the first visit of a process against three seconds, the next one against 0.3."""
    first, later = [], []
    for turn in range(3):
        with Library.open(f"sqlite:///{tmp_path / f'{turn}.sqlite3'}") as library:
            for place, text in enumerate(history(100)):
                day = date.fromordinal(738_000 + 9 * place)
                provenance = Provenance(publisher="Invented", title="Policy", updated=day)
                library.add(pack_texts(f"history-{turn}", f"{text}\n\nTurn {turn}.", provenance=provenance))
        with Library.open(f"sqlite:///{tmp_path / f'{turn}.sqlite3'}") as library:
            encoder = LetterEncoder()
            shelf = LibraryShelf(Shelf.from_folder(None), library)
            with served_by(Service(shelf, Indexes(lambda encoder=encoder: encoder))):

                def visit(turn: int = turn) -> None:
                    assert not open_page(open_site(policy=f"history-{turn}"), "changelog").exception

                for kept in (_wording, kinds._own, markdown._words_of, markdown._slug):
                    kept.cache_clear()
                first.append(seconds(visit))
                later.append(seconds(visit))
    report("the page of a history of 100 versions, first visit / 3 seconds", first, [3.0] * 3, 1.0)
    report("the page of a history of 100 versions, next visit / 0.3 seconds", later, [0.3] * 3, 1.0)
