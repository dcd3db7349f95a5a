"""The server ends when it is told to, and long work when nobody waits for it."""

import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from support import LetterEncoder, letter_index

from policy_index import PolicyPack, write_brief
from policy_index.brief.passages import split_text
from policy_index.errors import OverloadedError
from policy_index.search.patience import Gone, Patience, in_line, patience, stay_patient
from policy_index.server import desk as desk_module
from policy_index.server import stopping
from policy_index.server.desk import Desk
from policy_index.server.hang_up import HangUp

WAIT = 20.0
TEXT = "Nobody may do that to another. " * 100


@pytest.fixture
def gone() -> Iterator[Patience]:
    """The patience of somebody who has gone."""
    mine = Patience(gone=Gone())
    mine.gone.set()
    token = patience.set(mine)
    yield mine
    patience.reset(token)


def test_patience_ends_with_the_time_or_when_the_client_goes():
    """Without anybody who waits there is nothing to ask."""
    stay_patient()
    for mine, said in ((Patience(deadline=time.monotonic() - 1), "in time"), (Patience(gone=Gone()), "Nobody waits")):
        mine.gone.set() if mine.deadline is None else None
        token = patience.set(mine)
        with pytest.raises(OverloadedError, match=said):
            stay_patient()
        patience.reset(token)


@pytest.mark.usefixtures("gone")
def test_a_text_is_not_split_for_nobody():
    """Long before anything is encoded."""
    encoder = LetterEncoder()

    with pytest.raises(OverloadedError):
        split_text(TEXT, encoder)

    assert encoder.encoded == []


def test_a_brief_stops_between_two_batches(pack: PolicyPack):
    """Where the client goes while it is under way, no further batch is encoded."""
    encoder = LetterEncoder()
    index = letter_index(pack, encoder)
    mine = Patience(gone=Gone())
    token = patience.set(mine)
    text = "\n\n".join(f"Nobody may do thing {number} to another." for number in range(1200))

    with pytest.raises(OverloadedError):
        write_brief(index, text, on_progress=lambda _share: mine.gone.set())
    patience.reset(token)

    assert len(encoder.batches) == 1


@pytest.mark.usefixtures("gone")
def test_who_has_gone_does_not_wait_in_line():
    """The places are held by others."""
    places = threading.BoundedSemaphore(1)
    places.acquire()

    with pytest.raises(OverloadedError), in_line(places):
        pytest.fail("there was no place")


def test_what_is_under_way_is_refused_when_the_server_ends():
    """New requests at once, those under way when their moment is over."""

    async def act() -> None:
        desk = Desk()
        begun = threading.Event()

        def work() -> None:
            begun.set()
            while True:
                stay_patient()
                time.sleep(0.01)

        async def ends() -> None:
            await anyio.to_thread.run_sync(begun.wait, WAIT)
            desk.refuse()
            with pytest.raises(OverloadedError, match="being ended"):
                await desk.do(lambda: None, limit=WAIT)
            desk.give_up()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ends)
            with pytest.raises(OverloadedError, match="being ended"):
                await desk.do(work, limit=WAIT)

    anyio.run(act)


def test_long_texts_have_places_of_their_own(monkeypatch: pytest.MonkeyPatch):
    """Where all of them are taken, a short one is served all the same, and one more long one turned away."""
    monkeypatch.setattr(desk_module, "LONG_AT_ONCE", 1)
    monkeypatch.setattr(desk_module, "LONG_WAITING", 0)
    begun, release = threading.Event(), threading.Event()

    async def act() -> str:
        desk = Desk()

        def work() -> None:
            begun.set()
            assert release.wait(WAIT)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: desk.do(work, limit=WAIT, long=True))
            await anyio.to_thread.run_sync(begun.wait, WAIT)
            with pytest.raises(OverloadedError, match="Too many"):
                await desk.do(work, limit=WAIT, long=True)
            said = await desk.do(lambda: "served", limit=WAIT)
            release.set()
        return said

    assert anyio.run(act) == "served"


def test_a_signal_ends_the_process_in_time_and_is_passed_on(monkeypatch: pytest.MonkeyPatch):
    """Whatever the server makes of it: first all is refused, then given up, then the process is ended."""
    monkeypatch.setattr(stopping, "FINISH", 0.0)
    monkeypatch.setattr(stopping, "END", 0.0)
    ended, passed_on = threading.Event(), []
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    said: list[str] = []

    class Worker:
        def refuse(self) -> None:
            said.append("refuse")

        def give_up(self) -> None:
            said.append("give up")

    worker = Worker()
    monkeypatch.setattr(stopping, "_at_work", {worker})
    try:
        signal.signal(signal.SIGTERM, lambda number, _frame: passed_on.append(number))
        stopping.end_in_time(end_process=lambda _status: ended.set())
        signal.raise_signal(signal.SIGTERM)
        assert ended.wait(WAIT)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert passed_on == [signal.SIGTERM]
    assert said == ["refuse", "give up"]


@pytest.mark.parametrize("leaves", [True, False])
def test_an_application_is_cancelled_when_its_client_hangs_up(leaves: bool):  # noqa: FBT001
    """Only after the body, and not where it stays for its answer."""
    done: list[str] = []

    async def act() -> None:
        body_read = anyio.Event()
        messages = iter([{"type": "http.request", "more_body": True}, {"type": "http.request", "more_body": False}])

        async def receive() -> dict[str, object]:
            message = next(messages, None)
            if message is not None:
                return message
            await body_read.wait()
            if not leaves:
                await anyio.sleep_forever()
            return {"type": "http.disconnect"}

        async def app(_scope: object, receive: Any, send: Any) -> None:
            while (await receive())["more_body"]:
                pass
            body_read.set()
            try:
                if leaves:
                    await anyio.sleep(WAIT)
                await send({"type": "http.response.start"})
                done.append("answered")
            except anyio.get_cancelled_exc_class():
                done.append("cancelled")
                raise

        async def send(_message: object) -> None:
            pass

        await HangUp(app)({"type": "http", "method": "POST"}, receive, send)

    anyio.run(act)

    assert done == ["cancelled" if leaves else "answered"]
