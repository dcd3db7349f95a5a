"""Tables of texts from CSV, JSON Lines, Parquet and Excel files: looked through once, then read window by window.

Nothing of the input is lost. A row that cannot be read stands in its place, with what is wrong with it in the column
`PROBLEM` and its own characters in the column `RAW`.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from policy_index.errors import InputError

PROBLEM = "policy_index.problem"
RAW = "policy_index.raw"

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a surrogate pair: JSON can say it, UTF-8 cannot."""

WINDOW_ROWS = 2048
"""Rows that are read, matched and written together, unless somebody says another number."""

_WINDOW_CHARACTERS = 8_000_000
"""A window of long texts ends earlier, so that memory does not grow with their length."""

_LONGEST_FIELD = 10_000_000
_LOOKED_AT = 200
_USUAL_NAMES = ("text", "prompt", "query", "input", "idea", "question", "message", "content", "description", "sentence")
_DELIMITERS = (",", ";", "\t", "|")

Row: TypeAlias = tuple[list[Any] | dict[str, Any] | None, str | None, str | None]
"""Values, what is wrong with the row, and its own characters where something is wrong."""


class Form(StrEnum):
    """The formats of tables, by the suffix of a file's name."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"

    @classmethod
    def of(cls, name: str, *, writing: bool = False) -> "Form":
        """Return the format that a file's name says.

        Raises:
            InputError: It says none that is known.
        """
        suffix = Path(name).suffix.lower().removeprefix(".")
        suffix = {"ndjson": "jsonl", "tsv": "csv"}.get(suffix, suffix)
        known = [form for form in cls if not (writing and form is cls.XLSX)]
        if suffix not in known:
            message = f"Expected a file name that ends in {_either([f'.{form}' for form in known])}, got {name}."
            raise InputError(message)
        return cls(suffix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file, or the bytes of an upload: something with a name that can be opened again and again."""

    name: str
    open: Callable[[], BinaryIO]

    @classmethod
    def from_path(cls, path: Path) -> "Source":
        """Return the file at `path`."""
        return cls(name=str(path), open=lambda: path.open("rb"))

    @classmethod
    def from_bytes(cls, name: str, content: bytes) -> "Source":
        """Return what a person uploaded or pasted; it stays in memory."""
        return cls(name=name, open=lambda: io.BytesIO(content))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What looking through the input showed.

    Attributes:
        sources: The files, in order.
        form: Their format.
        schema: The input's columns.
        rows: How many rows there are, bad ones too.
        text_column: The column with the texts.
        as_json: Columns whose cells are kept as JSON text, because their values are of several types or nested.
        absent: Columns in which null means that the object had no such key.
        encoding: Of the characters; CSV only.
        delimiter: Between fields; CSV only.
        window: How many rows are read, matched and written together.
    """

    sources: tuple[Source, ...]
    form: Form
    schema: pa.Schema
    rows: int
    text_column: str
    as_json: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    window: int = WINDOW_ROWS


def sources_at(path: Path) -> list[Source]:
    """Return the file at `path`, or the files of the folder there, sorted by name.

    Raises:
        InputError: There is nothing, or a folder of several formats.
    """
    if not path.is_dir():
        if not path.exists():
            message = f"Expected a file or folder of texts, but there is no {path}."
            raise InputError(message)
        return [Source.from_path(path)]
    files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    if not files:
        message = f"Expected files in the folder {path}, but there are none."
        raise InputError(message)
    return [Source.from_path(file) for file in files]


def look_through(
    sources: Sequence[Source],
    *,
    text_column: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    window: int = WINDOW_ROWS,
) -> Layout:
    """Read the input once: its columns and their types, how many rows, and which column holds the texts.

    Args:
        sources: Files of one format.
        text_column: The column with the texts; guessed if None.
        encoding: Of the characters in CSV; UTF-8 if None.
        delimiter: Between fields in CSV; guessed from the first line if None.
        window: How many rows are to be read, matched and written together.

    Raises:
        InputError: The input cannot be read as a table, or has no such column.
    """
    forms = {Form.of(source.name) for source in sources}
    if len(forms) != 1:
        message = f"Expected files of one format, got {_either(sorted(forms), word='and')}."
        raise InputError(message)
    (form,) = forms
    layouts = [_look_through_one(source, form, encoding or "utf-8-sig", delimiter, text_column) for source in sources]
    first = layouts[0]
    for source, layout in zip(sources, layouts, strict=True):
        if layout.schema.names != first.schema.names and form is not Form.JSONL:
            message = f"Expected the columns of {sources[0].name} in every file, but {source.name} has others."
            raise InputError(message)
    whole = replace(first, sources=tuple(sources), rows=sum(layout.rows for layout in layouts))
    if form is Form.JSONL and len(layouts) > 1:
        whole = replace(whole, **_look_through_objects(chain.from_iterable(map(_jsonl_rows, sources))))
    elif any(layout.schema != first.schema for layout in layouts):
        message = f"Expected the column types of {sources[0].name} in every file."
        raise InputError(message)
    names = whole.schema.names
    _check_names(names, sources[0].name)
    if text_column is None:
        text_column = _guess(whole)
    elif text_column not in names:
        message = f"Expected a column {text_column!r} in {sources[0].name}, but it has {_listed(names)}."
        raise InputError(message)
    return replace(whole, text_column=text_column, window=window)


def windows(layout: Layout) -> Iterator[pa.Table]:
    """Yield the rows in order, window by window: the input's columns, and PROBLEM and RAW.

    Raises:
        InputError: The input cannot be read on, or has changed since it was looked through.
    """
    for source in layout.sources:
        yield from source_windows(layout, source)


def source_windows(layout: Layout, source: Source) -> Iterator[pa.Table]:
    """Yield the rows of one of the files."""
    match layout.form:
        case Form.PARQUET:
            yield from _parquet_windows(source, layout.window)
        case Form.CSV:
            rows = _csv_rows(source, layout.encoding, layout.delimiter)
            next(rows)
            yield from _gathered(rows, layout)
        case Form.XLSX:
            rows = _xlsx_rows(source)
            next(rows)
            yield from _gathered(rows, layout)
        case Form.JSONL:
            yield from _gathered(_jsonl_rows(source), layout)


def texts_of(table: pa.Table, column: str, *, as_json: bool) -> list[Any]:
    """Return the values of the text column; a person's or a program's error may have put other things there than texts."""
    values = table.column(column).to_pylist()
    return [None if value is None else json.loads(value) for value in values] if as_json else values


def _look_through_one(
    source: Source, form: Form, encoding: str, delimiter: str | None, text_column: str | None
) -> Layout:
    match form:
        case Form.PARQUET:
            with _parquet(source) as file:
                schema, rows = file.schema_arrow, file.metadata.num_rows
        case Form.CSV:
            delimiter = delimiter or _guess_delimiter(source, encoding, text_column)
            schema, rows = _look_through_lists(_csv_rows(source, encoding, delimiter), source)
        case Form.XLSX:
            schema, rows = _look_through_lists(_xlsx_rows(source), source)
        case Form.JSONL:
            found = _look_through_objects(_jsonl_rows(source))
            if not found["schema"].names:
                message = f"Expected one JSON object a line in {source.name}, but there is none."
                raise InputError(message)
            return Layout(sources=(source,), form=form, text_column="", **found)
    return Layout(
        sources=(source,),
        form=form,
        schema=schema,
        rows=rows,
        text_column="",
        encoding=encoding,
        delimiter=delimiter or ",",
    )


def _check_names(names: Sequence[str], where: str) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        places = [str(place) for place, name in enumerate(names, 1) if name == doubled[0]]
        message = (
            f"Expected each column once, but {doubled[0]!r} stands in columns {_either(places, word='and')} of {where}."
        )
        raise InputError(message)
    if {PROBLEM, RAW} & set(names):
        message = f"Expected no column named {PROBLEM} or {RAW} in {where}: these names are taken."
        raise InputError(message)


def _guess(layout: Layout) -> str:
    """Return the column that most likely holds the texts: by its name, or else the one with the most words in a cell."""
    names: list[str] = layout.schema.names
    by_name = {name.casefold(): name for name in reversed(names)}
    for usual in _USUAL_NAMES:
        if usual in by_name:
            return by_name[usual]
    first = next(iter(windows(replace(layout, rows=0))), None)
    if first is None:
        return names[0]
    head = first.slice(0, _LOOKED_AT)
    words = {
        name: sum(len(value.split()) for value in head.column(name).to_pylist() if isinstance(value, str))
        for name in names
    }
    return max(words, key=lambda name: words[name])


def _guess_delimiter(source: Source, encoding: str, text_column: str | None) -> str:
    """Return the delimiter under which the first line has the text column, or else the most columns."""
    if Path(source.name).suffix.lower() == ".tsv":
        return "\t"
    with source.open() as stream:
        _refuse_other_kinds(stream.read(4), source, encoding)
    heads = {mark: next(_csv_rows(source, encoding, mark), ([], None, None))[0] or [] for mark in _DELIMITERS}
    if text_column is not None:
        for mark, head in heads.items():
            if text_column in head:
                return mark
    return max(heads, key=lambda mark: len(heads[mark]))


def _refuse_other_kinds(head: bytes, source: Source, encoding: str) -> None:
    for start, kind in ((b"PK\x03\x04", "an Excel or ZIP file"), (b"PAR1", "a Parquet file"), (b"%PDF", "a PDF")):
        if head.startswith(start):
            message = f"Expected a table of texts in {source.name}, but it is {kind}; name it by its format."
            raise InputError(message)
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} and "16" not in encoding:
        message = f"Expected UTF-8 in {source.name}, but it is UTF-16: save it as UTF-8, or say --encoding utf-16."
        raise InputError(message)


def _look_through_lists(rows: Iterator[Row], source: Source) -> tuple[pa.Schema, int]:
    head = next(rows, None)
    if head is None or not head[0]:
        message = f"Expected a first line with the names of the columns in {source.name}, but it is empty."
        raise InputError(message)
    names = [str(name) for name in head[0]]
    return pa.schema([pa.field(name, pa.string()) for name in names]), sum(1 for _ in rows)


def _csv_rows(source: Source, encoding: str, delimiter: str) -> Iterator[Row]:
    """Yield the fields of each row, the first line's names first, with what is wrong with rows of another length."""
    csv.field_size_limit(_LONGEST_FIELD)
    taken: list[str] = []
    with source.open() as stream:
        try:
            lines = io.TextIOWrapper(stream, encoding=encoding, newline="")
        except LookupError:
            message = f"Expected the name of an encoding such as latin-1, got {encoding!r}."
            raise InputError(message) from None

        def noted() -> Iterator[str]:
            for line in lines:
                taken.append(line)
                yield line

        reader = csv.reader(noted(), delimiter=delimiter)
        wanted, blank, number = 0, 0, 0
        try:
            for fields in reader:
                number += 1
                raw, taken[:] = "".join(taken), []
                if not fields:  # kept where more rows follow; at the end of a file it is none
                    blank += 1
                    continue
                for _ in range(blank):
                    yield [], "The line is empty.", ""
                blank = 0
                wanted = wanted or len(fields)
                if len(fields) == wanted:
                    yield fields, None, None
                else:
                    yield fields[:wanted], f"Expected {wanted} fields, got {len(fields)}.", raw.rstrip("\r\n")
        except UnicodeDecodeError:
            raise _not_decodable(source, encoding) from None
        except csv.Error as error:
            hint = "; is a closing quotation mark missing?" if "limit" in str(error) else "."
            message = f"Row {number + 1} of {source.name} cannot be read as CSV: {str(error).rstrip('.')}{hint}"
            raise InputError(message) from None


