"""What a visitor who comes without a text does in a real browser: looks, clicks, jumps, goes back, takes away."""

import itertools
import re
from pathlib import Path

import pytest
from browsing import Check, serving
from playwright.sync_api import Browser, Locator, Page, expect

LAST_WORDS = {
    "/categories?category=privacy": "Clauses as CSV",
    "/categories?clause=privacy/tracking": "Changelog entries that may bear on it",
    "/map": "How the map was made",
    "/overlaps": "All pairs as CSV",
}
"""Pages, and what stands at the end of each."""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/categories?clause=privacy/tracking", "Disallowed usage 10.1"),
        ("/categories?category=privacy", "← All categories and sections"),
        ("/changelog?revision=2022-06-07", "It names no rule that changed"),
        ("/map", "What this map distorts"),
        ("/overlaps?of=Health", "Pairs, side by side"),
    ],
)
def test_a_permalink_works_as_the_first_request_to_a_fresh_server_and_after_a_reload(
    page: Page, path: str, expected: str
):
    """With the menu around it, so the router ran."""
    with serving() as address:
        page.goto(address + path)

        expect(page.get_by_text(expected).first).to_be_visible()
        expect(page.get_by_role("link", name="Playground")).to_be_visible()
        page.reload()
        expect(page.get_by_text(expected).first).to_be_visible()
        assert page.url == address + path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/categories?category=<b>no</b>", "No category or section has the id '<b>no</b>'."),
        ("/categories?clause=*no*", "No clause has the id '*no*'"),
        ("/changelog?revision=1999-01-01", "No revision has the date '1999-01-01'; there are 2023-03-23,"),
    ],
)
def test_an_unknown_id_gets_one_sentence_and_the_page_all_the_same(page: Page, server: str, path: str, expected: str):
    """What stands in the address is shown as it is, not read as markup."""
    page.goto(server + path)

    expect(page.get_by_text(expected)).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_clicks_on_the_picture_open_a_category_then_a_clause_and_back_returns(page: Page, server: str):
    """The address follows each step."""
    page.goto(f"{server}/categories")
    page.locator(".slice", has_text="Privacy").first.click(position={"x": 20, "y": 8})
    expect(page).to_have_url(re.compile(r"category=privacy$"))
    expect(page.get_by_role("link", name="← All categories and sections")).to_be_visible()

    page.locator(".slice", has_text="Facial recognition").last.click()
    expect(page).to_have_url(re.compile(r"clause=privacy(/|%2F)facial-recognition$"))
    expect(page.get_by_role("heading", name="Disallowed usage 10.2")).to_be_visible()

    page.go_back()
    expect(page.get_by_role("link", name="← All categories and sections")).to_be_visible()
    page.go_back()
    expect(page.locator(".slice", has_text="Physical harm").first).to_be_visible()


def test_a_word_with_a_typing_error_leads_to_its_clause_by_keyboard(page: Page, server: str):
    """Type, Tab, Enter."""
    page.goto(f"{server}/categories")
    page.get_by_label("Find clauses in all policies").click()
    page.keyboard.type("weopons")
    found = page.get_by_role("link", name="Weapons development")
    expect(found).to_be_visible()
    for _ in range(4):
        if found.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(found).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Disallowed usage 5.1")).to_be_visible()
    expect(page.get_by_label("Find clauses in all policies")).to_have_value("")


def test_the_table_of_a_picture_opens_by_keyboard(page: Page, server: str):
    """Space opens it, Enter on a link in it chooses the clause."""
    page.goto(f"{server}/categories")
    table = page.locator("summary", has_text="The same as a table")
    table.focus()
    page.keyboard.press("Space")
    rule = page.get_by_role("cell", name="Plugin policies 5").get_by_role("link")
    expect(rule).to_be_visible()
    rule.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Plugin policies 5")).to_be_visible()


