"""What is read in the background gives way to pages that are being made."""

import time
from threading import Event, Thread

import pytest

from policy_index.finding import giving_way
from policy_index.finding.giving_way import GivingWay


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> GivingWay:
    """One whose background waits for a minute."""
    monkeypatch.setattr(giving_way, "_LONGEST", 60)
    return GivingWay()


def waits(turns: GivingWay) -> tuple[Thread, Event]:
    """Begin to give way in a thread; the event is set when it goes on."""
    went_on = Event()

    def work() -> None:
        turns.give_way()
        went_on.set()

    thread = Thread(target=work)
    thread.start()
    return thread, went_on


def test_with_no_page_nobody_waits():
    """The usual case."""
    thread, went_on = waits(GivingWay())

    assert went_on.wait(5)
    thread.join()


def test_the_background_goes_on_when_the_last_page_is_made(turns: GivingWay):
    """Not before, however many there are."""
    with turns.page():
        with turns.page():
            thread, went_on = waits(turns)
            assert not went_on.wait(0.05)
        assert not went_on.wait(0.05)
    assert went_on.wait(5)
    thread.join()


def test_whoever_waits_for_the_background_itself_lets_it_go_on(turns: GivingWay):
    """A page that searches would else wait for what waits for it."""
    with turns.page():
        thread, went_on = waits(turns)
        assert not went_on.wait(0.05)
        with turns.waiting():
            assert went_on.wait(5)
    thread.join()


def test_a_page_that_takes_long_stops_nothing_for_long(monkeypatch: pytest.MonkeyPatch):
    """It waits for something else than the processor."""
    monkeypatch.setattr(giving_way, "_LONGEST", 0.05)
    turns = GivingWay()
    with turns.page():
        begun = time.monotonic()
        turns.give_way()
        assert time.monotonic() - begun >= 0.04


def test_a_page_that_fails_is_over(turns: GivingWay):
    """However it ends."""
    with pytest.raises(ZeroDivisionError), turns.page():
        _ = 1 / 0

    turns.give_way()  # or it would wait for a minute