def _not_decodable(source: Source, encoding: str) -> InputError:
    name = "UTF-8" if encoding == "utf-8-sig" else encoding
    with source.open() as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                hint = " Is it Latin-1? Save it as UTF-8, or say --encoding latin-1." if name == "UTF-8" else ""
                return InputError(
                    f"Line {number} of {source.name}: expected {name}, got byte 0x{line[error.start]:02x}.{hint}"
                )
    return InputError(f"Expected {name} in {source.name}, but it cannot be decoded.")


def _xlsx_rows(source: Source) -> Iterator[Row]:
    """Yield the cells of the first sheet as text, the first row's names first."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook  # takes a moment, and only Excel files need it
    from openpyxl.utils.exceptions import InvalidFileException

    with source.open() as stream:
        try:
            book = load_workbook(stream, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            rows = sheet.iter_rows(values_only=True)
            head = next(rows, ())
            width = max((place for place, value in enumerate(head, 1) if value is not None), default=0)
            yield [_cell(value) or "" for value in head[:width]], None, None
            blank = 0
            for cells in rows:
                if all(value is None for value in cells):
                    blank += 1
                    continue
                for _ in range(blank):
                    yield [], "The row is empty.", ""
                blank = 0
                values = [_cell(value) for value in cells]
                beyond = any(value is not None for value in values[width:])
                problem = f"Expected {width} cells, got {len(values)}." if beyond else None
                raw = json.dumps(values, ensure_ascii=False) if beyond else None
                yield [*values[:width], *[None] * (width - len(values))], problem, raw
        except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError, SyntaxError) as error:
            # What a file that is no workbook raises depends on how far the libraries get with it.
            message = (
                f"Expected an Excel workbook (.xlsx), but {source.name} cannot be read as one ({type(error).__name__})."
            )
            raise InputError(message) from None


def _cell(value: Any) -> str | None:
    return None if value is None else str(value)


def _jsonl_rows(source: Source) -> Iterator[Row]:
    """Yield the object of each line; a line that holds none is kept as it is, with what is wrong with it."""
    with source.open() as stream:
        blank = 0
        for number, line in enumerate(stream, 1):
            raw = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if not raw.strip():
                blank += 1
                continue
            for _ in range(blank):
                yield None, "The line is empty.", ""
            blank = 0
            value, problem = _object(raw.rstrip())
            yield value, problem, raw.decode("utf-8", "replace").rstrip("\r\n") if problem else None


def _object(raw: bytes) -> tuple[dict[str, Any] | None, str | None]:
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        return None, f"Expected UTF-8, got byte 0x{raw[error.start]:02x} at column {error.start + 1}."
    except json.JSONDecodeError as error:
        return None, f"Expected a JSON object: {error.msg} (column {error.colno})."
    except (InputError, RecursionError) as error:
        return None, f"Expected a JSON object: {error}"
    if not isinstance(value, dict):
        return None, f"Expected a JSON object, got {_json_type(value)}."
    return value, None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs) or any(SURROGATE.search(key) for key, _ in pairs):
        message = "a key stands in it twice, or is no text."
        raise InputError(message)
    return found


def _look_through_objects(rows: Iterator[Row]) -> dict[str, Any]:
    kinds: dict[str, set[str]] = {}
    seen: dict[str, int] = {}
    count = objects = 0
    for value, _, _ in rows:
        count += 1
        if isinstance(value, dict):
            objects += 1
            for key, cell in value.items():
                kinds.setdefault(key, set()).add(_kind(cell))
                seen[key] = seen.get(key, 0) + 1
    absent = {key for key in kinds if seen[key] < objects}
    types = {key: _arrow_type(kinds[key], absent=key in absent) for key in kinds}
    return {
        "schema": pa.schema([pa.field(key, kind or pa.string()) for key, kind in types.items()]),
        "rows": count,
        "as_json": frozenset(key for key, kind in types.items() if kind is None),
        "absent": frozenset(absent),
    }


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int():
            return "int" if -(2**63) <= value < 2**63 else "other"
        case float():
            return "float"
        case str():
            return "other" if SURROGATE.search(value) else "str"
        case _:
            return "other"


def _arrow_type(kinds: set[str], *, absent: bool) -> pa.DataType | None:
    """Return the one Arrow type of a column's values; None where only JSON text holds them all."""
    if "null" in kinds and (absent or kinds == {"null"}):
        return None
    match kinds - {"null"}:
        case only if len(only) == 1:
            types = {"bool": pa.bool_(), "int": pa.int64(), "float": pa.float64(), "str": pa.string()}
            return types.get(next(iter(only)))
        case _:
            return None


