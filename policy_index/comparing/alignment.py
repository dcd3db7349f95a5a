"""Two lists of texts in order -> which text became which: identical words first, then likeness and place, in one assignment.

1. Texts of equal words are each other's; where several have the same words, by the headings above them and then in order.
2. For the rest, pairs that share words, or that mean the same to an encoder, are weighed; a pair between the same two texts of
   step 1, or under the same heading, weighs more. The assignment with the greatest sum of all is taken, and leaves out what is
   below a floor.
3. A text whose words stand in several neighbouring texts became these (split), or the other way round (merged).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from policy_index.comparing.candidates import Words, overlaps, word_weights
from policy_index.comparing.edits import likeness
from policy_index.comparing.order import in_order
from policy_index.comparing.splitting import Pieces, split_texts
from policy_index.search.vectors import Vectors

_FLOOR = 0.5
"""Least weight of a pair: half of its words, or less in the same place."""

_SAME_GAP, _SAME_CONTEXT = 0.10, 0.05
"""What a place adds to a pair's weight."""

_LEAST_OF_WORDS = 0.30
"""Least share of weighed words that a pair has in common, wherever it stands, if meaning does not tie it."""

_FEWEST_HELD, _LEAST_HELD = 5, 0.75
"""Words of a text, and the share of them, weighed and in order, from which another text that has them holds it."""

_SURE = 0.75
"""Weight of words from which a text need not be asked for its meaning."""

_COSINES = (0.60, 0.90)
"""Cosines of two texts that count as 0 and as 1; neighbouring rules of one policy have about 0.6."""

_MOST_MEANINGS = 1500
"""Texts a side whose vectors are compared all with all."""


class FoundBy(StrEnum):
    """By what two texts were found to be each other's."""

    IDENTITY = "identity"
    WORDS = "words"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text to align.

    Attributes:
        words: Its words, as they are compared.
        context: What it stands under, innermost last, as words that are compared.
    """

    words: Words
    context: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Texts that are each other's: one and one, one and several (split), several and one (merged), or one and none.

    Attributes:
        before: Places in the first list, in order.
        after: Places in the second list, in order.
        found_by: By what they were found; None for a text without a counterpart.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    found_by: FoundBy | None


Meaning = Callable[[Sequence[int], Sequence[int]], tuple[Vectors, Vectors]]
"""Returns unit vectors for the texts at some places of the first and of the second list."""


def align(before: Sequence[Text], after: Sequence[Text], *, meaning: Meaning | None = None) -> tuple[Tie, ...]:
    """Return ties that hold every text of both lists exactly once, in the order of the second list, lost texts after what preceded them.

    Args:
        before: The first list.
        after: The second list.
        meaning: What gives vectors, asked only for texts that words leave in doubt; None goes by words alone.
    """
    identical = _identical(before, after)
    rest = [place for place in range(len(before)) if place not in identical]
    taken = set(identical.values())
    others = [place for place in range(len(after)) if place not in taken]
    found = _assigned(before, after, rest, others, identical, meaning)
    weights = word_weights([text.words for text in before], [text.words for text in after])
    pieces = Pieces(
        before={place: before[place].words for place in rest},
        after={place: after[place].words for place in others},
        pairs=dict(found.keys()),
        weights=weights,
    )
    splits, merges = split_texts(pieces)
    ties = [Tie(before=(row,), after=(column,), found_by=FoundBy.IDENTITY) for row, column in identical.items()]
    ties += [Tie(before=(row,), after=group, found_by=FoundBy.WORDS) for row, group in splits.items()]
    ties += [Tie(before=group, after=(column,), found_by=FoundBy.WORDS) for column, group in merges.items()]
    used = {place for tie in ties for place in tie.before}
    used_after = {place for tie in ties for place in tie.after}
    for (row, column), found_by in found.items():
        if row not in used and column not in used_after:
            ties.append(Tie(before=(row,), after=(column,), found_by=found_by))
            used.add(row)
            used_after.add(column)
    ties += [Tie(before=(row,), after=(), found_by=None) for row in rest if row not in used]
    ties += [Tie(before=(), after=(column,), found_by=None) for column in others if column not in used_after]
    return _ordered(ties)


def _identical(before: Sequence[Text], after: Sequence[Text]) -> dict[int, int]:
    """Pair texts of equal words: first those under the same headings, then the others, each time in order."""
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for key in (_in_place, _inner, lambda text: text.words):
        places: dict[object, list[int]] = defaultdict(list)
        for place, text in enumerate(after):
            if place not in used:
                places[key(text)].append(place)
        for queue in places.values():
            queue.reverse()
        for place, text in enumerate(before):
            if place not in pairs and places.get(key(text)):
                pairs[place] = places[key(text)].pop()
                used.add(pairs[place])
    return dict(sorted(pairs.items()))


def _in_place(text: Text) -> object:
    return text.context, text.words


def _inner(text: Text) -> object:
    return text.context[-1:], text.words


def _assigned(  # noqa: PLR0913, PLR0917  # both lists, what of them is left, and what is known
    before: Sequence[Text],
    after: Sequence[Text],
    rest: Sequence[int],
    others: Sequence[int],
    identical: dict[int, int],
    meaning: Meaning | None,
) -> dict[tuple[int, int], FoundBy]:
    """Return the best assignment of what is left, by words, place and meaning."""
    if not rest or not others:
        return {}
    weights = word_weights([text.words for text in before], [text.words for text in after])
    gaps = _gaps(identical, len(before), len(after))
    found = overlaps(
        [before[row].words for row in rest],
        [after[column].words for column in others],
        weights,
        also=_side_by_side(gaps[0][rest].tolist(), gaps[1][others].tolist()),
    )
    words = {
        (rest[row], others[column]): _by_words(before[rest[row]].words, after[others[column]].words, dice, inside)
        for row, column, dice, inside in zip(
            found.rows.tolist(),
            found.columns.tolist(),
            found.dice.tolist(),
            np.maximum(found.of_first, found.of_second).tolist(),
            strict=True,
        )
    }
    means = {} if meaning is None else _meanings(words, rest, others, meaning)
    weighed: dict[tuple[int, int], float] = {}
    for pair in words.keys() | means.keys():
        by_words, by_meaning = words.get(pair, 0.0), means.get(pair, 0.0)
        near = _SAME_GAP * (gaps[0][pair[0]] == gaps[1][pair[1]])
        near += _SAME_CONTEXT * (before[pair[0]].context[-1:] == after[pair[1]].context[-1:])
        weight = max(by_words if by_words >= _LEAST_OF_WORDS else 0.0, by_meaning) + near
        if weight > _FLOOR:
            weighed[pair] = weight - _FLOOR
    return {
        pair: FoundBy.WORDS if words.get(pair, 0.0) >= min(means.get(pair, 0.0), _FLOOR) else FoundBy.MEANING
        for pair in _best(weighed)
    }


def _by_words(before: Words, after: Words, dice: float, inside: float) -> float:
    """Return how much speaks for a pair: its words in common, weighed and in order, or that one text holds the other.

    Args:
        before: Words of the first text.
        after: Words of the second text.
        dice: Dice coefficient of the weighed words.
        inside: Share of the weighed words of one text that are in the other, the greater one.
    """
    like = likeness(before, after)
    shorter = min(len(before), len(after))
    held = min(inside, like * (len(before) + len(after)) / 2 / shorter) if shorter >= _FEWEST_HELD else 0.0
    return max(0.6 * dice + 0.4 * like, 0.7 * held if held >= _LEAST_HELD else 0.0)


def _meanings(
    words: dict[tuple[int, int], float], rest: Sequence[int], others: Sequence[int], meaning: Meaning
) -> dict[tuple[int, int], float]:
    """Return the likeness in meaning of pairs of which neither text has a sure counterpart by its words."""
    sure = [pair for pair, weight in words.items() if weight >= _SURE]
    rows = [row for row in rest if row not in {row for row, _ in sure}][:_MOST_MEANINGS]
    columns = [column for column in others if column not in {column for _, column in sure}][:_MOST_MEANINGS]
    if not rows or not columns:
        return {}
    vectors, other_vectors = meaning(rows, columns)
    low, high = _COSINES
    scaled = np.clip((vectors @ other_vectors.T - low) / (high - low), 0, 1)
    return {
        (rows[row], columns[column]): float(scaled[row, column]) for row, column in np.argwhere(scaled > 0).tolist()
    }


def _gaps(identical: dict[int, int], size: int, other_size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each place of either list how many of the identical texts in order stand before it."""
    rows = list(identical)
    kept = in_order([identical[row] for row in rows], [1.0] * len(rows))
    fixed = np.array([rows[place] for place in kept], dtype=np.int64)
    other_fixed = np.array([identical[rows[place]] for place in kept], dtype=np.int64)
    return np.searchsorted(fixed, np.arange(size)), np.searchsorted(other_fixed, np.arange(other_size))


