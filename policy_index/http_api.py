"""JSON over HTTP: the search and the policy for other programs, on the app's own port, with an OpenAPI page.

Texts come in bodies only, never in addresses, so that no access log holds one. An error is one JSON object with one
sentence under `error`.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import anyio
from anyio import to_thread
from fastapi import FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_index.brief import write_brief
from policy_index.contexts import Context
from policy_index.document import ClauseKind, PolicyDocument
from policy_index.errors import EncoderError, InputError, PolicyIndexError, UnknownClauseError
from policy_index.export import brief_record, clause_record, entry_record, policy_record, search_record
from policy_index.index import ClauseIndex
from policy_index.parser import bundled_policy

MAX_BODY = 1_000_000
"""Largest body that is read, in bytes."""

MAX_TEXTS = 256
"""Most texts in one request; more is what `policy-index batch` is for."""

WAIT = 60.0
"""Seconds after which a request is given up."""

BODY_WAIT = 15.0
"""Seconds in which a body must arrive."""

AT_ONCE = 4
"""Requests that are computed at the same time; others wait their turn."""

WAITING = 256
"""Requests that may wait; more are turned away at once."""

Answer = TypeVar("Answer")


class Sought(BaseModel):
    """A text to search with."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(description="A prompt or product idea, in English.")]
    top: Annotated[int, Field(ge=1, le=71, description="How many clauses to return.")] = 5


class SoughtMany(BaseModel):
    """Texts to search with."""

    model_config = ConfigDict(extra="forbid")

    texts: Annotated[list[str], Field(min_length=1, max_length=MAX_TEXTS, description="Prompts or product ideas.")]
    top: Annotated[int, Field(ge=1, le=71, description="How many clauses to return for each.")] = 5


