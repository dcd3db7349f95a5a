"""Policies of the library at the doors for programs: found and listed over HTTP and MCP, opened when asked for, missed without harm."""

import json
import pickle
import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from libraries import LATER, rules
from mcp import Client
from mcp.types import TextContent
from support import ACME, PACKS, LetterEncoder, few_exemplars

from policy_index import Indexes, PolicyPack, Shelf, UnknownPolicyError
from policy_index.batch import on_ray
from policy_index.errors import LibraryError
from policy_index.library import doors
from policy_index.library.doors import DoorShelf, default_file, with_library
from policy_index.library.library import Library
from policy_index.policy.parts import PackTexts
from policy_index.records.clauses import policy_record
from policy_index.server.http_api import make_api
from policy_index.server.mcp_server import make_mcp_server
from policy_index.server.service import Service

OWN = "my-rules@2026-01-01"
SPAM = "policy/you-must-not-send-spam"


def shelf_of(*, say: Any = None) -> DoorShelf:
    """Return the bundled policy of few exemplars, the two versions of the folder's, and the user's library."""
    default, *others = Shelf.from_folder(PACKS).packs
    return with_library(Shelf.from_packs([few_exemplars(default), *others]), say=say)


@pytest.fixture
def shelf() -> DoorShelf:
    """A shelf whose library nobody has made yet."""
    return shelf_of()


@pytest.fixture
def client(shelf: DoorShelf) -> Iterator[TestClient]:
    """The routes over it, without a model."""
    encoder = LetterEncoder()
    with TestClient(make_api(Service(shelf, Indexes(lambda: encoder)))) as opened:
        yield opened


def keep(*, policy_id: str = "my-rules", **others: Any) -> None:
    """Let another program keep a policy."""
    with Library.open() as library:
        library.add(rules(policy_id, **others))


def spoil() -> None:
    """Make the user's library one of a newer program."""
    connection = sqlite3.connect(default_file())
    with connection:
        connection.execute("UPDATE policy_index_schema SET version_num = '9999'")
    connection.close()


def names(client: TestClient) -> list[str]:
    """Return what the routes list."""
    return [f"{each['id']}@{each['version']}" for each in client.get("/policies").json()["policies"]]


def test_a_server_finds_a_policy_that_another_program_keeps_later(client: TestClient, shelf: DoorShelf):
    """It made no library when it started; each route reads the policy then, and the list says where it is kept."""
    assert names(client) == ["openai@2023-03-23", "acme-aup@2025-01-15", ACME]
    assert client.get("/clauses", params={"policy": "my-rules"}).status_code == 404
    assert not default_file().exists()

    keep()

    listed = client.get("/policies").json()
    assert listed["problem"] is None
    assert (
        listed["policies"][-1].items() >= (policy_record(shelf.find(OWN)) | {"clauses": 4, "in_library": True}).items()
    )
    assert len(client.get("/clauses", params={"policy": "my-rules"}).json()["clauses"]) == 4
    assert client.get(f"/clauses/{SPAM}", params={"policy": OWN}).json()["clause"]["clause_id"] == SPAM
    assert client.get("/changelog", params={"policy": "my-rules@latest"}).json()["changelog"] == []
    for path, body in (("/search", {"text": "spam"}), ("/brief", {"text": "We send spam."})):
        found = client.post(path, json=body | {"policy": "my-rules"}).json()
        assert found["policy"].items() >= {"id": "my-rules", "version": "2026-01-01"}.items()
    refused = client.post("/search", json={"text": "spam", "policy": "my-rule"})
    assert (refused.status_code, refused.json()["error"]) == (
        404,
        f"No policy has the id 'my-rule'; the nearest is {OWN}.",
    )


def test_a_library_that_cannot_be_read_harms_no_other_policy(client: TestClient):
    """503 and one sentence for what may lie there, the same sentence beside the list of the others, and no way to write."""
    keep()
    spoil()

    listed = client.get("/policies").json()
    refused = client.get("/clauses", params={"policy": "my-rules"})

    assert [each["id"] for each in listed["policies"]] == ["openai", "acme-aup", "acme-aup"]
    assert "a newer version of this program made it" in listed["problem"]
    assert (refused.status_code, refused.json()["error"]) == (503, listed["problem"])
    assert "the server’s database" in listed["problem"]
    assert str(default_file().parent) not in listed["problem"], "where it lies is nobody else's business"
    assert client.get("/clauses", params={"policy": "acme-aup"}).status_code == 200
    assert client.post("/search", json={"text": "spam", "policy": "openai"}).status_code == 200


def test_an_assistant_finds_and_lists_policies_of_the_library(shelf: DoorShelf):
    """And reads the reason where they cannot be read."""
    keep()
    encoder = LetterEncoder()

    async def said(client: Client, tool: str, **arguments: Any) -> str:
        (content,) = (await client.call_tool(tool, arguments)).content
        assert isinstance(content, TextContent)
        return content.text

    async def act() -> None:
        async with Client(make_mcp_server(Service(shelf, Indexes(lambda: encoder)))) as client:
            listed = json.loads(await said(client, "list_policies"))
            assert listed["policies"][-1]["id"] == "my-rules"
            assert SPAM in await said(client, "read_clause", clause_id=SPAM, policy="my-rules")
            assert SPAM in await said(client, "search_policy", text="spam", policy=OWN)
        spoil()
        async with Client(make_mcp_server(Service(shelf_of(), Indexes(lambda: encoder)))) as client:
            assert "newer version of this program" in await said(client, "changelog", policy="my-rules")
            assert "newer version of this program" in json.loads(await said(client, "list_policies"))["problem"]
            assert '"changelog"' in await said(client, "changelog", policy="acme-aup")

    anyio.run(act)


