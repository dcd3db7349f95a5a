"""What the page "What is kept" promises, tried on a real server: no text stays behind, neither in its output, its files nor its memory."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import anyio
import pytest
from browsing import CLONE, serving
from loading import resident
from mcp import Client
from playwright.sync_api import Browser, Page, expect
from walk import WIDE, settle, visitor

MARK = "zanzibarquux"
"""A word that stands in everything that is brought, and nowhere else."""

HEAVY = 40_000_000
"""Bytes of an upload, so that a visit which is not given back is seen in the server's memory."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server whose output and every file of its own lie in one folder."""
    (tmp_path / "tmp").mkdir()
    homes = {name: str(tmp_path / name) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    app = [sys.executable, "-m", "streamlit", "run", str(CLONE / "app.py"), "--server.headless=true"]
    with (
        (tmp_path / "output").open("wb") as output,
        serving(
            [*app, "--logger.level=debug"],
            flag="--server.port",
            output=output,
            TMPDIR=str(tmp_path / "tmp"),
            **homes,
        ) as address,
    ):
        yield address, tmp_path


def found_in(folder: Path) -> list[str]:
    """Return the files below a folder that hold the mark, in any encoding that a text is written in."""
    marks = [MARK.encode(), MARK.encode("utf-16-le"), MARK.upper().encode()]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [str(path) for path in files if any(mark in path.read_bytes() for mark in marks)]


def post(address: str, path: str, body: object) -> int:
    """Send JSON, and return the status of the answer."""
    request = urllib.request.Request(
        f"{address}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return int(error.code)


def test_no_text_that_anybody_brings_is_written_anywhere(chromium: Browser, house: tuple[str, Path]):
    """Over HTTP, MCP and on the pages, what is refused too: not in the most talkative log, in no file and in no cache."""
    address, folder = house
    text = f"A dating app for {MARK} farmers"
    assert post(address, "/api/search", {"text": text}) == 200
    assert post(address, "/api/brief", {"text": f"{text}. It tells you what a rash is."}) == 200
    assert post(address, "/api/search", {"text": text, "top": 4711, "policy": None}) == 422
    assert post(address, "/api/search", {"text": text, MARK: 1}) == 422
    assert post(address, "/api/policies", {"text": MARK, "title": " "}) == 422

    async def ask() -> bool:
        async with Client(f"{address}/mcp") as client:
            return bool((await client.call_tool("search_policy", {"text": text})).is_error)

    with ThreadPoolExecutor(1) as apart:  # this thread has the browser's own event loop
        assert apart.submit(anyio.run, ask).result() is False
    with visitor(chromium, WIDE) as page:
        page.goto(address)
        page.get_by_label("Your prompt or product idea").fill(text)
        page.get_by_role("button", name="Check").first.click()
        expect(page.get_by_text(f"Nearest clauses for “{text}”")).to_be_visible()
        page.goto(f"{address}/batch")
        page.get_by_text("Upload a file").click()
        page.locator("input[type=file]").set_input_files(
            {"name": f"{MARK}.csv", "mimeType": "text/csv", "buffer": f"{MARK}\n{text}\n\xff".encode("latin-1")}
        )
        expect(page.get_by_text("expected UTF-8")).to_be_visible()
        page.goto(f"{address}/policies")
        page.get_by_text("Or paste its text").click()
        page.get_by_label("The policy’s text").fill(f"# Rules of {MARK}\n\n* You must not send {MARK}.\n")
        page.get_by_role("button", name="Read it").click()
        expect(page.get_by_role("heading", name="What was recognised")).to_be_visible()
        settle(page)

    assert (folder / "output").stat().st_size > 0
    assert found_in(folder) == []


def test_what_a_closed_visit_held_is_given_back_within_a_minute(chromium: Browser, house: tuple[str, Path]):
    """Three visits with 40 MB each: a minute after their windows were closed no visit and no upload is left.

    Of the process’s own memory two thirds are back with the system; what stays is less than one upload.
    """
    address, folder = house
    pid = _listener(int(address.rpartition(":")[2]))
    file = folder / "heavy.csv"
    assert (
        post(address, "/api/search", {"text": "bread"}) == 200
    )  # so that the model is there, and is not counted to a visit
    assert post(address, "/mcp", {}) < 500
    with visitor(chromium, WIDE) as page:  # what the first visit loads, stays
        _upload(page, address, file, rows=10)
    before = resident(pid)
    with ExitStack() as windows:
        for _ in range(3):
            _upload(windows.enter_context(visitor(chromium, WIDE)), address, file, rows=HEAVY // 1000)
        held, uploaded = resident(pid), _held(address)
        left = (held - before) / 3
    closed = time.monotonic()
    while (_held(address) > 0 or resident(pid) - before > left) and time.monotonic() < closed + 60:
        time.sleep(1)

    assert uploaded > 3 * HEAVY
    assert held - before > 3 * HEAVY / 1024
    assert _held(address) == 0
    assert resident(pid) - before <= left, (before, held, resident(pid))


def _held(address: str) -> int:
    """Return the bytes that uploads and what visits know take, as Streamlit counts them."""
    with urllib.request.urlopen(f"{address}/_stcore/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    kinds = ("UploadedFileManager", "st_session_state")
    return sum(int(line.rpartition(" ")[2]) for line in lines if any(f'"{kind}"' in line for kind in kinds))


def _upload(page: Page, address: str, file: Path, *, rows: int) -> None:
    """Upload a table of so many rows of a thousand characters as a new visit."""
    page.set_default_timeout(120_000)
    file.write_text("text\n" + ("x" * 999 + "\n") * rows, encoding="utf-8")
    page.goto(f"{address}/batch")
    page.get_by_text("Upload a file").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text(f"The first of {rows:,} rows")).to_be_visible()


def _listener(port: int) -> int:
    """Return the process that listens at a port; Linux."""
    for pid in [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if f"--server.port={port}".encode() in words:
            return pid
    pytest.fail("no process of the server")


def test_the_output_of_a_command_that_fails_holds_no_text(tmp_path: Path):
    """One sentence, and no file."""
    done = subprocess.run(
        [sys.executable, "-m", "policy_index.cli", "search", MARK, "--top", "4711"],
        capture_output=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CLONE), "XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)},
    )

    assert done.returncode == 2
    assert MARK.encode() not in done.stderr + done.stdout
    assert found_in(tmp_path) == []