class Described(BaseModel):
    """A product idea or plan, and what is true of the product."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(description="At most 20,000 words, in English; it is read to its end.")]
    contexts: Annotated[
        list[Context],
        Field(max_length=len(Context), description="Facts that add the requirements which follow from them."),
    ] = []


class Problem(BaseModel):
    """What went wrong, in one sentence."""

    error: str


class _Desk:
    """Hands work to threads, a few at a time, so that encoding never holds the server up."""

    def __init__(self) -> None:
        self._limiter: anyio.CapacityLimiter | None = None
        self._here = 0

    async def do(self, work: Callable[[], Answer]) -> Answer:
        """Return what `work` returns; refuse where too many wait already, or where it takes too long."""
        if self._here >= AT_ONCE + WAITING:
            raise HTTPException(503, "Too many requests are waiting; try again in a moment.", {"Retry-After": "5"})
        self._limiter = self._limiter or anyio.CapacityLimiter(AT_ONCE)
        self._here += 1
        try:
            with anyio.fail_after(WAIT):
                return await to_thread.run_sync(work, limiter=self._limiter, abandon_on_cancel=True)
        except TimeoutError:
            raise HTTPException(503, f"No answer within {WAIT:.0f} seconds; try again, or send less at once.") from None
        finally:
            self._here -= 1


_SAID: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": words}
    for code, words in {
        408: "The body did not arrive in time",
        413: "The body is too big",
        422: "Not JSON, not of this shape, or a text that cannot be used",
        503: "The model is loading or cannot be loaded, or too many requests wait",
    }.items()
}


def make_api(load: Callable[[], ClauseIndex], *, is_ready: Callable[[], bool]) -> FastAPI:
    """Return the application, to be mounted under a path such as `/api`.

    Args:
        load: Returns the index, at once or after loading it.
        is_ready: Whether `load` answers at once.
    """
    policy = bundled_policy()
    api: FastAPI = FastAPIOffline(
        title="Usage Policy Explorer",
        version="1",
        description=(
            f"Which clauses of {policy.provenance.publisher}'s {policy.title} of {policy.updated.isoformat()} (superseded "
            "since) does a text touch? A reading aid: similarity is about topic, not intent; no verdict, no legal advice."
        ),
        redoc_url=None,
        favicon_url="data:,",
        swagger_ui_parameters={"defaultModelsExpandDepth": -1, "tryItOutEnabled": True},
    )
    api.add_middleware(BodyLimit)
    desk = _Desk()
    _add_search(api, load, desk)
    _add_policy(api, policy)
    _add_server(api, load, desk, is_ready)
    _explain_errors(api)
    return api


def _add_search(api: FastAPI, load: Callable[[], ClauseIndex], desk: _Desk) -> None:
    @api.post("/search", responses=_SAID, tags=["Search"], summary="The clauses nearest to a text")
    async def search(sought: Sought) -> dict[str, Any]:
        def work() -> dict[str, Any]:
            index = load()
            return search_record(index.search(sought.text, top_k=sought.top), index.document)

        return await desk.do(work)

    @api.post("/search/many", responses=_SAID, tags=["Search"], summary="The same for many texts, in their order")
    async def search_many(sought: SoughtMany) -> dict[str, Any]:
        def work() -> dict[str, Any]:
            index = load()
            found = index.search_many(sought.texts, top_k=sought.top)
            return {"results": [search_record(result, index.document) for result in found]}

        return await desk.do(work)

    @api.post("/brief", responses=_SAID, tags=["Search"], summary="What a text touches, where, and what to do about it")
    async def brief(described: Described) -> dict[str, Any]:
        def work() -> dict[str, Any]:
            written = write_brief(load(), described.text, contexts=described.contexts)
            return brief_record(written, made_on=datetime.now(UTC).date())

        return await desk.do(work)


def _add_policy(api: FastAPI, policy: PolicyDocument) -> None:
    @api.get("/clauses", tags=["Policy"], summary="The clauses, in the policy's order")
    async def clauses(
        kind: Annotated[ClauseKind | None, Query(description="Only clauses of this kind.")] = None,
        category: Annotated[str | None, Query(description="Only this category, such as physical-harm.")] = None,
        contains: Annotated[str | None, Query(description="Only clauses that contain these words.")] = None,
    ) -> dict[str, Any]:
        chosen = [clause for clause in policy if kind is None or clause.kind is kind]
        if category is not None:
            groups = {group.id: group for group in policy.categories}
            if category not in groups:
                message = f"Expected a category among {', '.join(groups)}, got {category[:80]!r}."
                raise InputError(message)
            chosen = [clause for clause in chosen if clause in groups[category].clauses]
        if contains is not None:
            chosen = [clause for clause in chosen if contains.casefold() in clause.text.casefold()]
        return {"policy": policy_record(policy), "clauses": [clause_record(clause) for clause in chosen]}

    @api.get(
        "/clauses/{clause_id:path}",
        tags=["Policy"],
        summary="One clause, in its own words",
        responses={404: {"model": Problem, "description": "No clause has this id"}},
    )
    async def clause(
        clause_id: Annotated[str, Path(examples=["physical-harm/weapons-development"])],
    ) -> dict[str, Any]:
        return {"policy": policy_record(policy), "clause": clause_record(policy.clause(clause_id))}

    @api.get("/changelog", tags=["Policy"], summary="The revisions, newest first")
    async def changelog() -> dict[str, Any]:
        return {"policy": policy_record(policy), "changelog": [entry_record(entry) for entry in policy.changelog]}


def _add_server(api: FastAPI, load: Callable[[], ClauseIndex], desk: _Desk, is_ready: Callable[[], bool]) -> None:
    @api.get("/health", tags=["Server"], summary="Whether the server is up")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @api.get(
        "/ready",
        tags=["Server"],
        summary="Whether a search would be answered at once",
        responses={503: {"model": Problem, "description": "The model is loading, or cannot be loaded"}},
    )
    async def ready() -> dict[str, str]:
        if not is_ready():
            raise HTTPException(503, "The model is being loaded; try again in a few seconds.", {"Retry-After": "5"})
        return {"status": "ready", "model": (await desk.do(load)).encoder.name}


def _explain_errors(api: FastAPI) -> None:
    @api.exception_handler(PolicyIndexError)
    async def expected(_request: Request, error: PolicyIndexError) -> Response:
        match error:
            case UnknownClauseError():
                return _problem(404, str(error).replace("`policy-index clauses`", "/api/clauses"))
            case InputError():
                return _problem(422, str(error))
            case EncoderError():
                return _problem(503, str(error))
            case _:
                return _problem(500, "The server could not answer this.")

    @api.exception_handler(RequestValidationError)
    async def wrong_shape(_request: Request, error: RequestValidationError) -> Response:
        return _problem(422, _sentence(error))

    @api.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> Response:
        said = {
            400: "Expected a JSON object as body (Content-Type: application/json), but it is not JSON.",
            404: "There is nothing at this address; /api/docs lists what there is.",
            405: "This address does not take such requests; see /api/docs.",
        }
        return _problem(error.status_code, said.get(error.status_code, str(error.detail)), error.headers)

    @api.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        # Only where and what kind: a message could quote the text.
        logging.getLogger(__name__).error("%s at %s", type(error).__name__, request.url.path)
        return _problem(500, "Something went wrong on the server.")


def _problem(status: int, sentence: str, headers: Any = None) -> Response:
    return JSONResponse({"error": sentence}, status, headers)


def _sentence(error: RequestValidationError) -> str:
    """Return the first thing that is wrong with a request, in one sentence that does not repeat the request."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return "Expected a JSON object as body (Content-Type: application/json), but it is not JSON."
    where = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
    if first["type"] == "missing" and where == "the body":
        return "Expected a JSON object as body (Content-Type: application/json), but there is none."
    said = first["msg"][:1].lower() + first["msg"][1:]
    return f"Expected another value of {where!r}: {said}."


class BodyLimit:
    """Turns away bodies that are too big or too slow, before anything reads them."""

    def __init__(self, app: ASGIApp) -> None:
        """Store what is protected."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body, or refuse it."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > MAX_BODY:
            await _too_big()(scope, receive, send)
            return
        messages: list[Message] = []
        size = 0
        try:
            async with asyncio.timeout(BODY_WAIT):
                while not messages or messages[-1].get("more_body", False):
                    message = await receive()
                    size += len(message.get("body", b""))
                    if size > MAX_BODY:
                        await _too_big()(scope, receive, send)
                        return
                    messages.append(message)
        except TimeoutError:
            await _problem(408, f"The body did not arrive within {BODY_WAIT:.0f} seconds.")(scope, receive, send)
            return
        kept = iter(messages)

        async def replay() -> Message:
            message = next(kept, None)
            return await receive() if message is None else message

        await self._app(scope, replay, send)


def _too_big() -> Response:
    return _problem(413, f"Expected a body of at most {MAX_BODY:,} bytes; for more, use `policy-index batch`.")
