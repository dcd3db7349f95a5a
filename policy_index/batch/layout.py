"""What an input is: files of one format, and the columns that looking through them showed."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from policy_index.errors import InputError
from policy_index.words import either

PROBLEM = "policy_index.problem"
"""The column of a window that says what is wrong with a row that cannot be read; null where nothing is."""

RAW = "policy_index.raw"
"""The column of a window with the own characters of a row that cannot be read, so that nothing of the input is lost."""

WINDOW_ROWS = 2048
"""Rows that are read, matched and written together, unless somebody says another number."""

_SUFFIXES = {"ndjson": "jsonl", "tsv": "csv"}


class Form(StrEnum):
    """The formats of tables, by the suffix of a file's name; `formats` has one file for each."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"

    @classmethod
    def of(cls, name: str, *, writing: bool = False) -> "Form":
        """Return the format that a file's name says.

        Raises:
            InputError: It says none that is known; `writing`: none that is written.
        """
        suffix = Path(name).suffix.lower().removeprefix(".")
        suffix = _SUFFIXES.get(suffix, suffix)
        known = [form for form in cls if not (writing and form is cls.XLSX)]
        if suffix not in known:
            message = f"Expected a file name that ends in {either([f'.{form}' for form in known])}, got {name}."
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
class Hints:
    """What a person says of an input, so that it need not be guessed; None where nothing is said.

    Attributes:
        text_column: The column with the texts.
        encoding: Of the characters in CSV; UTF-8 where nothing is said.
        delimiter: Between fields in CSV.
    """

    text_column: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What a format finds when it looks through files: their columns, and what it needs to read them again.

    Attributes:
        schema: The columns and their types.
        rows: How many rows there are, bad ones too.
        as_json: Columns whose cells are kept as JSON text, because their values are of several types or nested.
        absent: Columns in which null means that the object had no such key.
        encoding: Of the characters; CSV only.
        delimiter: Between fields; CSV only.
    """

    schema: pa.Schema
    rows: int
    as_json: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """An input that has been looked through, ready to be read window by window.

    Attributes:
        sources: The files, in order.
        form: Their format.
        columns: What is in them.
        text_column: The column with the texts.
        window: How many rows are read, matched and written together.
    """

    sources: tuple[Source, ...]
    form: Form
    columns: Columns
    text_column: str
    window: int = WINDOW_ROWS

    @property
    def schema(self) -> pa.Schema:
        """The input's columns."""
        return self.columns.schema

    @property
    def rows(self) -> int:
        """How many rows there are, bad ones too."""
        return self.columns.rows

    @property
    def text_is_json(self) -> bool:
        """Whether the cells of the text column are JSON text."""
        return self.text_column in self.columns.as_json

    def window_schema(self) -> pa.Schema:
        """Return the columns of the windows: the input's, PROBLEM and RAW."""
        return pa.schema([*self.schema, *MARKS])


MARKS = (pa.field(PROBLEM, pa.string()), pa.field(RAW, pa.string()))
"""The two columns that every window has beside the input's own."""
