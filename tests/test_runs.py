"""The runs of words that stayed and changed, of lists so long that they are parted before they are compared."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_index.comparing import runs as module
from policy_index.comparing.edits import likeness
from policy_index.comparing.runs import changed_runs

WORDS = st.text("abcdefghijklmn", max_size=60).map(list)


@pytest.fixture(autouse=True, scope="module")
def short_lists_are_long():
    """So that few words are parted, cut and joined as very many would be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_PAIRS", 36)
        patch.setattr(module, "_PIECE", 6)
        yield


@given(WORDS, WORDS)
def test_the_runs_hold_every_word_of_both_lists_once_and_in_order(before: list[str], after: list[str]):
    """Words that stayed are the same on both sides, and no two runs of a kind follow one another."""
    runs = changed_runs(before, after)

    assert [word for _, first, last, _, _ in runs for word in before[first:last]] == before
    assert [word for _, _, _, other, up_to in runs for word in after[other:up_to]] == after
    assert all(before[first:last] == after[other:up_to] for same, first, last, other, up_to in runs if same)
    if len(before) * len(after) > module.MOST_PAIRS:
        assert all(one[0] != other[0] for one, other in itertools.pairwise(runs))


def test_long_lists_are_parted_at_words_that_stand_once_in_each():
    """Forty words came in before them, and yet those that stayed are found: they are not compared place by place."""
    stayed = [f"word{number}" for number in range(100)]
    came = [f"new{number}" for number in range(40)]

    assert changed_runs(stayed, [*came, *stayed]) == [(False, 0, 0, 0, 40), (True, 0, 100, 40, 140)]
    assert changed_runs(stayed, stayed[::2])[:2] == [(True, 0, 1, 0, 1), (False, 1, 2, 1, 1)]


def test_the_likeness_of_very_long_lists_is_that_of_their_runs(monkeypatch: pytest.MonkeyPatch):
    """Two of three words stay: 2 · 200 / (300 + 200)."""
    before = [f"word{number}" for number in range(300)]
    after = [word for number, word in enumerate(before) if number % 3]
    exact = likeness(before, after)

    monkeypatch.setattr("policy_index.comparing.edits._MOST_COUNTED", 36)

    assert exact == likeness(before, after) == pytest.approx(0.8)
