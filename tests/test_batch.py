"""Many texts at once: nothing of the input is lost, whatever it holds and whenever the run is stopped."""

import csv
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from letters_command import letters_index
from openpyxl import Workbook
from support import CLONE

from policy_index import ClauseIndex, InputError, cli
from policy_index.batch import running, writing
from policy_index.batch.matching import Memory, Plan, match_table, match_texts
from policy_index.batch.reading import Form, Source, look_through, windows
from policy_index.batch.running import Work, run_batch
from policy_index.commands import loading


class Outcome(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Outcome]


@pytest.fixture(scope="module")
def letters() -> ClauseIndex:
    """An index over letters, without a model."""
    return letters_index()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, letters: ClauseIndex) -> Run:
    """Run `policy-index batch` with these arguments."""
    monkeypatch.setattr(loading, "load_index", lambda _model: letters)

    def call(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as caught:
            cli.main(["batch", *map(str, arguments)])
        out, err = capfd.readouterr()
        return Outcome(int(caught.value.code or 0), out, err)

    return call


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def json_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_row_keeps_its_columns_and_gets_its_clauses(run: Run, tmp_path: Path, letters: ClauseIndex):
    """As `search` finds them; with model, policy and thresholds; leading zeros and blanks stand as they stood."""
    (tmp_path / "in.csv").write_text('id,prompt\n007," a rash, itchy "\n008,"two\nlines"\n', encoding="utf-8")

    outcome = run(tmp_path / "in.csv", tmp_path / "out.csv", "--top", "2")

    rows = csv_rows(tmp_path / "out.csv")
    assert outcome.status == 0
    assert outcome.out == ""
    assert "taking the texts from the column 'prompt'" in outcome.err
    assert outcome.err.endswith("out.csv: 2 rows, 0 with an error\n")
    assert [(row["id"], row["prompt"]) for row in rows] == [("007", " a rash, itchy "), ("008", "two\nlines")]
    first = letters.search(" a rash, itchy ", top_k=2)
    assert [rows[0]["clause_1"], rows[0]["clause_2"]] == [match.clause.id for match in first.matches]
    assert float(rows[0]["score_1"]) == pytest.approx(first.matches[0].score, abs=2e-6)
    assert rows[0]["model"] == "letters"
    assert rows[0]["policy_sha256"] == letters.document.provenance.sha256
    assert (rows[0]["likely_from"], rows[0]["possible_from"]) == ("0.6", "0.3")
    assert not (tmp_path / "out.csv.partial").exists()


def test_the_real_search_and_a_batch_agree(real_index: ClauseIndex):
    """Same clauses; numbers to the fifth decimal, since one text alone goes through all threads at once."""
    texts = ["a dating app for farmers", "online roulette", "bake bread " * 30, "x"] * 3 + ["weapons", "roulette"]

    numbers, errors = match_texts(real_index, texts, top=3)

    assert errors == [None] * len(texts)
    for text, row in zip(texts, numbers, strict=True):
        result = real_index.search(text, top_k=3)
        assert [real_index.document.clauses[int(place)].id for place in row[:3]] == [
            match.clause.id for match in result.matches
        ]
        assert row[3:6].tolist() == pytest.approx([match.score for match in result.matches], abs=1e-4)
        assert row[6:9].tolist() == pytest.approx([match.probability for match in result.matches], abs=1e-4)


def test_each_distinct_text_is_encoded_once_across_windows(letters: ClauseIndex):
    """And results that were pushed out of the memory are found again, the same."""
    texts = [f"text {number % 7}" for number in range(50)]
    before = len(letters.encoder.encoded)  # type: ignore[attr-defined]
    memory = Memory(size=3)
    seen: list[str] = []
    letters.encoder.encode, original = (  # type: ignore[method-assign]
        lambda batch: seen.extend(batch) or original(batch),  # type: ignore[func-returns-value]
        letters.encoder.encode,
    )
    try:
        once, _ = match_texts(letters, texts, top=2)
        assert sorted(seen) == sorted(set(texts))
        windowed = [
            match_texts(letters, texts[start : start + 5], top=2, memory=memory)[0] for start in range(0, 50, 5)
        ]
    finally:
        letters.encoder.encode = original  # type: ignore[method-assign]

    assert before == len(letters.encoder.encoded)  # type: ignore[attr-defined]
    assert np.array_equal(np.concatenate(windowed), once, equal_nan=True)
    assert len(memory.places) == 3


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_any_format_becomes_any_other(run: Run, tmp_path: Path, suffix: str):
    """The same clauses from CSV, JSON Lines and Parquet."""
    rows = [{"n": 1, "text": "a rash"}, {"n": 2, "text": "ünïcode 🐄"}]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    run(tmp_path / "in.jsonl", tmp_path / f"a.{suffix}")
    (tmp_path / f"a.{suffix}").rename(tmp_path / f"b.{suffix}")

    outcome = run(tmp_path / f"b.{suffix}", tmp_path / "c.jsonl", "--text-column", "text")

    back = json_rows(tmp_path / "c.jsonl")
    assert outcome.status == 0
    assert [row["text"] for row in back] == ["a rash", "ünïcode 🐄"]
    assert [str(row["n"]) for row in back] == ["1", "2"]
    assert [row["policy_index_clause_1"] for row in back] == [row["clause_1"] for row in back]
    assert "the input has a column 'clause_1', so ours is called 'policy_index_clause_1'" in outcome.err


def test_parquet_columns_keep_their_types(run: Run, tmp_path: Path):
    """Times, lists, nulls: whatever the input's schema says."""
    table = pa.table(
        {
            "when": pa.array([1, None], pa.timestamp("ms")),
            "tags": pa.array([["a"], []], pa.list_(pa.string())),
            "text": pa.array(["a rash", None]),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")

    assert run(tmp_path / "in.parquet", tmp_path / "out.parquet").status == 0

    out = pq.read_table(tmp_path / "out.parquet")
    assert out.select(["when", "tags", "text"]).equals(table)
    assert out.column("error").to_pylist() == [None, "Expected a text, got none."]


def test_json_values_come_back_as_they_were(run: Run, tmp_path: Path):
    """Nested, mixed, huge, missing, null, half a surrogate pair: each line's own keys and values."""
    lines = [
        '{"text": "a", "mixed": 1, "nested": {"a": [1, null]}, "big": 123456789012345678901234567890}',
        '{"text": "b", "mixed": "one", "odd": "\\ud800", "nothing": null}',
        '{"text": "c", "mixed": 1.5, "nested": null}',
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")

    assert run(tmp_path / "in.jsonl", tmp_path / "out.jsonl").status == 0

    for line, row in zip(lines, json_rows(tmp_path / "out.jsonl"), strict=True):
        own = json.loads(line)
        assert {key: row[key] for key in own} == own
        assert not {"mixed", "nested", "big", "odd", "nothing"} & (set(row) - set(own))


def test_a_bad_line_in_the_middle_of_jsonl_is_kept_with_its_error(run: Run, tmp_path: Path):
    """Its own characters too; the lines around it are matched."""
    good = '{"text": "a rash"}'
    bad = ['{"text": "cut', "[1, 2]", '{"text": 5}', "", '{"text": "x", "text": "y"}', '{"text": "  "}']
    (tmp_path / "in.jsonl").write_text("\n".join([good, *bad, good, "", ""]), encoding="utf-8")

    outcome = run(tmp_path / "in.jsonl", tmp_path / "out.jsonl")

    rows = json_rows(tmp_path / "out.jsonl")
    assert outcome.status == 0
    assert "8 rows, 6 with an error" in outcome.err
    assert [row["error"] for row in rows] == [
        None,
        "Expected a JSON object: Unterminated string starting at (column 10).",
        "Expected a JSON object, got a list.",
        "Expected a text, got int '5'.",
        "The line is empty.",
        "Expected a JSON object: a key stands in it twice, or is no text.",
        "Expected a text with at least one visible character, but got one of blanks and invisible characters only.",
        None,
    ]
    assert [rows[place]["unread_row"] for place in (1, 2, 5)] == [bad[0], bad[1], bad[4]]
    assert rows[0]["clause_1"] == rows[7]["clause_1"]


def test_ragged_rows_are_kept_with_their_error(run: Run, tmp_path: Path):
    """Too short, too long, empty: the fields that fit stand in their columns, the whole row beside them."""
    content = 'id,text,note\n1,a rash,x\n2,a rash\n3,a rash,y,"z, z"\n\n4,a rash,w\n\n'
    (tmp_path / "in.csv").write_text(content, encoding="utf-8")

    outcome = run(tmp_path / "in.csv", tmp_path / "out.csv")

    rows = csv_rows(tmp_path / "out.csv")
    assert outcome.status == 0
    assert [row["id"] for row in rows] == ["1", "2", "3", "", "4"]
    assert [row["error"] for row in rows] == [
        "",
        "Expected 3 fields, got 2.",
        "Expected 3 fields, got 4.",
        "The line is empty.",
        "",
    ]
    assert [row["unread_row"] for row in rows] == ["", "2,a rash", '3,a rash,y,"z, z"', "", ""]


@pytest.mark.parametrize(
    ("content", "options", "texts"),
    [
        ("\ufefftext;n\na, b;1\n".encode(), [], ["a, b"]),
        (b"prompt\tn\na\t1\n", ["--text-column", "prompt"], ["a"]),
        ("text,n\ncafé,1\n".encode("latin-1"), ["--encoding", "latin-1"], ["café"]),
        ("text,n\ncafé,1\n".encode("utf-16"), ["--encoding", "utf-16"], ["café"]),
        (b"text,n\na nul byte \x00 inside a text,1\n", [], ["a nul byte \x00 inside a text"]),
        (b"text|n\r\na|1\r\n", ["--delimiter", "|"], ["a"]),
        (b"text\n", [], []),
    ],
    ids=["BOM and semicolons", "tabs", "Latin-1", "UTF-16", "NUL", "bars", "header only"],
)
def test_odd_csv_files_are_read(run: Run, tmp_path: Path, content: bytes, options: list[str], texts: list[str]):
    """Byte-order marks, other delimiters, other encodings, NUL bytes."""
    (tmp_path / "in.csv").write_bytes(content)

    outcome = run(tmp_path / "in.csv", tmp_path / "out.jsonl", *options)

    rows = json_rows(tmp_path / "out.jsonl")
    assert outcome.status == 0
    assert [row.get("text", row.get("prompt")) for row in rows] == texts
    assert all(row["error"] is None for row in rows)


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(rows: int) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"text": [f"text {number}" for number in range(rows)]}), stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "options", "message"),
    [
        ("in.csv", b"id,words\n1,a\n", ["--text-column", "text"], "Expected a column 'text' in {in}, but it has 'id', 'words'."),
        ("in.csv", b"text,id,text\na,1,b\n", [], "Expected each column once, but 'text' stands in columns 1 and 3 of {in}."),
        ("in.csv", b"", [], "Expected a first line with the names of the columns in {in}, but it is empty."),
        (
            "in.csv",
            "text,n\na,1\ncafé,2\n".encode("latin-1"),
            [],
            "Line 3 of {in}: expected UTF-8, got byte 0xe9. Is it Latin-1? Save it as UTF-8, or say --encoding latin-1.",
        ),
        ("in.csv", "text\na\n".encode("utf-16"), [], "Expected UTF-8 in {in}, but it is UTF-16: save it as UTF-8, or say --encoding utf-16."),
        ("in.csv", workbook([["text"]]), [], "Expected a table of texts in {in}, but it is an Excel or ZIP file; name it by its format."),
        ("in.csv", b"text\na\n", ["--encoding", "klingon"], "Expected the name of an encoding such as latin-1, got 'klingon'."),
        ("in.csv", b"text\na\n", ["--delimiter", "ab"], "Expected one character as --delimiter, got 'ab'."),
        ("in.csv", b"text\na\n", ["--top", "0"], "Expected --top between 1 and 71, got 0."),
        ("in.csv", b"text\na\n", ["--resume", "--overwrite"], "Expected --resume without --overwrite."),
        ("in.csv", b'text\n"' + b"a" * 10_000_001, [], "Row 2 of {in} cannot be read as CSV: field larger than field limit (10000000); is a closing quotation mark missing?"),
        ("in.xlsx", b"PK\x03\x04 not really", [], "Expected an Excel workbook (.xlsx), but {in} cannot be read as one (BadZipFile)."),
        ("in.xlsx", b"text,n\n", [], "Expected an Excel workbook (.xlsx), but {in} cannot be read as one (BadZipFile)."),
        ("in.parquet", parquet(5)[:-9], [], "Expected a whole Parquet file, but {in} cannot be read as one: Parquet magic bytes not found in footer."),
        ("in.parquet", b"", [], "Expected a whole Parquet file, but {in} cannot be read as one: Parquet file size is 0 bytes."),
        ("in.jsonl", b"\n\n", [], "Expected one JSON object a line in {in}, but there is none."),
        ("in.docx", b"", [], "Expected a file name that ends in .csv, .jsonl, .parquet or .xlsx, got {in}."),
    ],
)  # fmt: skip
def test_an_input_that_cannot_be_used_is_one_sentence(  # noqa: PLR0913, PLR0917  # one argument a part of the case
    run: Run, tmp_path: Path, name: str, content: bytes, options: list[str], message: str
):
    """What was expected, what came, and where; no output, and nothing left lying about."""
    (tmp_path / name).write_bytes(content)

    outcome = run(tmp_path / name, tmp_path / "out.csv", *options)

    assert outcome.status == 2
    assert outcome.err.splitlines()[-1].startswith("policy-index: " + message.replace("{in}", str(tmp_path / name)))
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_excel_sheet_is_read(run: Run, tmp_path: Path):
    """Cells as text, empty rows kept in the middle, a cell beyond the header is an error."""
    content = workbook([["text", "n"], ["a rash", 1], [None, None], ["roulette", 2.5], ["x", 1, "beyond"]])
    (tmp_path / "in.xlsx").write_bytes(content)

    assert run(tmp_path / "in.xlsx", tmp_path / "out.jsonl").status == 0

    rows = json_rows(tmp_path / "out.jsonl")
    assert [(row["text"], row["n"]) for row in rows] == [("a rash", "1"), (None, None), ("roulette", "2.5"), ("x", "1")]
    assert [row["error"] for row in rows] == [None, "The row is empty.", None, "Expected 2 cells, got 3."]


