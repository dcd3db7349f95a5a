"""Tables in four formats: nothing of the input is lost, whatever it holds, and what cannot be read is one sentence."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batches import batch_command, csv_rows, json_rows, parquet, workbook
from support import Run

from policy_index import InputError
from policy_index.batch.layout import Form, Layout, Source
from policy_index.batch.tables import look_through, windows


@pytest.fixture
def batch(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`policy-index batch` over letters."""
    return batch_command(run, monkeypatch)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_any_format_becomes_any_other(batch: Run, tmp_path: Path, suffix: str):
    """The same clauses from CSV, JSON Lines and Parquet."""
    rows = [{"n": 1, "text": "a rash"}, {"n": 2, "text": "ünïcode 🐄"}]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    batch(tmp_path / "in.jsonl", tmp_path / f"a.{suffix}")
    (tmp_path / f"a.{suffix}").rename(tmp_path / f"b.{suffix}")

    outcome = batch(tmp_path / f"b.{suffix}", tmp_path / "c.jsonl", "--text-column", "text")

    back = json_rows(tmp_path / "c.jsonl")
    assert outcome.status == 0
    assert [row["text"] for row in back] == ["a rash", "ünïcode 🐄"]
    assert [str(row["n"]) for row in back] == ["1", "2"]
    assert [row["policy_index_clause_1"] for row in back] == [row["clause_1"] for row in back]
    assert "the input has a column 'clause_1', so ours is called 'policy_index_clause_1'" in outcome.err


