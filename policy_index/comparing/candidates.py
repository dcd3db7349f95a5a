"""How alike the texts of two lists are by their words, for the pairs that come into question only.

Words weigh by how rare they are in these texts, ln(1 + texts / texts with the word), so that “You may not use the service to” ties
nothing together. With 5,000 texts on each side a table of all pairs never stands in memory: a block of rows at a time does.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Words = tuple[str, ...]

_BLOCK = 256
"""Rows of the table of shared weight that are in memory at once."""

_NEAREST = 8
"""Candidates that each text has, at most, on the other side."""

_LARGE = 1_000_000
"""Pairs from which words that stand in many texts are left out of the table: they cost most and say least."""

_COMMON_SHARE = 0.1

_LEAST = 1e-9
"""Weight of a text without words, so that nothing is divided by zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Pairs of texts that share words.

    Attributes:
        rows: Place of each pair's text in the first list.
        columns: Its text's place in the second list.
        dice: Twice the weight of the shared words, by the weight of both texts' words, in [0, 1].
        of_first: The weight of the shared words, by that of the first text's words.
        of_second: The same of the second text.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    dice: NDArray[np.float64]
    of_first: NDArray[np.float64]
    of_second: NDArray[np.float64]


def word_weights(before: Sequence[Words], after: Sequence[Words]) -> dict[str, float]:
    """Return what each word weighs in two lists of texts; what changed between them does not make a word rarer."""
    counts = [Counter(word for words in texts for word in set(words)) for texts in (before, after)]
    size = max(len(before), len(after), 1)
    return {word: float(np.log1p(size / max(each[word] for each in counts))) for word in counts[0] | counts[1]}


def overlaps(
    before: Sequence[Words],
    after: Sequence[Words],
    weights: dict[str, float],
    *,
    also: Iterable[tuple[int, int]] = (),
) -> Overlap:
    """Return the pairs that share most: for each text, of either list, its nearest few in the other.

    Args:
        before: Words of the texts of the first list.
        after: Words of those of the second list.
        weights: What words weigh.
        also: Pairs that come into question for other reasons.
    """
    vocabulary = {word: place for place, word in enumerate(weights)}
    values = np.fromiter(weights.values(), dtype=np.float32, count=len(weights))
    first, second = _table(before, vocabulary, values), _table(after, vocabulary, values)
    rough, other_rough = first, second
    if len(before) * len(after) > _LARGE:
        rare = np.where(values < np.log1p(1 / _COMMON_SHARE), 0, values).astype(np.float32)
        rough, other_rough = _table(before, vocabulary, rare), _table(after, vocabulary, rare)
    pairs = _nearest(rough, other_rough) | {(row, column) for column, row in _nearest(other_rough, rough)} | set(also)
    ordered = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    rows, columns = ordered[:, 0], ordered[:, 1]
    shared = _shared(first, second, rows, columns)
    own, other = np.maximum(_sums(first)[rows], _LEAST), np.maximum(_sums(second)[columns], _LEAST)
    return Overlap(
        rows=rows, columns=columns, dice=2 * shared / (own + other), of_first=shared / own, of_second=shared / other
    )


def _table(texts: Sequence[Words], vocabulary: dict[str, int], values: NDArray[np.float32]) -> csr_array:
    """Return one row a text, one column a word: the root of the weight of each word that is in the text."""
    kept = [sorted(place for place in {vocabulary[word] for word in words} if values[place] > 0) for words in texts]
    places = np.fromiter((place for row in kept for place in row), dtype=np.int64)
    ends = np.cumsum([0, *map(len, kept)])
    return csr_array((np.sqrt(values[places]), places, ends), shape=(len(texts), len(vocabulary)))


def _sums(table: csr_array) -> NDArray[np.float64]:
    sums: NDArray[np.float64] = np.asarray((table * table).sum(axis=1), dtype=np.float64).ravel()
    return sums


def _nearest(table: csr_array, others: csr_array) -> set[tuple[int, int]]:
    """Return for each row the places of the rows of the other table with the greatest Dice coefficient, where they share anything."""
    own, other = _sums(table), _sums(others)
    turned = others.T.tocsr()
    pairs: set[tuple[int, int]] = set()
    for start in range(0, table.shape[0], _BLOCK):
        shared = (table[start : start + _BLOCK] @ turned).toarray()
        dice = 2 * shared / np.maximum(own[start : start + _BLOCK, None] + other[None, :], _LEAST)
        few = min(_NEAREST, dice.shape[1])
        best = np.argpartition(-dice, few - 1, axis=1)[:, :few]
        rows, places = np.nonzero(np.take_along_axis(dice, best, axis=1) > 0)
        pairs.update(zip((rows + start).tolist(), best[rows, places].tolist(), strict=True))
    return pairs


def _shared(
    first: csr_array, second: csr_array, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the weight that the texts of each pair share."""
    if not len(rows):
        return np.empty(0)
    return np.concatenate(
        [
            np.asarray(
                (first[rows[at : at + _BLOCK]] * second[columns[at : at + _BLOCK]]).sum(axis=1), dtype=np.float64
            ).ravel()
            for at in range(0, len(rows), _BLOCK)
        ]
    )
