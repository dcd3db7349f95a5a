"""The Model Context Protocol: tools with which an assistant can search and cite policies."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.applications import Starlette

from policy_index.errors import PolicyIndexError
from policy_index.policy.shelf import Shelf
from policy_index.server.answers import TOP, Answers
from policy_index.server.desk import BRIEF_LIMIT, SEARCH_LIMIT, Desk
from policy_index.server.service import Service

_READ_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False, idempotent_hint=True)

WhichPolicy = Annotated[
    str | None,
    Field(description="Which policy, ID[@VERSION] as list_policies names them; without it, the default one."),
]

Answer = TypeVar("Answer")


def make_mcp_server(service: Service) -> MCPServer:
    """Return the server with its tools.

    Args:
        service: The policies and their indexes.
    """
    server = MCPServer(
        name="usage-policy-explorer",
        title="Usage Policy Explorer",
        instructions=_instructions(service.shelf),
        log_level="WARNING",
    )
    answers, desk = Answers(service), Desk()
    _add_search(server, answers, desk)
    _add_policies(server, answers, desk)
    return server


def _instructions(shelf: Shelf) -> str:
    superseded = "A version that is marked as superseded is no longer in force: say so. "
    return (
        f"Finds the clauses of a usage policy that a prompt or product idea touches. The default policy is "
        f"{shelf.default.title}; list_policies names every policy that there is. "
        f"{superseded if any(pack.policy.provenance.superseded for pack in shelf.packs) else ''}"
        "Cite each clause by its citation. Similarity is about topic, not intent: results are a reading aid, no verdict and "
        "no legal advice. Quote a policy from read_clause, never from memory."
    )


def _add_search(server: MCPServer, answers: Answers, desk: Desk) -> None:
    @server.tool(title="Search a policy", annotations=_READ_ONLY)
    async def search_policy(
        text: Annotated[str, Field(description="A prompt or product idea, in English.")],
        top: Annotated[int | None, Field(ge=1, description=f"How many clauses to return; {TOP} without it.")] = None,
        policy: WhichPolicy = None,
    ) -> dict[str, Any]:
        """Find the clauses that a text touches: words, citation, similarity, calibrated probability and its band."""
        return await _answer(desk, lambda: answers.search(text, top=top, policy=policy))

    @server.tool(title="Write a brief", annotations=_READ_ONLY)
    async def brief(
        text: Annotated[str, Field(description="A product idea or plan in English, up to 20,000 words.")],
        contexts: Annotated[
            list[str],
            Field(description="Facts about the product that add requirements; list_policies names each policy's."),
        ] = [],  # noqa: B006  # read only
        policy: WhichPolicy = None,
    ) -> dict[str, Any]:
        """Read a whole text: the clauses that it touches, the passages that carry them, and what to do about each."""
        return await _answer(desk, lambda: answers.brief(text, contexts=contexts, policy=policy), limit=BRIEF_LIMIT)


def _add_policies(server: MCPServer, answers: Answers, desk: Desk) -> None:
    @server.tool(title="List the policies", annotations=_READ_ONLY)
    async def list_policies() -> dict[str, Any]:
        """Return the policies that there are, the default one first: id, version, publisher, title, number of clauses."""
        return await _answer(desk, answers.policies)

    @server.tool(title="Read a clause", annotations=_READ_ONLY)
    async def read_clause(
        clause_id: Annotated[
            str, Field(description="Such as physical-harm/weapons-development; search_policy gives it.")
        ],
        policy: WhichPolicy = None,
    ) -> dict[str, Any]:
        """Return one clause in the policy's own words, with its citation and its place in the policy."""
        return await _answer(desk, lambda: answers.clause(clause_id, policy=policy))

    @server.tool(title="Read the changelog", annotations=_READ_ONLY)
    async def changelog(policy: WhichPolicy = None) -> dict[str, Any]:
        """Return the policy's revisions, newest first, as the policy itself tells them; not every policy tells any."""
        return await _answer(desk, lambda: answers.changelog(policy=policy))


def make_mcp_app(service: Service, *, path: str = "/mcp", host: str = "localhost") -> Starlette:
    """Return the server over HTTP as an application, whose lifespan must be entered while it is served.

    Requests are answered each by itself, so that any of several servers can answer any of them.

    Args:
        service: The policies and their indexes.
        path: Where it is served.
        host: The address that the app listens on; on this machine's own, other sites' pages are refused.
    """
    return make_mcp_server(service).streamable_http_app(
        streamable_http_path=path, stateless_http=True, json_response=True, host=host
    )


async def _answer(desk: Desk, work: Callable[[], Answer], *, limit: float = SEARCH_LIMIT) -> Answer:
    """Return what `work` returns; an expected error becomes the tool's own.

    Where the client goes away the SDK cancels this, and what waits for the encoder is dropped.
    """
    try:
        return await desk.do(work, limit=limit)
    except PolicyIndexError as error:
        raise ToolError(str(error)) from None
