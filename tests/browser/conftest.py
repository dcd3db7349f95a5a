"""A real server and a real Chromium."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import ADVICE, CHROMIUM, FLAGS, Check, serving
from playwright.sync_api import Browser, Page, sync_playwright


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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, started once."""
    if CHROMIUM is None:
        pytest.fail(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


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
        page.get_by_label("Your prompt or product idea").fill(text)
        page.get_by_role("button", name="Check").click()

    return act
