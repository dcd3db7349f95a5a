"""The JSON routes: the library's own answers under any policy, and one sentence for whatever is wrong."""

import json
import logging
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient
from support import ACME, LetterEncoder, nearly

from policy_index import Encoder, EncoderError, Indexes, Policy, PolicyPack, load_shelf, write_brief
from policy_index.records.clauses import policy_record, search_record
from policy_index.server import answers, body_limit, desk
from policy_index.server.body_limit import MAX_BODY
from policy_index.server.http_api import MAX_TEXTS, make_api
from policy_index.server.service import Service

SECRET = "zebra casino 4711"  # noqa: S105  # a text that a person pastes


@pytest.fixture(scope="module")
def client(letters_service: Service) -> Iterator[TestClient]:
    """A program that asks."""
    letters_service.index()
    with TestClient(make_api(letters_service), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(params=[None, ACME])
def spec(request: pytest.FixtureRequest) -> str | None:
    """No policy is named, or one without exemplars, readings and facts."""
    name: str | None = request.param
    return name


@pytest.fixture
def asked(letters_service: Service, spec: str | None) -> PolicyPack:
    """The policy that is meant."""
    return letters_service.shelf.find(spec)


def test_a_search_over_http_is_the_librarys(
    client: TestClient, letters_service: Service, spec: str | None, asked: PolicyPack
):
    """One text or many, in their order; the shape is that of `policy-index search --format json`, a number alone and in company nearly the same."""
    texts = ["a rash", "roulette", "<script>alert(1)</script>"]
    index = letters_service.index(asked)
    one = search_record(index.search(texts[0], top_k=3), asked)
    many = [search_record(result, asked) for result in index.search_many(texts, top_k=3)]

    assert client.post("/search", json={"text": texts[0], "top": 3, "policy": spec}).json() == nearly(one)
    assert client.post("/search/many", json={"texts": texts, "top": 3, "policy": spec}).json() == nearly(
        {"results": many}
    )


def test_a_search_returns_five_clauses_or_all_of_a_policy_up_to_all(
    client: TestClient, spec: str | None, asked: PolicyPack
):
    """The most that can be asked for is the policy's own number."""
    clauses = len(asked.policy.clauses)

    def found(**body: Any) -> int:
        return len(client.post("/search", json={"text": "x", "policy": spec} | body).json()["matches"])

    assert found() == 5
    assert found(top=clauses) == clauses
    refused = client.post("/search", json={"text": "x", "policy": spec, "top": clauses + 1})
    assert refused.status_code == 422
    assert refused.json()["error"] == f"Expected a number of results from 1 to {clauses}, got {clauses + 1}."


def test_a_brief_over_http_is_the_librarys(
    client: TestClient, letters_service: Service, spec: str | None, asked: PolicyPack
):
    """Under the policy that was named, by its own words."""
    record = client.post("/brief", json={"text": "It tells you what a rash is.", "policy": spec}).json()

    brief = write_brief(letters_service.index(asked), "It tells you what a rash is.")
    shown = [entry["clause_id"] for lane in record["lanes"] for entry in lane["entries"]]
    assert record["policy"] == policy_record(asked)
    assert record["text"] == brief.text
    assert shown == [entry.clause.id for entry in brief.entries]


def test_a_text_that_cannot_be_judged_says_so_in_search_and_brief(client: TestClient):
    """With status 200: the text is no error of the program that asks."""
    searched = client.post("/search", json={"text": "asdfghjkl"})
    read = client.post("/brief", json={"text": "😀🐄"})

    assert searched.status_code == read.status_code == 200
    assert searched.json()["unfit"].startswith("This does not seem to be language")
    assert read.json()["unfit"].startswith("There are no words in this text")
    assert read.json()["lanes"] == []


def test_what_was_stated_beside_a_text_adds_its_clauses(client: TestClient):
    """Where the policy knows the fact; another policy says that it knows none."""
    body = {"text": "It tells you what a rash is.", "contexts": ["plugin"]}

    record = client.post("/brief", json=body).json()
    refused = client.post("/brief", json=body | {"policy": ACME})

    assert record["contexts"] == ["plugin"]
    assert any(lane["lane"] == "Plugin rules" for lane in record["lanes"])
    assert refused.status_code == 422
    assert refused.json()["error"] == "Expected no facts: this policy's pack has none, got 'plugin'."


def test_the_shelf_is_listed_the_default_policy_first(client: TestClient, letters_service: Service):
    """With what a program must know to ask: names, how many clauses, which contexts."""
    listed = client.get("/policies").json()["policies"]

    packs = letters_service.shelf.packs
    assert [f"{each['id']}@{each['version']}" for each in listed] == [pack.spec for pack in packs]
    assert all(policy_record(pack).items() <= each.items() for pack, each in zip(packs, listed, strict=True))
    assert [each["clauses"] for each in listed] == [len(pack.policy.clauses) for pack in packs]
    assert {"context": "plugin", "label": packs[0].facts.chosen(["plugin"])[0].label} in listed[0]["contexts"]
    assert listed[1]["contexts"] == []


def test_the_policy_can_be_read(client: TestClient, policy: Policy):
    """All clauses, some of them, one of them, the changelog."""
    assert [clause["clause_id"] for clause in client.get("/clauses").json()["clauses"]] == [each.id for each in policy]
    assert len(client.get("/clauses", params={"kind": "requirement"}).json()["clauses"]) == 3
    assert len(client.get("/clauses", params={"category": "health"}).json()["clauses"]) == 3
    assert len(client.get("/clauses", params={"contains": "DATING"}).json()["clauses"]) == 1
    one = client.get("/clauses/physical-harm/weapons-development").json()["clause"]
    assert one["verbatim"] == policy.clause("physical-harm/weapons-development").verbatim
    assert len(client.get("/changelog").json()["changelog"]) == 11
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ready", "model": "letters"}


def test_another_policy_can_be_read(client: TestClient, acme: PolicyPack):
    """By its sections where it has no categories; where it tells of no revisions, there are none."""
    section = acme.policy.groups[1]
    one = section.clauses[0]

    listed = client.get("/clauses", params={"category": section.id, "policy": ACME}).json()
    read = client.get(f"/clauses/{one.id}", params={"policy": "acme-aup"}).json()

    assert [clause["clause_id"] for clause in listed["clauses"]] == [clause.id for clause in section.clauses]
    assert listed["policy"] == read["policy"] == policy_record(acme)
    assert read["clause"]["path"] == list(one.path)
    assert len(client.get("/changelog", params={"policy": ACME}).json()["changelog"]) == 2
    assert client.get("/changelog", params={"policy": "acme-aup@2025-01-15"}).json()["changelog"] == []


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
        ("/search", b'{"text": "x", "policy": 7}', 422, "Expected another value of 'policy': input should be a valid"),
        ("/search", b'{"text": " "}', 422, "Expected a text with at least one visible character"),
        ("/search", b'{"text": "\\ud800"}', 422, "Expected a text with at least one visible character"),
        ("/search", b'{"text": "' + b"a" * 300_000 + b'"}', 422, "Expected at most 200,000 characters"),
        ("/search", b'"' + b"a" * MAX_BODY + b'"', 413, f"Expected a body of at most {MAX_BODY:,} bytes"),
        ("/search/many", json.dumps({"texts": ["a"] * (MAX_TEXTS + 1)}).encode(), 422, "Expected another value of 'texts'"),
        ("/search/many", b'{"texts": []}', 422, "Expected another value of 'texts'"),
        ("/search/many", b'{"texts": ["x"], "top": 72}', 422, "Expected a number of results from 1 to 71, got 72."),
        ("/brief", json.dumps({"text": "a " * 20_001}).encode(), 422, "Expected at most 20,000 words"),
        ("/brief", b'{"text": "x", "contexts": ["moon"]}', 422, "Expected a fact among automated-decisions, "),
        ("/nothing", b"{}", 404, "There is nothing at this address; /api/docs lists what there is."),
        ("/health", b"{}", 405, "This address does not take such requests; see /api/docs."),
    ],
)  # fmt: skip
def test_a_wrong_request_gets_one_sentence(client: TestClient, path: str, body: bytes, status: int, sentence: str):
    """Which says what was expected, and is JSON."""
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert answer.json()["error"].startswith(sentence)
    assert "\n" not in answer.json()["error"]


