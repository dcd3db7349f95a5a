"""Kills with no warning in the middle of what changes something: the old state stands afterwards, or the new one."""

import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from killing import started
from libraries import rules
from support import CLONE, LetterEncoder, few_exemplars
from test_library_kills import assert_whole, killed

from attacks.results import Result
from policy_index import ClauseIndex, load_shelf
from policy_index.library.library import Library
from policy_index.library.store import Store
from policy_index.search.score_table import STANCES
from policy_index.search.scorer import ClauseScorer, cached_scorer, scorer_key

_ROWS = 400
_LETTERS = CLONE / "tests" / "letters_command.py"


_WHILE = {"add": "an add", "edit": "an edit", "import": "an import", "examples": "an add of examples"}


def library(verb: str, count: int) -> Result:
    """Kills during one verb of the library."""
    result = Result(attack=f"kills during {_WHILE[verb]}")
    chance = random.Random(verb)  # noqa: S311  # moments, no secrets
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/library.sqlite3"
        with Library.open(url) as opened:
            opened.add(rules("edited"))
        for turn in range(count):
            result.count += 1
            try:
                killed(url, verb, turn, chance)
                with Library.open(url) as opened:
                    assert_whole(opened)
            except Exception as error:  # noqa: BLE001  # this is what is looked for
                result.failures.append(f"{type(error).__name__}: {str(error)[:100]}")
    return result


def migration(count: int) -> Result:
    """Kills during the first migration."""
    result = Result(attack="kills during a migration")
    chance = random.Random(1)  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(count):
            result.count += 1
            file = Path(folder) / f"{turn}.sqlite3"
            process = started(Store.open, f"sqlite:///{file}")
            limit = time.monotonic() + 20
            while not file.exists() and time.monotonic() < limit:
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.15))
            process.kill()
            process.join()
            try:
                with Library.open(f"sqlite:///{file}") as opened:
                    opened.add(rules())
            except Exception as error:  # noqa: BLE001
                result.failures.append(f"{type(error).__name__}: {str(error)[:100]}")
    return result


def batch(count: int) -> Result:
    """Kills during a batch: nothing stands under the output's name, and going on ends with what an undisturbed run gives."""
    result = Result(attack="kills during a batch")
    chance = random.Random(2)  # noqa: S311
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "in.csv"
        source.write_text("text\n" + "".join(f"an idea about thing {row}\n" for row in range(_ROWS)), encoding="utf-8")
        undisturbed = folder / "whole.csv"
        _batch(source, undisturbed).wait()
        for turn in range(count):
            result.count += 1
            output = folder / f"{turn}.csv"
            process = _batch(source, output, wait="0.05")
            limit = time.monotonic() + 60
            while process.poll() is None and not _partial(output).exists() and time.monotonic() < limit:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.5))
            process.kill()
            was_done = process.wait() == 0
            result.expect(was_done or not output.exists(), f"turn {turn}: half an output under its name")
            if not was_done:
                again = ["--resume"] if _partial(output).exists() else []
                result.expect(_batch(source, output, *again).wait() == 0, f"turn {turn}: it did not go on")
            same = output.is_file() and output.read_bytes() == undisturbed.read_bytes()
            result.expect(same, f"turn {turn}: another output than undisturbed")
    return result


def _partial(output: Path) -> Path:
    return output.with_name(f"{output.name}.partial")


def _batch(source: Path, output: Path, *options: str, wait: str = "0") -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, str(_LETTERS), "batch", str(source), str(output), "--window", "20", *options],
        env=os.environ | {"LETTERS_WAIT": wait, "PYTHONPATH": f"{CLONE}{os.pathsep}{CLONE / 'tests'}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _fit(ready: object) -> None:
    pack, encoder = few_exemplars(load_shelf().default), LetterEncoder()
    key = scorer_key(pack, encoder)
    scorer = ClauseScorer.from_pack(pack, encoder)
    ready.set()  # type: ignore[attr-defined]
    while True:
        scorer.save(cached_scorer(key))


def fit(count: int) -> Result:
    """Kills while a fitted scorer is kept: the next start finds it whole, or none, and fits."""
    result = Result(attack="kills during a fit")
    context = multiprocessing.get_context("spawn")
    chance = random.Random(3)  # noqa: S311
    pack, encoder = few_exemplars(load_shelf().default), LetterEncoder()
    file = cached_scorer(scorer_key(pack, encoder))
    columns = len(pack.policy.clauses) + len(STANCES)
    for turn in range(count):
        result.count += 1
        ready = context.Event()
        process = context.Process(target=_fit, args=(ready,))
        process.start()
        result.expect(ready.wait(120), f"turn {turn}: it did not begin")
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        process.join()
        try:
            if file.is_file() and ClauseScorer.from_file(file, key=scorer_key(pack, encoder), columns=columns) is None:
                result.failures.append(f"turn {turn}: half a scorer was kept")
            ClauseIndex.from_pack(pack, encoder).search("bread")
        except Exception as error:  # noqa: BLE001
            result.failures.append(f"{type(error).__name__}: {str(error)[:100]}")
        file.unlink(missing_ok=True)
    return result
