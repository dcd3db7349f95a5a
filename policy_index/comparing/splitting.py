"""Texts that became several, and several that became one: their words stand there in order, one piece after the other."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policy_index.comparing.candidates import Words, overlaps
from policy_index.comparing.edits import likeness

_LEAST_LIKE = 0.70
"""Least likeness of a text and its pieces, put together."""

_LEAST_GAIN = 0.03
"""What each further piece adds to it at least."""

_LEAST_INSIDE = 0.60
"""Least share of a piece's weighed words that the whole holds."""

_FEWEST_WORDS = 3
"""Words that a piece has at least: less stands in many texts."""

_MOST_PIECES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """What may have been split or merged: the texts without an identical counterpart.

    Attributes:
        before: Words by place, of the first list.
        after: Words by place, of the second list.
        pairs: Which are each other's, as far as is known.
        weights: What words weigh.
    """

    before: Mapping[int, Words]
    after: Mapping[int, Words]
    pairs: Mapping[int, int]
    weights: dict[str, float]


def split_texts(pieces: Pieces) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]:
    """Return what was split, places after by place before, and what was merged, places before by place after; no text is in two."""
    splits = _groups(pieces.before, pieces.after, pieces.pairs, pieces.weights)
    used = {place for group in splits.values() for place in group}
    turned = {column: row for row, column in pieces.pairs.items() if row not in splits and column not in used}
    merges = _groups(
        {place: words for place, words in pieces.after.items() if place not in used},
        {place: words for place, words in pieces.before.items() if place not in splits},
        turned,
        pieces.weights,
    )
    return splits, merges


def _groups(
    wholes: Mapping[int, Words], parts: Mapping[int, Words], pairs: Mapping[int, int], weights: dict[str, float]
) -> dict[int, tuple[int, ...]]:
    """Return for each whole that became several neighbouring parts these parts, the surest first."""
    taken = set(pairs.values())
    free = {place: words for place, words in parts.items() if place not in taken}
    if not free or not wholes:
        return {}
    whole_at, part_at = list(wholes), list(free)
    found = overlaps([wholes[place] for place in whole_at], [free[place] for place in part_at], weights)
    inside: dict[int, set[int]] = defaultdict(set)
    for row, column, share in zip(found.rows.tolist(), found.columns.tolist(), found.of_second.tolist(), strict=True):
        if share >= _LEAST_INSIDE and len(free[part_at[column]]) >= _FEWEST_WORDS:
            inside[whole_at[row]].add(part_at[column])
    groups = []
    for whole, candidates in inside.items():
        seeds = [pairs[whole]] if whole in pairs else sorted(candidates)
        grown = [_grown(wholes[whole], seed, candidates, parts) for seed in seeds]
        like, group = max(grown, default=(0.0, ()))
        if len(group) > 1 and like >= _LEAST_LIKE:
            groups.append((like, whole, group))
    result: dict[int, tuple[int, ...]] = {}
    used: set[int] = set()
    for _, whole, group in sorted(groups, key=lambda each: (-each[0], each[1])):
        if used.isdisjoint(group):
            result[whole] = group
            used.update(group)
    return result


def _grown(whole: Words, seed: int, candidates: set[int], parts: Mapping[int, Words]) -> tuple[float, tuple[int, ...]]:
    """Return the run of neighbouring parts around `seed` that is most like the whole, and how like it is."""
    first = last = seed
    like = likeness(whole, parts[seed])
    while last - first < _MOST_PIECES:
        options = [
            (likeness(whole, _together([parts[place] for place in range(low, high + 1)])), low, high)
            for low, high in ((first - 1, last), (first, last + 1))
            if (low if low < first else high) in candidates
        ]
        better, low, high = max(options, default=(0.0, first, last))
        if better < like + _LEAST_GAIN:
            break
        like, first, last = better, low, high
    return like, tuple(range(first, last + 1))


def _together(parts: Sequence[Words]) -> Words:
    """Return pieces as one text; the words that a piece and the one before it both begin with, “You may not …”, once."""
    words = list(parts[0])
    for previous, part in pairwise(parts):
        words += part[_stem(previous, part) :]
    return tuple(words)


def _stem(first: Words, other: Words) -> int:
    """Return with how many equal words two texts begin."""
    pairs = enumerate(zip(first, other, strict=False))
    return next((place for place, (one, another) in pairs if one != another), min(len(first), len(other)))
