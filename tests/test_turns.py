"""Whose texts are encoded next, and how fast it goes: without threads and clocks."""

import pytest
from support import LetterEncoder

from policy_index.search.turns import FEW, MARKS, SMALL_IN_A_ROW, Rate, Turns, Work

LARGE = [f"large {number:03d} {'x' * 90}" for number in range(60)]


def test_long_requests_share_in_turn():
    """A call each, also with one that comes later."""
    turns: Turns[Work] = Turns()
    one, two, three = (Work(LARGE, LetterEncoder()) for _ in range(3))
    turns.add(one)
    turns.add(two)
    first = [turns.take(1000)[0].work for _ in range(3)]
    turns.add(three)

    assert first == [one, two, one]
    assert [turns.take(1000)[0].work for _ in range(4)] == [two, one, three, two]


def test_a_long_request_has_its_turn_among_ever_more_short_ones():
    """After so many calls for short ones; nobody starves."""
    turns: Turns[Work] = Turns()
    encoder = LetterEncoder()
    turns.add(Work(LARGE, encoder))
    taken = []
    for _ in range(3 * (SMALL_IN_A_ROW + 1)):
        turns.add(Work(["short"], encoder))
        taken.append(turns.take(1)[0].work.is_small)

    assert taken == ([True] * SMALL_IN_A_ROW + [False]) * 3


def test_no_call_has_one_text_of_several():
    """Which might have another seventh decimal alone than in company."""
    for count in range(FEW + 1, 40):
        turns: Turns[Work] = Turns()
        turns.add(Work(LARGE[:count], LetterEncoder()))
        sizes = []
        while pieces := turns.take(1):
            sizes += [len(piece.places) for piece in pieces]

        assert sum(sizes) == count
        assert min(sizes) >= 2
        assert max(sizes) <= 3


def test_the_rate_follows_what_was_done_lately():
    """A slow minute is forgotten after some seconds' work."""
    rate = Rate()
    assert rate.per_second(now=0) is None
    rate.note(100, 1, now=0)
    assert rate.per_second(now=0) == pytest.approx(100)
    for _ in range(20):
        rate.note(1000, 1, now=1)

    assert rate.per_second(now=1) == pytest.approx(1000, rel=0.01)


def test_a_short_request_does_not_wait_for_long_ones():
    """Nor is it refused for them; of long ones as much counts as the newcomer has itself."""
    turns: Turns[Work] = Turns()
    long = Work(LARGE, LetterEncoder())
    turns.add(long)
    turns.add(Work(["short"], LetterEncoder()))
    short = len("short") + MARKS

    assert turns.before(10, small=True) == short
    assert turns.before(10, small=False) == short + 10
    assert turns.before(10**6, small=False) == short + long.characters