def test_parquet_columns_keep_their_types(batch: Run, tmp_path: Path):
    """Times, lists, nulls: whatever the input's schema says."""
    table = pa.table(
        {
            "when": pa.array([1, None], pa.timestamp("ms")),
            "tags": pa.array([["a"], []], pa.list_(pa.string())),
            "text": pa.array(["a rash", None]),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")

    assert batch(tmp_path / "in.parquet", tmp_path / "out.parquet").status == 0

    out = pq.read_table(tmp_path / "out.parquet")
    assert out.select(["when", "tags", "text"]).equals(table)
    assert out.column("error").to_pylist() == [None, "Expected a text, got none."]


def test_json_values_come_back_as_they_were(batch: Run, tmp_path: Path):
    """Nested, mixed, huge, missing, null, half a surrogate pair: each line's own keys and values."""
    lines = [
        '{"text": "a", "mixed": 1, "nested": {"a": [1, null]}, "big": 123456789012345678901234567890}',
        '{"text": "b", "mixed": "one", "odd": "\\ud800", "nothing": null}',
        '{"text": "c", "mixed": 1.5, "nested": null}',
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")

    assert batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl").status == 0

    for line, row in zip(lines, json_rows(tmp_path / "out.jsonl"), strict=True):
        own = json.loads(line)
        assert {key: row[key] for key in own} == own
        assert not {"mixed", "nested", "big", "odd", "nothing"} & (set(row) - set(own))


def test_a_bad_line_in_the_middle_of_jsonl_is_kept_with_its_error(batch: Run, tmp_path: Path):
    """Its own characters too; the lines around it are matched."""
    good = '{"text": "a rash"}'
    bad = ['{"text": "cut', "[1, 2]", '{"text": 5}', "", '{"text": "x", "text": "y"}', '{"text": "  "}']
    (tmp_path / "in.jsonl").write_text("\n".join([good, *bad, good, "", ""]), encoding="utf-8")

    outcome = batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl")

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


def test_a_number_of_thousands_of_digits_is_an_error_of_its_line(batch: Run, tmp_path: Path):
    """Python reads no whole number of more than 4,300 digits; the other lines are matched."""
    long = '{"text": "a", "id": ' + "1" * 5_000 + "}"
    (tmp_path / "in.jsonl").write_text('{"text": "a rash"}\n' + long, encoding="utf-8")

    outcome = batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl")

    rows = json_rows(tmp_path / "out.jsonl")
    assert outcome.status == 0
    assert rows[1]["error"] == "Expected a JSON object of numbers of at most 4,300 digits, but one has more."
    assert rows[1]["unread_row"] == long


def test_ragged_rows_are_kept_with_their_error(batch: Run, tmp_path: Path):
    """Too short, too long, empty: the fields that fit stand in their columns, the whole row beside them."""
    content = 'id,text,note\n1,a rash,x\n2,a rash\n3,a rash,y,"z, z"\n\n4,a rash,w\n\n'
    (tmp_path / "in.csv").write_text(content, encoding="utf-8")

    outcome = batch(tmp_path / "in.csv", tmp_path / "out.csv")

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
def test_odd_csv_files_are_read(batch: Run, tmp_path: Path, content: bytes, options: list[str], texts: list[str]):
    """Byte-order marks, other delimiters, other encodings, NUL bytes."""
    (tmp_path / "in.csv").write_bytes(content)

    outcome = batch(tmp_path / "in.csv", tmp_path / "out.jsonl", *options)

    rows = json_rows(tmp_path / "out.jsonl")
    assert outcome.status == 0
    assert [row.get("text", row.get("prompt")) for row in rows] == texts
    assert all(row["error"] is None for row in rows)


@pytest.mark.parametrize(
    ("name", "content", "options", "message"),
    [
        ("in.csv", b"id,words\n1,a\n", ["--text-column", "text"], "Expected a column 'text' in {in}, but it has 'id', 'words'."),
        ("in.csv", b"text,id,text\na,1,b\n", [], "Expected each column once, but 'text' stands in columns 1 and 3 of {in}."),
        ("in.csv", b"|" * 20_000, [], "Expected each column once, but '' stands in columns 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 19,989 more of {in}."),
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
        ("in.csv", b"text\na\n", ["--delimiter", '"'], "Expected a --delimiter that is no quotation mark and ends no line, got '\"'."),
        ("in.csv", b"text\na\n", ["--top", "0"], "Expected --top between 1 and 71, got 0."),
        ("in.csv", b"text\na\n", ["--resume", "--overwrite"], "Expected --resume without --overwrite."),
        ("in.csv", b'text\n"' + b"a" * 10_000_001, [], "Row 2 of {in} cannot be read as CSV: field larger than field limit (10000000); is a closing quotation mark missing?"),
        ("in.xlsx", b"PK\x03\x04 not really", [], "Expected an Excel workbook (.xlsx), but {in} cannot be read as one (BadZipFile)."),
        ("in.xlsx", b"text,n\n", [], "Expected an Excel workbook (.xlsx), but {in} cannot be read as one (BadZipFile)."),
        ("in.parquet", parquet({"text": ["a", "b"]})[:-9], [], "Expected a whole Parquet file, but {in} cannot be read as one: Parquet magic bytes not found in footer."),
        ("in.parquet", parquet({}), [], "Expected at least one column in {in}, but there is none."),
        ("in.parquet", b"", [], "Expected a whole Parquet file, but {in} cannot be read as one: Parquet file size is 0 bytes."),
        ("in.jsonl", b"\n\n", [], "Expected one JSON object a line in {in}, but there is none."),
        ("in.docx", b"", [], "Expected a file name that ends in .csv, .jsonl, .parquet or .xlsx, got {in}."),
    ],
)  # fmt: skip
def test_an_input_that_cannot_be_used_is_one_sentence(  # noqa: PLR0913, PLR0917  # one argument a part of the case
    batch: Run, tmp_path: Path, name: str, content: bytes, options: list[str], message: str
):
    """What was expected, what came, and where; no output, and nothing left lying about."""
    (tmp_path / name).write_bytes(content)

    outcome = batch(tmp_path / name, tmp_path / "out.csv", *options)

    assert outcome.status == 2
    assert outcome.err.splitlines()[-1].startswith("policy-index: " + message.replace("{in}", str(tmp_path / name)))
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_excel_sheet_is_read(batch: Run, tmp_path: Path):
    """Cells as text, empty rows kept in the middle, a cell beyond the header is an error."""
    content = workbook([["text", "n"], ["a rash", 1], [None, None], ["roulette", 2.5], ["x", 1, "beyond"]])
    (tmp_path / "in.xlsx").write_bytes(content)

    assert batch(tmp_path / "in.xlsx", tmp_path / "out.jsonl").status == 0

    rows = json_rows(tmp_path / "out.jsonl")
    assert [(row["text"], row["n"]) for row in rows] == [("a rash", "1"), (None, None), ("roulette", "2.5"), ("x", "1")]
    assert [row["error"] for row in rows] == [None, "The row is empty.", None, "Expected 2 cells, got 3."]


def test_a_folder_of_files_is_one_input(batch: Run, tmp_path: Path):
    """In the order of their names; files that do not fit together are refused."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.csv").write_text("text,n\ntwo,2\n", encoding="utf-8")
    (tmp_path / "in" / "a.csv").write_text("text,n\none,1\n", encoding="utf-8")

    assert batch(tmp_path / "in", tmp_path / "out.csv").status == 0
    assert [row["text"] for row in csv_rows(tmp_path / "out.csv")] == ["one", "two"]

    (tmp_path / "in" / "c.csv").write_text("text,m\nthree,3\n", encoding="utf-8")
    assert "in every file, but" in batch(tmp_path / "in", tmp_path / "out2.csv").err
    (tmp_path / "in" / "d.jsonl").write_text("{}", encoding="utf-8")
    assert "Expected files of one format, got csv and jsonl." in batch(tmp_path / "in", tmp_path / "out2.csv").err


def test_one_delimiter_holds_for_all_files(batch: Run, tmp_path: Path):
    """A second file with another one has other columns; nothing of it is misread."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("text,n\none,1\n", encoding="utf-8")
    (tmp_path / "in" / "b.csv").write_text("text;n\ntwo;2\n", encoding="utf-8")

    outcome = batch(tmp_path / "in", tmp_path / "out.csv")

    assert outcome.status == 2
    assert f"in every file, but {tmp_path / 'in' / 'b.csv'} has others." in outcome.err


def test_lines_of_several_files_have_one_set_of_columns():
    """Keys and types are those of all files together: a number here and a word there are kept as JSON."""
    sources = [
        Source.from_bytes("a.jsonl", b'{"text": "one", "n": 1}'),
        Source.from_bytes("b.jsonl", b'{"text": "two", "n": "two", "more": true}'),
    ]

    layout = look_through(sources)

    assert layout.schema.names == ["text", "n", "more"]
    assert layout.rows == 2
    assert layout.columns.as_json == {"n"}
    assert layout.columns.absent == {"more"}
    assert [cell for table in windows(layout) for cell in table.column("n").to_pylist()] == ["1", '"two"']


ONE_ROW = {
    "csv": b"text,n\na,1\n",
    "jsonl": b'{"text": "a", "n": "1"}\n',
    "parquet": parquet({"text": ["a"], "n": ["1"]}),
    "xlsx": workbook([["text", "n"], ["a", "1"]]),
}


@pytest.mark.parametrize("form", list(Form))
def test_every_format_is_read_as_the_same_table(form: Form):
    """In windows as long as they may be, with the two marks beside the columns."""
    layout: Layout = look_through([Source.from_bytes(f"in.{form}", ONE_ROW[form])] * 3, window=1)

    tables = list(windows(layout))

    assert layout.rows == 3
    assert [table.num_rows for table in tables] == [1, 1, 1]
    assert all(table.schema == layout.window_schema() for table in tables)
    assert [table.select(["text", "n"]).to_pylist() for table in tables] == [[{"text": "a", "n": "1"}]] * 3


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("in.jsonl", b'{"text": "a", "n": 1}\n', b'{"text": "a", "n": "one"}\n'),
        ("in.parquet", parquet({"text": ["a"], "n": [1]}), parquet({"text": ["a"], "n": ["one"]})),
    ],
)
def test_an_input_whose_types_change_while_it_is_read_is_one_sentence(
    tmp_path: Path, name: str, before: bytes, after: bytes
):
    """Instead of a mixture of both."""
    path = tmp_path / name
    path.write_bytes(before)
    layout = look_through([Source.from_path(path)])
    path.write_bytes(after)

    with pytest.raises(InputError, match="has changed while it was read"):
        list(windows(layout))
