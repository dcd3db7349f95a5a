"""Programs and assistants that keep something: with a token, or at their own machine; else one sentence and nothing changed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from libraries import LATER, RULES
from mcp import Client
from starlette.testclient import TestClient
from support import LetterEncoder

from policy_index import Indexes, Shelf
from policy_index.library.doors import with_library
from policy_index.library.library import Library
from policy_index.server.http_api import make_api
from policy_index.server.mcp_server import make_mcp_server
from policy_index.server.quotas import quotas
from policy_index.server.rights import Rights
from policy_index.server.service import Service

ALL = "0.0.0.0"  # noqa: S104  # what a server is bound to that every machine reaches
TOKEN = "a-token-that-nobody-guesses"  # noqa: S105
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NEW = {"text": RULES, "title": "My rules", "effective": "2026-01-01"}
SPEC = "my-rules@2026-01-01"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """An empty library, which the server finds."""
    url = f"sqlite:///{tmp_path / 'library.sqlite3'}"
    monkeypatch.setenv("POLICY_INDEX_DATABASE", url)
    with Library.open(url) as library:
        yield library


@pytest.fixture
def service(library: Library) -> Service:  # noqa: ARG001  # it must be there
    """The bundled policy and the library."""
    encoder = LetterEncoder()
    return Service(with_library(Shelf.from_folder(None)), Indexes(lambda: encoder))


@pytest.fixture
def client(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A program that asks a server which others can reach, and which knows a token."""
    monkeypatch.setenv("POLICY_INDEX_TOKENS", f"ci:{TOKEN}")
    with TestClient(make_api(service, Rights.from_environment(address=ALL)), raise_server_exceptions=False) as client:
        yield client


def test_a_program_with_a_token_adds_a_policy_and_examples_and_removes_it(client: TestClient, library: Library):
    """Each change stands in the journal under the token's name, and what was added is found at once."""
    added = client.post("/policies", json=NEW, headers=BEARER)
    assert (added.status_code, added.json()["id"], added.json()["clauses"]) == (201, "my-rules", 4)
    assert len(client.get("/clauses", params={"policy": "my-rules"}).json()["clauses"]) == 4
    clause = library.pack(SPEC).policy.clauses[1].id
    rows = {"examples": [{"text": "Mail to a million", "clause_id": clause}, {"text": "Soup"}]}
    kept = client.post(f"/policies/{SPEC}/examples", json=rows, headers=BEARER)
    assert kept.json() == {"id": "my-rules", "version": "2026-01-01", "added": 2, "there_already": 0}
    assert client.post(f"/policies/{SPEC}/examples", json=rows, headers=BEARER).json()["there_already"] == 2
    assert client.delete(f"/policies/{SPEC}", headers=BEARER).json() == {"removed": [SPEC]}

    told = [(each.who, each.what) for each in reversed(library.journal())]
    assert told == [("token ci", what) for what in ("add", "add examples", "add examples", "remove")]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {TOKEN}"}])
