"""The desk and the figures: who waits in vain costs nothing, who is too late hears when to come again, no text is told."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient
from support import ACME, LetterEncoder, few_exemplars

from policy_index import Encoder, Shelf, load_shelf
from policy_index.errors import OverloadedError
from policy_index.search.graph import GraphEncoder
from policy_index.search.model_choice import BUNDLED_MODEL
from policy_index.search.patience import Patience, patience
from policy_index.search.queue import EncodingQueue
from policy_index.server import desk as desk_module
from policy_index.server import http_api
from policy_index.server import service as service_module
from policy_index.server.desk import Desk
from policy_index.server.http_api import make_api
from policy_index.server.service import Service

WAIT = 10
SECRET = "zebra casino 4711"  # noqa: S105  # a text that a person pastes


class Gate(LetterEncoder):
    """Counts letters once it is let through."""

    def __init__(self, name: str = "letters") -> None:
        super().__init__()
        self.name = name  # type: ignore[misc]
        self.begun, self.release = threading.Event(), threading.Event()
        self.release.set()

    def encode(self, texts: Any) -> Any:
        self.begun.set()
        assert self.release.wait(WAIT)
        return super().encode(texts)

    def hold(self) -> None:
        """Let nothing through from now on."""
        self.begun.clear()
        self.release.clear()


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Open, and open again at the end."""
    made = Gate()
    yield made
    made.release.set()


@pytest.fixture
def queued(gate: Gate) -> Service:
    """A service with the queue before the gate, warm."""
    made = Service.from_encoder(Shelf.from_packs([few_exemplars(load_shelf().default)]), lambda: gate)
    made.index()
    return made


def figures(client: TestClient) -> dict[tuple[str, ...], float]:
    """Return every number by its name and labels."""
    text = client.get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_requests_are_counted_by_route_and_status(queued: Service):
    """Never by address, and no text and no name that was sent is told."""
    with TestClient(make_api(queued), raise_server_exceptions=False) as client:
        for text in (SECRET, "b", " "):
            client.post("/search", json={"text": text})
        client.post("/search", json={"text": "x", "policy": SECRET})
        client.get("/clauses/health", params={"policy": SECRET})
        client.get(f"/{SECRET}")
        found = figures(client)
        told = client.get("/metrics").text

    assert found["policy_index_requests_total", "/search", "200"] == 2
    assert found["policy_index_requests_total", "/search", "422"] == 1
    assert found["policy_index_requests_total", "/search", "404"] == 1
    assert found["policy_index_requests_total", "/clauses/{clause_id:path}", "404"] == 1
    assert found["policy_index_requests_total", "other", "404"] == 1
    assert found["policy_index_request_seconds_count", "/search"] == 4
    assert "zebra" not in told
    assert "python_info" not in told


def test_a_fault_is_counted(queued: Service, monkeypatch: pytest.MonkeyPatch):
    """As the 500 that it becomes."""
    monkeypatch.setattr(Service, "index", lambda *_: 1 / 0)
    with TestClient(make_api(queued), raise_server_exceptions=False) as client:
        assert client.post("/search", json={"text": "x"}).status_code == 500
        assert figures(client)["policy_index_requests_total", "/search", "500"] == 1


def test_each_application_counts_for_itself(queued: Service):
    """Two in one process do not mix."""
    with TestClient(make_api(queued)) as one, TestClient(make_api(queued)) as other:
        one.get("/health")
        assert figures(one)["policy_index_requests_total", "/health", "200"] == 1
        assert ("policy_index_requests_total", "/health", "200") not in figures(other)


def test_the_queue_is_told(queued: Service, gate: Gate):
    """What waits, what was encoded, what was turned away."""
    with TestClient(make_api(queued)) as client, ThreadPoolExecutor(1) as pool:
        before = figures(client)["policy_index_texts_encoded_total",]
        gate.hold()
        asked = pool.submit(client.post, "/search/many", json={"texts": ["some text " * 20] * 200})
        assert gate.begun.wait(WAIT)
        during = figures(client)
        gate.release.set()
        assert asked.result().status_code == 200
        after = figures(client)

    assert during["policy_index_queue_requests",] == 1
    assert during["policy_index_queue_characters",] > 0
    assert (after["policy_index_queue_requests",], after["policy_index_queue_characters",]) == (0, 0)
    assert after["policy_index_texts_encoded_total",] == before + 200
    assert after["policy_index_rejected_total",] == 0


def test_a_service_without_a_queue_has_nothing_waiting(letters_service: Service):
    """Its encoder is somebody else's affair."""
    with TestClient(make_api(letters_service)) as client:
        assert figures(client)["policy_index_queue_requests",] == 0


def test_what_would_be_too_late_gets_503_and_when_to_come_again(queued: Service, monkeypatch: pytest.MonkeyPatch):
    """A long text is refused before it is split."""

    def refuse(_queue: EncodingQueue, characters: int) -> None:
        assert characters == 3 * len("A rash.")
        message = "It would take too long."
        raise OverloadedError(message, retry_after=12.3)

    monkeypatch.setattr(EncodingQueue, "admit", refuse)
    with TestClient(make_api(queued)) as client:
        answer = client.post("/brief", json={"text": "A rash."})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "13")
    assert answer.json() == {"error": "It would take too long."}


