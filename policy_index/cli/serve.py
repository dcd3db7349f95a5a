"""`policy-index serve`."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from policy_index.cli.options import model_option, packs_option
from policy_index.cli.printing import say_aside
from policy_index.library.doors import with_library
from policy_index.policy.shelf import PACKS_VARIABLE, load_shelf
from policy_index.search.model_choice import MODEL_VARIABLE
from policy_index.server.webapp import app_root


@click.command()
@click.option("--host", default="localhost", show_default=True, help="Address to listen on.")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@model_option
@packs_option
@click.option("--open/--no-open", "open_browser", default=False, help="Open the page in a browser.")
def serve(host: str, port: int, model: str | None, packs: Path | None, *, open_browser: bool) -> None:
    """Start the app in this terminal; Ctrl+C stops it."""
    if find_spec("streamlit") is None:
        raise ModuleNotFoundError(name="streamlit")
    # What is wrong with a pack or the library is said here, not on a page; without the library the others are served.
    with_library(load_shelf(packs), say=say_aside).entries()
    if model is not None:
        os.environ[MODEL_VARIABLE] = model
    if packs is not None:
        os.environ[PACKS_VARIABLE] = str(packs.resolve())
    options = {"server.address": host, "server.port": port, "server.headless": str(not open_browser).lower()}
    flags = [f"--{name}={value}" for name, value in options.items()]
    sys.stdout.flush()
    os.execv(  # noqa: S606  # no shell: the server takes this process's place, so that signals reach it
        sys.executable, [sys.executable, "-m", "streamlit", "run", str(app_root() / "app.py"), *flags]
    )
