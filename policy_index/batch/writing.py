"""Tables to CSV, JSON Lines and Parquet, window by window."""

import csv
import json
from collections.abc import Iterable
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from policy_index.batch.reading import SURROGATE, Form, Layout
from policy_index.text import inert_cell


def write_tables(  # noqa: PLR0913  # what, where to, and how
    tables: Iterable[pa.Table], schema: pa.Schema, target: BinaryIO, form: Form, layout: Layout, *, inert: bool = False
) -> None:
    """Write windows one after another.

    Args:
        tables: The windows, each with the columns of `schema`.
        schema: The columns of the output.
        target: Where to.
        form: In which format.
        layout: What the input's columns were, so that JSON goes back to JSON.
        inert: CSV only: put an apostrophe before texts that a spreadsheet would take for a formula.
    """
    match form:
        case Form.PARQUET:
            with pq.ParquetWriter(target, schema) as writer:
                for table in tables:
                    writer.write_table(table.select(schema.names).cast(schema))
        case Form.JSONL:
            for table in tables:
                rows = table.select(schema.names).to_pylist()
                target.writelines(f"{_json_line(row, layout)}\n".encode() for row in rows)
        case Form.CSV | Form.XLSX:
            target.write(_csv_lines([schema.names], inert=inert))
            for table in tables:
                columns = [table.column(name).to_pylist() for name in schema.names]
                target.write(_csv_lines(zip(*columns, strict=True), inert=inert))


def _json_line(row: dict[str, Any], layout: Layout) -> str:
    shown = {}
    for name, value in row.items():
        if value is None and name in layout.absent:
            continue
        shown[name] = json.loads(value) if name in layout.as_json and value is not None else value
    text = json.dumps(shown, ensure_ascii=False, default=str)
    # Half a surrogate pair is no character, yet JSON can say it: as an escape.
    return json.dumps(shown, default=str) if SURROGATE.search(text) else text


class _Lines(list[str]):
    """What csv.writer writes to."""

    write = list.append


def _csv_lines(rows: Iterable[Iterable[Any]], *, inert: bool) -> bytes:
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\n")
    for row in rows:
        writer.writerow([_csv_cell(value, inert=inert) for value in row])
    return "".join(lines).encode()


def _csv_cell(value: Any, *, inert: bool) -> Any:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return inert_cell(value) if inert and isinstance(value, str) else value
