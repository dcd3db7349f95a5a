"""Windows to a file of one of the formats."""

from collections.abc import Iterable
from typing import BinaryIO

import pyarrow as pa

from policy_index.batch.formats import csv, jsonl, parquet
from policy_index.batch.layout import Form, Layout
from policy_index.errors import InputError


def write_tables(  # noqa: PLR0913  # what, where to, and how
    tables: Iterable[pa.Table], schema: pa.Schema, target: BinaryIO, form: Form, layout: Layout, *, inert: bool = False
) -> None:
    """Write windows one after another.

    Args:
        tables: The windows, each with the columns of `schema`.
        schema: The columns of the output.
        target: Where to.
        form: In which format.
        layout: What the input was, so that JSON goes back to JSON.
        inert: CSV only: put an apostrophe before texts that a spreadsheet would take for a formula.

    Raises:
        InputError: Files of this format are read only.
    """
    match form:
        case Form.CSV:
            csv.write(tables, schema, target, inert=inert)
        case Form.JSONL:
            jsonl.write(tables, schema, target, layout.columns)
        case Form.PARQUET:
            parquet.write(tables, schema, target)
        case Form.XLSX:
            message = "Expected a format to write, but Excel workbooks are only read."
            raise InputError(message)
