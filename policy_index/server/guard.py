"""What stands before every door of the app, pages, files, HTTP and MCP alike: who may ask, and the headers of each answer."""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_index.server.headers import SecurityHeaders
from policy_index.server.names import Names, Refusal
from policy_index.server.one_sentence import problem

_POLICY_VIOLATED = 1008
"""With which a WebSocket is closed that may not be opened (RFC 6455)."""


class Guard:
    """Refuses what comes by another's name or from another's page, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, *, names: Names, headers: SecurityHeaders) -> None:
        """Store what is guarded, and by what rules.

        Args:
            app: What answers.
            names: The names of the server.
            headers: Of every answer; one that the answer itself has stays.
        """
        self._app = app
        self._names = names
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        hosts, origins = _named(scope, b"host"), _named(scope, b"origin")
        refusal = self._names.refusal(hosts, origins)
        added = self._headers.of(hosts[0] if hosts and self._names.knows(hosts[0]) else None)
        has_begun = False

        async def with_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "websocket.close" and not has_begun and _may_answer(scope):
                has_begun = True
                # Else the server would say so itself, without these headers.
                await send({"type": "websocket.http.response.start", "status": 403, "headers": _joined([], added)})
                await send({"type": "websocket.http.response.body", "body": b""})
                return
            if message["type"] in _BEGINS:
                has_begun = True
                message = {**message, "headers": _joined(message.get("headers", ()), added)}
            await send(message)

        if refusal is not None:
            await _refuse(refusal, scope, receive, with_headers)
            return
        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:
            if has_begun or scope["type"] != "http":
                raise
            # Only where and what kind: a message could quote the text.
            logging.getLogger(__name__).error("%s at %s", type(error).__name__, scope["path"])  # noqa: TRY400
            await problem(500, "Something went wrong on the server.")(scope, receive, with_headers)


_BEGINS = {"http.response.start", "websocket.accept", "websocket.http.response.start"}


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket" and not _may_answer(scope):
        await send({"type": "websocket.close", "code": _POLICY_VIOLATED, "reason": ""})
        return
    await problem(refusal.status, refusal.sentence)(scope, receive, send)


def _may_answer(scope: Scope) -> bool:
    """Whether a WebSocket that is not opened may get an answer of HTTP."""
    return "websocket.http.response" in scope.get("extensions", {})


def _named(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _joined(own: "list[tuple[bytes, bytes]]", added: dict[str, str]) -> list[tuple[bytes, bytes]]:
    there = {name.lower() for name, _ in own}
    new = [(name.lower().encode(), value.encode()) for name, value in added.items()]
    return [*own, *(each for each in new if each[0] not in there)]
