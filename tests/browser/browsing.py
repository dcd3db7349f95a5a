"""Starting a real server, and finding a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

CLONE = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
ADVICE = "no Chromium found: install one (Debian: apt-get install chromium), or name it in the variable CHROMIUM"


@contextmanager
def serving(command: list[str] | None = None, **environment: str) -> Iterator[str]:
    """Start a server on a free port of this machine and yield its address; stop it afterwards."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    start = command or [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    flag = "--port" if command else "--server.port"
    server = subprocess.Popen(
        [*start, f"{flag}={port}"],
        cwd=environment.pop("cwd", str(CLONE)),
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    try:
        wait_for_server(address, server)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:  # it waits for a visitor whose window is still open
            server.kill()
            server.wait()


def wait_for_server(address: str, server: subprocess.Popen[bytes], *, seconds: float = 120) -> None:
    """Wait until the server answers its health check."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended with status {server.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the server did not answer in time")


expect.set_options(timeout=60_000)  # a fresh server loads its model first

Check = Callable[[str], None]
