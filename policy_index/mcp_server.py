"""The Model Context Protocol: tools with which an assistant can search and cite the policy."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.routing import BaseRoute

from policy_index.brief import write_brief
from policy_index.contexts import Context
from policy_index.errors import PolicyIndexError
from policy_index.export import brief_record, clause_record, entry_record, policy_record, search_record
from policy_index.index import ClauseIndex
from policy_index.parser import bundled_policy

_READ_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False, idempotent_hint=True)

Answer = TypeVar("Answer")


def make_mcp_server(load: Callable[[], ClauseIndex]) -> MCPServer:
    """Return the server with its tools.

    Args:
        load: Returns the index, at once or after loading it.
    """
    policy = bundled_policy()
    version = f"{policy.provenance.publisher}'s {policy.title} of {policy.updated.isoformat()}"
    server = MCPServer(
        name="usage-policy-explorer",
        title="Usage Policy Explorer",
        instructions=(
            f"Finds the clauses of {version} that a prompt or product idea touches. That version has been superseded: say "
            "so, and cite each clause by its citation. Similarity is about topic, not intent: results are a reading aid, "
            "no verdict and no legal advice. Quote the policy from read_clause, never from memory."
        ),
        log_level="WARNING",
    )

    @server.tool(title="Search the policy", annotations=_READ_ONLY)
    async def search_policy(
        text: Annotated[str, Field(description="A prompt or product idea, in English.")],
        top: Annotated[int, Field(ge=1, le=len(policy.clauses), description="How many clauses to return.")] = 5,
    ) -> dict[str, Any]:
        """Find the clauses that a text touches: words, citation, similarity, calibrated probability and its band."""

        def work() -> dict[str, Any]:
            index = load()
            return search_record(index.search(text, top_k=top), index.document)

        return await _answer(work)

    @server.tool(title="Write a brief", annotations=_READ_ONLY)
    async def brief(
        text: Annotated[str, Field(description="A product idea or plan in English, up to 20,000 words.")],
        contexts: Annotated[list[Context], Field(description="Facts about the product that add requirements.")] = [],  # noqa: B006  # read only
    ) -> dict[str, Any]:
        """Read a whole text: the clauses that it touches, the passages that carry them, and what to do about each."""
        return await _answer(
            lambda: brief_record(write_brief(load(), text, contexts=contexts), made_on=datetime.now(UTC).date())
        )

    @server.tool(title="Read a clause", annotations=_READ_ONLY)
    async def read_clause(
        clause_id: Annotated[
            str, Field(description="Such as physical-harm/weapons-development; search_policy gives it.")
        ],
    ) -> dict[str, Any]:
        """Return one clause in the policy's own words, with its citation and its place in the policy."""
        return await _answer(
            lambda: {"policy": policy_record(policy), "clause": clause_record(policy.clause(clause_id))}
        )

    @server.tool(title="Read the changelog", annotations=_READ_ONLY)
    async def changelog() -> dict[str, Any]:
        """Return the policy's revisions, newest first, as the policy itself tells them."""
        return {"policy": policy_record(policy), "changelog": [entry_record(entry) for entry in policy.changelog]}

    return server


def mcp_routes(server: MCPServer, *, path: str = "/mcp", host: str = "localhost") -> list[BaseRoute]:
    """Return the routes of the server over HTTP; its `session_manager.run()` must be entered while they are served.

    Requests are answered each by itself, so that any of several servers can answer any of them.

    Args:
        server: The server.
        path: Where it is served.
        host: The address that the app listens on; on this machine's own, other sites' pages are refused.
    """
    app = server.streamable_http_app(streamable_http_path=path, stateless_http=True, json_response=True, host=host)
    return list(app.routes)


async def _answer(work: Callable[[], Answer]) -> Answer:
    """Return what `work` returns, computed in a thread; an expected error becomes the tool's own."""
    try:
        return await to_thread.run_sync(work, abandon_on_cancel=True)
    except PolicyIndexError as error:
        raise ToolError(str(error)) from None