def test_nothing_is_opened_for_a_list(shelf: DoorShelf, monkeypatch: pytest.MonkeyPatch):
    """Every version is listed, the default first, and no text of the library is parsed."""
    for day in (date(2026, 1, 1), date(2026, 2, 1), None):
        keep(day=day)
    keep(policy_id="a-second", source=LATER)
    parsed: list[str] = []
    monkeypatch.setattr(PolicyPack, "from_parts", lambda parts, **_: parsed.append(parts.place()))

    entries = shelf.entries()

    assert [entry.spec for entry in entries[3:]] == [
        "a-second@2026-01-01",
        "my-rules@2026-02-01",
        OWN,
        "my-rules@undated",
    ]
    assert [entry.in_library for entry in entries] == [False] * 3 + [True] * 4
    assert len(shelf.packs) == 7
    assert len(shelf.latest) == 4
    assert parsed == []


def test_facts_of_a_policy_in_the_library_are_listed(shelf: DoorShelf):
    """As those of a policy beside the program: programs must know them to ask."""
    facts = {"facts": [{"id": "shop", "label": "A shop", "words": "it is a shop", "signs": []}], "rules": []}
    shelf.library.add(PackTexts(texts={**rules().texts, "facts.json": json.dumps(facts)}, name="mine"))

    assert shelf.entries()[-1].facts == (("shop", "A shop"),)
    assert tuple((fact.id, fact.label) for fact in shelf.find("my-rules").facts.facts) == shelf.entries()[-1].facts


def test_a_shelf_says_once_why_it_is_not_whole_and_tries_again_later(monkeypatch: pytest.MonkeyPatch):
    """Not at every page and every request, each of which might wait for a lock; mended, it is found again."""
    keep()
    whole = default_file().read_bytes()
    spoil()
    said: list[str] = []
    shelf = shelf_of(say=said.append)
    opened: list[None] = []
    really = Library.open
    monkeypatch.setattr(Library, "open", lambda: (opened.append(None), really())[1])

    assert len(shelf.packs) == len(shelf.entries()) == 3
    assert shelf.find("openai") is shelf.default
    assert [pack.version for pack in shelf.versions("acme-aup")] == ["2026-01-31", "2025-01-15"]
    with pytest.raises(LibraryError):
        shelf.find("my-rules")
    assert (len(said), len(opened)) == (1, 1)
    assert shelf.problem == said[0].replace(str(default_file()), "the server’s database")
    default_file().write_bytes(whole)
    monkeypatch.setattr(doors, "ASK_AGAIN", 0.0)
    assert shelf.find("my-rules").spec == OWN
    assert shelf.problem is None


def test_the_newest_version_counts_wherever_it_is_kept(shelf: DoorShelf):
    """A dated one before an undated one; what neither has is said with all versions and ids in mind."""
    keep(policy_id="acme-aup", day=None)

    assert shelf.find("acme-aup").spec == ACME
    assert shelf.find("acme-aup@undated").policy.source == rules().texts["policy.md"]
    with pytest.raises(
        UnknownPolicyError, match="among 2026-01-31, 2025-01-15 and undated, or latest, got '2020-01-01'"
    ):
        shelf.find("acme-aup@2020-01-01")
    with pytest.raises(UnknownPolicyError, match="the nearest is openai@"):
        shelf.find("openay")


def test_another_policy_can_be_the_default(shelf: DoorShelf):
    """Of the library too; it is listed first, and the others after it."""
    keep()

    turned = shelf.with_default(shelf.find("my-rules"))

    assert turned.find(None) is turned.default is shelf.find("my-rules")
    assert [entry.spec for entry in turned.entries()] == [OWN, "openai@2023-03-23", "acme-aup@2025-01-15", ACME]
    assert [pack.spec for pack in turned.packs] == [entry.spec for entry in turned.entries()]


def test_workers_of_a_cluster_are_sent_the_parts_of_a_policy(shelf: DoorShelf, monkeypatch: pytest.MonkeyPatch):
    """For they do not see the database; those of a folder are read there."""
    keep()
    handed: list[PolicyPack] = []
    monkeypatch.setattr(on_ray, "load_encoder", lambda _model: LetterEncoder())
    monkeypatch.setattr(on_ray, "matcher", lambda indexes, _plan: handed.extend(index.pack for index in indexes))
    sent = [on_ray.sent_parts(shelf.find(spec)) for spec in (OWN, ACME)]

    on_ray._Matcher(pickle.loads(pickle.dumps(sent)), None, None)  # type: ignore[arg-type]  # noqa: S301  # our own; no plan is looked at

    assert [pack.spec for pack in handed] == [OWN, ACME]
    assert handed[0].policy == shelf.find(OWN).policy
    assert handed[0].folder == shelf.find(OWN).folder