def test_an_output_that_cannot_be_written_is_one_sentence(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
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
        outcome = run(source, output)
        assert (outcome.status, outcome.err.splitlines()[-1]) == (2, f"policy-index: {message}")
    assert taken.read_text(encoding="utf-8") == "mine"
    assert run(tmp_path / "none.csv", tmp_path / "out.csv").err.startswith("policy-index: Expected a file or folder")
    assert run(source, taken, "--overwrite").status == 0
    assert csv_rows(taken)[0]["text"] == "a"

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(running, "write_tables", full)
    outcome = run(source, tmp_path / "full.csv")
    assert "the disk is full; what is done is kept in" in outcome.err
    assert not (tmp_path / "full.csv").exists()
    monkeypatch.undo()


def test_a_stopped_run_is_not_overwritten_by_accident_and_not_mixed_with_another(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Neither without --resume, nor with other options, nor with another input, nor by two at once."""
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\n" + "a\n" * 10, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(running, "write_tables", lambda *_arguments: (_ for _ in ()).throw(KeyboardInterrupt))
        assert f"Stopped; what is done is kept in {output}.partial: go on with --resume." in run(source, output).err
    assert "Expected no unfinished run, but" in run(source, output).err
    assert "differs in top" in run(source, output, "--resume", "--top", "1").err
    with Work.at(output, resume=True):
        assert "Expected no other run on" in run(source, output, "--resume").err

    outcome = run(source, output, "--resume")

    assert "10 rows, 10 of them done before, 0 with an error" in outcome.err
    source.write_text("text\n" + "b\n" * 10, encoding="utf-8")
    assert run(source, output, "--resume").status == 2  # the output is there


def test_a_folder_of_files_is_one_input(run: Run, tmp_path: Path):
    """In the order of their names; files that do not fit together are refused."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.csv").write_text("text,n\ntwo,2\n", encoding="utf-8")
    (tmp_path / "in" / "a.csv").write_text("text,n\none,1\n", encoding="utf-8")

    assert run(tmp_path / "in", tmp_path / "out.csv").status == 0
    assert [row["text"] for row in csv_rows(tmp_path / "out.csv")] == ["one", "two"]

    (tmp_path / "in" / "c.csv").write_text("text,m\nthree,3\n", encoding="utf-8")
    assert "in every file, but" in run(tmp_path / "in", tmp_path / "out2.csv").err
    (tmp_path / "in" / "d.jsonl").write_text("{}", encoding="utf-8")
    assert "Expected files of one format, got csv and jsonl." in run(tmp_path / "in", tmp_path / "out2.csv").err


def test_the_column_with_the_texts_is_guessed():
    """By its name, or else by the number of words in it."""

    def guess(content: str) -> str:
        return look_through([Source.from_bytes("x.csv", content.encode())]).text_column

    assert guess("id,Prompt,notes\n1,a,a long note with words\n") == "Prompt"
    assert guess("id,what\n1,a dating app\n2,a thing\n") == "what"
    assert guess("only\n") == "only"


def test_an_export_for_spreadsheets_starts_no_formula(letters: ClauseIndex):
    """Where it is asked for; input columns stay as they are everywhere else."""
    layout = look_through([Source.from_bytes("x.csv", b"text\n\"=cmd|' /C calc'!A0\"\n@SUM(1)\nplain -\n")])
    plan = Plan.from_layout(layout, top=1)
    tables = [match_table(letters, window, plan) for window in windows(layout)]

    def first_column(*, inert: bool) -> list[str]:
        target = io.BytesIO()
        writing.write_tables(tables, plan.schema(layout), target, Form.CSV, layout, inert=inert)
        return [row["text"] for row in csv.DictReader(io.StringIO(target.getvalue().decode()))]

    assert first_column(inert=True) == ["'=cmd|' /C calc'!A0", "'@SUM(1)", "plain -"]
    assert first_column(inert=False) == ["=cmd|' /C calc'!A0", "@SUM(1)", "plain -"]


def test_an_input_that_changes_while_it_is_read_is_one_sentence(letters: ClauseIndex, tmp_path: Path):
    """Instead of a mixture of both."""
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "a", "n": 1}\n', encoding="utf-8")
    layout = look_through([Source.from_path(path)])
    path.write_text('{"text": "a", "n": "one"}\n', encoding="utf-8")

    with Work.at(tmp_path / "out.csv") as work, pytest.raises(InputError, match="has changed while it was read"):
        run_batch(letters, layout, work, Plan.from_layout(layout, top=1))


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