@pytest.mark.parametrize("path", ["/search", "/search/many", "/brief", "/clauses", "/clauses/health", "/changelog"])
@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("acme-apu", "No policy has the id 'acme-apu'; the nearest is acme-aup@2025-01-15."),
        ("", "No policy has the id ''; the nearest is "),
        ("acme-aup@2020-02-30", "Expected a version of acme-aup among 2026-01-31 and 2025-01-15, or latest, got '2020-02-30'."),
    ],
)  # fmt: skip
def test_an_unknown_policy_is_named_with_the_nearest(client: TestClient, path: str, spec: str, sentence: str):
    """On every route that takes one."""
    texts = {"texts": ["x"]} if path.endswith("many") else {"text": "x"}
    is_body = path in {"/search", "/search/many", "/brief"}
    answer = client.post(path, json=texts | {"policy": spec}) if is_body else client.get(path, params={"policy": spec})

    assert answer.status_code == 404
    assert answer.json()["error"].startswith(sentence)


def test_unknown_clauses_and_categories_are_named(client: TestClient):
    """With the nearest ones; a clause of another policy is none of this one's."""
    assert client.get("/clauses/helth").status_code == 404
    assert "did you mean health?" in client.get("/clauses/helth").json()["error"]
    assert "/api/clauses lists them all." in client.get("/clauses/%3F").json()["error"]
    assert client.get("/clauses/health", params={"policy": ACME}).status_code == 404
    assert "illegal-activity, " in client.get("/clauses", params={"category": "helth"}).json()["error"]
    assert client.get("/clauses", params={"category": "health", "policy": ACME}).status_code == 422
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
        limit = body_limit.BodyLimit(lambda *_arguments: anyio.lowlevel.checkpoint())
        await limit(scope, anyio.sleep_forever, send)
        return sent

    monkeypatch.setattr(body_limit, "BODY_WAIT", 0.05)
    assert anyio.run(stuck)[0]["status"] == 408


