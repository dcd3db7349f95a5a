"""Which of several things kept their order: the heaviest increasing subsequence."""

from collections.abc import Sequence


def in_order(places: Sequence[int], weights: Sequence[float]) -> list[int]:
    """Return the positions in `places` of its increasing subsequence with the greatest sum of weights.

    A Fenwick tree of best sums: time grows with n · log n.

    Args:
        places: Different numbers, not negative.
        weights: What each weighs, positive.
    """
    rank = {place: number for number, place in enumerate(sorted(places), 1)}
    best: list[tuple[float, int]] = [(0.0, -1)] * (len(places) + 1)
    previous: list[int] = []
    for position, (place, weight) in enumerate(zip(places, weights, strict=True)):
        number = rank[place]
        total, last = _best_up_to(best, number - 1)
        previous.append(last)
        _raise_from(best, number, (total + weight, position))
    _, position = _best_up_to(best, len(places))
    kept = []
    while position >= 0:
        kept.append(position)
        position = previous[position]
    return kept[::-1]


def _best_up_to(tree: Sequence[tuple[float, int]], number: int) -> tuple[float, int]:
    found = (0.0, -1)
    while number > 0:
        found = max(found, tree[number], key=lambda each: each[0])
        number -= number & -number
    return found


def _raise_from(tree: list[tuple[float, int]], number: int, value: tuple[float, int]) -> None:
    while number < len(tree):
        if value[0] > tree[number][0]:
            tree[number] = value
        number += number & -number
