"""A batch run: whenever it is stopped nothing is lost, and nothing is overwritten or mixed by accident."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batches import batch_command, csv_rows, letters_for_a_model
from support import CLONE, Run

from policy_index import InputError, PolicyPack
from policy_index.batch import running
from policy_index.batch.layout import Source
from policy_index.batch.matching import Plan
from policy_index.batch.running import Work, run_batch
from policy_index.batch.tables import look_through


@pytest.fixture
def batch(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`policy-index batch` over letters."""
    return batch_command(run, monkeypatch)


def test_an_output_that_cannot_be_written_is_one_sentence(batch: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It exists, is a folder, has no folder, has an unknown format, is the input; nothing is changed."""
    source = tmp_path / "in.csv"
    source.write_text("text\na\n", encoding="utf-8")
    taken = tmp_path / "taken.csv"
    taken.write_text("mine", encoding="utf-8")
    (tmp_path / "folder.csv").mkdir()

    for output, message in {
        taken: f"Expected a new file, but {taken} exists; name another, or say --overwrite.",
        tmp_path / "folder.csv": f"Expected a file to write to, but {tmp_path / 'folder.csv'} is a folder.",
        tmp_path / "no" / "out.csv": f"Expected a folder {tmp_path / 'no'} to write to, but there is none.",
        tmp_path / "out.txt": "Expected a file name that ends in .csv, .jsonl or .parquet, got out.txt.",
        source: f"Expected OUTPUT to be another file than INPUT, but both are {source}.",
    }.items():
        outcome = batch(source, output)
        assert (outcome.status, outcome.err.splitlines()[-1]) == (2, f"policy-index: {message}")
    assert taken.read_text(encoding="utf-8") == "mine"
    assert batch(tmp_path / "none.csv", tmp_path / "out.csv").err.startswith("policy-index: Expected a file or folder")
    assert batch(source, taken, "--overwrite").status == 0
    assert csv_rows(taken)[0]["text"] == "a"

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(running, "write_tables", full)
    outcome = batch(source, tmp_path / "full.csv")
    assert "the disk is full; what is done is kept in" in outcome.err
    assert not (tmp_path / "full.csv").exists()
    monkeypatch.undo()


def test_a_stopped_run_is_not_overwritten_by_accident_and_not_mixed_with_another(
    batch: Run, tmp_path: Path, packs_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Neither without --resume, nor with other options, another policy or another input, nor by two at once."""
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\n" + "a\n" * 10, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(running, "write_tables", lambda *_arguments: (_ for _ in ()).throw(KeyboardInterrupt))
        assert f"Stopped; what is done is kept in {output}.partial: go on with --resume." in batch(source, output).err
    assert "Expected no unfinished run, but" in batch(source, output).err
    assert "differs in top" in batch(source, output, "--resume", "--top", "1").err
    other_policy = batch(source, output, "--resume", "--policy", "acme-aup", "--packs", packs_folder).err
    assert "differs in policy, policy sha256, scorer;" in other_policy
    with Work.at(output, resume=True):
        assert "Expected no other run on" in batch(source, output, "--resume").err

    outcome = batch(source, output, "--resume")

    assert "10 rows, 10 of them done before, 0 with an error" in outcome.err
    source.write_text("text\n" + "b\n" * 10, encoding="utf-8")
    assert batch(source, output, "--resume").status == 2  # the output is there


def test_an_input_that_changes_while_it_is_read_is_one_sentence(pack: PolicyPack, tmp_path: Path):
    """Instead of a mixture of both."""
    index = letters_for_a_model(pack)
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "a", "n": 1}\n', encoding="utf-8")
    layout = look_through([Source.from_path(path)])
    path.write_text('{"text": "a", "n": "one"}\n', encoding="utf-8")

    with Work.at(tmp_path / "out.csv") as work, pytest.raises(InputError, match="has changed while it was read"):
        run_batch(index, layout, work, Plan.from_layout(layout, top=1))


def many_rows(path: Path, rows: int) -> None:
    words = ["rash", "casino", "dating", "bread", "virus", "novel", "loan", "doctor", "poem", "voter"]
    chance = random.Random(6)  # noqa: S311  # no secret
    lines = [f"{row},{' '.join(chance.choices(words, k=6))}" for row in range(rows)]
    path.write_text("\n".join(["id,text", *lines, ""]), encoding="utf-8")


def test_ten_kills_at_random_moments_lose_nothing(tmp_path: Path):
    """A kill -9 in the middle of the real command, then --resume: byte for byte the output of an undisturbed run."""
    source, calm, disturbed = tmp_path / "in.csv", tmp_path / "calm.csv", tmp_path / "disturbed.csv"
    many_rows(source, 600)
    command = [sys.executable, str(CLONE / "tests" / "letters_command.py"), "batch", str(source)]
    environment = os.environ | {"PYTHONPATH": f"{CLONE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}

    def start(output: Path, wait: float) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*command, str(output), "--window", "10", "--resume"],
            env=environment | {"LETTERS_WAIT": str(wait)},
            stderr=subprocess.DEVNULL,
        )

    assert start(calm, 0).wait(timeout=60) == 0
    chance = random.Random(2026)  # noqa: S311  # no secret
    kills, seen = 0, set()
    work = tmp_path / "disturbed.csv.partial"
    while kills < 10:
        run = start(disturbed, 0.04)
        until = time.monotonic() + 60
        before = len(list(work.glob("*.arrow"))) if work.exists() else 0
        while run.poll() is None and time.monotonic() < until and len(list(work.glob("*.arrow"))) <= before:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.25))
        assert run.poll() is None, "the run ended before it was killed"
        run.send_signal(signal.SIGKILL)
        run.wait()
        kills += 1
        seen.add(len(list(work.glob("*.arrow"))))
        assert not disturbed.exists()
    assert start(disturbed, 0).wait(timeout=60) == 0

    assert disturbed.read_bytes() == calm.read_bytes()
    assert len(csv_rows(disturbed)) == 600
    assert len(seen) > 5
    assert not work.exists()


def test_a_kill_after_the_output_is_in_place_is_cleared_up(batch: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The one moment in which both the output and the work are there."""
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\na\n", encoding="utf-8")
    with monkeypatch.context() as patch:
        clear = Work.clear
        patch.setattr(
            Work, "clear", lambda work, *, keep_lock=False: clear(work, keep_lock=True) if keep_lock else None
        )
        batch(source, output)
    whole = output.read_bytes()
    assert (tmp_path / "out.csv.partial").exists()

    assert batch(source, output, "--resume").status == 0
    assert output.read_bytes() == whole
    assert not (tmp_path / "out.csv.partial").exists()


def test_resuming_goes_with_the_plain_engine_only(batch: Run, tmp_path: Path):
    """Said in one sentence."""
    (tmp_path / "in.csv").write_text("text\na\n", encoding="utf-8")

    outcome = batch(tmp_path / "in.csv", tmp_path / "out.csv", "--engine", "ray", "--resume")

    assert outcome.err == "policy-index: Expected --resume without --engine ray.\n"
