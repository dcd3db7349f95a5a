"""The JSON routes and the assistant's tools: the library's own answers, and one sentence for whatever is wrong."""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
from letters_command import letters_index
from mcp import Client, StdioServerParameters
from starlette.testclient import TestClient
from support import CLONE

from policy_index import ClauseIndex, bundled_policy, http_api
from policy_index.brief import write_brief
from policy_index.errors import EncoderError
from policy_index.export import search_record
from policy_index.http_api import MAX_BODY, MAX_TEXTS, make_api
from policy_index.mcp_server import make_mcp_server

SECRET = "zebra casino 4711"  # noqa: S105  # a text that a person pastes


@pytest.fixture(scope="module")
def letters() -> ClauseIndex:
    """An index without a model."""
    return letters_index()


@pytest.fixture(scope="module")
def client(letters: ClauseIndex) -> Iterator[TestClient]:
    """A program that asks."""
    with TestClient(make_api(lambda: letters, is_ready=lambda: True), raise_server_exceptions=False) as client:
        yield client


def test_a_search_over_http_is_the_librarys(client: TestClient, letters: ClauseIndex):
    """One text or many, in their order; the shape is that of `policy-index search --format json`."""
    texts = ["a rash", "roulette", "<script>alert(1)</script>"]
    one = search_record(letters.search(texts[0], top_k=3), letters.document)
    many = [search_record(result, letters.document) for result in letters.search_many(texts, top_k=3)]

    assert client.post("/search", json={"text": texts[0], "top": 3}).json() == one
    assert client.post("/search/many", json={"texts": texts, "top": 3}).json() == {"results": many}


def test_a_brief_over_http_is_the_librarys(client: TestClient, letters: ClauseIndex):
    """With what was stated beside the text."""
    record = client.post("/brief", json={"text": "It tells you what a rash is.", "contexts": ["plugin"]}).json()

    brief = write_brief(letters, "It tells you what a rash is.")
    assert record["text"] == brief.text
    assert record["contexts"] == ["plugin"]
    assert any(lane["lane"] == "Plugin rules" for lane in record["lanes"])


def test_the_policy_can_be_read(client: TestClient):
    """All clauses, some of them, one of them, the changelog."""
    policy = bundled_policy()

    assert [clause["clause_id"] for clause in client.get("/clauses").json()["clauses"]] == [each.id for each in policy]
    assert len(client.get("/clauses", params={"kind": "requirement"}).json()["clauses"]) == 3
    assert len(client.get("/clauses", params={"category": "health"}).json()["clauses"]) == 3
    assert len(client.get("/clauses", params={"contains": "DATING"}).json()["clauses"]) == 1
    one = client.get("/clauses/physical-harm/weapons-development").json()["clause"]
    assert one["verbatim"] == policy.clause("physical-harm/weapons-development").verbatim
    assert len(client.get("/changelog").json()["changelog"]) == 11
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ready", "model": "letters"}


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("/search", b"{", 422, "Expected a JSON object as body (Content-Type: application/json), but it is not JSON."),
        ("/search", b"", 422, "Expected a JSON object as body (Content-Type: application/json), but there is none."),
        ("/search", b"\xff", 400, "Expected a JSON object as body"),
        ("/search", b"[]", 422, "Expected another value of 'the body': "),
        ("/search", b"{}", 422, "Expected another value of 'text': field required."),
        ("/search", b'{"text": 5}', 422, "Expected another value of 'text': input should be a valid string."),
        ("/search", b'{"text": "x", "top": 0}', 422, "Expected another value of 'top': input should be greater than"),
        ("/search", b'{"text": "x", "tip": 1}', 422, "Expected another value of 'tip': extra inputs are not permitted."),
        ("/search", b'{"text": " "}', 422, "Expected a text with at least one visible character"),
        ("/search", b'{"text": "\\ud800"}', 422, "Expected a text with at least one visible character"),
        ("/search", b'{"text": "' + b"a" * 300_000 + b'"}', 422, "Expected at most 200,000 characters"),
        ("/search", b'"' + b"a" * MAX_BODY + b'"', 413, f"Expected a body of at most {MAX_BODY:,} bytes"),
        ("/search/many", json.dumps({"texts": ["a"] * (MAX_TEXTS + 1)}).encode(), 422, "Expected another value of 'texts'"),
        ("/search/many", b'{"texts": []}', 422, "Expected another value of 'texts'"),
        ("/brief", json.dumps({"text": "a " * 20_001}).encode(), 422, "Expected at most 20,000 words"),
        ("/brief", b'{"text": "x", "contexts": ["moon"]}', 422, "Expected another value of 'contexts.0'"),
        ("/nothing", b"{}", 404, "There is nothing at this address; /api/docs lists what there is."),
        ("/health", b"{}", 405, "This address does not take such requests; see /api/docs."),
    ],
)  # fmt: skip
def test_a_wrong_request_gets_one_sentence(client: TestClient, path: str, body: bytes, status: int, sentence: str):
    """Which never repeats what was sent, and is JSON."""
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert answer.json()["error"].startswith(sentence)
    assert "\n" not in answer.json()["error"]


def test_unknown_clauses_and_categories_are_named(client: TestClient):
    """With the nearest ones."""
    assert client.get("/clauses/helth").status_code == 404
    assert "did you mean health?" in client.get("/clauses/helth").json()["error"]
    assert client.get("/clauses", params={"category": "helth"}).status_code == 422
    assert client.get("/clauses", params={"kind": "helth"}).status_code == 422


