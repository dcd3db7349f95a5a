"""What the formats have in common that come row by row: rows into windows, and files that must fit together."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa

from policy_index.batch.layout import MARKS, Columns, Source
from policy_index.errors import InputError

_WINDOW_CHARACTERS = 8_000_000
"""A window of long texts ends earlier, so that memory does not grow with their length."""

Item = TypeVar("Item")


class Row(NamedTuple):
    """A row as it was read.

    Attributes:
        cells: One value a column; fewer in a row that is too short.
        problem: What is wrong with it; None where nothing is.
        raw: Its own characters where something is wrong.
    """

    cells: Sequence[Any]
    problem: str | None = None
    raw: str | None = None


def blanks_kept(items: Iterable[Item | None], blank: Item) -> Iterator[Item]:
    """Yield the items with `blank` in place of each None that something follows; at the end of a file a blank is no row."""
    waiting = 0
    for item in items:
        if item is None:
            waiting += 1
            continue
        for _ in range(waiting):
            yield blank
        waiting = 0
        yield item


def look_through_named(tables: Iterable[tuple[Source, Iterator[Row]]]) -> tuple[pa.Schema, int]:
    """Return the columns of files whose first row names them, all of text, and how many rows follow in all of them.

    Raises:
        InputError: A file is empty, or has other columns than the first.
    """
    first: tuple[Source, list[str]] | None = None
    count = 0
    for source, rows in tables:
        head = next(rows, Row(()))
        if not head.cells:
            message = f"Expected a first line with the names of the columns in {source.name}, but it is empty."
            raise InputError(message)
        names = [str(name) for name in head.cells]
        first = first or (source, names)
        check_names(names, source, like=first)
        count += sum(1 for _ in rows)
    return pa.schema([pa.field(name, pa.string()) for name in first[1]] if first else []), count


def check_names(names: list[str], source: Source, *, like: tuple[Source, list[str]]) -> None:
    """Accept a file's columns only where they are those of the first file.

    Raises:
        InputError: They are others.
    """
    first, wanted = like
    if names != wanted:
        message = f"Expected the columns of {first.name} in every file, but {source.name} has others."
        raise InputError(message)


def gathered(rows: Iterator[Row], columns: Columns, most_rows: int) -> Iterator[pa.Table]:
    """Put rows into windows.

    Raises:
        InputError: A cell is not of its column's type: the input has changed.
    """
    while True:
        window, size = [], 0
        for row in islice(rows, most_rows):
            window.append(row)
            size += len(row.raw or "") + sum(len(cell) for cell in row.cells if isinstance(cell, str))
            if size > _WINDOW_CHARACTERS:
                break
        if not window:
            return
        yield _as_table(window, columns.schema)


def changed() -> InputError:
    """Return what a person is told when an input is not what it was when it was looked through."""
    return InputError("Expected the values that were there a moment ago, but the input has changed while it was read.")


def _as_table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    lists = [
        [row.cells[place] if place < len(row.cells) else None for row in rows] for place in range(len(schema.names))
    ]
    try:
        arrays = [pa.array(cells, field.type) for cells, field in zip(lists, schema, strict=True)]
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        raise changed() from None
    problems = pa.array([row.problem for row in rows], pa.string())
    raws = pa.array([row.raw for row in rows], pa.string())
    return pa.Table.from_arrays([*arrays, problems, raws], schema=pa.schema([*schema, *MARKS]))
