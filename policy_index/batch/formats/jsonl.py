"""JSON Lines: one object a line. Its keys are the columns; values of mixed types or nested ones stay JSON text."""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa

from policy_index.batch.formats.rows import Row, blanks_kept, gathered
from policy_index.batch.layout import Columns, Hints, Source
from policy_index.errors import InputError

_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a surrogate pair: JSON can say it, UTF-8 cannot."""

_TYPES = {"bool": pa.bool_(), "int": pa.int64(), "float": pa.float64(), "str": pa.string()}


class _Line(NamedTuple):
    """The object of a line; None where it holds none, with what is wrong with it and its own characters."""

    value: dict[str, Any] | None
    problem: str | None = None
    raw: str | None = None


_EMPTY_LINE = _Line(None, "The line is empty.", "")


def look_through(sources: Sequence[Source], _hints: Hints) -> Columns:
    """Read all files once; files whose objects have other keys fit together, as lines do."""
    kinds: dict[str, set[str]] = defaultdict(set)
    seen: Counter[str] = Counter()
    rows = objects = 0
    for source in sources:
        without_keys = True
        for line in _lines(source):
            rows += 1
            if line.value is None:
                continue
            objects += 1
            without_keys = without_keys and not line.value
            seen.update(line.value.keys())
            for key, value in line.value.items():
                kinds[key].add(_kind(value))
        if without_keys:
            message = f"Expected one JSON object a line in {source.name}, but there is none."
            raise InputError(message)
    absent = frozenset(key for key in kinds if seen[key] < objects)
    types = {key: _arrow_type(kinds[key], absent=key in absent) for key in kinds}
    return Columns(
        schema=pa.schema([pa.field(key, kind or pa.string()) for key, kind in types.items()]),
        rows=rows,
        as_json=frozenset(key for key, kind in types.items() if kind is None),
        absent=absent,
    )


def windows(source: Source, columns: Columns, most_rows: int) -> Iterator[pa.Table]:
    """Yield the lines of a file."""
    rows = (Row(_cells(line.value or {}, columns), line.problem, line.raw) for line in _lines(source))
    return gathered(rows, columns, most_rows)


def write(tables: Iterable[pa.Table], schema: pa.Schema, target: BinaryIO, columns: Columns) -> None:
    """Write windows, one object a line: what came as JSON goes back as it was, and an absent key stays absent.

    Args:
        tables: The windows.
        schema: The columns of the output.
        target: Where to.
        columns: The input's.
    """
    for table in tables:
        rows = table.select(schema.names).to_pylist()
        target.writelines(f"{_written(row, columns)}\n".encode() for row in rows)


def _lines(source: Source) -> Iterator[_Line]:
    with source.open() as stream:
        yield from blanks_kept(_read(stream), _EMPTY_LINE)


def _read(stream: Iterable[bytes]) -> Iterator[_Line | None]:
    """Yield each line, None for an empty one."""
    for number, line in enumerate(stream, 1):
        raw = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not raw.strip():
            yield None
            continue
        value, problem = _object(raw.rstrip())
        yield _Line(value, problem, raw.decode("utf-8", "replace").rstrip("\r\n") if problem else None)


def _object(raw: bytes) -> tuple[dict[str, Any] | None, str | None]:
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        return None, f"Expected UTF-8, got byte 0x{raw[error.start]:02x} at column {error.start + 1}."
    except json.JSONDecodeError as error:
        return None, f"Expected a JSON object: {error.msg} (column {error.colno})."
    except (InputError, RecursionError) as error:
        return None, f"Expected a JSON object: {error}"
    except ValueError:  # what Python says of it names a setting of Python's own
        digits = sys.get_int_max_str_digits()
        return None, f"Expected a JSON object of numbers of at most {digits:,} digits, but one has more."
    if not isinstance(value, dict):
        return None, f"Expected a JSON object, got {_type_in_words(value)}."
    return value, None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs) or any(_SURROGATE.search(key) for key, _ in pairs):
        message = "a key stands in it twice, or is no text."
        raise InputError(message)
    return found


def _cells(value: dict[str, Any], columns: Columns) -> list[Any]:
    return [
        json.dumps(value[name]) if name in columns.as_json and name in value else value.get(name)
        for name in columns.schema.names
    ]


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
            return "other" if _SURROGATE.search(value) else "str"
        case _:
            return "other"


def _arrow_type(kinds: set[str], *, absent: bool) -> pa.DataType | None:
    """Return the one Arrow type of a column's values; None where only JSON text holds them all."""
    if "null" in kinds and (absent or kinds == {"null"}):
        return None
    match list(kinds - {"null"}):
        case [only]:
            return _TYPES.get(only)
        case _:
            return None


def _type_in_words(value: Any) -> str:
    names = {"null": "null", "bool": "true or false", "int": "a number", "float": "a number", "str": "a text"}
    return "a list" if isinstance(value, list) else names.get(_kind(value), "something else")


def _written(row: dict[str, Any], columns: Columns) -> str:
    shown = {}
    for name, value in row.items():
        if value is None and name in columns.absent:
            continue
        shown[name] = json.loads(value) if name in columns.as_json and value is not None else value
    text = json.dumps(shown, ensure_ascii=False, default=str)
    # Half a surrogate pair is no character, yet JSON can say it: as an escape.
    return json.dumps(shown, default=str) if _SURROGATE.search(text) else text
