"""A process that is killed in the middle of a change leaves the old state or the new one, never half of it."""

import random
import time
from datetime import date
from pathlib import Path

import pytest
from killing import FORKED, started
from libraries import DATABASES, LATER, RULES, fresh_database, rules
from library_victim import FITTED, LINES, work

from policy_index.library.library import Library
from policy_index.library.store import Store
from policy_index.search.scorer import ClauseScorer

KILLS = 20


def killed(url: str, verb: str, turn: int, seed: random.Random, *, file: Path = Path()) -> None:
    """Let a process work, and kill it at a moment of no choosing."""
    ready = FORKED.Event()
    process = started(work, url, verb, turn, ready, file)
    assert ready.wait(30)
    time.sleep(seed.uniform(0, 0.06))
    process.kill()
    process.join()
    assert process.exitcode == -9


def assert_whole(library: Library) -> None:
    """Every version opens, says what its card says, and stands in the journal once for each time that it changed."""
    noted = [(entry.policy_id, entry.version, entry.what) for entry in library.journal(limit=100_000)]
    for spec in library.specs():
        card, pack = library.card(spec), library.pack(spec).check()
        assert pack.policy.source in {text + more for text in (RULES, LATER) for more in ("", LINES)}
        assert card.clauses == len(pack.policy.clauses)
        assert pack.unfit_edits == ()
        changes = [what for policy_id, version, what in noted if (policy_id, version) == (card.policy_id, card.version)]
        assert changes.count("edit") + changes.count("restate") == card.revision - 1
        assert changes.count("add") + changes.count("import") == 1
        assert len(pack.exemplars.harmless) == changes.count("import") + 20 * changes.count("add examples")
        if changes.count("restate"):
            assert card.provenance.title == f"Rules {card.revision}"
        elif card.revision > 1:
            assert all(clause.id.startswith(f"r{card.revision}/") for clause in pack.policy)
    assert sum(what in {"add", "import"} for _, _, what in noted) == len(library.specs())


@pytest.mark.parametrize("verb", ["add", "edit", "import", "examples", "restate"])
@pytest.mark.parametrize("database", DATABASES)
def test_kill_9_leaves_the_old_or_the_new_state(database: str, verb: str, tmp_path: Path):
    """Twenty times, one after the other; each time the library opens, and can be written to at once."""
    seed = random.Random(verb)  # noqa: S311  # moments, no secrets
    with fresh_database(database, tmp_path) as url:
        with Library.open(url) as library:
            library.add(rules("edited"))
        for turn in range(KILLS):
            killed(url, verb, turn, seed)
            with Library.open(url) as library:
                assert_whole(library)
                library.add(rules(f"after-{turn}", day=date(2020, 1, 1)))

        with Library.open(url) as library:
            assert len(library.journal(limit=100_000)) >= 1 + 2 * KILLS


@pytest.mark.parametrize("database", DATABASES)
def test_kill_9_during_a_fit_leaves_whole_files_and_parts(database: str, tmp_path: Path):
    """What was fitted last or before is there whole, in the library and in the cache; nothing else is taken for it."""
    seed = random.Random("fit")  # noqa: S311  # moments, no secrets
    with fresh_database(database, tmp_path) as url:
        with Library.open(url) as library:
            library.add(rules("edited"))
        for turn in range(KILLS):
            killed(url, "fit", turn, seed, file=tmp_path / "scorer.npz")
            with Library.open(url) as library:
                parts = [library.notes.fitted("edited", "scorer.npz", key=f"key {number}") for number in range(7)]
            there = [(number, part) for number, part in enumerate(parts) if part is not None]
            assert [(number, len(part), set(part)) for number, part in there] == [(there[0][0], FITTED, {there[0][0]})]
            read = [ClauseScorer.from_file(tmp_path / "scorer.npz", key=str(number), columns=9) for number in range(7)]
            whole = [(number, scorer) for number, scorer in enumerate(read) if scorer is not None]
            assert len(whole) == 1
            assert set(whole[0][1].coefficients.ravel().tolist()) == {float(whole[0][0])}


def test_kill_9_during_the_first_migration(tmp_path: Path):
    """The database is a library or is still empty; the next start makes it one."""
    seed = random.Random(1)  # noqa: S311  # moments, no secrets
    for turn in range(KILLS):
        url = f"sqlite:///{tmp_path / f'{turn}.sqlite3'}"
        process = started(Store.open, url)
        limit = time.monotonic() + 10
        while not (tmp_path / f"{turn}.sqlite3").exists() and time.monotonic() < limit:
            time.sleep(0.001)
        time.sleep(seed.uniform(0, 0.15))
        process.kill()
        process.join()

        with Library.open(url) as library:
            assert library.add(rules()).spec == "my-rules@2026-01-01"
