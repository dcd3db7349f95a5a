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
from tempfile import mkdtemp
from typing import IO

import pytest
from playwright.sync_api import expect

CLONE = Path(__file__).resolve().parents[2]
NO_WAY_OUT = Path(__file__).parent / "no_way_out"
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


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    command: list[str] | None = None,
    *,
    flag: str = "",
    port: int | None = None,
    output: int | IO[bytes] = subprocess.DEVNULL,
    **environment: str,
) -> Iterator[str]:
    """Start a server on a free port of this machine and yield its address; stop it afterwards.

    It has no way out of this machine: what it asks beyond it is refused, and fails the test (`no_way_out`).

    Args:
        command: What starts it; this clone's app without it.
        flag: What the command calls its port.
        port: The port, where it must be known before.
        output: Where what it says goes.
        environment: Variables of its environment; `cwd` is the folder that it starts in.
    """
    port = port or free_port()
    start = command or [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    flag = flag or ("--port" if command else "--server.port")
    tried = Path(mkdtemp(prefix="policy-index-tried-")) / "tried.txt"
    own_path = environment.get("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    environment |= {"PYTHONPATH": os.pathsep.join([str(NO_WAY_OUT), own_path]), "POLICY_INDEX_TRIED": str(tried)}
    server = subprocess.Popen(
        [*start, f"{flag}={port}"],
        cwd=environment.pop("cwd", str(CLONE)),
        env=os.environ | environment,
        stdout=output,
        stderr=output,
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
    asked = tried.read_text(encoding="utf-8").splitlines() if tried.exists() else ["nobody watched"]
    assert asked == [], "the server asked beyond its machine"


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
