"""The app's entry: `streamlit run app.py`. The server starts at once; the language model warms behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.routing import Mount

from policy_index.server.http_api import make_api
from policy_index.server.mcp_server import make_mcp_server, mcp_routes
from policy_index.server.service import service
from policy_index.server.webapp import site_script

api = make_api(service())
assistants = make_mcp_server(service())
routes = [Mount("/api", api), *mcp_routes(assistants, host=st.get_option("server.address") or "0.0.0.0")]  # noqa: S104


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Load the model in the background as soon as the server is up."""
    service().start_warming()
    async with assistants.session_manager.run():
        yield


app = st.App(site_script(), lifespan=lifespan, routes=routes)
