"""Parquet: columns with types of their own, which stay as they are."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from policy_index.batch.formats.rows import changed, check_names
from policy_index.batch.layout import PROBLEM, RAW, Columns, Hints, Source
from policy_index.errors import InputError


def look_through(sources: Sequence[Source], _hints: Hints) -> Columns:
    """Read the columns and the number of rows that each file says it has."""
    schemas, rows = [], 0
    for source in sources:
        with _opened(source) as file:
            schemas.append(file.schema_arrow)
            rows += file.metadata.num_rows
    first = schemas[0]
    for source, schema in zip(sources, schemas, strict=True):
        check_names(schema.names, source, like=(sources[0], first.names))
        if schema != first:
            message = f"Expected the column types of {sources[0].name} in every file, but {source.name} has others."
            raise InputError(message)
    return Columns(schema=first, rows=rows)


def windows(source: Source, columns: Columns, most_rows: int) -> Iterator[pa.Table]:
    """Yield the rows of a file."""
    with _opened(source) as file:
        if file.schema_arrow != columns.schema:
            raise changed()
        try:
            for batch in file.iter_batches(batch_size=most_rows):
                nothing = pa.nulls(batch.num_rows, pa.string())
                table = pa.Table.from_batches([batch])
                yield table.append_column(PROBLEM, nothing).append_column(RAW, nothing)
        except (pa.ArrowInvalid, OSError) as error:
            message = f"{source.name} is damaged and cannot be read on: {_first_sentence(error)}"
            raise InputError(message) from None


def write(tables: Iterable[pa.Table], schema: pa.Schema, target: BinaryIO) -> None:
    """Write windows, one row group each."""
    with pq.ParquetWriter(target, schema) as writer:
        for table in tables:
            writer.write_table(table.select(schema.names).cast(schema))


@contextmanager
def _opened(source: Source) -> Iterator[pq.ParquetFile]:
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


def _first_sentence(error: BaseException) -> str:
    return re.split(r"(?<=\.)\s|\n", str(error))[0].rstrip(".") + "."
