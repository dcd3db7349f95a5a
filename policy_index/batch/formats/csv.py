"""CSV: fields of text between delimiters, the first line with their names."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from policy_index.batch.formats.rows import Row, blanks_kept, gathered, look_through_named
from policy_index.batch.layout import Columns, Hints, Source
from policy_index.errors import InputError
from policy_index.words import inert_cell

_UTF_8 = "utf-8-sig"
"""UTF-8, with or without a byte-order mark."""

_LONGEST_FIELD = 10_000_000
_DELIMITERS = (",", ";", "\t", "|")
_EMPTY_LINE = Row((), "The line is empty.", "")


def look_through(sources: Sequence[Source], hints: Hints) -> Columns:
    """Read all files once; the first one's delimiter holds for all."""
    encoding = hints.encoding or _UTF_8
    for source in sources:
        _refuse_other_kinds(source, encoding)
    delimiter = hints.delimiter or _guess_delimiter(sources[0], encoding, hints.text_column)
    schema, rows = look_through_named((source, _rows(source, encoding, delimiter)) for source in sources)
    return Columns(schema=schema, rows=rows, encoding=encoding, delimiter=delimiter)


def windows(source: Source, columns: Columns, most_rows: int) -> Iterator[pa.Table]:
    """Yield the rows of a file after the first line."""
    rows = _rows(source, columns.encoding or _UTF_8, columns.delimiter or ",")
    next(rows, None)
    return gathered(rows, columns, most_rows)


def write(tables: Iterable[pa.Table], schema: pa.Schema, target: BinaryIO, *, inert: bool) -> None:
    """Write windows in UTF-8, lists and objects as JSON.

    Args:
        tables: The windows.
        schema: The columns of the output.
        target: Where to.
        inert: Put an apostrophe before texts that a spreadsheet would take for a formula.
    """
    target.write(_lines([schema.names], inert=inert))
    for table in tables:
        columns = [table.column(name).to_pylist() for name in schema.names]
        target.write(_lines(zip(*columns, strict=True), inert=inert))


def _rows(source: Source, encoding: str, delimiter: str) -> Iterator[Row]:
    """Yield each row, the first line's names first; a row with another number of fields says so."""
    with source.open() as stream:
        try:
            lines = io.TextIOWrapper(stream, encoding=encoding, newline="")
        except LookupError:
            message = f"Expected the name of an encoding such as latin-1, got {encoding!r}."
            raise InputError(message) from None
        try:
            yield from blanks_kept(_read(lines, delimiter, source), _EMPTY_LINE)
        except UnicodeDecodeError:
            raise _not_decodable(source, encoding) from None


def _read(lines: Iterable[str], delimiter: str, source: Source) -> Iterator[Row | None]:
    """Yield each row, None for an empty line."""
    csv.field_size_limit(_LONGEST_FIELD)
    taken: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    reader = csv.reader(noted(), delimiter=delimiter)
    wanted = number = 0
    try:
        for fields in reader:
            number += 1
            raw, taken[:] = "".join(taken), []
            wanted = wanted or len(fields)
            if not fields:
                yield None
            elif len(fields) == wanted:
                yield Row(fields)
            else:
                yield Row(fields[:wanted], f"Expected {wanted} fields, got {len(fields)}.", raw.rstrip("\r\n"))
    except csv.Error as error:
        hint = "; is a closing quotation mark missing?" if "limit" in str(error) else "."
        message = f"Row {number + 1} of {source.name} cannot be read as CSV: {str(error).rstrip('.')}{hint}"
        raise InputError(message) from None


def _guess_delimiter(source: Source, encoding: str, text_column: str | None) -> str:
    """Return the delimiter under which the first line has the text column, or else the most columns."""
    if Path(source.name).suffix.lower() == ".tsv":
        return "\t"
    heads = {mark: next(_rows(source, encoding, mark), Row(())).cells for mark in _DELIMITERS}
    if text_column is not None:
        for mark, head in heads.items():
            if text_column in head:
                return mark
    return max(heads, key=lambda mark: len(heads[mark]))


def _refuse_other_kinds(source: Source, encoding: str) -> None:
    with source.open() as stream:
        head = stream.read(4)
    for start, kind in ((b"PK\x03\x04", "an Excel or ZIP file"), (b"PAR1", "a Parquet file"), (b"%PDF", "a PDF")):
        if head.startswith(start):
            message = f"Expected a table of texts in {source.name}, but it is {kind}; name it by its format."
            raise InputError(message)
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} and "16" not in encoding:
        message = f"Expected UTF-8 in {source.name}, but it is UTF-16: save it as UTF-8, or say --encoding utf-16."
        raise InputError(message)


def _not_decodable(source: Source, encoding: str) -> InputError:
    name = "UTF-8" if encoding == _UTF_8 else encoding
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


class _Lines(list[str]):
    """What csv.writer writes to."""

    write = list.append


def _lines(rows: Iterable[Iterable[Any]], *, inert: bool) -> bytes:
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\n")
    for row in rows:
        writer.writerow([_written(value, inert=inert) for value in row])
    return "".join(lines).encode()


def _written(value: Any, *, inert: bool) -> Any:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return inert_cell(value) if inert and isinstance(value, str) else value