def test_a_body_without_an_end_or_a_length_is_cut_off(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    """However it is sent."""
    pieces = (b"a" * 100_000 for _ in range(1000))

    assert client.post("/search", content=pieces).status_code == 413

    async def stuck() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/search", "headers": []}
        await http_api.BodyLimit(lambda *_arguments: anyio.lowlevel.checkpoint())(scope, anyio.sleep_forever, send)
        return sent

    monkeypatch.setattr(http_api, "BODY_WAIT", 0.05)
    assert anyio.run(stuck)[0]["status"] == 408


def test_a_model_that_loads_or_cannot_be_loaded_is_said_so():
    """503, and the policy can be read all the same."""

    def refuse() -> ClauseIndex:
        message = "Expected a model, but 'x' cannot be loaded."
        raise EncoderError(message)

    with TestClient(make_api(refuse, is_ready=lambda: True)) as client:
        assert client.post("/search", json={"text": "x"}).status_code == 503
        assert client.get("/ready").json() == {"error": "Expected a model, but 'x' cannot be loaded."}
        assert client.get("/clauses").status_code == 200
    with TestClient(make_api(refuse, is_ready=lambda: False)) as client:
        assert client.get("/ready").status_code == 503


def test_a_fault_shows_no_stack_trace_and_no_text(caplog: pytest.LogCaptureFixture):
    """Neither to the caller nor in the log."""

    def fault() -> ClauseIndex:
        raise RuntimeError(SECRET)

    client = TestClient(make_api(fault, is_ready=lambda: True), raise_server_exceptions=False)
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/search", json={"text": SECRET})

    assert (answer.status_code, answer.json()) == (500, {"error": "Something went wrong on the server."})
    assert SECRET not in caplog.text


def test_too_many_and_too_slow_requests_are_turned_away(letters: ClauseIndex, monkeypatch: pytest.MonkeyPatch):
    """503 with a sentence, while those before them are still at work."""
    release, begun = threading.Event(), threading.Event()

    def slow() -> ClauseIndex:
        begun.set()
        release.wait(10)
        return letters

    monkeypatch.setattr(http_api, "AT_ONCE", 1)
    monkeypatch.setattr(http_api, "WAITING", 0)
    with TestClient(make_api(slow, is_ready=lambda: True)) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/search", json={"text": "x"})
        begun.wait(10)
        second = client.post("/search", json={"text": "x"})
        assert (second.status_code, second.headers["Retry-After"]) == (503, "5")
        release.set()
        assert first.result().status_code == 200
        release.clear()
        monkeypatch.setattr(http_api, "WAIT", 0.05)
        assert "No answer within" in client.post("/search", json={"text": "x"}).json()["error"]
        release.set()


def test_the_openapi_page_needs_no_other_machine(client: TestClient):
    """Every script, style and icon of it is this server's own."""
    page = client.get("/docs").text

    assert "https://" not in page
    assert "/static-offline-docs/swagger-ui-bundle.js" in page
    assert client.get("/static-offline-docs/swagger-ui-bundle.js").status_code == 200
    paths = client.get("/openapi.json").json()["paths"]
    assert list(paths) == [
        *("/search", "/search/many", "/brief"),
        *("/clauses", "/clauses/{clause_id}", "/changelog", "/health", "/ready"),
    ]


async def use_tools(client: Client, letters: ClauseIndex | None) -> None:
    """Do what an assistant does: look what there is, search, read, cite."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"search_policy", "brief", "read_clause", "changelog"}
    assert "superseded" in (client.instructions or "")

    found = await client.call_tool("search_policy", {"text": SECRET, "top": 2})
    record = found.structured_content
    assert record is not None
    assert len(record["matches"]) == 2
    if letters is not None:
        assert record == search_record(letters.search(SECRET, top_k=2), letters.document)
    clause = await client.call_tool("read_clause", {"clause_id": record["matches"][0]["clause_id"]})
    assert clause.structured_content is not None
    assert clause.structured_content["clause"]["citation"] == record["matches"][0]["citation"]
    history = await client.call_tool("changelog", {})
    assert history.structured_content is not None
    assert len(history.structured_content["changelog"]) == 11
    brief = await client.call_tool("brief", {"text": "A game of roulette."})
    assert brief.structured_content is not None
    assert brief.structured_content["text"] == "A game of roulette."

    unknown = await client.call_tool("read_clause", {"clause_id": "helth"})
    assert unknown.is_error
    assert "did you mean health?" in unknown.content[0].text  # type: ignore[union-attr]
    blank = await client.call_tool("search_policy", {"text": " "})
    assert blank.is_error
    assert "Expected a text with at least one visible character" in blank.content[0].text  # type: ignore[union-attr]


def test_an_assistant_searches_reads_and_cites(letters: ClauseIndex):
    """With the SDK's own client."""

    async def act() -> None:
        async with Client(make_mcp_server(lambda: letters)) as client:
            await use_tools(client, letters)

    anyio.run(act)


def test_an_assistant_talks_over_standard_input_and_output():
    """With the real command, which says nothing but the protocol there."""

    async def act() -> None:
        command = StdioServerParameters(
            command=sys.executable,
            args=[str(CLONE / "tests" / "letters_command.py"), "mcp"],
            env={"PYTHONPATH": str(CLONE)},
        )
        async with Client(command) as client:
            await use_tools(client, None)

    anyio.run(act)
