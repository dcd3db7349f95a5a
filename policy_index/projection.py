"""Many dimensions to two: the projections compared, the one in use, and places for what was not projected.

A flat map cannot keep all neighbourhoods of 768 dimensions. Trustworthiness (Venna and Kaski, 2001) says how many of a
point's neighbours on the map are neighbours in the full space too: 1 where all are, about 0.5 for random places.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from policy_index.encoder import Vectors

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


def project(vectors: Vectors) -> Places:
    """Return places for `vectors` by the projection in use, scaled to 0 to 1 on both axes."""
    return _scaled(projections()[IN_USE](vectors))


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


_LETTER = 6.4
"""Mean width of a letter on a map, in pixels, at 11 pixels height; wide on purpose."""

_LINE = 15.0
"""Height of a line of a label, in pixels."""

_APART = 3.0
"""Pixels between two labels at least: browsers differ in where they draw a letter."""

_GAP = 9.0
"""Pixels from the middle of a point to its label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Where a label stands: beside which point, and on which side of it, in plotly's words (`top center`)."""

    point: int
    side: str


_Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels."""


def place_labels(
    places: Places, names: Sequence[tuple[Sequence[str], Sequence[int]]], *, sizes: Sequence[tuple[float, float]]
) -> tuple[Label | None, ...]:
    """Choose for each label a point and a side of it so that no two labels overlap, on a map of any of these sizes.

    A greedy choice, in the order of `names`: where the fewest points are covered. None for a label that fits nowhere.

    Args:
        places: Of all points.
        names: For each label its lines, and the points beside which it may stand, the best first.
        sizes: Width and height of the map in pixels, for instance on a phone and on a desk.
    """
    on_maps = [places * np.array([width, -height]) + np.array([0, height]) for width, height in sizes]
    taken: list[list[_Box]] = [[] for _ in sizes]
    labels: list[Label | None] = []
    for lines, points in names:
        width, height = _LETTER * max(map(len, lines)), _LINE * len(lines)
        free = []
        for point in points:
            for side, (across, down) in _SIDES.items():
                boxes = [_box(on_map[point], width, height, across, down) for on_map in on_maps]
                if _fits(boxes, taken, sizes):
                    covered = sum(_inside(box, on_map) for box, on_map in zip(boxes, on_maps, strict=True))
                    free.append((covered, Label(point=point, side=side), boxes))
        if not free:
            labels.append(None)
            continue
        _, label, boxes = min(free, key=lambda each: each[0])
        labels.append(label)
        for others, box in zip(taken, boxes, strict=True):
            others.append(box)
    return tuple(labels)


def _fits(boxes: Sequence[_Box], taken: Sequence[Sequence[_Box]], sizes: Sequence[tuple[float, float]]) -> bool:
    return all(
        box[0] >= -_MARGIN and box[2] <= width + _MARGIN and not any(_overlap(box, other) for other in others)
        for box, others, (width, _) in zip(boxes, taken, sizes, strict=True)
    )


def _inside(box: _Box, points: NDArray[np.float64]) -> int:
    """Return how many points a box covers."""
    x, y = points[:, 0], points[:, 1]
    return int(np.sum((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])))


_MARGIN = 8.0
"""Pixels by which a label may stand out of the map on its left and right."""

_SIDES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "top center": (0, -1),
        "bottom center": (0, 1),
        "middle right": (1, 0),
        "middle left": (-1, 0),
        "top right": (1, -1),
        "top left": (-1, -1),
        "bottom right": (1, 1),
        "bottom left": (-1, 1),
    }
)


def _box(point: NDArray[np.float64], width: float, height: float, across: int, down: int) -> _Box:
    x = point[0] + across * (width / 2 + _GAP)
    y = point[1] + down * (height / 2 + _GAP)
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _overlap(one: _Box, other: _Box) -> bool:
    return (
        one[0] < other[2] + _APART
        and other[0] < one[2] + _APART
        and one[1] < other[3] + _APART
        and other[1] < one[3] + _APART
    )


def _dissimilarities(vectors: Vectors) -> NDArray[np.float64]:
    """Return 1 - cosine of unit vectors, (vectors, vectors)."""
    cosines = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    result = np.clip(1 - (cosines + cosines.T) / 2, 0, 2)
    np.fill_diagonal(result, 0)
    return result
