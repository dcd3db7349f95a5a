"""Texts are compared in large blocks where that changes nothing."""

import numpy as np
import pytest

from policy_index.search.blocks import FEW, MANY, Blocks
from policy_index.search.training_texts import closest
from policy_index.search.vectors import Vectors


def exact(vectors: Vectors) -> Vectors:
    """Compare in a way that no company changes."""
    return vectors + 1


def wavering(vectors: Vectors) -> Vectors:
    """Compare in a way that does not give many texts what it gives few."""
    return vectors + len(vectors)


@pytest.mark.parametrize("texts", [1, FEW, FEW + 1, MANY - 1, MANY, MANY + 1, 3 * MANY + FEW + 2])
@pytest.mark.parametrize("compare", [exact, wavering])
def test_every_text_is_in_one_block(texts: int, compare: object):
    """In their order, and only the last block reaches beyond them."""
    found = Blocks(compare).of(np.zeros((texts, 2), dtype=np.float32))  # type: ignore[arg-type]

    assert [start for start, _ in found] == [0, *np.cumsum([size for _, size in found])[:-1].tolist()]
    assert found[-1][0] < texts <= sum(found[-1])


def test_large_blocks_are_for_machines_where_they_change_nothing():
    """160 texts: two of 64 and two of 16 there, ten of 16 elsewhere."""
    vectors = np.ones((160, 2), dtype=np.float32)

    assert [size for _, size in Blocks(exact).of(vectors)] == [64, 64, 16, 16]
    assert [size for _, size in Blocks(wavering).of(vectors)] == [16] * 10
    assert Blocks(exact).of(vectors[:3], size=2) == [(0, 2), (2, 2)]


def test_the_closest_exemplar_is_the_first_of_the_most_alike():
    """Of the clauses with places 0 to 2, none, 3 and 4, and none again; what lies beyond belongs to no clause."""
    places = [slice(0, 3), slice(3, 3), slice(3, 5), slice(5, 5)]
    likeness = np.array([[0.1, 0.9, 0.9, 0.2, 0.2, 1.0], [0.5, 0.1, 0.4, 0.3, 0.6, 1.0]], dtype=np.float32)

    assert closest(likeness, places).tolist() == [[1, -1, 3, -1], [0, -1, 4, -1]]
    assert closest(likeness, [slice(0, 0)] * 2).tolist() == [[-1, -1]] * 2
