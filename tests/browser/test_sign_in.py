"""Signing in with a real provider, in a real browser: who may write then, under which name, and who may not."""

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import CLONE, free_port, serving
from playwright.sync_api import Browser, Page, expect
from provider import CLIENT, SECRET
from walk import WIDE, visitor

from policy_index.library.library import Library

ANN = re.compile("ann@\u2060?example\\.org")
"""Her address as text: a joiner keeps it from being a link."""

COOKIE_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  # of a server that lives for a test


@contextmanager
def with_sign_in(folder: Path) -> Iterator[str]:
    """A server that other machines could reach, at which people sign in; its library lies in `folder`."""
    with serving([sys.executable, str(CLONE / "tests" / "provider.py")]) as provider:
        port = free_port()
        (folder / ".streamlit").mkdir()
        shutil.copy(CLONE / ".streamlit" / "config.toml", folder / ".streamlit")
        (folder / ".streamlit" / "secrets.toml").write_text(
            f'[auth]\nredirect_uri = "http://localhost:{port}/oauth2callback"\ncookie_secret = "{COOKIE_SECRET}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n',
            encoding="utf-8",
        )
        app = [sys.executable, "-m", "streamlit", "run", str(CLONE / "app.py"), "--server.headless=true"]
        with serving(
            [*app, "--server.address=0.0.0.0"],
            flag="--server.port",
            port=port,
            cwd=str(folder),
            PYTHONPATH=str(CLONE),
            POLICY_INDEX_DATABASE=f"sqlite:///{folder / 'library.sqlite3'}",
            POLICY_INDEX_WRITERS="ann@example.org",
        ) as address:
            yield address


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The server's address, and the folder of its library."""
    folder = tmp_path_factory.mktemp("house")
    with with_sign_in(folder) as address:
        yield address, folder


def sign_in(page: Page, address: str, name: str) -> None:
    """Press Sign in, and be somebody at the provider."""
    page.goto(f"{address}/policies")
    page.get_by_role("button", name="Sign in").first.click()
    page.get_by_role("link", name=f"I am {name}").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_writer_signs_in_and_what_she_keeps_is_noted_under_her_name(chromium: Browser, house: tuple[str, Path]):
    """Before it nothing can be added; after signing out neither."""
    address, folder = house
    with visitor(chromium, WIDE) as page:
        page.goto(f"{address}/policies")
        expect(page.get_by_text("Sign in to add and edit policies.")).to_be_visible()
        expect(page.locator("input[type=file]")).to_have_count(0)
        sign_in(page, address, "ann")
        expect(page.get_by_text(ANN).first).to_be_visible()
        page.get_by_role("link", name="Policies", exact=True).click()
        page.get_by_text("Or paste its text").click()
        page.get_by_label("The policy’s text").fill("# Rules\n\n* You must not send spam.\n* You must not hack.\n")
        page.get_by_role("button", name="Read it").click()
        page.get_by_role("button", name="Keep this policy").click()
        expect(page.get_by_text("Kept: the version")).to_be_visible()

        page.get_by_text(ANN).first.click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in").first).to_be_visible()
        page.goto(f"{address}/policies")
        expect(page.get_by_text("Sign in to add and edit policies.")).to_be_visible()

    with Library.open(f"sqlite:///{folder / 'library.sqlite3'}") as library:
        assert [(each.who, each.what) for each in library.journal()] == [("ann@example.org", "add")]


@pytest.mark.parametrize("name", ["eve", "mallory"])
def test_who_is_no_writer_reads_and_is_told_why(chromium: Browser, house: tuple[str, Path], name: str):
    """Somebody of another address, and somebody who claims a writer's address that nobody verified."""
    address, _ = house
    with visitor(chromium, WIDE) as page:
        sign_in(page, address, name)
        page.goto(f"{address}/policies")

        expect(page.get_by_text("You are signed in, but not among those who may add and edit policies")).to_be_visible()
        expect(page.get_by_text("Policies here: ")).to_be_visible()
        expect(page.locator("input[type=file]")).to_have_count(0)