def test_a_kill_after_the_output_is_in_place_is_cleared_up(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The one moment in which both the output and the work are there."""
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\na\n", encoding="utf-8")
    with monkeypatch.context() as patch:
        clear = Work.clear
        patch.setattr(
            Work, "clear", lambda work, *, keep_lock=False: clear(work, keep_lock=True) if keep_lock else None
        )
        run(source, output)
    whole = output.read_bytes()
    assert (tmp_path / "out.csv.partial").exists()

    assert run(source, output, "--resume").status == 0
    assert output.read_bytes() == whole
    assert not (tmp_path / "out.csv.partial").exists()


def test_ray_gives_the_same_bytes(tmp_path: Path):
    """Two files, bad rows among them, through Ray Data on this machine and through the plain engine."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("id,text\n1,a dating app\n2\n3,online roulette\n", encoding="utf-8")
    (tmp_path / "in" / "b.csv").write_text("id,text\n4,bake bread\n5,\n6,a dating app\n", encoding="utf-8")
    code = "from policy_index.cli import main; main()"
    environment = os.environ | {"PYTHONPATH": f"{CLONE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}

    for engine in ("plain", "ray"):
        subprocess.run(
            [sys.executable, "-c", code, "batch", tmp_path / "in", tmp_path / f"{engine}.csv", "--engine", engine],
            env=environment,
            check=True,
            capture_output=True,
            timeout=240,
        )

    assert (tmp_path / "ray.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()
    assert [row["id"] for row in csv_rows(tmp_path / "ray.csv")] == ["1", "2", "3", "4", "5", "6"]


def test_resuming_goes_with_the_plain_engine_only(run: Run, tmp_path: Path):
    """Said in one sentence."""
    (tmp_path / "in.csv").write_text("text\na\n", encoding="utf-8")

    outcome = run(tmp_path / "in.csv", tmp_path / "out.csv", "--engine", "ray", "--resume")

    assert outcome.err == "policy-index: Expected --resume without --engine ray.\n"
