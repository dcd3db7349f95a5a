"""What a visitor does in a real browser."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import Check, serving
from playwright.sync_api import Browser, Page, expect
from support import LetterEncoder, letter_index
from walk import settle

from policy_index import load_shelf, write_brief
from policy_index.records.papers import PaperFormat, paper

HOSTILE = '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 2"> **bold** [link](https://x.example)'


def open_view(page: Page, name: str) -> None:
    """Open one of the views of a brief."""
    page.get_by_role("tab", name=name).click()


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


def test_pasted_prompts_are_checked_by_one_click(page: Page, server: str):
    """Without leaving the box first."""
    page.goto(f"{server}/batch")
    page.get_by_label("One prompt a line, in English").click()
    page.keyboard.insert_text("A dating app for farmers\nA bread recipe")
    page.get_by_role("button", name="Check", exact=True).click()

    expect(page.get_by_text("2 distinct texts")).to_be_visible()


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


def test_markup_in_a_text_is_shown_as_text_in_every_view(page: Page, server: str, check: Check):
    """The text and its margin, a new wording of a passage, the words that carry a match, the matrix, its table, two wordings."""
    page.goto(server)
    check(f"A dating app for farmers.\n\n{HOSTILE}")

    expect(page.locator(".um .rows")).to_contain_text(HOSTILE)
    page.get_by_role("button", name="Change the wording").first.click()
    page.get_by_label("Your wording of this passage").fill(f"A dating app {HOSTILE}")
    expect(page.locator(".live li").filter(has_text="Adult content, adult industries").first).to_be_visible()
    page.get_by_role("button", name="Close").click()
    open_view(page, "Words that carry it")
    page.get_by_role("button", name="Leave out each word in turn").click()
    expect(page.get_by_text("carry at least half of what falls")).to_be_visible()
    open_view(page, "Matrix")
    expect(page.locator(".js-plotly-plot .ytick text").filter(has_text="<script>").first).to_be_visible()
    page.locator(".js-plotly-plot .nsewdrag").hover()
    expect(page.locator(".js-plotly-plot .hoverlayer .hovertext").first).to_be_visible()
    page.get_by_text("The same as a table").click()
    open_view(page, "Two wordings")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("columnheader", name="Second wording")).to_be_visible()

    assert page.evaluate("window.hacked") is None
    assert (
        page.locator(".um :is(script, img), .um .text a, .upe-text :is(script, img, a, strong), .hoverlayer a").count()
        == 0
    )


def test_a_binary_file_pasted_as_text_gets_one_sentence_and_stays(page: Page, server: str, check: Check):
    """Half of its characters are marks of unreadable bytes."""
    page.goto(server)
    text = "\ufffdPNG\ufffd\x01\x02\ufffd IHDR"
    check(text)

    expect(page.get_by_text("as in a binary file that was opened as text.")).to_be_visible()
    expect(page.get_by_label("Your prompt or product idea")).to_have_value(text)


def test_a_fact_about_the_product_adds_requirements_and_says_why(page: Page, server: str, check: Check):
    """By a click, after the check."""
    page.goto(server)
    check("We bake bread")
    expect(page.get_by_text("Nearest clauses for “We bake bread”")).to_be_visible()

    page.get_by_text("What is true of the product?", exact=True).click()
    page.get_by_role("button", name="Talks with people", exact=True).click()

    expect(page.get_by_text("You said that it talks with people by itself.").first).to_be_visible()
    expect(page.get_by_role("heading", name="You must").first).to_be_visible()


def test_two_wordings_stand_side_by_side(page: Page, server: str, check: Check):
    """The copy is edited, and what fell is said in words."""
    page.goto(server)
    check("A dating app for farmers")
    open_view(page, "Two wordings")
    page.get_by_label("Change the wording").fill("A weather app for farmers")

    page.get_by_role("button", name="Compare").click()

    row = page.get_by_role("row").filter(has_text="Adult content, adult industries, and dating apps")
    expect(row).to_contain_text("fell by")


def test_a_brief_is_downloaded_with_its_text_in_it(page: Page, server: str, check: Check):
    """In each format, under a name with the day."""
    page.goto(server)
    check("A dating app for farmers")
    open_view(page, "Take away")

    for name, suffix, start in (
        ("Markdown", "md", "# Policy brief"),
        ("HTML to print", "html", "<!doctype html>"),
        ("CSV", "csv", "lane,clause_id"),
        ("JSON", "json", "{"),
    ):
        with page.expect_download() as caught:
            page.get_by_role("button", name=name, exact=True).click()
        written = caught.value.path().read_text(encoding="utf-8")
        assert re.fullmatch(rf"policy-brief-\d{{4}}-\d\d-\d\d\.{suffix}", caught.value.suggested_filename)
        assert written.startswith(start)
        assert "A dating app for farmers" in written
        assert "Adult content, adult industries, and dating apps" in written


def test_a_link_is_made_after_a_click_and_opens_the_text_elsewhere(
    chromium: Browser, page: Page, server: str, check: Check
):
    """In somebody else's window, whose address is clean afterwards."""
    page.goto(server)
    check("A dating app for farmers")
    open_view(page, "Take away")
    expect(page.get_by_text("Whoever has the link can read the text.")).to_be_visible()
    expect(page.get_by_text("?text=")).to_have_count(0)
    page.get_by_role("button", name="I understand: make the link").click()
    link = page.locator("code", has_text="?text=").inner_text()
    assert "text=" not in page.url

    context = chromium.new_context()
    other = context.new_page()
    other.goto(link)

    assert link.startswith(f"{server}?text=")
    expect(other.get_by_text("Nearest clauses for “A dating app for farmers”")).to_be_visible()
    expect(other.get_by_label("Your prompt or product idea")).to_have_value("A dating app for farmers")
    expect(other).to_have_url(re.compile(r"^[^?]*$"))
    context.close()


