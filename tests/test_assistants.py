"""The tools of the Model Context Protocol, used with the SDK's own client: look, search, read, cite, under any policy."""

import os
import sys
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from support import ACME, CLONE, PACKS, nearly

from policy_index import PolicyPack
from policy_index.records.clauses import policy_record, search_record
from policy_index.server.mcp_server import make_mcp_server
from policy_index.server.service import Service

TOOLS = {
    "search_policy",
    "find_clauses",
    "brief",
    "spread",
    "list_policies",
    "read_clause",
    "changelog",
    "who_speaks_of",
    "add_policy",
    "add_examples",
}
TEXT = "zebra casino 4711"


async def answer(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool that must succeed."""
    called = await client.call_tool(tool, arguments)
    assert not called.is_error, called.content
    assert called.structured_content is not None
    return called.structured_content


async def complaint(client: Client, tool: str, **arguments: Any) -> str:
    """Call a tool that must refuse, and return its sentence."""
    called = await client.call_tool(tool, arguments)
    assert called.is_error
    return called.content[0].text  # type: ignore[union-attr]


async def use_tools(client: Client, spec: str | None, pack: PolicyPack) -> None:
    """Do what an assistant does with one policy."""
    found = await answer(client, "search_policy", text=TEXT, top=2, policy=spec)
    assert len(found["matches"]) == 2
    assert found["policy"] == policy_record(pack)

    first = found["matches"][0]
    read = await answer(client, "read_clause", clause_id=first["clause_id"], policy=spec)
    assert read["clause"]["citation"] == first["citation"] == pack.policy.clause(first["clause_id"]).citation
    told = await answer(client, "changelog", policy=spec)
    assert len(told["changelog"]) == len(pack.policy.changelog)
    brief = await answer(client, "brief", text="A game of roulette.", policy=spec)
    assert (brief["text"], brief["policy"]) == ("A game of roulette.", policy_record(pack))


async def be_refused(client: Client) -> None:
    """Ask for what there is not."""
    assert "did you mean health?" in await complaint(client, "read_clause", clause_id="helth")
    assert "at least one visible character" in await complaint(client, "search_policy", text=" ")
    assert "from 1 to 71, got 72" in await complaint(client, "search_policy", text="x", top=72)
    assert "Expected a fact among " in await complaint(client, "brief", text="x", contexts=["moon"])
    for tool, own in (
        ("search_policy", {"text": "x"}),
        ("brief", {"text": "x"}),
        ("read_clause", {"clause_id": "health"}),
        ("changelog", {}),
    ):
        assert "the nearest is acme-aup@" in await complaint(client, tool, policy="acme-apu", **own)


@pytest.mark.parametrize("spec", [None, ACME, "acme-aup@2025-01-15"])
def test_an_assistant_searches_reads_and_cites(letters_service: Service, spec: str | None):
    """The library's own answers, under the policy that it names."""
    pack = letters_service.shelf.find(spec)

    async def act() -> None:
        async with Client(make_mcp_server(letters_service)) as client:
            await use_tools(client, spec, pack)
            found = await answer(client, "search_policy", text=TEXT, policy=spec)
            assert found == nearly(search_record(letters_service.index(pack).search(TEXT), pack))

    anyio.run(act)


def test_an_assistant_looks_what_there_is(letters_service: Service):
    """The tools, the policies, and what to keep in mind."""

    async def act() -> None:
        async with Client(make_mcp_server(letters_service)) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
            listed = await answer(client, "list_policies")
            assert [f"{each['id']}@{each['version']}" for each in listed["policies"]] == [
                pack.spec for pack in letters_service.shelf.packs
            ]
            assert "OpenAI Usage policies (2023-03-23)" in (client.instructions or "")
            assert "superseded" in (client.instructions or "")

    anyio.run(act)


def test_an_assistant_is_told_what_is_wrong(letters_service: Service):
    """In one sentence that it can act on."""

    async def act() -> None:
        async with Client(make_mcp_server(letters_service)) as client:
            await be_refused(client)

    anyio.run(act)


def test_an_assistant_talks_over_standard_input_and_output(acme: PolicyPack):
    """With the real command, which says nothing but the protocol there; its --policy is what is meant without another."""

    async def act() -> None:
        command = StdioServerParameters(
            command=sys.executable,
            args=[str(CLONE / "tests" / "letters_command.py"), "mcp", "--packs", str(PACKS), "--policy", "acme-aup"],
            env={"PYTHONPATH": str(CLONE)} | {name: os.environ[name] for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME")},
        )
        async with Client(command) as client:
            await use_tools(client, None, acme)
            await use_tools(client, ACME, acme)
            listed = await answer(client, "list_policies")
            assert listed["policies"][0].items() >= policy_record(acme).items()
            assert "OpenAI" not in (client.instructions or "")

    anyio.run(act)
