"""The answer that tells of a problem. What stands before every door needs it at once, and FastAPI, a fifth of a start, it does not."""

from typing import Any

from starlette.responses import JSONResponse, Response


def problem(status: int, sentence: str, headers: Any = None) -> Response:
    """Return one JSON object with one sentence under `error`."""
    return JSONResponse({"error": sentence}, status, headers)
