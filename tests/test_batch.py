"""Many texts at once: every row keeps its columns and gets its clauses, under whichever policy, on whichever engine."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from batches import batch_command, csv_rows, letters_for_a_model
from support import CLONE, PACKS, LetterEncoder, Run, letter_index

from policy_index import ClauseIndex, PolicyPack, Shelf
from policy_index.batch.layout import Form, Source
from policy_index.batch.matching import Memory, Plan, match_table, match_texts
from policy_index.batch.tables import look_through, windows
from policy_index.batch.writing import write_tables
from policy_index.search.fitness import Unfitness


@pytest.fixture
def batch(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`policy-index batch` over letters."""
    return batch_command(run, monkeypatch)


@pytest.fixture(scope="module")
def letter_clauses(pack: PolicyPack) -> ClauseIndex:
    """The bundled policy over letters, without a model."""
    return letters_for_a_model(pack)


def test_every_row_keeps_its_columns_and_gets_its_clauses(batch: Run, tmp_path: Path, letter_clauses: ClauseIndex):
    """As `search` finds them, one at a time; with model, policy, version and thresholds; leading zeros and blanks stand as they stood."""
    (tmp_path / "in.csv").write_text('id,prompt\n007," a rash, itchy "\n008,"two\nlines"\n', encoding="utf-8")

    outcome = batch(tmp_path / "in.csv", tmp_path / "out.csv", "--top", "2")

    rows = csv_rows(tmp_path / "out.csv")
    assert outcome.status == 0
    assert outcome.out == ""
    assert "taking the texts from the column 'prompt'" in outcome.err
    assert outcome.err.endswith("out.csv: 2 rows, 0 with an error\n")
    assert [(row["id"], row["prompt"]) for row in rows] == [("007", " a rash, itchy "), ("008", "two\nlines")]
    first = letter_clauses.search(" a rash, itchy ", top_k=2)
    assert [rows[0]["clause_1"], rows[0]["clause_2"]] == [match.clause.id for match in first.matches]
    assert float(rows[0]["score_1"]) == pytest.approx(first.matches[0].score, abs=1e-4)
    assert rows[0]["model"] == "letters"
    assert rows[0]["policy"] == "openai@2023-03-23"
    assert rows[0]["policy_updated"] == "2023-03-23"
    assert rows[0]["policy_sha256"] == letter_clauses.policy.sha256
    assert (rows[0]["likely_from"], rows[0]["possible_from"]) == ("0.6", "0.3")
    assert not (tmp_path / "out.csv.partial").exists()


def test_every_row_gets_the_clauses_of_the_policy_that_is_named(
    batch: Run, tmp_path: Path, packs_folder: Path, acme: PolicyPack
):
    """By id and version; the rows say which it was."""
    (tmp_path / "in.csv").write_text("text\na rash\n", encoding="utf-8")
    asked = ["--packs", packs_folder, "--policy"]

    batch(tmp_path / "in.csv", tmp_path / "new.csv", *asked, "acme-aup")
    batch(tmp_path / "in.csv", tmp_path / "old.csv", *asked, "acme-aup@2025-01-15")
    unknown = batch(tmp_path / "in.csv", tmp_path / "none.csv", *asked, "acme")

    (new,), (old,) = csv_rows(tmp_path / "new.csv"), csv_rows(tmp_path / "old.csv")
    nearest = letters_for_a_model(acme).search("a rash", top_k=3)
    assert [new[f"clause_{rank}"] for rank in (1, 2, 3)] == [match.clause.id for match in nearest.matches]
    assert (new["policy"], new["policy_updated"]) == ("acme-aup@2026-01-31", "2026-01-31")
    assert new["policy_sha256"] == acme.policy.sha256
    assert (new["probability_1"], new["band_1"]) == ("", "")
    assert (old["policy"], old["policy_updated"]) == ("acme-aup@2025-01-15", "2025-01-15")
    assert old["policy_sha256"] != acme.policy.sha256
    assert unknown.status == 2
    assert "No policy has the id 'acme'; the nearest is acme-aup@" in unknown.err
    assert not (tmp_path / "none.csv").exists()