def test_a_clause_leads_to_its_neighbours_and_its_revisions_and_back(page: Page, server: str):
    """Without a new visit: the document is never loaded again."""
    page.goto(f"{server}/categories?clause=physical-harm/weapons-development")
    expect(page.get_by_role("heading", name="Disallowed usage 5.1")).to_be_visible()
    page.evaluate("window.sameVisit = true")
    page.get_by_role("link", name="Next clause").click()
    expect(page.get_by_role("heading", name="Disallowed usage 5.2")).to_be_visible()

    page.get_by_role("link", name=re.compile(r"^\d+ \w+ 20\d\d$")).first.click()
    expect(page).to_have_url(re.compile(r"/changelog\?revision=20\d\d-\d\d-\d\d$"))
    expect(page.get_by_role("link", name="All revisions")).to_be_visible()
    assert page.evaluate("window.sameVisit") is True

    page.go_back()
    expect(page.get_by_role("heading", name="Disallowed usage 5.2")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Disallowed usage 5.1")).to_be_visible()


def test_a_click_on_the_timeline_opens_a_revision_and_back_closes_it(page: Page, server: str):
    """The dot of the first revision."""
    page.goto(f"{server}/changelog")
    click_middle(page, page.locator(".scatterlayer .point").first)

    expect(page).to_have_url(re.compile(r"revision=2021-02-26$"))
    expect(page.get_by_role("link", name="All revisions")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Search the notes")).to_be_visible()


def click_middle(page: Page, mark: Locator) -> None:
    """Click where a mark of a picture is drawn: plotly lays a sheet over its marks that takes the clicks."""
    mark.scroll_into_view_if_needed()
    mark.element_handle().wait_for_element_state("stable")
    box = mark.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_search_over_the_notes_forgives_typing_errors(page: Page, server: str):
    """Only the note that fits stays."""
    page.goto(f"{server}/changelog")
    page.get_by_label("Search the notes").fill("instagarm")

    expect(page.locator(".upe-revision")).to_have_count(1)
    expect(page.get_by_text("Clarified the impermissibility of Tweet and Instagram generators")).to_be_visible()


def test_a_click_on_the_map_opens_the_clause_and_back_returns(page: Page, server: str):
    """Once: coming back does not open it again."""
    page.goto(f"{server}/map")
    click_middle(page, page.locator(".scatterlayer .point").first)
    expect(page.get_by_role("heading", name="Introduction, paragraph", exact=False)).to_be_visible()

    page.go_back()
    expect(page.get_by_text("What this map distorts")).to_be_visible()
    expect(page).to_have_url(f"{server}/map")


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_labels_on_the_map_overlap_nowhere(chromium: Browser, server: str, width: int):
    """The boxes of the words, as the browser draws them."""
    context = chromium.new_context(viewport={"width": width, "height": 900})
    window = context.new_page()
    window.goto(f"{server}/map")
    expect(window.locator(".textpoint text").first).to_be_visible()
    boxes = window.locator(".textpoint text").evaluate_all(
        "all => all.filter(each => each.textContent).map(each => { const box = each.getBoundingClientRect();"
        " return [box.left, box.top, box.right, box.bottom, each.textContent]; })"
    )
    context.close()

    assert len(boxes) >= 18
    assert all(left >= 0 and right <= width for left, _, right, _, _ in boxes)
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/map", "/overlaps", "/changelog"])
def test_words_on_pictures_can_be_read_in_light_and_dark(chromium: Browser, server: str, path: str, scheme: str):
    """Contrast of at least 4.5 to 1 with the page, WCAG 2.2 success criterion 1.4.3."""
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    window = context.new_page()
    window.goto(server + path)
    expect(window.locator(".js-plotly-plot text").first).to_be_visible()
    colors = set(
        window.locator(".js-plotly-plot text").evaluate_all("all => all.map(each => getComputedStyle(each).fill)")
    )
    page_color = window.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    context.close()

    assert colors
    for color in colors:
        assert contrast(color, page_color) >= 4.5, color


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as browsers write them, `rgb(1, 2, 3)`."""

    def luminance(color: str) -> float:
        channels = [int(each) / 255 for each in re.findall(r"\d+", color)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("path", LAST_WORDS)
def test_a_narrow_window_shows_the_page_without_sideways_scrolling(chromium: Browser, server: str, path: str):
    """390 pixels, as on a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    phone = context.new_page()
    phone.goto(server + path)
    expect(phone.get_by_text(LAST_WORDS[path]).first).to_be_visible()

    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_the_data_of_a_picture_can_be_taken_away(page: Page, server: str, tmp_path: Path):
    """As CSV, one row a pair of clauses: 71 * 70 / 2, and a head line."""
    page.goto(f"{server}/overlaps")
    with page.expect_download() as download:
        page.get_by_role("button", name="All pairs as CSV").click()
    download.value.save_as(tmp_path / "pairs.csv")

    lines = (tmp_path / "pairs.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2485 + 1


def test_a_checked_text_colours_the_picture_and_stands_on_the_map(page: Page, server: str, check: Check):
    """And is still in the box afterwards: no link began a new visit. Its words are in no address."""
    page.goto(server)
    check("A dating app for <b>farmers</b>")
    expect(page.get_by_role("meter").first).to_be_visible()
    page.get_by_role("link", name="Read", exact=True).click()
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.get_by_text("The star is “A dating app for <b>farmers</b>”")).to_be_visible()
    page.get_by_role("link", name="Blocks", exact=True).click()
    expect(page.locator(".slice").first).to_be_visible()  # the links beside it lead on from there
    page.get_by_role("link", name="Your text", exact=True).click()
    expect(page.locator(".slice", has_text="up to 0.").first).to_be_visible()
    page.get_by_role("link", name="Choose Disallowed usage 8.2").click()
    expect(
        page.get_by_role("region", name="The chosen clause").get_by_text("similarity to your text 0.")
    ).to_be_visible()
    assert "farmers" not in page.url

    page.get_by_role("link", name="Playground").click()
    expect(page.get_by_label("Your prompt or product idea")).to_have_value("A dating app for <b>farmers</b>")