def service_with(encoder: Any) -> Service:
    """Return a service of the bundled policy alone; `encoder` is called for the model."""
    return Service(load_shelf(), Indexes(encoder))


def test_a_model_that_cannot_be_loaded_is_said_so():
    """503, and the policy can be read all the same."""

    def refuse() -> Encoder:
        message = "Expected a model, but 'x' cannot be loaded."
        raise EncoderError(message)

    with TestClient(make_api(service_with(refuse))) as client:
        asked = client.post("/search", json={"text": "x"})
        assert (asked.status_code, asked.json()["error"]) == (503, "Expected a model, but 'x' cannot be loaded.")
        assert client.get("/ready").status_code == 503
        assert client.get("/clauses").status_code == 200


def test_a_fault_shows_no_stack_trace_and_no_text(caplog: pytest.LogCaptureFixture):
    """Neither to the caller nor in the log."""

    def fault() -> Encoder:
        raise RuntimeError(SECRET)

    client = TestClient(make_api(service_with(fault)), raise_server_exceptions=False)
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/search", json={"text": SECRET})

    assert (answer.status_code, answer.json()) == (500, {"error": "Something went wrong on the server."})
    assert SECRET not in caplog.text


class _Gate(LetterEncoder):
    """Counts letters once it is let through."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.release = threading.Event(), threading.Event()
        self.release.set()

    def encode(self, texts: Any) -> Any:
        self.begun.set()
        self.release.wait(10)
        return super().encode(texts)


def test_too_many_and_too_slow_requests_are_turned_away(acme: PolicyPack, monkeypatch: pytest.MonkeyPatch):
    """503 with a sentence, while those before them are still at work."""
    gate = _Gate()
    monkeypatch.setattr(desk, "AT_ONCE", 1)
    monkeypatch.setattr(desk, "WAITING", 0)
    service = service_with(lambda: gate)
    service = Service(type(service.shelf).from_packs([acme]), service.indexes)
    assert not service.is_warm()
    with TestClient(make_api(service)) as client, ThreadPoolExecutor(1) as pool:
        loading = client.get("/ready")
        assert (loading.status_code, loading.headers["Retry-After"]) == (503, "5")
        service.index()
        assert client.post("/search", json={"text": "x"}).status_code == client.get("/ready").status_code == 200

        monkeypatch.setattr(
            answers, "SEARCH_LIMIT", 0.0
        )  # the first search in a policy may take longer: its index is made
        by_name = client.post("/search", json={"text": "x", "policy": "acme-aup"})
        again = client.post("/search", json={"text": "x", "policy": "acme-aup"})
        assert (by_name.status_code, again.status_code) == (200, 503)
        monkeypatch.setattr(answers, "SEARCH_LIMIT", 10.0)

        gate.begun.clear()
        gate.release.clear()
        first = pool.submit(client.post, "/search", json={"text": "x"})
        assert gate.begun.wait(10)
        second = client.post("/search", json={"text": "x"})
        assert (second.status_code, second.headers["Retry-After"]) == (503, "5")
        gate.release.set()
        assert first.result().status_code == 200

        gate.release.clear()
        monkeypatch.setattr(answers, "SEARCH_LIMIT", 0.05)
        assert "No answer within" in client.post("/search", json={"text": "x"}).json()["error"]
        gate.release.set()


def test_the_openapi_page_needs_no_other_machine(client: TestClient):
    """Every script, style and icon of it is this server's own, and no script stands in the page."""
    page = client.get("/docs").text
    files = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert "https://" not in page
    assert files == ["data:,", *(f"static-offline-docs/swagger-ui{end}" for end in (".css", "-bundle.js")), "docs.js"]
    assert [client.get(f"/{file}").status_code for file in files[1:]] == [200, 200, 200]
    assert re.findall(r"<script[^>]*>([^<]+)", page) == []
    described = client.get("/openapi.json").json()
    assert list(described["paths"]) == [
        *("/search", "/search/many", "/find", "/brief", "/spread"),
        *("/policies", "/clauses", "/clauses/{clause_id}", "/changelog", "/concepts"),
        *("/policies/{spec}/examples", "/policies/{spec}", "/health", "/ready"),
    ]
    assert "OpenAI Usage policies of 2023-03-23, superseded since" in described["info"]["description"]


def test_which_policies_speak_of_which_concepts(client: TestClient):
    """Any number of both in the address; what is wrong is one sentence."""
    found = client.get("/concepts", params={"policy": [ACME, "openai"], "concept": ["gambling", "phishing"]}).json()

    assert [each["id"] for each in found["policies"]] == ["acme-aup", "openai"]
    assert [each["concept"] for each in found["topics"]] == ["gambling", "phishing"]
    assert all(len(each["cells"]) == 2 for each in found["topics"])
    assert client.get("/concepts", params={"concept": "gambeling"}).status_code == 422
    assert client.get("/concepts", params={"policy": "nothing"}).status_code == 404
