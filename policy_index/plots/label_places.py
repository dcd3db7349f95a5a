"""Where the words on a map stand: beside a point, so that no two of them overlap on any screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from policy_index.landscape.projection import Places

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