def test_a_policy_without_a_day_and_with_one_clause_is_one_too(batch: Run, tmp_path: Path):
    """No day is said for it, and there is no second clause to name."""
    folder = tmp_path / "packs" / "tiny"
    folder.mkdir(parents=True)
    (folder / "pack.toml").write_text('id = "tiny"\npublisher = "Tiny"\ntitle = "Rules"\n', encoding="utf-8")
    (folder / "policy.md").write_text("# Rules\n\n- Do not gamble.\n", encoding="utf-8")
    (tmp_path / "in.csv").write_text("text\nroulette\n", encoding="utf-8")
    asked = ["--packs", tmp_path / "packs", "--policy", "tiny"]

    assert batch(tmp_path / "in.csv", tmp_path / "out.csv", *asked).status == 0
    refused = batch(tmp_path / "in.csv", tmp_path / "out2.csv", *asked, "--top", "2")

    (row,) = csv_rows(tmp_path / "out.csv")
    (pack,) = Shelf.from_folder(tmp_path / "packs").versions("tiny")
    assert row["clause_1"] == pack.policy.clauses[0].id
    assert "clause_2" not in row
    assert (row["policy"], row["policy_updated"]) == ("tiny@undated", "")
    assert refused.err == "policy-index: Expected --top between 1 and 1, got 2.\n"
    index = letters_for_a_model(pack)
    layout = look_through([Source.from_path(tmp_path / "in.csv")])
    (table,) = (match_table(index, window, Plan.from_layout(layout, top=2)) for window in windows(layout))
    assert table.column("clause_2").to_pylist() == [None]


def test_the_real_search_and_a_batch_agree(real_index: ClauseIndex):
    """Same clauses; numbers to the fifth decimal, since one text alone goes through all threads at once."""
    texts = ["a dating app for farmers", "online roulette", "bake bread " * 30, "x"] * 3 + ["weapons", "roulette"]

    numbers, errors = match_texts(real_index, texts, top=3)

    assert errors == (None,) * len(texts)
    for text, row in zip(texts, numbers, strict=True):
        result = real_index.search(text, top_k=3)
        assert [real_index.policy.clauses[int(place)].id for place in row[:3]] == [
            match.clause.id for match in result.matches
        ]
        assert row[3:6].tolist() == pytest.approx([match.score for match in result.matches], abs=1e-4)
        assert row[6:9].tolist() == pytest.approx([match.probability for match in result.matches], abs=1e-4)


def test_a_texts_numbers_do_not_depend_on_its_company(real_index: ClauseIndex):
    """To the last bit: else a run that is gone on with, or that Ray hands out in another order, would write other bytes."""
    texts = ["online roulette", "bake bread", "a dating app for farmers", "a dating app for bakers", "x"]

    together, _ = match_texts(real_index, texts, top=3)
    alone = np.concatenate([match_texts(real_index, [text], top=3)[0] for text in texts])

    assert np.array_equal(together, alone, equal_nan=True)


def test_nor_among_many(real_index: ClauseIndex):
    """Where many are compared in one product, and few are left over, the bits are those of a few texts."""
    texts = [f"a dating app for farmer number {number}" for number in range(70)]

    together, _ = match_texts(real_index, texts, top=3)
    apart = np.concatenate([match_texts(real_index, texts[start : start + 7], top=3)[0] for start in range(0, 70, 7)])

    assert np.array_equal(together, apart, equal_nan=True)


def test_a_row_that_cannot_be_judged_says_why_and_has_no_possible_clause(pack: PolicyPack):
    """Beside the probability of touching the policy at all; a row that can be judged has nothing there."""
    index = letter_index(pack, LetterEncoder(), probability=0.9)
    layout = look_through([Source.from_bytes("in.csv", b"text\nasdfghjkl\na dating app\n")])
    plan = Plan.from_layout(layout, top=1)

    (window,) = windows(layout)
    table = match_table(index, window, plan)

    assert table.column_names[5:7] == ["touch_probability", "unfit"]
    assert table.column("unfit").to_pylist() == [Unfitness.NONSENSE, None]
    assert table.column("band_1").to_pylist() == ["unlikely", "likely"]
    assert table.schema == plan.schema(layout)


