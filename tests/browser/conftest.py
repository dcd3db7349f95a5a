"""A real server and a real Chromium."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import ADVICE, CHROMIUM, FLAGS, Check, serving
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests are skipped with one line of advice; under CI they run and fail."""
    if CHROMIUM is None and not os.environ.get("CI"):
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=ADVICE))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """One server for the tests that do not ask for a fresh one."""
    with serving() as address:
        yield address


_OPEN = ExitStack()
"""The browser and what drives it, which holds the thread's event loop."""


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """The browser, started once; it is closed after the last of these tests."""
    if CHROMIUM is None:
        pytest.fail(ADVICE)
    browser = _OPEN.enter_context(sync_playwright()).chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    _OPEN.callback(browser.close)
    browser.on("context", _watch)
    return browser


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Close the browser where the next test is none of these: it may want an event loop of its own."""
    if nextitem is None or nextitem.path.parent != Path(__file__).parent:
        _OPEN.close()


@pytest.fixture(autouse=True)
def nothing_strange() -> Iterator[list[str]]:
    """What no page may do in any test: ask another machine, or what its content security policy forbids."""
    _STRANGE.clear()
    yield _STRANGE
    assert _STRANGE == []


def _watch(context: BrowserContext) -> None:
    """Note what the windows of a visit ask of others, and what the browser forbids them."""

    def note_request(request: Request) -> None:
        if not request.url.startswith(_HERE) and urlsplit(request.url).hostname != "localhost":
            _STRANGE.append(f"asked {request.url}")

    def note_word(word: ConsoleMessage) -> None:
        if "Content Security Policy" in word.text:
            _STRANGE.append(word.text)

    context.on("request", note_request)
    context.on("console", note_word)


_STRANGE: list[str] = []
_HERE = ("data:", "blob:", "about:", "file:")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A visitor's window."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def check(page: Page) -> Check:
    """Type a text into the box and press Check."""

    def act(text: str) -> None:
        box = page.get_by_label("Your prompt or product idea")
        folded = page.get_by_text("Change the text, or try another one")
        expect(folded.or_(box).first).to_be_visible()
        if not box.is_visible():  # folded away beside a result
            folded.click()
        box.fill(text)
        page.get_by_role("button", name="Check").click()

    return act
