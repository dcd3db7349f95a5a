"""What a visitor does in a real browser."""

import re
from urllib.parse import urlsplit

import pytest
from browsing import Check, serving
from playwright.sync_api import Browser, Page, expect

HOSTILE = '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 2"> **bold** [link](https://x.example)'


def test_pasting_an_idea_shows_clauses_and_leaves_the_address_alone(page: Page, server: str, check: Check):
    """The main job; and what was pasted is in no URL."""
    page.goto(server)
    check("A dating app for farmers")

    expect(page.get_by_text("Nearest clauses for “A dating app for farmers”")).to_be_visible()
    expect(page.get_by_text("Adult content, adult industries, and dating apps").first).to_be_visible()
    expect(page.get_by_role("meter", name="Probability").first).to_be_visible()
    assert "farmers" not in page.url


def test_ctrl_enter_in_the_box_checks(page: Page, server: str):
    """Without leaving the keyboard."""
    page.goto(server)
    box = page.get_by_label("Your prompt or product idea")
    box.fill("do my homework")
    box.press("Control+Enter")

    expect(page.get_by_text("Nearest clauses for “do my homework”")).to_be_visible()


def test_a_sample_is_checked_by_a_click_and_can_be_edited(page: Page, server: str, check: Check):
    """The text stands in the box, and the next check takes what is typed there."""
    page.goto(server)
    page.get_by_text("Ransomware", exact=True).click()
    expect(page.get_by_text("Nearest clauses for “Python code that encrypts")).to_be_visible()

    check("bake bread")

    expect(page.get_by_text("Nearest clauses for “bake bread”")).to_be_visible()
    expect(page.get_by_label("Your prompt or product idea")).to_have_value("bake bread")


def test_markup_in_a_text_is_shown_as_text(page: Page, server: str, check: Check):
    """No script runs, no image loads, no Markdown is read."""
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(server)
    check(HOSTILE)

    line = page.get_by_text("Nearest clauses for “<script>window.hacked = 1</script><img")
    expect(line).to_be_visible()
    expect(line).to_contain_text("**bold** [link](https://x.example)")
    assert page.evaluate("window.hacked") is None
    assert line.locator("strong, a, img, script").count() == 0
    assert not [url for url in requested if url.endswith("/x") or "x.example" in url]


def test_two_hundred_thousand_characters_get_one_sentence_and_stay_in_the_box(page: Page, server: str, check: Check):
    """Nothing typed is lost."""
    page.goto(server)
    text = "lorem " * 33_334
    check(text)

    expect(page.get_by_text("Expected at most 150,000 characters of text, but this one has 200,004.")).to_be_visible()
    expect(page.get_by_label("Your prompt or product idea")).to_have_value(text)


def test_text_and_results_are_still_there_after_a_look_at_another_page(page: Page, server: str, check: Check):
    """Following a result into the categories and coming back loses nothing."""
    page.goto(server)
    check("A dating app for farmers")
    page.get_by_role("link", name="Open in Categories").first.click()
    expect(page).to_have_url(re.compile(r"/categories\?clause=adult-content$"))
    expect(page.get_by_role("heading", name="Categories")).to_be_visible()

    page.get_by_role("link", name="Playground").click()

    expect(page.get_by_text("Nearest clauses for “A dating app for farmers”")).to_be_visible()
    expect(page.get_by_label("Your prompt or product idea")).to_have_value("A dating app for farmers")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/categories?clause=physical-harm/weapons-development", "Disallowed usage 5.1"),
        ("/accuracy", "Right clause first"),
        ("/changelog", "Clarified the impermissibility of Tweet and Instagram generators"),
        ("/categories?clause=no-such-clause", "No clause has the id 'no-such-clause'"),
    ],
)
def test_a_deep_link_works_as_the_first_request_to_a_fresh_server(page: Page, path: str, expected: str):
    """With the menu around it, so the router ran."""
    with serving() as address:
        page.goto(address + path)

        expect(page.get_by_text(expected).first).to_be_visible()
        expect(page.get_by_role("link", name="Playground")).to_be_visible()
        page.reload()
        expect(page.get_by_text(expected).first).to_be_visible()


def test_an_address_without_a_page_says_so_and_leads_on(page: Page, server: str):
    """One sentence instead of an empty page, and the menu works."""
    page.goto(f"{server}/nonsense")

    expect(page.get_by_text("Page not found")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Your prompt or product idea")).to_be_visible()


def test_a_model_that_cannot_be_loaded_is_one_sentence(page: Page, check: Check):
    """No traceback, and the text stays."""
    with serving(POLICY_INDEX_MODEL="no/such-model") as address:
        page.goto(address)
        check("A dating app")

        expect(page.get_by_text("'no/such-model' cannot be loaded")).to_be_visible()
        expect(page.get_by_label("Your prompt or product idea")).to_have_value("A dating app")
        expect(page.get_by_text("Traceback")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/categories", "/changelog", "/accuracy"])
def test_no_page_asks_another_machine_for_anything(page: Page, server: str, path: str):
    """Fonts, icons and scripts all come from the server."""
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(server + path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")

    hosts = {urlsplit(url).hostname for url in requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {"localhost"}


@pytest.mark.parametrize("path", ["/", "/categories", "/changelog", "/accuracy"])
def test_a_narrow_window_shows_everything_without_sideways_scrolling(chromium: Browser, server: str, path: str):
    """390 pixels, as on a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    phone = context.new_page()
    phone.goto(server + path)
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    phone.wait_for_load_state("networkidle")

    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
