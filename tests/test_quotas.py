"""How much a visitor may bring within an hour."""

import pytest

from policy_index.errors import QuotaError
from policy_index.server import quotas as module
from policy_index.server.quotas import HOUR, MEGABYTES, NUMBER, Quotas


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """It stands still."""
    return Clock()


def test_a_visitor_may_bring_so_many_and_no_more_within_an_hour(clock: Clock):
    """One clear sentence; another visitor is another; after the hour there is room again."""
    quotas = Quotas(number=2, megabytes=1, now=clock)
    quotas.take("ann", 10)
    clock.now += 600
    quotas.take("ann", 10)

    with pytest.raises(QuotaError) as caught:
        quotas.take("ann", 10)
    assert str(caught.value) == "Expected at most 2 uploads within an hour; try again in 50 minutes."
    assert caught.value.retry_after == 3000
    quotas.take("bob", 10)
    clock.now += HOUR - 600
    quotas.take("ann", 10)


def test_a_visitor_may_bring_so_much_and_no_more_within_an_hour(clock: Clock):
    """What was refused is not counted."""
    quotas = Quotas(number=100, megabytes=1, now=clock)
    quotas.take("ann", 600_000)

    for _ in range(3):
        with pytest.raises(QuotaError, match="at most 1 MB of uploads within an hour; try again in 60 minutes"):
            quotas.take("ann", 400_001)
    quotas.take("ann", 400_000)


def test_no_more_visitors_are_remembered_than_need_be(clock: Clock, monkeypatch: pytest.MonkeyPatch):
    """Those of an hour, and not without a bound."""
    monkeypatch.setattr(module, "MOST_VISITORS", 3)
    quotas = Quotas(number=1, megabytes=1, now=clock)
    for each in range(10):
        quotas.take(f"visitor {each}", 1)
    assert list(quotas._brought) == ["visitor 7", "visitor 8", "visitor 9"]

    clock.now += HOUR + 1
    quotas.take("later", 1)
    assert list(quotas._brought) == ["later"]


@pytest.mark.parametrize(("words", "number"), [("5", 5), ("", NUMBER), ("five", NUMBER), ("-5", NUMBER), ("٥", NUMBER)])
def test_the_environment_says_how_many(words: str, number: int, monkeypatch: pytest.MonkeyPatch):
    """What is no number is as if it were not set; 0 is no limit."""
    monkeypatch.setenv("POLICY_INDEX_UPLOADS_PER_HOUR", words)
    quotas = Quotas.from_environment()
    assert (quotas._number, quotas._bytes) == (number, MEGABYTES * 1_000_000)

    monkeypatch.setenv("POLICY_INDEX_UPLOADS_PER_HOUR", "0")
    monkeypatch.setenv("POLICY_INDEX_UPLOAD_MB_PER_HOUR", "0")
    boundless = Quotas.from_environment()
    for _ in range(1000):
        boundless.take("ann", 10**9)