def _json_type(value: Any) -> str:
    names = {"null": "null", "bool": "true or false", "int": "a number", "float": "a number", "str": "a text"}
    return "a list" if isinstance(value, list) else names.get(_kind(value), "something else")


def _gathered(rows: Iterator[Row], layout: Layout) -> Iterator[pa.Table]:
    """Put rows into windows of Arrow columns."""
    while True:
        window, size = [], 0
        for row in islice(rows, layout.window):
            window.append(row)
            size += _size(row)
            if size > _WINDOW_CHARACTERS:
                break
        if not window:
            return
        yield _as_table(window, layout)


def _size(row: Row) -> int:
    values, _, raw = row
    cells = values.values() if isinstance(values, dict) else values or ()
    return len(raw or "") + sum(len(cell) for cell in cells if isinstance(cell, str))


def _as_table(rows: Sequence[Row], layout: Layout) -> pa.Table:
    columns: list[list[Any]] = [[] for _ in layout.schema.names]
    for values, _, _ in rows:
        for place, name in enumerate(layout.schema.names):
            if isinstance(values, dict):
                missing = name not in values
                cell = None if missing else values[name]
                if name in layout.as_json and not missing:
                    cell = json.dumps(cell)
            else:
                cell = values[place] if values and place < len(values) else None
            columns[place].append(cell)
    try:
        arrays = [pa.array(cells, field.type) for cells, field in zip(columns, layout.schema, strict=True)]
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        message = "Expected the values that were there a moment ago, but the input has changed while it was read."
        raise InputError(message) from None
    problems = pa.array([problem for _, problem, _ in rows], pa.string())
    raws = pa.array([raw for _, _, raw in rows], pa.string())
    schema = pa.schema([*layout.schema, pa.field(PROBLEM, pa.string()), pa.field(RAW, pa.string())])
    return pa.Table.from_arrays([*arrays, problems, raws], schema=schema)


@contextmanager
def _parquet(source: Source) -> Iterator[pq.ParquetFile]:
    with source.open() as stream:
        try:
            file = pq.ParquetFile(stream)
        except (pa.ArrowInvalid, OSError) as error:
            message = (
                f"Expected a whole Parquet file, but {source.name} cannot be read as one: {_first_sentence(error)}"
            )
            raise InputError(message) from None
        with file:
            yield file


def _parquet_windows(source: Source, rows: int) -> Iterator[pa.Table]:
    with _parquet(source) as file:
        try:
            for batch in file.iter_batches(batch_size=rows):
                nothing = pa.nulls(batch.num_rows, pa.string())
                table = pa.Table.from_batches([batch])
                yield table.append_column(PROBLEM, nothing).append_column(RAW, nothing)
        except (pa.ArrowInvalid, OSError) as error:
            message = f"{source.name} is damaged and cannot be read on: {_first_sentence(error)}"
            raise InputError(message) from None


def _first_sentence(error: BaseException) -> str:
    return re.split(r"(?<=\.)\s|\n", str(error))[0].rstrip(".") + "."


def _either(words: Sequence[str], *, word: str = "or") -> str:
    return f" {word} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:12])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown  # noqa: PLR2004  # as many as above
