"""An array that grows at its end, as a list does, so that adding costs the same however much there is."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class GrowingArray:
    """Rows of one shape and kind, added at the end."""

    def __init__(self, dtype: DTypeLike, *shape: int) -> None:
        """Begin without rows.

        Args:
            dtype: The kind of every number.
            shape: The shape of one row; none for single numbers.
        """
        self._held: NDArray[Any] = np.empty((0, *shape), dtype=dtype)
        self._size = 0

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self._size

    @property
    def rows(self) -> NDArray[Any]:
        """The rows, seen where they lie: later additions are not in what was returned before."""
        return self._held[: self._size]

    def extend(self, rows: NDArray[Any]) -> None:
        """Add rows at the end."""
        size = self._size + len(rows)
        if size > len(self._held):
            grown = np.empty((max(size, len(self._held) * 3 // 2), *self._held.shape[1:]), dtype=self._held.dtype)
            grown[: self._size] = self.rows
            self._held = grown
        self._held[self._size : size] = rows
        self._size = size
