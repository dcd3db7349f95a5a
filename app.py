"""The app's entry: `streamlit run app.py`. The server starts at once; model, HTTP and MCP follow behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from policy_index.server.late import LateApp
from policy_index.server.service import service
from policy_index.server.webapp import site_script

MCP_PATH = "/mcp"


def make_api() -> Starlette:
    """Return the JSON routes; FastAPI takes a second, which no page needs to wait for."""
    from policy_index.server import http_api

    return http_api.make_api(service())


def make_assistants() -> Starlette:
    """Return the assistant's door; so does its SDK."""
    from policy_index.server.mcp_server import make_mcp_app

    return make_mcp_app(service(), path=MCP_PATH, host=st.get_option("server.address") or "0.0.0.0")  # noqa: S104


api, assistants = LateApp(make_api), LateApp(make_assistants)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Load the model in the background as soon as the server is up, and the other doors after it."""
    loop = asyncio.get_running_loop()
    doors = [asyncio.create_task(door.run()) for door in (api, assistants)]
    warming = service().start_warming()
    warming.add_done_callback(lambda _done: loop.call_soon_threadsafe(api.want))
    warming.add_done_callback(lambda _done: loop.call_soon_threadsafe(assistants.want))
    try:
        yield
    finally:
        for task in doors:
            task.cancel()
        await asyncio.gather(*doors, return_exceptions=True)


app = st.App(site_script(), lifespan=lifespan, routes=[Mount("/api", api), Route(MCP_PATH, assistants)])
