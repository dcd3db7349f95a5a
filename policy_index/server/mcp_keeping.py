"""The tools with which an assistant may keep something, where it may: a policy, examples. It removes nothing."""

from datetime import date
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

from policy_index.server.desk import MANY_LIMIT, Desk
from policy_index.server.http_keeping import MAX_EXAMPLES, NewExample
from policy_index.server.keeping import Keeping, provenance_of
from policy_index.server.rights import Rights, Visitor
from policy_index.server.tool_answers import tool_answer

_KEEPS = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False, idempotent_hint=True)


def add_keeping_tools(server: MCPServer, keeping: Keeping, rights: Rights, desk: Desk) -> None:
    """Add the tools.

    Args:
        server: The server.
        keeping: What they do.
        rights: Who may.
        desk: Where they are served.
    """

    def visitor(context: Context) -> Visitor:
        return rights.of_program(dict(context.headers or {}))

    @server.tool(title="Keep a policy", annotations=_KEEPS)
    async def add_policy(  # noqa: PLR0913, PLR0917  # one argument of the tool each
        context: Context,
        text: Annotated[str, Field(description="Its text, as Markdown or plain text, word for word.")],
        title: Annotated[str, Field(max_length=500)],
        publisher: Annotated[str, Field(max_length=500)] = "",
        effective: Annotated[date | None, Field(description="From when it is in force.")] = None,
        policy_id: Annotated[
            str | None, Field(max_length=80, description="Made of publisher and title without it.")
        ] = None,
    ) -> dict[str, Any]:
        """Keep a policy in the library, or a version of one that is there; only when the user asks for it."""

        def add() -> dict[str, Any]:
            said = provenance_of(title=title, publisher=publisher, effective=effective, url="")
            return keeping.add(visitor(context), text, provenance=said, policy_id=policy_id)

        return await tool_answer(desk, add, limit=MANY_LIMIT)

    @server.tool(title="Keep examples of a policy's clauses", annotations=_KEEPS)
    async def add_examples(
        context: Context,
        policy: Annotated[str, Field(description="A policy of the library, ID[@VERSION].")],
        examples: Annotated[list[NewExample], Field(min_length=1, max_length=MAX_EXAMPLES)],
    ) -> dict[str, Any]:
        """Keep texts that touch clauses, or harmless ones, from which the search learns; only when the user asks for it."""

        def add() -> dict[str, Any]:
            from policy_index.library.values import Example

            rows = [
                Example(text=each.text, clause_id=each.clause_id, hard=each.hard, origin="imported")
                for each in examples
            ]
            return keeping.add_examples(visitor(context), policy, rows, for_all_versions=False)

        return await tool_answer(desk, add, limit=MANY_LIMIT)