@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [("POST", "/policies", NEW), ("POST", "/policies", {}), ("POST", f"/policies/{SPEC}/examples", {}), ("DELETE", f"/policies/{SPEC}", None)],
)  # fmt: skip
def test_without_the_token_nothing_is_changed(  # noqa: PLR0913, PLR0917  # one row of the table
    client: TestClient, library: Library, headers: dict[str, str], verb: str, path: str, body: Any
):
    """401, before anything of the body is looked at; reading needs none."""
    answer = client.request(verb, path, json=body, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Authorization: Bearer TOKEN" in answer.json()["error"]
    assert library.specs() == ()
    assert client.get("/policies").status_code == 200


@pytest.mark.parametrize(("address", "status"), [(ALL, 403), (None, 403), ("localhost", 201)])
def test_without_any_token_others_may_read_only(service: Service, library: Library, address: str | None, status: int):
    """And the sentence says how that is changed; at one's own machine nothing is needed."""
    api = make_api(service, Rights.from_environment(address=address))
    with TestClient(api, base_url="http://localhost") as client:
        answer = client.post("/policies", json=NEW)

    assert answer.status_code == status
    if status == 403:
        assert "start it with POLICY_INDEX_TOKEN" in answer.json()["error"]
        assert library.specs() == ()
    else:
        assert [each.who for each in library.journal()] == ["local"]


def test_another_sites_page_changes_nothing_at_ones_own_machine(service: Service, library: Library):
    """A browser says whose page asks; and a name that leads to loopback is not this machine's."""
    api = make_api(service, Rights.from_environment(address="localhost"))
    for base, headers in (("http://localhost", {"Origin": "https://evil.example"}), ("http://evil.example", {})):
        with TestClient(api, base_url=base) as client:
            assert client.post("/policies", json=NEW, headers=headers).status_code == 403
    assert library.specs() == ()


@pytest.mark.parametrize(
    ("verb", "path", "body", "status", "sentence"),
    [
        ("POST", "/policies", NEW | {"text": "  "}, 422, ""),
        ("POST", "/policies", NEW | {"title": " "}, 422, "Expected a title, got none."),
        ("POST", "/policies", NEW | {"title": "…"}, 422, "Expected an id, since none can be made"),
        ("POST", "/policies", NEW | {"id": "../x"}, 422, ""),
        ("POST", "/policies", NEW | {"effective": "2026-02-30"}, 422, "Expected another value of 'effective'"),
        ("POST", "/policies", NEW | {"who": "eve"}, 422, "Expected another value of 'who'"),
        ("POST", "/policies", NEW | {"id": "there"}, 409, "Expected a policy that is not there yet, but there@2026-01-01 is"),
        ("POST", "/policies/there/examples", {"examples": [{"text": "x", "clause_id": "no"}]}, 422, "Example 1: "),
        ("POST", "/policies/there/examples", {"examples": []}, 422, "Expected another value of 'examples'"),
        ("POST", "/policies/nope/examples", {"examples": [{"text": "x"}]}, 404, "No policy of the library has the id 'nope'"),
        ("DELETE", "/policies/nope", None, 404, "No policy of the library has the id 'nope'"),
        ("DELETE", "/policies/openai@2023-03-23", None, 404, "Expected a policy of the library, but openai@2023-03-23 is bundled"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_gets_one_sentence(  # noqa: PLR0913, PLR0917  # one row of the table
    client: TestClient, library: Library, verb: str, path: str, body: Any, status: int, sentence: str
):
    """And changes nothing."""
    assert client.post("/policies", json=NEW | {"id": "there"}, headers=BEARER).status_code == 201
    answer = client.request(verb, path, json=body, headers=BEARER)

    assert answer.status_code == status, answer.json()
    assert answer.json()["error"].startswith(sentence)
    assert "\n" not in answer.json()["error"]
    assert library.specs() == ("there@2026-01-01",)
    assert len(library.journal()) == 1


def test_uploads_count_against_a_quota(client: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch):
    """429, with a sentence and when to try again; what is not allowed is not counted."""
    monkeypatch.setenv("POLICY_INDEX_UPLOADS_PER_HOUR", "1")
    quotas.cache_clear()
    with TestClient(
        make_api(
            Service(with_library(Shelf.from_folder(None)), Indexes(LetterEncoder)), Rights.from_environment(address=ALL)
        )
    ) as strict:
        assert strict.post("/policies", json=NEW).status_code == 401
        assert strict.post("/policies", json=NEW, headers=BEARER).status_code == 201
        refused = strict.post("/policies", json=NEW | {"text": LATER, "effective": "2026-02-01"}, headers=BEARER)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert refused.json()["error"] == "Expected at most 1 upload within an hour; try again in 60 minutes."
    assert library.specs() == (SPEC,)
    del client


def test_a_server_without_a_library_keeps_nothing(letters_service: Service):
    """One sentence."""
    api = make_api(letters_service, Rights.from_environment(address="localhost"))
    with TestClient(api, base_url="http://localhost") as client:
        answer = client.post("/policies", json=NEW)

    assert (answer.status_code, answer.json()) == (
        503,
        {"error": "Expected a library to change, but this server has none."},
    )


def test_an_assistant_keeps_a_policy_and_examples_where_it_may(service: Service, library: Library):
    """At its person's own machine; on a server that others reach it is told how that is changed."""

    async def act(rights: Rights) -> list[str]:
        async with Client(make_mcp_server(service, rights)) as client:
            new = {"text": RULES, "title": "My rules", "effective": "2026-01-01"}
            first = await client.call_tool("add_policy", new)
            second = await client.call_tool("add_examples", {"policy": "my-rules", "examples": [{"text": "Soup"}]})
            return [each.content[0].text for each in (first, second)]  # type: ignore[union-attr]

    refused = anyio.run(act, Rights.from_environment(address=ALL))
    assert all("start it with POLICY_INDEX_TOKEN" in each for each in refused)
    assert library.specs() == ()

    done = [json.loads(each) for each in anyio.run(act, Rights(address="localhost", tokens={}))]
    assert (done[0]["id"], done[1]["added"]) == ("my-rules", 1)
    assert [(each.who, each.what) for each in library.journal()] == [("local", "add examples"), ("local", "add")]