def test_a_request_over_its_limit_gets_503_and_costs_nothing_more(
    queued: Service, gate: Gate, monkeypatch: pytest.MonkeyPatch
):
    """What is left of it is not encoded."""
    monkeypatch.setattr(http_api, "MANY_LIMIT", 0.1)
    with TestClient(make_api(queued)) as client:
        encoded = len(gate.encoded)
        gate.hold()
        answer = client.post("/search/many", json={"texts": ["some text " * 20] * 200})
        found = figures(client)
        gate.release.set()
        assert client.post("/search", json={"text": "next"}).status_code == 200

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert found["policy_index_queue_requests",] == 0
    assert found["policy_index_rejected_total",] >= 1
    assert len(gate.encoded) - encoded < 200


def alone(act: Callable[[Desk], Any]) -> Any:
    """Run an act at a desk of its own."""

    async def run() -> Any:
        return await act(Desk())

    return anyio.run(run)


def test_a_client_that_goes_away_is_noticed():
    """Its patience says so at once, in the thread that works for it."""
    left = threading.Event()
    begun = anyio.Event()

    async def act(desk: Desk) -> None:
        def work() -> None:
            mine = patience.get()
            assert mine is not None
            anyio.from_thread.run_sync(begun.set)
            if mine.gone.wait(WAIT):
                left.set()

        async def receive() -> dict[str, Any]:
            await begun.wait()
            return {"type": "http.disconnect"}

        with pytest.raises(HTTPException, match="499"):
            await desk.do(work, limit=WAIT, receive=receive)

    alone(act)

    assert left.wait(WAIT)


def test_a_cancelled_request_is_noticed():
    """Which is how an assistant's client goes away."""
    left = threading.Event()

    async def act(desk: Desk) -> None:
        def work() -> None:
            mine = patience.get()
            assert mine is not None
            anyio.from_thread.run_sync(scope.cancel)
            if mine.gone.wait(WAIT):
                left.set()

        with anyio.CancelScope() as scope:
            await desk.do(work, limit=WAIT)

    alone(act)

    assert left.wait(WAIT)


def test_an_error_is_the_works_own():
    """Not a group of errors."""

    def work() -> None:
        raise KeyError(SECRET)

    with pytest.raises(KeyError):
        alone(lambda desk: desk.do(work, limit=WAIT, receive=anyio.sleep_forever))


def test_many_are_served_at_once_and_too_many_turned_away(monkeypatch: pytest.MonkeyPatch):
    """As many in threads as may be, and as many again as may wait."""
    monkeypatch.setattr(desk_module, "AT_ONCE", 3)
    monkeypatch.setattr(desk_module, "WAITING", 2)
    meeting = threading.Barrier(4)
    release = threading.Event()

    async def act(desk: Desk) -> int:
        def work() -> None:
            if not release.is_set():
                meeting.wait(WAIT)
                assert release.wait(WAIT)

        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(lambda: desk.do(work, limit=WAIT))
            await anyio.to_thread.run_sync(meeting.wait, WAIT)
            with pytest.raises(OverloadedError, match="Too many requests"):
                await desk.do(work, limit=WAIT)
            release.set()
        return desk.rejected

    assert alone(act) == 1


def test_an_index_is_made_without_the_first_askers_patience():
    """Else one that takes longer than a search may take would never be made."""
    seen: list[Patience | None] = []

    class Noting(LetterEncoder):
        def encode(self, texts: Any) -> Any:
            return super().encode(texts)

    class NotingQueue(EncodingQueue):
        def encode(self, texts: Any) -> Any:
            seen.append(patience.get())
            return super().encode(texts)

    shelf = Shelf.from_packs([few_exemplars(load_shelf().default)])
    made = Service.from_encoder(shelf, Noting)
    made._queue.loaded = NotingQueue(Noting())  # type: ignore[union-attr]
    token = patience.set(Patience(deadline=0))
    made.index()
    patience.reset(token)

    assert seen
    assert set(seen) == {None}


@pytest.mark.parametrize("made", [True, False])
def test_a_graph_takes_over_when_it_has_been_made(gate: Gate, monkeypatch: pytest.MonkeyPatch, made: bool):  # noqa: FBT001
    """After warming, behind everybody's back; where none can be made, nothing changes."""
    gate.name = BUNDLED_MODEL  # type: ignore[misc]
    quick = LetterEncoder()
    looked = threading.Event()

    class Process:
        def wait(self) -> int:
            return 0

    def from_cache() -> tuple[Encoder | None, str]:
        looked.set()
        return (quick, "") if made else (None, "It cannot be made.")

    monkeypatch.setattr(service_module, "start_making_graph", Process)
    monkeypatch.setattr(GraphEncoder, "from_cache", from_cache)
    service = Service.from_encoder(Shelf.from_packs([few_exemplars(load_shelf().default)]), lambda: gate)
    service.start_warming()
    assert service._warming is not None
    queue = service._warming.result(WAIT).encoder
    assert looked.wait(WAIT)
    for thread in threading.enumerate():
        if thread.name == "make-graph":
            thread.join(WAIT)

    assert isinstance(queue, EncodingQueue)
    assert queue.encoder is (quick if made else gate)


def test_the_other_policy_is_served_through_the_same_queue(gate: Gate, packs_folder: Any):
    """One encoder, loaded once."""
    loads: list[Gate] = []

    def load() -> Gate:
        loads.append(gate)
        return gate

    service = Service.from_encoder(Shelf.from_folder(packs_folder), load)
    first = service.index(service.shelf.find(ACME))
    second = service.index(service.shelf.find("acme-aup@2025-01-15"))

    assert first.encoder is second.encoder
    assert len(loads) == 1
