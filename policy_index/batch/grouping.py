"""Rows by what one of a person's own columns says."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MOST_GROUPS = 12
"""Values of a column that are told apart; rows with another one are counted together."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """The rows of a table by a column's value, those with the most rows first.

    Attributes:
        column: The column's name.
        names: The values as text; None for rows without one.
        of_row: Each row's place in `names`; `len(names)` for a row with a value beyond those told apart, (rows,).
        beyond: How many more values there are.
    """

    column: str
    names: tuple[str | None, ...]
    of_row: NDArray[np.int64]
    beyond: int

    @classmethod
    def from_rows(cls, rows: pa.Table, column: str) -> "Grouping":
        """Return the rows by the values of a column; blank cells are rows without a value."""
        cells = as_words(rows, column)
        codes = pc.dictionary_encode(cells, null_encoding="encode").combine_chunks()
        places = np.asarray(codes.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
        values: list[str | None] = codes.dictionary.to_pylist()
        times = np.bincount(places, minlength=len(values))
        order = np.argsort(-times, kind="stable")
        kept = order[:MOST_GROUPS]
        new_place = np.full(len(values), len(kept), dtype=np.int64)
        new_place[kept] = np.arange(len(kept))
        return cls(
            column=column,
            names=tuple(values[place] for place in kept.tolist()),
            of_row=new_place[places],
            beyond=len(values) - len(kept),
        )

    @property
    def size(self) -> int:
        """How many groups there are, those beyond counted as one."""
        return len(self.names) + bool(self.beyond)


def as_words(rows: pa.Table, column: str) -> pa.ChunkedArray:
    """Return the cells of a column as text; null where they are blank or there is none."""
    cells = rows.column(column)
    if not pa.types.is_string(cells.type):
        try:
            cells = pc.cast(cells, pa.string())
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # nested values of Parquet, or bytes that are no text
            cells = pa.chunked_array(
                [[None if cell is None else str(cell) for cell in cells.to_pylist()]], type=pa.string()
            )
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(cells), ""), pa.scalar(None, pa.string()), cells)
