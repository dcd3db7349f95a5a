"""Many dimensions to two: the projections compared, the one in use, and places for what was not projected.

A flat map cannot keep all neighbourhoods of 768 dimensions. Trustworthiness (Venna and Kaski, 2001) says how many of a
point's neighbours on the map are neighbours in the full space too: 1 where all are, about 0.5 for random places.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from policy_index.search.vectors import Vectors

Places = NDArray[np.float64]
"""Places on a map, shape (points, 2), each axis from 0 to 1."""

SEED = 0

NEIGHBOURS = 5
"""Neighbours that trustworthiness looks at, and clauses that place a text on the map."""

IN_USE = "t-SNE, perplexity 15"
"""The most trustworthy of `projections()`; a test compares them again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How trustworthy one projection of the clauses is, looked at 5 and at 10 neighbours."""

    name: str
    five: float
    ten: float


def projections() -> Mapping[str, Callable[[Vectors], Places]]:
    """Return the projections compared, all of scikit-learn with a fixed seed: unit vectors -> places."""
    # A maintainer's command calls this; scikit-learn's start-up cost would be every page's otherwise.
    from sklearn.decomposition import PCA
    from sklearn.manifold import MDS, TSNE, Isomap, SpectralEmbedding

    def tsne(perplexity: int) -> Callable[[Vectors], Places]:
        return lambda vectors: TSNE(
            perplexity=perplexity, metric="cosine", init="random", random_state=SEED, max_iter=2000
        ).fit_transform(vectors)

    return MappingProxyType(
        {
            "PCA": lambda vectors: PCA(2, random_state=SEED).fit_transform(vectors),
            "metric MDS": lambda vectors: MDS(
                metric="precomputed", init="random", n_init=8, random_state=SEED
            ).fit_transform(_dissimilarities(vectors)),
            "Isomap, 10 neighbours": lambda vectors: Isomap(n_neighbors=10, metric="cosine").fit_transform(vectors),
            "spectral embedding, 8 neighbours": lambda vectors: SpectralEmbedding(
                affinity="nearest_neighbors", n_neighbors=8, random_state=SEED
            ).fit_transform(vectors),
            "t-SNE, perplexity 5": tsne(5),
            "t-SNE, perplexity 8": tsne(8),
            "t-SNE, perplexity 15": tsne(15),
        }
    )


def compare(vectors: Vectors) -> tuple[Comparison, ...]:
    """Project `vectors` with each of `projections()`, scale as for a map, and measure: the most trustworthy first."""
    rows = []
    for name, projection in projections().items():
        places = _scaled(projection(vectors))
        rows.append(
            Comparison(name=name, five=trustworthiness(vectors, places, 5), ten=trustworthiness(vectors, places, 10))
        )
    return tuple(sorted(rows, key=lambda row: -row.five))


def trustworthiness(vectors: Vectors, places: Places, neighbours: int) -> float:
    """Return how far neighbours on the map are neighbours by cosine, in [0, 1]."""
    from sklearn.manifold import trustworthiness as measure

    return float(measure(vectors, places, n_neighbors=neighbours, metric="cosine"))


FEWEST_TO_COMPARE = 40
"""Fewer points than this have too few neighbours for the projection in use and for trustworthiness."""


def project(vectors: Vectors, *, enough: bool = True) -> Places:
    """Return places for `vectors` by the projection in use, scaled to 0 to 1 on both axes.

    Where there are not `enough` for it, by their two principal components; a single point stands in the middle.
    """
    if len(vectors) == 1:
        return np.full((1, 2), 0.5)
    return _scaled(projections()[IN_USE if enough else "PCA"](vectors))


def _scaled(places: Places) -> Places:
    low, high = places.min(axis=0), places.max(axis=0)
    scaled: Places = (places - low) / np.where(high > low, high - low, 1)
    return scaled


def place_among(scores: NDArray[np.floating], places: Places, *, neighbours: int = NEIGHBOURS) -> Places:
    """Return places for texts that were not projected: the mean of their nearest clauses' places.

    Each of the nearest clauses weighs as much as the square of its score, so that the first counts most; negative scores
    count nothing. A text near to none is put into the middle.

    Args:
        scores: One row a text, one column a clause, each in [-1, 1].
        places: Of the clauses.
        neighbours: How many of the nearest clauses count.
    """
    nearest = np.argsort(-scores, axis=1)[:, :neighbours]
    weights = np.maximum(np.take_along_axis(scores, nearest, axis=1), 0).astype(np.float64) ** 2
    sums = weights.sum(axis=1, keepdims=True)
    weights = np.where(sums > 0, weights / np.where(sums > 0, sums, 1), np.nan)
    placed: Places = np.einsum("tk,tkd->td", weights, places[nearest])
    return np.where(np.isnan(placed), places.mean(axis=0), placed)


def _dissimilarities(vectors: Vectors) -> NDArray[np.float64]:
    """Return 1 - cosine of unit vectors, (vectors, vectors)."""
    cosines = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    result = np.clip(1 - (cosines + cosines.T) / 2, 0, 2)
    np.fill_diagonal(result, 0)
    return result
