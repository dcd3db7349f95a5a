"""The app's entry: `streamlit run app.py`. The server starts at once; the language model warms behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from policy_index.ui.warm import start_warming
from policy_index.webapp import site_script


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Load the model in the background as soon as the server is up."""
    start_warming()
    yield


app = st.App(site_script(), lifespan=lifespan)
