"""Files that people upload are counted and refused before they are read: what is too big, and what is too much within an hour.

Streamlit reads an upload whole, and a page sees it only then; this stands before its route.
"""

import asyncio
import math
from collections.abc import Callable

from starlette.formparsers import MultiPartParser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_index.errors import QuotaError
from policy_index.server.one_sentence import problem
from policy_index.server.quotas import Quotas

UPLOADS = "/_stcore/upload_file/"
"""Under which Streamlit takes uploads, as `SESSION/FILE`; a folder may stand before it."""

STALLS = 30.0
"""Seconds for which an upload may stand still before it is given up."""

_FRAME = 1_048_576
"""Bytes of a request that may stand around its file: boundaries, the file's name."""


class UploadLimit:
    """Refuses uploads that are too big or too many, before their bodies are read, and those that stand still."""

    def __init__(self, app: ASGIApp, *, largest: int, quotas: Quotas, visitor: Callable[[str, str], str]) -> None:
        """Store what is protected, and by which numbers.

        Args:
            app: What takes the uploads.
            largest: Bytes of the largest file.
            quotas: How much a visitor may bring within an hour. An upload that does not say its size counts as the largest.
            visitor: Returns by what name an upload is counted, of the id of its visit and the address that it comes from.
        """
        self._app = app
        self._largest = largest
        self._quotas = quotas
        self._visitor = visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no upload, and uploads that may be brought; answer the others."""
        if scope["type"] != "http" or scope["method"] not in {"PUT", "POST"} or UPLOADS not in scope["path"]:
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._watched(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        said = dict(scope["headers"]).get(b"content-length", b"").decode("latin-1")
        if said and not (said.isascii() and said.isdigit()):
            return problem(400, "Expected the size of the upload as Content-Length, got something else.")
        size = int(said[:20]) if said else self._largest
        if size > self._largest + _FRAME:
            return problem(413, f"Expected a file of at most {self._largest // _FRAME:,} MB, but it is larger.")
        visit = scope["path"].rpartition(UPLOADS)[2].partition("/")[0]
        address = scope["client"][0] if scope.get("client") else ""
        try:
            self._quotas.take(self._visitor(visit, address), size)
        except QuotaError as error:
            return problem(429, str(error), {"Retry-After": str(max(1, math.ceil(error.retry_after)))})
        return None

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an upload on; where it stands still, its client is as good as gone, and is told so."""
        stalled = begun = False

        async def waiting() -> Message:
            nonlocal stalled
            try:
                async with asyncio.timeout(STALLS):
                    return await receive()
            except TimeoutError:
                stalled = True
                return {"type": "http.disconnect"}

        async def beginning(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, waiting, beginning)
        except Exception:
            if not stalled or begun:
                raise
            await problem(408, f"The upload stood still for {STALLS:.0f} seconds.")(scope, receive, send)


def keep_uploads_in_memory(largest: int) -> None:
    """Let no upload lie in a file while it arrives: Starlette would write what is longer than a megabyte to a temporary one.

    Args:
        largest: Bytes of the largest file.
    """
    MultiPartParser.spool_max_size = largest + _FRAME
