"""JSON over HTTP: the search and the policies for other programs, on the app's own port, with an OpenAPI page.

Texts come in bodies only, never in addresses, so that no access log holds one.
"""

from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request, Response
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from policy_index.policy.document import ClauseKind
from policy_index.records.clauses import caveat
from policy_index.records.papers import markdown
from policy_index.server.answers import MOST_NAMED, TOP, Answers
from policy_index.server.body_limit import BodyLimit
from policy_index.server.desk import BRIEF_LIMIT, MANY_LIMIT, SEARCH_LIMIT, Desk
from policy_index.server.docs_page import add_docs_page
from policy_index.server.http_keeping import add_keeping
from policy_index.server.keeping import Keeping
from policy_index.server.metrics import Measured, Metrics
from policy_index.server.problems import explain_errors, problems
from policy_index.server.quotas import quotas
from policy_index.server.rights import Rights
from policy_index.server.service import Service

MAX_TEXTS = 256
"""Most texts in one request; more is what `policy-index batch` is for."""

_POLICY = "Which policy, `ID[@VERSION]` with a day or `latest`, as /policies lists them; without it, the default one."
_TOP = f"How many clauses to return, up to as many as the policy has; {TOP} without it, or all of a shorter policy."

_UNKNOWN_POLICY = "No policy has this id or version"
_UNREADABLE = "The library cannot be read, or too many are waiting"

_SAID = problems(
    {
        404: _UNKNOWN_POLICY,
        408: "The body did not arrive in time",
        413: "The body is too big",
        422: "Not JSON, not of this shape, or a text that cannot be used",
        503: "The model is loading or cannot be loaded, the library cannot be read, or there is too much to do for an answer in time: see Retry-After",
    }
)

WhichPolicy = Annotated[str | None, Query(description=_POLICY, examples=["acme-aup@2026-01-31"])]


class _Body(BaseModel):
    """What every body may say: which policy is meant."""

    model_config = ConfigDict(extra="forbid")

    policy: Annotated[str | None, Field(description=_POLICY)] = None


class Sought(_Body):
    """A text to search with."""

    text: Annotated[str, Field(description="A prompt or product idea, in English.")]
    top: Annotated[int | None, Field(ge=1, description=_TOP)] = None


class Looked(BaseModel):
    """What somebody types to find clauses."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[
        str,
        Field(
            description="Words, a number such as 5.1, or a phrase in quotation marks; at most 1,000 characters.",
            examples=["casino"],
        ),
    ]
    policy: Annotated[
        list[str] | str | None,
        Field(
            max_length=100,
            description="Only this policy, or these, `ID[@VERSION]` each; without it, the newest version of all.",
        ),
    ] = None
    top: Annotated[int | None, Field(ge=1, le=100, description=f"How many clauses of a policy; {TOP} without it.")] = (
        None
    )


class SoughtMany(_Body):
    """Texts to search with."""

    texts: Annotated[list[str], Field(min_length=1, max_length=MAX_TEXTS, description="Prompts or product ideas.")]
    top: Annotated[int | None, Field(ge=1, description=_TOP)] = None


class Described(_Body):
    """A product idea or plan, and what is true of the product."""

    text: Annotated[str, Field(description="At most 20,000 words, in English; it is read to its end.")]
    contexts: Annotated[
        list[str],
        Field(
            max_length=100,
            description="Facts that add the requirements which follow from them; /policies lists each policy's.",
        ),
    ] = []


class Laid(BaseModel):
    """A text, and the policies to lay it under."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(description="At most 20,000 words, in English; it is read once, however many policies.")]
    policies: Annotated[
        list[str],
        Field(
            max_length=MOST_NAMED,
            description="Policies and versions, ID[@VERSION] each; a column each, in this order.",
            examples=[["openai", "acme-aup@2026-01-31"]],
        ),
    ] = []
    every_version: Annotated[
        str | None, Field(description="In place of `policies`: the id of a policy, all of whose versions are meant.")
    ] = None
    base: Annotated[str | None, Field(description="The one to compare the others with; the first without it.")] = None


def make_api(service: Service, rights: Rights | None = None) -> FastAPI:
    """Return the application, to be mounted under a path such as `/api`.

    Args:
        service: The policies and their indexes.
        rights: Who may change what is kept; without it, whoever the environment names, and nobody else.
    """
    default = service.shelf.default
    api: FastAPI = FastAPIOffline(
        title="Usage Policy Explorer",
        version="1",
        description=f"Which clauses of a usage policy does a text touch? Where no policy is named: {markdown(caveat(default))}",
        docs_url=None,
        redoc_url=None,
    )
    add_docs_page(api)
    desk, answers = Desk(), Answers(service)
    metrics = Metrics(service.figures, lambda: desk.rejected)
    api.add_middleware(BodyLimit)
    api.add_middleware(Measured, metrics=metrics)
    _add_search(api, answers, desk)
    _add_policies(api, answers, desk)
    _add_concepts(api, answers, desk)
    add_keeping(api, Keeping(service, quotas()), rights or Rights.from_environment(address=None), desk)
    _add_server(api, service, desk, metrics)
    explain_errors(api)
    return api