def _side_by_side(gaps: Sequence[int], other_gaps: Sequence[int]) -> list[tuple[int, int]]:
    """Return the positions of the first text of each gap with the first one there of the other list, of the second with the second..."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for position, gap in enumerate(other_gaps):
        places[gap].append(position)
    seen: Counter[int] = Counter()
    pairs = []
    for position, gap in enumerate(gaps):
        if seen[gap] < len(places[gap]):
            pairs.append((position, places[gap][seen[gap]]))
        seen[gap] += 1
    return pairs


def _best(weighed: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    """Return the pairs, each text in one at most, with the greatest sum of weights.

    A sparse assignment (Jonker and Volgenant): each row may take a column of its own that weighs nothing, so that a full one exists.
    """
    if not weighed:
        return []
    rows = sorted({row for row, _ in weighed})
    columns = sorted({column for _, column in weighed})
    row_at = {row: place for place, row in enumerate(rows)}
    column_at = {column: place for place, column in enumerate(columns)}
    most = 2.0  # above every weight, so that every cost is positive
    entries = [(row_at[row], column_at[column], most - weight) for (row, column), weight in sorted(weighed.items())]
    entries += [(place, len(columns) + place, most) for place in range(len(rows))]
    at, other_at, costs = zip(*entries, strict=True)
    table = csr_array(
        (np.array(costs), (np.array(at), np.array(other_at))), shape=(len(rows), len(columns) + len(rows))
    )
    chosen, other_chosen = min_weight_full_bipartite_matching(table)
    return [
        (rows[row], columns[column])
        for row, column in zip(chosen.tolist(), other_chosen.tolist(), strict=True)
        if column < len(columns)
    ]


def _ordered(ties: Sequence[Tie]) -> tuple[Tie, ...]:
    """Put ties in the order of the second list; a lost text follows the tie of the text that stood before it."""
    follows: dict[int, int] = {}
    for tie in ties:
        if tie.after:
            follows |= dict.fromkeys(tie.before, tie.after[0])
    for place in sorted(tie.before[0] for tie in ties if not tie.after):
        follows[place] = follows.get(place - 1, -1)
    return tuple(
        sorted(ties, key=lambda tie: (tie.after[0], 0, 0) if tie.after else (follows[tie.before[0]], 1, tie.before[0]))
    )
