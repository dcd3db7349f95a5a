"""What a format of tables must be able to do, and which file does it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import pyarrow as pa

from policy_index.batch.formats import csv, jsonl, parquet, xlsx
from policy_index.batch.layout import Columns, Form, Hints, Source


class Format(Protocol):
    """How tables of one format are read. Each module of this folder that is named after a format is one.

    Nothing of the input is lost. A row that cannot be read stands in its place, with what is wrong with it in the column
    `PROBLEM` and its own characters in the column `RAW`.
    """

    def look_through(self, sources: Sequence[Source], hints: Hints, /) -> Columns:
        """Read all files of an input once.

        Raises:
            InputError: One cannot be read as a table, or they do not fit together.
        """
        ...

    def windows(self, source: Source, columns: Columns, most_rows: int, /) -> Iterator[pa.Table]:
        """Yield the rows of one of the files in order, window by window: its columns, PROBLEM and RAW.

        Raises:
            InputError: It cannot be read on, or has changed since it was looked through.
        """
        ...


def format_of(form: Form) -> Format:
    """Return what reads files of this format."""
    match form:
        case Form.CSV:
            return csv
        case Form.JSONL:
            return jsonl
        case Form.PARQUET:
            return parquet
        case Form.XLSX:
            return xlsx
