"""A client that hangs up is served no more, also where the application itself does not look whether it is still there."""

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HangUp:
    """Cancels what is done for a request when its client goes away."""

    def __init__(self, app: ASGIApp) -> None:
        """Store what is cancelled."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; look, after its body, whether the client is still there."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        whole, begun = anyio.Event(), False

        async def noting() -> Message:
            message = await receive()
            if not message.get("more_body", False):
                whole.set()
            return message

        async def beginning(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        async with anyio.create_task_group() as tasks:

            async def watch() -> None:
                await whole.wait()
                while (await receive())["type"] != "http.disconnect":
                    pass
                if not begun:  # an answer that has begun comes to its end, or to nothing, by itself
                    tasks.cancel_scope.cancel()

            tasks.start_soon(watch)
            await self._app(scope, noting, beginning)
            tasks.cancel_scope.cancel()
