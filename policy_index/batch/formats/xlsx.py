"""Excel: the cells of a workbook's first sheet as text, the first row with their names. Read, never written."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zipfile import BadZipFile

import pyarrow as pa

from policy_index.batch.formats.rows import Row, blanks_kept, gathered, look_through_named
from policy_index.batch.layout import Columns, Hints, Source
from policy_index.errors import InputError

_EMPTY_ROW = Row((), "The row is empty.", "")


def look_through(sources: Sequence[Source], _hints: Hints) -> Columns:
    """Read all workbooks once."""
    schema, rows = look_through_named((source, _rows(source)) for source in sources)
    return Columns(schema=schema, rows=rows)


def windows(source: Source, columns: Columns, most_rows: int) -> Iterator[pa.Table]:
    """Yield the rows of a workbook after the first."""
    rows = _rows(source)
    next(rows, None)
    return gathered(rows, columns, most_rows)


def _rows(source: Source) -> Iterator[Row]:
    """Yield each row, the first row's names first; a row with a cell beyond them says so."""
    from openpyxl import load_workbook  # takes a moment, and only Excel files need it
    from openpyxl.utils.exceptions import InvalidFileException

    with source.open() as stream:
        try:
            book = load_workbook(stream, read_only=True, data_only=True)
            sheet = book.worksheets[0].iter_rows(values_only=True)
            head = next(sheet, ())
            width = max((place for place, value in enumerate(head, 1) if value is not None), default=0)
            yield Row([_cell(value) or "" for value in head[:width]])
            yield from blanks_kept(_read(sheet, width), _EMPTY_ROW)
        except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError, SyntaxError) as error:
            # What a file that is no workbook raises depends on how far the libraries get with it.
            message = (
                f"Expected an Excel workbook (.xlsx), but {source.name} cannot be read as one ({type(error).__name__})."
            )
            raise InputError(message) from None


def _read(sheet: Iterable[tuple[Any, ...]], width: int) -> Iterator[Row | None]:
    """Yield each row, None for one of empty cells only."""
    for values in sheet:
        cells = [_cell(value) for value in values]
        if not any(cell is not None for cell in cells):
            yield None
        elif any(cell is not None for cell in cells[width:]):
            raw = json.dumps(cells, ensure_ascii=False)
            yield Row(cells[:width], f"Expected {width} cells, got {len(cells)}.", raw)
        else:
            yield Row(cells[:width])


def _cell(value: Any) -> str | None:
    return None if value is None else str(value)
