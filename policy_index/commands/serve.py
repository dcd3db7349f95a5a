"""`policy-index serve`."""

import os
import sys

import click

from policy_index.commands.printing import model_option
from policy_index.encoder import (
    MODEL_VARIABLE,
)
from policy_index.webapp import app_root


@click.command()
@click.option("--host", default="localhost", show_default=True, help="Address to listen on.")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@model_option
@click.option("--open/--no-open", "open_browser", default=False, help="Open the page in a browser.")
def serve(host: str, port: int, model: str | None, *, open_browser: bool) -> None:
    """Start the app in this terminal; Ctrl+C stops it."""
    if model is not None:
        os.environ[MODEL_VARIABLE] = model
    options = {"server.address": host, "server.port": port, "server.headless": str(not open_browser).lower()}
    flags = [f"--{name}={value}" for name, value in options.items()]
    sys.stdout.flush()
    os.execv(  # noqa: S606  # no shell: the server takes this process's place, so that signals reach it
        sys.executable, [sys.executable, "-m", "streamlit", "run", str(app_root() / "app.py"), *flags]
    )
