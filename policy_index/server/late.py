"""Applications that are made after the server is up, so that the first page need not wait for their packages."""

import asyncio
from collections.abc import Callable

from anyio import to_thread
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send


class LateApp:
    """An ASGI application that is made in a thread when it is first asked for, or when `want` is called."""

    def __init__(self, make: Callable[[], Starlette]) -> None:
        """Make nothing yet.

        Args:
            make: Imports what the application needs, and returns it.
        """
        self._make = make
        self._wanted = asyncio.Event()
        self._ready = asyncio.Event()
        self._app: Starlette | None = None

    async def run(self) -> None:
        """Make the application when it is wanted, and keep it alive until this is cancelled; run it beside the server."""
        await self._wanted.wait()
        app = await to_thread.run_sync(self._make)
        async with app.router.lifespan_context(app):
            self._app = app
            self._ready.set()
            await asyncio.Event().wait()

    def want(self) -> None:
        """Have the application made now; call it in the server's event loop."""
        self._wanted.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, after making the application if it is the first one."""
        self.want()
        await self._ready.wait()
        if self._app is not None:
            await self._app(scope, receive, send)
