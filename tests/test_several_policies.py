"""Batch and coverage under several policies in one pass: columns for each, the same numbers as alone, each text encoded once."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from batches import csv_rows, letters_for_a_model
from support import ACME, PACKS, LetterEncoder, Run, letter_index

from policy_index import ClauseIndex, InputError, PolicyPack, Shelf
from policy_index.batch.covering import cover_under, coverage_rows
from policy_index.batch.layout import Source
from policy_index.batch.matching import COMMON, Memory, Plan, match_table
from policy_index.batch.running import Work, run_batch
from policy_index.batch.several import MOST_POLICIES, Memories, accept_policies, match_under
from policy_index.batch.suite import cover, read_suite
from policy_index.batch.tables import look_through, sources_at, windows

TEXTS = ["a rash", "roulette", " ", "a rash", "a loan for a weapon", 5]
OLD = "acme-aup@2025-01-15"


@pytest.fixture
def several(pack: PolicyPack) -> list[ClauseIndex]:
    """Three policies over one letter-counting encoder."""
    encoder, shelf = LetterEncoder(), Shelf.from_folder(PACKS)
    return [letter_index(each, encoder) for each in (pack, shelf.find(ACME), shelf.find(OLD))]


def table_of(*texts: object) -> Source:
    return Source.from_bytes("x.jsonl", "\n".join(json.dumps({"text": text}) for text in texts).encode())


def plan_of(source: Source, indexes: list[ClauseIndex], *, top: int = 2) -> tuple[pa.Table, Plan]:
    layout = look_through([source])
    (window,) = windows(layout)
    specs = [index.pack.spec for index in indexes] if len(indexes) > 1 else []
    return window, Plan.from_layout(layout, top=top, policies=specs)


def test_each_policys_columns_are_those_that_it_has_alone(several: list[ClauseIndex]):
    """To the last bit, bad rows too, and what all share stands there once."""
    window, plan = plan_of(table_of(*TEXTS), several)

    together = match_under(several, window, plan, Memories())

    assert together.num_rows == len(TEXTS)
    for index in several:
        _, own = plan_of(table_of(*TEXTS), [index])
        alone = match_table(index, window, own)
        for name in own.names:
            column = name if name in COMMON else f"{index.pack.spec}.{name}"
            if name != "policy":
                assert together.column(column).to_pylist() == alone.column(name).to_pylist(), column
    assert [name for name in together.column_names if "." not in name] == ["text", *COMMON]
    assert together.column("error").null_count == 4


def test_each_distinct_text_is_encoded_once_for_all_policies(several: list[ClauseIndex]):
    """In one call; a text that comes again in a later window not at all."""
    encoder = several[0].encoder
    assert isinstance(encoder, LetterEncoder)
    encoder.encoded.clear()
    memories = Memories()
    window, plan = plan_of(table_of(*TEXTS), several)

    first = match_under(several, window, plan, memories)
    assert sorted(encoder.encoded) == sorted({text for text in TEXTS if isinstance(text, str) and text.strip()})

    assert match_under(several, window, plan, memories).equals(first)
    assert len(encoder.encoded) == 3


def test_a_run_under_several_policies_goes_on_where_it_was_stopped(several: list[ClauseIndex], tmp_path: Path):
    """And refuses to go on with other policies than it began with."""
    path = tmp_path / "in.csv"
    path.write_text("text\n" + "".join(f"text {number}\n" for number in range(6)), encoding="utf-8")
    layout = look_through(sources_at(path), window=2)

    def run(indexes: list[ClauseIndex], *, name: str, stop: int | None = None, resume: bool = False) -> None:
        plan = Plan.from_layout(layout, top=2, policies=[index.pack.spec for index in indexes])
        done = 0

        def count(_rows: int, _errors: int) -> None:
            nonlocal done
            done += 1
            if done == stop:
                raise KeyboardInterrupt

        with Work.at(tmp_path / name, resume=resume) as work:
            run_batch(indexes, layout, work, plan, resume=resume, on_progress=count)

    run(several, name="whole.csv")
    with pytest.raises(KeyboardInterrupt):
        run(several, name="halves.csv", stop=1)
    with pytest.raises(InputError, match="this one differs in"):
        run(several[:2], name="halves.csv", resume=True)
    run(several, name="halves.csv", resume=True)

    assert (tmp_path / "halves.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    rows = csv_rows(tmp_path / "whole.csv")
    assert len(rows) == 6
    assert f"{ACME}.clause_1" in rows[0]
    assert "policy" not in rows[0]


@pytest.mark.parametrize(
    ("specs", "sentence"),
    [
        ([ACME, OLD, ACME], f"Expected each policy or version once, got {ACME} twice."),
        ([f"a@{number}" for number in range(21)], f"Expected at most {MOST_POLICIES} policies at once, got 21."),
    ],
)
def test_one_policy_twice_or_too_many_is_one_sentence(specs: list[str], sentence: str):
    """Before anything is read."""
    with pytest.raises(InputError) as caught:
        accept_policies(specs)

    assert str(caught.value) == sentence


def test_memories_of_one_run_know_the_same_texts():
    """Each policy's numbers are another's."""
    memories = Memories()
    memories.of(0).add(b"x", np.array([1.0]))

    assert memories.of(0).row(b"x") == np.array([1.0])
    assert memories.of(1).row(b"x") is None
    assert Memory.digest("a", "k") != Memory.digest("a", "l")


def test_a_suite_is_held_against_several_policies_and_encoded_once(pack: PolicyPack, several: list[ClauseIndex]):
    """Each as `cover` holds it alone; rows say by what is counted."""
    encoder = several[0].encoder
    assert isinstance(encoder, LetterEncoder)
    suite = read_suite(several[0], look_through([table_of(*TEXTS)]))
    assert suite is not None
    encoder.encoded.clear()

    covered = cover_under(several, suite)

    assert not encoder.encoded
    assert [each.coverage for each in covered] == [cover(index, suite) for index in several]
    rows = list(coverage_rows(covered))
    assert {row["policy"] for row in rows} == {pack.spec, ACME, OLD}
    assert sum(int(str(row["prompts"])) > 0 for row in rows if row["policy"] == ACME) == covered[1].touched > 0
    assert {row["counted_by"] for row in rows} == {"nearest clause"}


def test_the_commands_take_several_policies(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: PolicyPack
):
    """Batch writes columns for each, coverage counts for each as table, JSON and CSV; one policy twice is refused."""
    from policy_index.cli import loading

    monkeypatch.setattr(loading, "load_index", lambda each, _model: letters_for_a_model(each))
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\na rash\nroulette\n", encoding="utf-8")
    both = ("--packs", PACKS, "--policy", OLD, "--policy", ACME)

    assert run("batch", source, target, *both).status == 0
    assert {f"{OLD}.clause_1", f"{ACME}.clause_1", "unfit", "model"} <= set(csv_rows(target)[0])
    twice = run("batch", source, tmp_path / "no.csv", *both, "--policy", ACME)
    assert (twice.status, f"got {ACME} twice" in twice.err) == (2, True)

    record = json.loads(run("coverage", source, *both, "--format", "json").out)
    assert [each["policy"]["version"] for each in record["policies"]] == ["2025-01-15", "2026-01-31"]
    assert record["prompts"] == 2
    table = run("coverage", source, *both).out
    assert "Clauses touched" in table
    assert "Touched by no prompt" in table
    rows = list(csv.DictReader(run("coverage", source, *both, "--format", "csv").out.splitlines()))
    assert len(rows) == sum(len(each["clauses"]) for each in record["policies"])
    assert pack.spec not in {row["policy"] for row in rows}
