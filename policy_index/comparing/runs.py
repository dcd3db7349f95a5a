"""Two lists of words -> runs that stayed or changed, in time and memory that grow with their length."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from rapidfuzz.distance import LCSseq

Run = tuple[bool, int, int, int, int]
"""Whether words stayed, and where: from and up to, before and after."""

_MOST_EQUAL, _MOST_SMALL = 10_000, 1_000_000
"""Pairs of equal words, and of any, from which a faster rule takes the place of difflib's, whose time can grow with their square and
more: of two clauses of 2,500 words, every other one of which came or went, half a second became a thousandth."""

MOST_PAIRS = 4_000_000
"""Pairs of words above which two lists are parted before they are compared: a bit for each pair is kept, and a step taken for 64."""

_PIECE = 2_000
"""Words of a piece where nothing tells where to part: a square of them is `MOST_PAIRS`."""


def changed_runs(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """Return the runs of two lists of words, in order."""
    if len(before) * len(after) <= MOST_PAIRS:
        return _by_difflib(before, after) if _is_quick(before, after) else _by_length(before, after)
    found = [
        (same, first + start, last + start, other + begin, up_to + begin)
        for start, end, begin, stop in _pieces(_stretches(before, after))
        for same, first, last, other, up_to in _by_length(before[start:end], after[begin:stop])
    ]
    runs: list[Run] = []
    for run in found:
        if runs and runs[-1][0] == run[0]:
            runs[-1] = (run[0], runs[-1][1], run[2], runs[-1][3], run[4])
        else:
            runs.append(run)
    return runs


def _is_quick(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether difflib, which keeps long runs together as a reader would, is done in no time."""
    counts, others = Counter(before), Counter(after)
    equal = sum(count * others[word] for word, count in counts.items())
    return equal <= _MOST_EQUAL and len(before) * len(after) <= _MOST_SMALL


def _by_difflib(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(tag == "equal", first, last, other, up_to) for tag, first, last, other, up_to in codes]


def _by_length(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """Return runs in which as many words as can be stay."""
    codes = LCSseq.opcodes(before, after)
    return [(code.tag == "equal", code.src_start, code.src_end, code.dest_start, code.dest_end) for code in codes]


Stretch = tuple[int, int, int, int]
"""From and up to, before and after."""


def _stretches(before: Sequence[str], after: Sequence[str]) -> Iterator[Stretch]:
    """Part two long lists at words that stand once in each, as many as stand in one order; each stretch but the first begins with one."""
    places, others = _once(before), _once(after)
    pairs = [(place, others[word]) for word, place in places.items() if word in others]
    cuts = [(0, 0), *_longest_order(pairs), (len(before), len(after))]
    for (start, begin), (end, stop) in pairwise(cuts):
        yield start, end, begin, stop


def _once(words: Sequence[str]) -> dict[str, int]:
    """Return the places of words that stand there once, in order."""
    counts = Counter(words)
    return {word: place for place, word in enumerate(words) if counts[word] == 1}


def _longest_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the most pairs, in the order of their first places, whose second places rise too (patience sorting)."""
    tops: list[int] = []  # the least second place with which an order of each length ends
    ends: list[int] = []  # and which pair that is
    earlier: list[int] = []  # for each pair, which one stands before it
    for place, (_, other) in enumerate(pairs):
        length = bisect_left(tops, other)
        earlier.append(ends[length - 1] if length else -1)
        tops[length : length + 1] = [other]
        ends[length : length + 1] = [place]
    order: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        order.append(pairs[at])
        at = earlier[at]
    return order[::-1]


def _pieces(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Join short stretches as far as they can be compared together, and cut long ones: their first pieces go together, and so on."""
    start = end = begin = stop = 0
    for _, up_to, _, other in stretches:
        if (up_to - start) * (other - begin) <= MOST_PAIRS:
            end, stop = up_to, other
            continue
        if (end - start) or (stop - begin):
            yield start, end, begin, stop
            start, begin = end, stop
        end, stop = up_to, other
        while (end - start) * (stop - begin) > MOST_PAIRS:
            yield start, min(end, start + _PIECE), begin, min(stop, begin + _PIECE)
            start, begin = min(end, start + _PIECE), min(stop, begin + _PIECE)
    yield start, end, begin, stop
