"""What callers over HTTP are told where something is wrong: one JSON object with one sentence under `error`."""

import logging
import math
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from policy_index.errors import (
    AlreadyThereError,
    ComparisonError,
    EncoderError,
    InputError,
    LibraryError,
    OverloadedError,
    PolicyIndexError,
    QuotaError,
    RightsError,
    UnknownClauseError,
    UnknownPolicyError,
    public_words,
)
from policy_index.server.one_sentence import problem

_NOT_JSON = "Expected a JSON object as body (Content-Type: application/json), but it is not JSON."


_STATUS: dict[type[PolicyIndexError], int] = {
    UnknownClauseError: 404,
    UnknownPolicyError: 404,
    InputError: 422,
    ComparisonError: 422,
    RightsError: 403,
    AlreadyThereError: 409,
    LibraryError: 503,
    EncoderError: 503,
}
"""The first kind that an error is of says its status; any other is a fault of the server's."""


class Problem(BaseModel):
    """What went wrong, in one sentence."""

    error: str


def problems(words: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    """Return what an OpenAPI page says of an address's problems, from their words by status."""
    return {status: {"model": Problem, "description": said} for status, said in words.items()}


def explain_errors(api: FastAPI) -> None:
    """Answer every error of an application in one sentence, with the status that fits it."""

    @api.exception_handler(PolicyIndexError)
    async def expected(_request: Request, error: PolicyIndexError) -> Response:
        return _expected(error)

    @api.exception_handler(RequestValidationError)
    async def wrong_shape(_request: Request, error: RequestValidationError) -> Response:
        return problem(422, _sentence(error))

    @api.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> Response:
        said = {
            400: _NOT_JSON,
            404: "There is nothing at this address; /api/docs lists what there is.",
            405: "This address does not take such requests; see /api/docs.",
        }
        return problem(error.status_code, said.get(error.status_code, str(error.detail)), error.headers)

    @api.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        # Only where and what kind: a message could quote the text.
        logging.getLogger(__name__).error("%s at %s", type(error).__name__, request.url.path)
        return problem(500, "Something went wrong on the server.")


def _expected(error: PolicyIndexError) -> Response:
    """Return the answer to an error that a caller can expect."""
    sentence = public_words(error)
    match error:
        case UnknownClauseError():
            sentence = sentence.replace("`policy-index clauses`", "/api/clauses")
        case OverloadedError() | QuotaError():
            status = 503 if isinstance(error, OverloadedError) else 429
            return problem(status, sentence, {"Retry-After": str(max(1, math.ceil(error.retry_after)))})
        case RightsError(is_unknown=True):
            return problem(401, sentence, {"WWW-Authenticate": "Bearer"})
        case _:
            pass
    status = next((each for kind, each in _STATUS.items() if isinstance(error, kind)), 500)
    return problem(status, "The server could not answer this." if status == 500 else sentence)  # noqa: PLR2004  # a fault


def _sentence(error: RequestValidationError) -> str:
    """Return the first thing that is wrong with a request, in one sentence that does not repeat the request."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _NOT_JSON
    where = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
    if first["type"] == "missing" and where == "the body":
        return "Expected a JSON object as body (Content-Type: application/json), but there is none."
    said = first["msg"][:1].lower() + first["msg"][1:]
    return f"Expected another value of {where!r}: {said}."
