"""The Model Context Protocol: tools with which an assistant can search and cite policies."""

from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.applications import Starlette

from policy_index.policy.shelf import PolicyShelf
from policy_index.server.answers import MOST_NAMED, TOP, Answers
from policy_index.server.body_limit import BodyLimit
from policy_index.server.desk import BRIEF_LIMIT, Desk
from policy_index.server.hang_up import HangUp
from policy_index.server.keeping import Keeping
from policy_index.server.mcp_keeping import add_keeping_tools
from policy_index.server.quotas import quotas
from policy_index.server.rights import Rights
from policy_index.server.service import Service
from policy_index.server.tool_answers import tool_answer

_READ_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False, idempotent_hint=True)

WhichPolicy = Annotated[
    str | None,
    Field(description="Which policy, ID[@VERSION] as list_policies names them; without it, the default one."),
]


def make_mcp_server(service: Service, rights: Rights | None = None) -> MCPServer:
    """Return the server with its tools.

    Args:
        service: The policies and their indexes.
        rights: Who may keep something; without it, whoever the environment names, and nobody else.
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
    _add_topics(server, answers, desk)
    add_keeping_tools(server, Keeping(service, quotas()), rights or Rights.from_environment(address=None), desk)
    return server


def _instructions(shelf: PolicyShelf) -> str:
    superseded = "A version that is marked as superseded is no longer in force: say so. "
    return (
        f"Finds the clauses of a usage policy that a prompt or product idea touches. The default policy is "
        f"{shelf.default.title}; list_policies names every policy that there is. "
        f"{superseded if any(entry.provenance.superseded for entry in shelf.entries()) else ''}"
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
        work = lambda: answers.search(text, top=top, policy=policy)  # noqa: E731  # to be done at the desk
        return await tool_answer(desk, work, limit=answers.search_limit(policy))

    @server.tool(title="Find clauses in all policies", annotations=_READ_ONLY)
    async def find_clauses(
        text: Annotated[
            str,
            Field(
                description="Words, a number such as 5.1, or a phrase in quotation marks; typing errors are forgiven."
            ),
        ],
        top: Annotated[int | None, Field(ge=1, le=100, description=f"Clauses of a policy; {TOP} without it.")] = None,
        policy: Annotated[
            list[str] | str | None,
            Field(
                max_length=100, description="Only this policy, or these, as list_policies names them; all without it."
            ),
        ] = None,
    ) -> dict[str, Any]:
        """Find clauses of every policy by their number, their words or what they are about, with why each was found."""
        return await tool_answer(desk, lambda: answers.find(text, top=top, policy=policy))

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
        work = lambda: answers.brief(text, contexts=contexts, policy=policy)  # noqa: E731  # to be done at the desk
        return await tool_answer(desk, work, limit=BRIEF_LIMIT, long=True)

    @server.tool(title="Hold a text against several policies", annotations=_READ_ONLY)
    async def spread(
        text: Annotated[str, Field(description="A product idea or plan in English, up to 20,000 words.")],
        policies: Annotated[
            list[str],
            Field(
                max_length=MOST_NAMED,
                description="Policies and versions, ID[@VERSION] each as list_policies names them; the others are compared "
                "with the first.",
            ),
        ] = [],  # noqa: B006  # read only
        every_version: Annotated[
            str | None, Field(description="In place of policies: the id of one, all of whose versions are meant.")
        ] = None,
        base: Annotated[
            str | None, Field(description="The one to compare the others with; the first without it.")
        ] = None,
    ) -> dict[str, Any]:
        """Say what a text touches under each policy, what appears, goes or is stricter, and, of versions, since when.

        Each column's words are its own policy's: never compare a probability of one with a nearness of another.
        """
        return await tool_answer(
            desk,
            lambda: answers.spread(text, policies=policies, every_version=every_version, base=base),
            limit=BRIEF_LIMIT,
            long=True,
        )


def _add_policies(server: MCPServer, answers: Answers, desk: Desk) -> None:
    @server.tool(title="List the policies", annotations=_READ_ONLY)
    async def list_policies() -> dict[str, Any]:
        """Return the policies that there are, the default one first: id, version, publisher, title, number of clauses.

        Where some are kept in a library that cannot be read, `problem` says why.
        """
        return await tool_answer(desk, answers.policies)

    @server.tool(title="Read a clause", annotations=_READ_ONLY)
    async def read_clause(
        clause_id: Annotated[
            str, Field(description="Such as physical-harm/weapons-development; search_policy gives it.")
        ],
        policy: WhichPolicy = None,
    ) -> dict[str, Any]:
        """Return one clause in the policy's own words, with its citation and its place in the policy."""
        return await tool_answer(desk, lambda: answers.clause(clause_id, policy=policy))

    @server.tool(title="Read the changelog", annotations=_READ_ONLY)
    async def changelog(policy: WhichPolicy = None) -> dict[str, Any]:
        """Return the policy's revisions, newest first, as the policy itself tells them; not every policy tells any."""
        return await tool_answer(desk, lambda: answers.changelog(policy=policy))


def _add_topics(server: MCPServer, answers: Answers, desk: Desk) -> None:
    @server.tool(title="Ask which policies speak of something", annotations=_READ_ONLY)
    async def who_speaks_of(
        topics: Annotated[
            list[str], Field(min_length=1, max_length=20, description="Things in a few words each: a dating app.")
        ],
        policies: Annotated[
            list[str], Field(max_length=20, description="ID[@VERSION] each; the newest of every policy without any.")
        ] = [],  # noqa: B006  # read only
    ) -> dict[str, Any]:
        """For each topic and policy, return the clause that says most of it, how surely it does, and whether it forbids.

        What a policy does not seem to speak of (`far`) it does not thereby allow.
        """
        return await tool_answer(desk, lambda: answers.speaking_of(topics, policies=policies), limit=BRIEF_LIMIT)


def make_mcp_app(service: Service, rights: Rights | None = None, *, path: str = "/mcp") -> Starlette:
    """Return the server over HTTP as an application, whose lifespan must be entered while it is served.

    Requests are answered each by itself, so that any of several servers can answer any of them. Who may ask is `guard.Guard`'s
    affair, for this door as for every other: put it before this.

    Args:
        service: The policies and their indexes.
        rights: Who may keep something; without it, whoever the environment names.
        path: Where it is served.
    """
    # The SDK's own check of Host and Origin knows other names than the guard's, and would refuse what that lets in.
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = make_mcp_server(service, rights).streamable_http_app(
        streamable_http_path=path, stateless_http=True, json_response=True, transport_security=unchecked
    )
    app.add_middleware(HangUp)
    app.add_middleware(BodyLimit)
    return app