def test_the_printed_paper_runs_nothing_and_fits_its_page(page: Page, tmp_path: Path):
    """As Chromium prints it: no script, no request, no word wider than the paper."""
    brief = write_brief(
        letter_index(load_shelf().default, LetterEncoder(), probability=0.9), f"{HOSTILE}\n\n{'w' * 500}"
    )
    file = tmp_path / "brief.html"
    file.write_text(paper(brief, PaperFormat.HTML, made_on=date(2026, 3, 5)), encoding="utf-8")
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.set_viewport_size({"width": 680, "height": 960})  # A4 less 18 mm on each side, at 96 dots an inch: 658
    page.emulate_media(media="print")

    page.goto(file.as_uri())

    expect(page.get_by_role("heading", name="Policy brief")).to_be_visible()
    expect(page.locator("p.text")).to_contain_text(HOSTILE)
    assert page.evaluate("window.hacked") is None
    assert requested == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.pdf().startswith(b"%PDF")


def test_two_hundred_thousand_characters_get_one_sentence_and_stay_in_the_box(page: Page, server: str, check: Check):
    """Nothing typed is lost."""
    page.goto(server)
    text = "lorem " * 33_334
    check(text)

    expect(page.get_by_text("Expected at most 200,000 characters of text, but this one has 200,004.")).to_be_visible()
    expect(page.get_by_label("Your prompt or product idea")).to_have_value(text)


def test_text_and_results_are_still_there_after_a_look_at_another_page(page: Page, server: str, check: Check):
    """Following a result into the categories and coming back loses nothing."""
    page.goto(server)
    check("A dating app for farmers")
    page.get_by_text("Why, what it depends on, and its citation").first.click()
    page.get_by_role("link", name="All about this clause").first.click()
    expect(page).to_have_url(re.compile(r"/categories\?clause=adult-content$"))
    expect(page.get_by_role("heading", name="Clause", exact=True)).to_be_visible()

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


@pytest.mark.parametrize("path", ["/", "/categories", "/compare", "/changelog", "/accuracy", "/policies"])
def test_no_page_asks_another_machine_for_anything(page: Page, server: str, path: str):
    """Fonts, icons and scripts all come from the server."""
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(server + path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)

    hosts = {urlsplit(url).hostname for url in requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {"localhost"}


@pytest.mark.parametrize("path", ["/", "/categories", "/compare", "/changelog", "/accuracy", "/policies"])
def test_a_narrow_window_shows_everything_without_sideways_scrolling(chromium: Browser, server: str, path: str):
    """390 pixels, as on a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    phone = context.new_page()
    phone.goto(server + path)
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    settle(phone)

    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
