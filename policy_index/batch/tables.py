"""A whole input, one file or many: looked through once, then read window by window."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import pyarrow as pa

from policy_index.batch.formats.format import format_of
from policy_index.batch.layout import PROBLEM, RAW, WINDOW_ROWS, Columns, Form, Hints, Layout, Source
from policy_index.errors import InputError
from policy_index.words import either, shortened

_LOOKED_AT = 200
"""Rows whose words are counted to guess the column with the texts."""

_USUAL_NAMES = ("text", "prompt", "query", "input", "idea", "question", "message", "content", "description", "sentence")
_LISTED = 12
"""Names or places of columns that a message repeats."""


def sources_at(path: Path) -> list[Source]:
    """Return the file at `path`, or the files of the folder there, sorted by name.

    Raises:
        InputError: There is nothing.
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
        sources: Files of one format, at least one.
        text_column: The column with the texts; guessed if None.
        encoding: Of the characters in CSV; UTF-8 if None.
        delimiter: Between fields in CSV; guessed from the first line if None.
        window: How many rows are to be read, matched and written together.

    Raises:
        InputError: The input cannot be read as a table, or has no such column.
    """
    forms = {Form.of(source.name) for source in sources}
    if len(forms) != 1:
        message = f"Expected files of one format, got {either(sorted(forms), word='and')}."
        raise InputError(message)
    (form,) = forms
    hints = Hints(text_column=text_column, encoding=encoding, delimiter=delimiter)
    columns = format_of(form).look_through(sources, hints)
    names = columns.schema.names
    _check_names(names, sources[0].name)
    if text_column is None:
        text_column = _guessed(sources, form, columns)
    elif text_column not in names:
        message = f"Expected a column {text_column!r} in {sources[0].name}, but it has {_listed(names)}."
        raise InputError(message)
    return Layout(sources=tuple(sources), form=form, columns=columns, text_column=text_column, window=window)


def windows(layout: Layout) -> Iterator[pa.Table]:
    """Yield the rows in order, window by window: the input's columns, and PROBLEM and RAW.

    Raises:
        InputError: The input cannot be read on, or has changed since it was looked through.
    """
    for source in layout.sources:
        yield from source_windows(layout, source)


def source_windows(layout: Layout, source: Source) -> Iterator[pa.Table]:
    """Yield the rows of one of the files.

    Raises:
        InputError: As `windows`.
    """
    yield from format_of(layout.form).windows(source, layout.columns, layout.window)


def _check_names(names: Sequence[str], where: str) -> None:
    if not names:
        message = f"Expected at least one column in {where}, but there is none."
        raise InputError(message)
    doubled = min((name for name, times in Counter(names).items() if times > 1), default=None)
    if doubled is not None:
        places = [str(place) for place, name in enumerate(names, 1) if name == doubled]
        left = len(places) - _LISTED
        shown = [*places[:_LISTED], f"{left:,} more"] if left > 0 else places
        message = (
            f"Expected each column once, but {shortened(doubled)!r} stands in columns {either(shown, word='and')} "
            f"of {where}."
        )
        raise InputError(message)
    if {PROBLEM, RAW} & set(names):
        message = f"Expected no column named {PROBLEM} or {RAW} in {where}: these names are taken."
        raise InputError(message)


def _guessed(sources: Sequence[Source], form: Form, columns: Columns) -> str:
    """Return the column that most likely holds the texts: by its name, or else the one with the most words in a cell."""
    names: list[str] = columns.schema.names
    by_name = {name.casefold(): name for name in reversed(names)}
    for usual in _USUAL_NAMES:
        if usual in by_name:
            return by_name[usual]
    read = chain.from_iterable(format_of(form).windows(source, columns, _LOOKED_AT) for source in sources)
    head = next(read, None)
    if head is None:
        return names[0]
    words = {
        name: sum(len(value.split()) for value in head.column(name).to_pylist() if isinstance(value, str))
        for name in names
    }
    return max(words, key=lambda name: words[name])


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:_LISTED])
    return f"{shown} and {len(names) - _LISTED} more" if len(names) > _LISTED else shown
