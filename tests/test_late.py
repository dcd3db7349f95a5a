"""An application that is made late answers its first request, and is not made before it is wanted."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from policy_index.server.late import LateApp
from policy_index.server.webapp import app_root, site_script

_FIRST_PAGE = f"""
import runpy, sys
runpy.run_path({str(app_root() / "app.py")!r})
from streamlit.testing.v1 import AppTest
site = AppTest.from_file({str(site_script())!r}, default_timeout=60).run()
assert not site.exception and site.text_area
print([name for name in ("fastapi", "mcp", "sqlalchemy", "pandas", "pyarrow", "scipy", "jinja2", "torch") if name in sys.modules])
"""


def app_around(made: list[str]) -> Starlette:
    """Return a server with a late application, which notes when it is made and let go."""

    async def hello(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    @asynccontextmanager
    async def alive(_app: Starlette) -> AsyncIterator[None]:
        made.append("alive")
        try:
            yield
        finally:
            made.append("gone")

    def make() -> Starlette:
        made.append("made")
        return Starlette(routes=[Route("/hello", hello)], lifespan=alive)

    late = LateApp(make)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(late.run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return Starlette(routes=[Mount("/late", late), Route("/at-once", hello)], lifespan=lifespan)


def test_it_is_made_for_its_first_request_and_once():
    """Other routes answer before it is there; its own lifespan is entered and left."""
    made: list[str] = []
    with TestClient(app_around(made)) as client:
        assert client.get("/at-once").text == "hello"
        assert made == []

        assert client.get("/late/hello").text == client.get("/late/hello").text == "hello"
        assert made == ["made", "alive"]

    assert made == ["made", "alive", "gone"]


def test_the_first_page_waits_for_no_package_that_it_does_not_need():
    """Together they take longer to import than all the rest of a start: doors, tables, comparisons and papers come later."""
    found = subprocess.run([sys.executable, "-c", _FIRST_PAGE], capture_output=True, text=True, check=True)

    assert found.stdout.strip().endswith("[]")
