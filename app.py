"""The app's entry: `streamlit run app.py`. The server starts at once; model, HTTP and MCP follow behind it."""

import asyncio
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from threading import Thread

import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from streamlit.config import is_manually_set
from streamlit.file_util import get_static_dir

from policy_index.server.guard import Guard
from policy_index.server.headers import SecurityHeaders, inline_scripts
from policy_index.server.late import LateApp
from policy_index.server.memory import settle_memory
from policy_index.server.names import Names, shown_address
from policy_index.server.quotas import Quotas
from policy_index.server.service import service
from policy_index.server.stopping import end_in_time
from policy_index.server.uploads import UploadLimit, keep_uploads_in_memory
from policy_index.server.webapp import site_script
from policy_index.ui.closed_visits import forget_closed_visits

MCP_PATH = "/mcp"

FIRST_VISIT = 5.0
"""Seconds after the model is loaded until the other doors are made, if nobody knocks: they would slow down the first page's."""


TURN = 0.001
"""Seconds after which Python lets another thread go on, a fifth of what is usual: a short search has many turns beside long texts."""


def make_api() -> Starlette:
    """Return the JSON routes; FastAPI takes a second, which no page needs to wait for."""
    from policy_index.server import http_api
    from policy_index.ui.visitor import rights

    return http_api.make_api(service(), rights())


def make_assistants() -> Starlette:
    """Return the assistant's door; so does its SDK."""
    from policy_index.server.mcp_server import make_mcp_app
    from policy_index.ui.visitor import rights

    return make_mcp_app(service(), rights(), path=MCP_PATH)


def make_guard() -> Middleware:
    """Return what stands before every door: whose names are answered, and what a browser lets our pages do."""
    names = Names.from_environment(
        listens_at=st.get_option("server.address"), also=st.get_option("server.allowedHosts")
    )
    page = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    return Middleware(Guard, names=names, headers=SecurityHeaders.from_environment(scripts=inline_scripts(page)))


def uploader(visit: str, address: str) -> str:
    """Return by what name an upload is counted; the pages' parts are imported with the first page, or the first upload."""
    from policy_index.ui import visitor

    return visitor.uploader(visit, address)


def make_upload_limit() -> Middleware:
    """Return what stands before uploads: how large one may be, and how much a visitor may bring."""
    largest = st.get_option("server.maxUploadSize") * 1_048_576
    keep_uploads_in_memory(largest)
    return Middleware(UploadLimit, largest=largest, quotas=Quotas.from_environment(), visitor=uploader)


def shown() -> str:
    """Return where the app is; Streamlit would ask the outside for this machine's address to say it."""
    options = {name: st.get_option(f"server.{name}") for name in ("address", "port", "baseUrlPath", "sslCertFile")}
    return shown_address(
        options["address"], options["port"], folder=options["baseUrlPath"], is_secure=bool(options["sslCertFile"])
    )


def open_browser(address: str) -> None:
    """Open the app in a browser where somebody asked for one; Streamlit does so for scripts alone, not for an app like this one."""
    if is_manually_set("server.headless") and not st.get_option("server.headless"):
        # Apart, for some browsers take the terminal until they are closed; the socket listens already.
        Thread(target=webbrowser.open, args=(address,), name="open-browser", daemon=True).start()


def want_later(loop: asyncio.AbstractEventLoop, want: Callable[[], None], _done: object) -> None:
    """Make a door a while after the model is there, when the first visitor has the first page."""
    loop.call_soon_threadsafe(loop.call_later, FIRST_VISIT, want)


api, assistants = LateApp(make_api), LateApp(make_assistants)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Load the model in the background as soon as the server is up, and the other doors after it."""
    sys.setswitchinterval(TURN)
    address = shown()
    print(f"\n  Usage Policy Explorer: {address}\n", flush=True)  # noqa: T201
    open_browser(address)
    end_in_time()
    loop = asyncio.get_running_loop()
    beside = [asyncio.create_task(each) for each in (api.run(), assistants.run(), forget_closed_visits())]
    warming = service().start_warming()
    warming.add_done_callback(lambda _done: settle_memory())
    for want in (api.want, assistants.want):
        warming.add_done_callback(partial(want_later, loop, want))
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


app = st.App(
    site_script(),
    lifespan=lifespan,
    routes=[Mount("/api", api), Route(MCP_PATH, assistants)],
    middleware=[make_guard(), make_upload_limit()],
)
