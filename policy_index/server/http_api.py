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
from policy_index.server.answers import TOP, Answers
from policy_index.server.body_limit import BodyLimit
from policy_index.server.desk import BRIEF_LIMIT, MANY_LIMIT, SEARCH_LIMIT, Desk
from policy_index.server.metrics import Measured, Metrics
from policy_index.server.problems import explain_errors, problems
from policy_index.server.service import Service

MAX_TEXTS = 256
"""Most texts in one request; more is what `policy-index batch` is for."""

_POLICY = "Which policy, `ID[@VERSION]` with a day or `latest`, as /policies lists them; without it, the default one."
_TOP = f"How many clauses to return, up to as many as the policy has; {TOP} without it, or all of a shorter policy."

_UNKNOWN_POLICY = "No policy has this id or version"

_SAID = problems(
    {
        404: _UNKNOWN_POLICY,
        408: "The body did not arrive in time",
        413: "The body is too big",
        422: "Not JSON, not of this shape, or a text that cannot be used",
        503: "The model is loading or cannot be loaded, or there is too much to do for an answer in time: see Retry-After",
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


def make_api(service: Service) -> FastAPI:
    """Return the application, to be mounted under a path such as `/api`.

    Args:
        service: The policies and their indexes.
    """
    default = service.shelf.default
    api: FastAPI = FastAPIOffline(
        title="Usage Policy Explorer",
        version="1",
        description=f"Which clauses of a usage policy does a text touch? Where no policy is named: {caveat(default)}",
        redoc_url=None,
        favicon_url="data:,",
        swagger_ui_parameters={"defaultModelsExpandDepth": -1, "tryItOutEnabled": True},
    )
    desk, answers = Desk(), Answers(service)
    metrics = Metrics(service.figures, lambda: desk.rejected)
    api.add_middleware(BodyLimit)
    api.add_middleware(Measured, metrics=metrics)
    _add_search(api, answers, desk)
    _add_policies(api, answers)
    _add_server(api, service, desk, metrics)
    explain_errors(api)
    return api


def _add_search(api: FastAPI, answers: Answers, desk: Desk) -> None:
    @api.post("/search", responses=_SAID, tags=["Search"], summary="The clauses nearest to a text")
    async def search(sought: Sought, request: Request) -> dict[str, Any]:
        return await desk.do(
            lambda: answers.search(sought.text, top=sought.top, policy=sought.policy),
            limit=SEARCH_LIMIT,
            receive=request.receive,
        )

    @api.post("/search/many", responses=_SAID, tags=["Search"], summary="The same for many texts, in their order")
    async def search_many(sought: SoughtMany, request: Request) -> dict[str, Any]:
        return await desk.do(
            lambda: answers.search_many(sought.texts, top=sought.top, policy=sought.policy),
            limit=MANY_LIMIT,
            receive=request.receive,
        )

    @api.post("/brief", responses=_SAID, tags=["Search"], summary="What a text touches, where, and what to do about it")
    async def brief(described: Described, request: Request) -> dict[str, Any]:
        return await desk.do(
            lambda: answers.brief(described.text, contexts=described.contexts, policy=described.policy),
            limit=BRIEF_LIMIT,
            receive=request.receive,
        )


def _add_policies(api: FastAPI, answers: Answers) -> None:
    @api.get("/policies", tags=["Policies"], summary="The policies that there are, the default one first")
    async def policies() -> dict[str, Any]:
        return answers.policies()

    @api.get(
        "/clauses",
        tags=["Policies"],
        summary="The clauses, in the policy's order",
        responses=problems({404: _UNKNOWN_POLICY, 422: "No such kind or category"}),
    )
    async def clauses(
        kind: Annotated[ClauseKind | None, Query(description="Only clauses of this kind.")] = None,
        category: Annotated[
            str | None, Query(description="Only this category, or section where there are none: physical-harm.")
        ] = None,
        contains: Annotated[str | None, Query(description="Only clauses that contain these words.")] = None,
        policy: WhichPolicy = None,
    ) -> dict[str, Any]:
        return answers.clauses(kind=kind, category=category, contains=contains, policy=policy)

    @api.get(
        "/clauses/{clause_id:path}",
        tags=["Policies"],
        summary="One clause, in its own words",
        responses=problems({404: "No clause or no policy has this id"}),
    )
    async def clause(
        clause_id: Annotated[str, Path(examples=["physical-harm/weapons-development"])], policy: WhichPolicy = None
    ) -> dict[str, Any]:
        return answers.clause(clause_id, policy=policy)

    @api.get(
        "/changelog",
        tags=["Policies"],
        summary="The revisions that the policy tells of, newest first",
        responses=problems({404: _UNKNOWN_POLICY}),
    )
    async def changelog(policy: WhichPolicy = None) -> dict[str, Any]:
        return answers.changelog(policy=policy)


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
