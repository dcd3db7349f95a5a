"""Bodies of requests that are too big or too slow are turned away before anything reads them."""

import asyncio

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_index.server.one_sentence import problem

MAX_BODY = 1_000_000
"""Largest body that is read, in bytes."""

BODY_WAIT = 15.0
"""Seconds in which a body must arrive."""


class BodyLimit:
    """Turns away bodies that are too big or too slow."""

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
            await problem(408, f"The body did not arrive within {BODY_WAIT:.0f} seconds.")(scope, receive, send)
            return
        kept = iter(messages)

        async def replay() -> Message:
            message = next(kept, None)
            return await receive() if message is None else message

        await self._app(scope, replay, send)


def _too_big() -> Response:
    return problem(413, f"Expected a body of at most {MAX_BODY:,} bytes; for more, use `policy-index batch`.")
