"""The JSON routes that change what is kept: a policy added, examples added, a policy removed. Each asks who may first."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from policy_index.server.desk import MANY_LIMIT, Desk
from policy_index.server.keeping import Keeping, provenance_of
from policy_index.server.problems import problems
from policy_index.server.rights import Rights, Visitor

MAX_EXAMPLES = 1000
"""Most examples in one request."""

_SAID = problems(
    {
        401: "A token is needed, or this is none of this server's",
        403: "This server is read-only for programs; the sentence says how that is changed",
        404: "The library has no policy, version or clause of this name",
        408: "The body did not arrive in time",
        409: "There is such a version already",
        413: "The body is too big",
        422: "Not JSON, not of this shape, or a policy or example that cannot be used",
        429: "As much was brought as may be within an hour: see Retry-After",
        503: "The library cannot be written to, or there is too much to do for an answer in time",
    }
)
_SPEC = "A policy of the library, `ID[@VERSION]`."


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewPolicy(_Body):
    """A policy to keep."""

    text: Annotated[str, Field(min_length=1, description="Its text, as Markdown or plain text.")]
    title: Annotated[str, Field(min_length=1, max_length=500)]
    publisher: Annotated[str, Field(max_length=500)] = ""
    effective: Annotated[date | None, Field(description="From when it is in force; its version is named by it.")] = None
    id: Annotated[str | None, Field(max_length=80, description="Made of publisher and title without it.")] = None
    url: Annotated[str, Field(max_length=2000)] = ""


class NewExample(_Body):
    """A text that touches a clause, or, without one, is harmless."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    clause_id: Annotated[str | None, Field(max_length=200)] = None
    hard: Annotated[bool, Field(description="A harmless text that shares the policy's words or topics.")] = False


class NewExamples(_Body):
    """Examples to keep."""

    examples: Annotated[list[NewExample], Field(min_length=1, max_length=MAX_EXAMPLES)]
    all_versions: Annotated[bool, Field(description="They are examples of every version of the policy.")] = False


def add_keeping(api: FastAPI, keeping: Keeping, rights: Rights, desk: Desk) -> None:
    """Add the routes.

    Args:
        api: The application.
        keeping: What they do.
        rights: Who may.
        desk: Where they are served.
    """

    def visitor(request: Request) -> Visitor:
        asks = rights.of_program(request.headers, address="" if request.client is None else request.client.host)
        asks.allowed()  # before anything of the body is looked at
        return asks

    allowed = Depends(visitor)

    @api.post(
        "/policies", status_code=201, responses=_SAID, tags=["Keeping"], summary="Keep a policy, or a version of one"
    )
    async def add_policy(new: NewPolicy, asks: Visitor = allowed) -> dict[str, Any]:
        said = provenance_of(title=new.title, publisher=new.publisher, effective=new.effective, url=new.url)
        return await desk.do(lambda: keeping.add(asks, new.text, provenance=said, policy_id=new.id), limit=MANY_LIMIT)

    @api.post("/policies/{spec}/examples", responses=_SAID, tags=["Keeping"], summary="Keep examples of its clauses")
    async def add_examples(
        spec: Annotated[str, Path(description=_SPEC)], new: NewExamples, asks: Visitor = allowed
    ) -> dict[str, Any]:
        from policy_index.library.values import Example

        rows = [
            Example(text=each.text, clause_id=each.clause_id, hard=each.hard, origin="imported")
            for each in new.examples
        ]
        return await desk.do(
            lambda: keeping.add_examples(asks, spec, rows, for_all_versions=new.all_versions), limit=MANY_LIMIT
        )

    @api.delete("/policies/{spec}", responses=_SAID, tags=["Keeping"], summary="Remove a version, or all of a policy")
    async def remove_policy(spec: Annotated[str, Path(description=_SPEC)], asks: Visitor = allowed) -> dict[str, Any]:
        return await desk.do(lambda: keeping.remove(asks, spec), limit=MANY_LIMIT)