def test_each_distinct_text_is_encoded_once_across_windows(pack: PolicyPack):
    """And results that were pushed out of the memory are found again, the same."""
    encoder = LetterEncoder()
    index = letter_index(pack, encoder)
    texts = [f"text {number % 7}" for number in range(50)]
    memory = Memory(size=3)

    once, _ = match_texts(index, texts, top=2)
    encoded = sorted(encoder.encoded)
    windowed = [match_texts(index, texts[start : start + 5], top=2, memory=memory)[0] for start in range(0, 50, 5)]

    assert encoded == sorted(set(texts))
    assert np.array_equal(np.concatenate(windowed), once, equal_nan=True)
    assert len(memory.places) == 3


def test_a_memory_serves_no_other_policy(letter_clauses: ClauseIndex, acme: PolicyPack):
    """Handed from one index to another it knows nothing there."""
    other = letters_for_a_model(acme)
    memory = Memory()
    match_texts(letter_clauses, ["a rash"], top=2, memory=memory)

    numbers, _ = match_texts(other, ["a rash"], top=2, memory=memory)

    assert np.array_equal(numbers, match_texts(other, ["a rash"], top=2)[0], equal_nan=True)


def test_the_column_with_the_texts_is_guessed():
    """By its name, or else by the number of words in it."""

    def guess(content: str) -> str:
        return look_through([Source.from_bytes("x.csv", content.encode())]).text_column

    assert guess("id,Prompt,notes\n1,a,a long note with words\n") == "Prompt"
    assert guess("id,what\n1,a dating app\n2,a thing\n") == "what"
    assert guess("only\n") == "only"


def test_an_export_for_spreadsheets_starts_no_formula(letter_clauses: ClauseIndex):
    """Where it is asked for; input columns stay as they are everywhere else."""
    layout = look_through([Source.from_bytes("x.csv", b"text\n\"=cmd|' /C calc'!A0\"\n@SUM(1)\nplain -\n")])
    plan = Plan.from_layout(layout, top=1)
    tables = [match_table(letter_clauses, window, plan) for window in windows(layout)]

    def first_column(*, inert: bool) -> list[str]:
        target = io.BytesIO()
        write_tables(tables, plan.schema(layout), target, Form.CSV, layout, inert=inert)
        return [row["text"] for row in csv.DictReader(io.StringIO(target.getvalue().decode()))]

    assert first_column(inert=True) == ["'=cmd|' /C calc'!A0", "'@SUM(1)", "plain -"]
    assert first_column(inert=False) == ["=cmd|' /C calc'!A0", "@SUM(1)", "plain -"]


def test_ray_gives_the_same_bytes(tmp_path: Path, pack: PolicyPack):
    """Two files, bad rows among them, through Ray Data on this machine and through the plain engine.

    Under two policies at once, the first of them somebody's own copy of the bundled one: their folders are what the workers are
    told of.
    """
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("id,text\n1,a dating app\n2\n3,online roulette\n", encoding="utf-8")
    (tmp_path / "in" / "b.csv").write_text("id,text\n4,bake bread\n5,\n6,a dating app\n", encoding="utf-8")
    settings = copytree(pack.folder, tmp_path / "packs" / "own") / "pack.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('id = "openai"', 'id = "own"'), encoding="utf-8")

    copytree(PACKS / "acme-aup@2026-01-31", tmp_path / "packs" / "acme-aup@2026-01-31")

    for engine in ("plain", "ray"):
        asked = ["--engine", engine, "--policy", "own", "--policy", "acme-aup", "--packs", tmp_path / "packs"]
        subprocess.run(
            [
                sys.executable,
                "-c",
                "from policy_index.cli.main import main; main()",
                "batch",
                "in",
                f"{engine}.csv",
                *asked,
            ],
            env=os.environ | {"PYTHONPATH": f"{CLONE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
            cwd=tmp_path,
            check=True,
            capture_output=True,
            timeout=240,
        )

    assert (tmp_path / "ray.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()
    rows = csv_rows(tmp_path / "ray.csv")
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert [row["own@2023-03-23.probability_1"] != "" for row in rows] == [True, False, True, True, False, True]
    assert [row["acme-aup@2026-01-31.clause_1"] != "" for row in rows] == [True, False, True, True, False, True]
