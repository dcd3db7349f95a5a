"""Other programs and assistants on the app's own port, and the pages for many prompts, in a real browser."""

import json
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import pytest
from browsing import serving
from loading import search_together
from mcp import Client
from playwright.sync_api import Browser, Page, expect
from support import ACME, PACKS

from policy_index import ClauseIndex

LINES = "A dating app for farmers\nA bread recipe\nonline roulette\nonline roulette with real money"


def test_eight_clients_get_their_own_answers(server: str, real_index: ClauseIndex):
    """The library's, not another client's; tests/benchmarks does it with 32 for a minute."""
    load = search_together(server, real_index, clients=8, seconds=3)

    assert load.wrong == []
    assert load.answers >= 8


def test_an_assistant_connects_to_the_apps_own_port(server: str, real_index: ClauseIndex):
    """With the SDK's client over HTTP."""

    async def ask() -> list[str]:
        async with Client(f"{server}/mcp") as client:
            found = await client.call_tool("search_policy", {"text": "a dating app for farmers", "top": 2})
            assert found.structured_content is not None
            return [match["clause_id"] for match in found.structured_content["matches"]]

    expected = real_index.search("a dating app for farmers", top_k=2).matches
    with ThreadPoolExecutor(1) as apart:  # this thread has the browser's own event loop
        assert apart.submit(anyio.run, ask).result() == [match.clause.id for match in expected]


def test_serve_hands_its_folder_of_packs_on(page: Page):
    """To routes, tools and pages; each answers under the policy that is named."""
    command = [sys.executable, "-c", "from policy_index.cli.main import main; main()", "serve", "--packs", str(PACKS)]

    async def listed(address: str) -> list[str]:
        async with Client(f"{address}/mcp") as client:
            found = await client.call_tool("list_policies", {})
            assert found.structured_content is not None
            return [policy["id"] for policy in found.structured_content["policies"]]

    with serving(command) as address:
        with urllib.request.urlopen(f"{address}/api/changelog?policy={ACME}", timeout=60) as answer:
            assert json.load(answer)["policy"]["publisher"] == "Acme"
        with ThreadPoolExecutor(1) as apart:
            assert apart.submit(anyio.run, listed, address).result() == ["openai", "acme-aup", "acme-aup"]
        page.goto(f"{address}/categories?policy={ACME}")
        expect(page.get_by_text("Acme Acceptable use policy").first).to_be_visible()


def test_the_openapi_page_works_without_another_machine(page: Page, server: str):
    """And lists the routes."""
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{server}/api/docs")

    expect(page.get_by_text("/search/many")).to_be_visible()
    expect(page.get_by_text("The clauses nearest to a text", exact=True)).to_be_visible()
    assert {urlsplit(url).hostname for url in requested if not url.startswith(("data:", "blob:"))} == {"localhost"}


def test_pasted_prompts_are_checked_and_a_row_opens_beside_the_table(page: Page, server: str):
    """By keyboard: the brief has the focus and stands beside the row; Escape gives the focus back. The suite is on Coverage, too."""
    page.goto(f"{server}/batch")
    page.get_by_label("One prompt a line, in English").fill(LINES)
    page.get_by_label("One prompt a line, in English").press("Control+Enter")
    page.get_by_role("button", name="Check 4 prompts").click()
    expect(page.get_by_text("distinct texts")).to_be_visible()
    page.get_by_role("button", name="Row 1: open its brief").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    brief = page.get_by_role("heading", name="Brief of row 1")
    expect(brief).to_be_focused()
    expect(page.get_by_text("Adult content, adult industries, and dating apps").first).to_be_visible()
    row, panel = page.locator(".st-key-suite-main").bounding_box(), brief.bounding_box()
    assert row is not None
    assert panel is not None
    assert panel["x"] >= row["x"] + row["width"]
    assert 0 < panel["y"] < 800
    page.keyboard.press("Escape")
    expect(brief).to_have_count(0)
    expect(page.get_by_role("button", name="Row 1: open its brief")).to_be_focused()
    page.get_by_role("link", name="Read", exact=True).click()
    page.get_by_role("link", name="Prompts", exact=True).click()
    expect(page.get_by_text("clauses touched")).to_be_visible()
    assert "farmers" not in page.url


def test_rows_are_cards_on_a_phone_and_a_brief_comes_into_view(chromium: Browser, server: str):
    """No wide grid; the brief stands below them and is shown; a number of the heatmap can be reached without scrolling the page."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    phone = context.new_page()
    phone.goto(f"{server}/batch")
    phone.get_by_label("One prompt a line, in English").fill(LINES)
    phone.get_by_label("One prompt a line, in English").press("Control+Enter")
    phone.get_by_role("button", name="Check 4 prompts").click()
    card = phone.get_by_role("row").filter(has_text="online roulette with real money")
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390

    phone.get_by_role("button", name="Row 4: open its brief").click()

    expect(phone.get_by_role("heading", name="Brief of row 4")).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="Close row 4").click()
    expect(phone.get_by_role("button", name="Row 4: open its brief")).to_be_in_viewport()
    context.close()


def test_a_file_too_big_is_refused_in_one_sentence(page: Page, server: str, tmp_path: Path):
    """Before it is sent: two gigabytes, of which the disk holds none."""
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(2 * 1024**3)
    page.goto(f"{server}/batch")
    page.get_by_text("Upload a file").click()
    page.locator("input[type=file]").set_input_files(big)

    expect(page.get_by_text("File must be 50.0MB or smaller")).to_be_visible()


@pytest.mark.parametrize("path", ["/batch", "/coverage"])
def test_the_pages_fit_a_phone_and_ask_no_other_machine(chromium: Browser, server: str, path: str):
    """As the first request of a visitor."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    phone = context.new_page()
    requested: list[str] = []
    phone.on("request", lambda request: requested.append(request.url))
    phone.goto(server + path)
    expect(phone.get_by_label("One prompt a line, in English")).to_be_visible()
    expect(phone.get_by_role("button", name="Use ten sample prompts")).to_be_visible()

    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert {urlsplit(url).hostname for url in requested if not url.startswith(("data:", "blob:"))} == {"localhost"}
    context.close()
