"""What indexes of one encoder need not work out again for texts that another of them was asked about."""

from collections.abc import Callable

import numpy as np

from policy_index.search.example_scorer import ExampleScorer
from policy_index.search.place_scorer import PlaceScorer
from policy_index.search.scorer import ClauseScorer
from policy_index.search.vectors import Vectors


class SharedPlaces:
    """The places of the same texts in concept spaces: whichever index asks first has them worked out, for all that follow.

    A policy without exemplars is searched in the concept space of its encoder, where a text lies wherever the policy's clauses lie:
    to place the text costs as much as to search one policy, and is the same work under each. One is for one list of texts.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._places: dict[tuple[str, int, int], Vectors] = {}

    def of(
        self,
        scorer: ClauseScorer | PlaceScorer | ExampleScorer,
        vectors: Vectors,
        start: int,
        block_size: int,
        compare: Callable[[Vectors], Vectors],
    ) -> Vectors:
        """Return what `compare` returns for a block of vectors; where fewer are left it is filled up with empty ones.

        Args:
            scorer: Whose it is; only places in a concept space are anybody else's too.
            vectors: Those of the whole list.
            start: The place of the block's first text in the list.
            block_size: How many texts it has, and how many rows are returned.
            compare: What works it out.
        """
        key = scorer.key, start, block_size
        found = self._places.get(key)
        if found is None:
            block = vectors[start : start + block_size]
            if len(block) < block_size:
                empty = np.zeros((block_size - len(block), vectors.shape[1]), dtype=np.float32)
                block = np.vstack([block, empty])
            found = compare(block)
            if isinstance(scorer, PlaceScorer):
                self._places[key] = found
        return found