def _add_search(api: FastAPI, answers: Answers, desk: Desk) -> None:
    @api.post("/search", responses=_SAID, tags=["Search"], summary="The clauses nearest to a text")
    async def search(sought: Sought, request: Request) -> dict[str, Any]:
        return await desk.do(
            lambda: answers.search(sought.text, top=sought.top, policy=sought.policy),
            limit=answers.search_limit(sought.policy),
            receive=request.receive,
        )

    @api.post("/search/many", responses=_SAID, tags=["Search"], summary="The same for many texts, in their order")
    async def search_many(sought: SoughtMany, request: Request) -> dict[str, Any]:
        return await desk.do(
            lambda: answers.search_many(sought.texts, top=sought.top, policy=sought.policy),
            limit=MANY_LIMIT,
            receive=request.receive,
        )

    @api.post("/find", responses=_SAID, tags=["Search"], summary="Clauses of all policies by number, words or meaning")
    async def find(looked: Looked, request: Request) -> dict[str, Any]:
        return await desk.do(
            lambda: answers.find(looked.text, top=looked.top, policy=looked.policy),
            limit=SEARCH_LIMIT,
            receive=request.receive,
        )

    @api.post("/brief", responses=_SAID, tags=["Search"], summary="What a text touches, where, and what to do about it")
    async def brief(described: Described, request: Request) -> dict[str, Any]:
        return await desk.do(
            lambda: answers.brief(described.text, contexts=described.contexts, policy=described.policy),
            limit=BRIEF_LIMIT,
            receive=request.receive,
            long=True,
        )

    @api.post(
        "/spread", responses=_SAID, tags=["Search"], summary="A text under several policies, or every version of one"
    )
    async def spread(laid: Laid, request: Request) -> dict[str, Any]:
        return await desk.do(
            lambda: answers.spread(laid.text, policies=laid.policies, every_version=laid.every_version, base=laid.base),
            limit=BRIEF_LIMIT,
            receive=request.receive,
            long=True,
        )


def _add_policies(api: FastAPI, answers: Answers, desk: Desk) -> None:
    # All at the desk: a policy of the library is read from a database, and parsed when it is first asked for.
    @api.get("/policies", tags=["Policies"], summary="The policies that there are, the default one first")
    async def policies() -> dict[str, Any]:
        return await desk.do(answers.policies, limit=SEARCH_LIMIT)

    @api.get(
        "/clauses",
        tags=["Policies"],
        summary="The clauses, in the policy's order",
        responses=problems({404: _UNKNOWN_POLICY, 422: "No such kind or category", 503: _UNREADABLE}),
    )
    async def clauses(
        kind: Annotated[ClauseKind | None, Query(description="Only clauses of this kind.")] = None,
        category: Annotated[
            str | None, Query(description="Only this category, or section where there are none: physical-harm.")
        ] = None,
        contains: Annotated[str | None, Query(description="Only clauses that contain these words.")] = None,
        policy: WhichPolicy = None,
    ) -> dict[str, Any]:
        return await desk.do(
            lambda: answers.clauses(kind=kind, category=category, contains=contains, policy=policy), limit=SEARCH_LIMIT
        )

    @api.get(
        "/clauses/{clause_id:path}",
        tags=["Policies"],
        summary="One clause, in its own words",
        responses=problems({404: "No clause or no policy has this id", 503: _UNREADABLE}),
    )
    async def clause(
        clause_id: Annotated[str, Path(examples=["physical-harm/weapons-development"])], policy: WhichPolicy = None
    ) -> dict[str, Any]:
        return await desk.do(lambda: answers.clause(clause_id, policy=policy), limit=SEARCH_LIMIT)

    @api.get(
        "/changelog",
        tags=["Policies"],
        summary="The revisions that the policy tells of, newest first",
        responses=problems({404: _UNKNOWN_POLICY, 503: _UNREADABLE}),
    )
    async def changelog(policy: WhichPolicy = None) -> dict[str, Any]:
        return await desk.do(lambda: answers.changelog(policy=policy), limit=SEARCH_LIMIT)


def _add_concepts(api: FastAPI, answers: Answers, desk: Desk) -> None:
    @api.get(
        "/concepts",
        tags=["Policies"],
        summary="Which policies speak of which concepts, how surely, and the clause that says it",
        responses=problems({404: _UNKNOWN_POLICY, 422: "Too many policies, or no such concept", 503: _UNREADABLE}),
    )
    async def concepts(
        policy: Annotated[
            list[str], Query(description="Up to 20 policies, `ID[@VERSION]`; the newest of each without any.")
        ] = [],  # noqa: B006  # read only
        concept: Annotated[
            list[str], Query(description="Only these concepts, by id; all without any.", examples=["gambling"])
        ] = [],  # noqa: B006  # read only
    ) -> dict[str, Any]:
        return await desk.do(lambda: answers.concepts(policy, concepts=concept), limit=BRIEF_LIMIT)


def _add_server(api: FastAPI, service: Service, desk: Desk, metrics: Metrics) -> None:
    @api.get("/health", tags=["Server"], summary="Whether the server is up")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @api.get(
        "/ready",
        tags=["Server"],
        summary="Whether a search in the default policy would be answered at once",
        responses=problems({503: "The model is loading, or cannot be loaded"}),
    )
    async def ready() -> dict[str, str]:
        if not service.is_warm():
            raise HTTPException(503, "The model is being loaded; try again in a few seconds.", {"Retry-After": "5"})
        return {"status": "ready", "model": (await desk.do(service.index, limit=SEARCH_LIMIT)).encoder.name}

    @api.get("/metrics", include_in_schema=False)
    async def figures() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)
