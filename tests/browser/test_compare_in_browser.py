"""What a visitor who asks what changed does in a real browser: compares, filters, shares, takes away; on a phone too."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import serving
from playwright.sync_api import Browser, Locator, Page, expect
from support import ACME, PACKS
from test_accessibility import AXE, BEYOND_THE_EDGE, RUN_AXE, is_excused, show
from walk import NARROW, WIDE, settle, visitor

EARLIER = "acme-aup@2025-01-15"
CHANGES = f"/compare?policy={EARLIER}&with={ACME}"
CROSSWALK = f"/compare?policy={ACME}&with=openai"
CHANGELOG = f"/changelog?policy={ACME}"
PAGES = [CHANGES, f"{CHANGES}&change=-what-pip-is-not-for/resell-access-to-pip", CROSSWALK, CHANGELOG]


@pytest.fixture(scope="module")
def texts() -> Iterator[str]:
    """A server with a policy in two versions beside the bundled one."""
    with serving(POLICY_INDEX_PACKS=str(PACKS)) as address:
        yield address


def card(page: Page, words: str) -> Locator:
    """The card of a change that holds these words."""
    return page.locator("section.upe-pair", has_text=words)


def test_a_newcomer_finds_what_changed_in_two_clicks_and_back_returns(page: Page, texts: str):
    """From the changelog to the texts side by side to one change, all in one visit."""
    page.goto(texts + CHANGELOG)
    page.get_by_role("link", name="See what changed on 31 January 2026").click()
    expect(page.get_by_text("2 added, 2 removed, 2 reworded, 1 moved")).to_be_visible()
    expect(page).to_have_url(texts + CHANGES)
    page.evaluate("window.sameVisit = true")

    card(page, "every three months").get_by_role("link", name="Link to this change").click()
    expect(page.get_by_role("heading", name=re.compile(r"^Change \d+ of \d+$"))).to_be_visible()
    expect(page.locator("section.upe-pair")).to_have_count(1)
    assert page.evaluate("window.sameVisit") is True
    there = page.url

    page.go_back()
    expect(page.get_by_role("heading", name="Clause by clause")).to_be_visible()
    page.goto(there)
    expect(page.locator("section.upe-pair", has_text="every three months")).to_be_visible()


def test_words_that_went_and_came_are_told_without_colour(page: Page, texts: str):
    """Struck out and underlined; to a screen reader a deletion and an insertion."""
    page.goto(texts + CHANGES)
    changed = card(page, "Keep the key to your account")
    went, came = changed.get_by_role("deletion").first, changed.get_by_role("insertion").first

    expect(went).to_have_text("once a year.")
    expect(came).to_have_text("every three months.")
    expect(went).to_have_css("text-decoration-line", "line-through")
    expect(came).to_have_css("text-decoration-line", "underline")


def test_filters_stay_in_the_address(page: Page, texts: str):
    """A reload shows the same."""
    page.goto(texts + CHANGES)
    page.get_by_role("button", name="Added", exact=True).click()
    expect(card(page, "Resell access to Pip")).to_have_count(0)
    expect(card(page, "Label pictures that Pip has drawn")).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]kind=Added"))

    page.reload()
    expect(card(page, "Label pictures that Pip has drawn")).to_be_visible()
    expect(card(page, "Resell access to Pip")).to_have_count(0)


def test_unchanged_stretches_are_folded_and_open_by_keyboard(page: Page, texts: str):
    """Their number shows, their words after Enter."""
    page.goto(texts + CHANGES)
    stretch = page.locator("summary", has_text="5 clauses unchanged")
    expect(page.get_by_text("Teachers or pupils of your school")).to_be_hidden()
    stretch.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Teachers or pupils of your school")).to_be_visible()


def test_a_comparison_and_a_crosswalk_are_taken_away(page: Page, texts: str, tmp_path: Path):
    """Each format under a name with both versions."""
    for path, files in (
        (CHANGES, {"Markdown": ".md", "HTML to print": ".html", "JSON": ".json"}),
        (CROSSWALK, {"CSV": ".csv", "SSSOM": ".sssom.tsv", "JSON": ".json"}),
    ):
        page.goto(texts + path)
        for name, suffix in files.items():
            with page.expect_download() as download:
                page.get_by_role("button", name=name, exact=True).click()
            download.value.save_as(tmp_path / "file")
            text = (tmp_path / "file").read_text(encoding="utf-8")
            assert download.value.suggested_filename.endswith(suffix)
            assert "2026-01-31" in download.value.suggested_filename
            assert "2026-01-31" in text
            if suffix == ".json":
                assert json.loads(text)


def test_a_click_on_the_picture_of_texts_opens_the_comparison(page: Page, texts: str):
    """The dot of the only revision."""
    page.goto(texts + CHANGELOG)
    dot = page.locator(".js-plotly-plot").first.locator(".scatterlayer .trace").first.locator(".point").first
    dot.scroll_into_view_if_needed()
    settle(page)
    dot.hover(force=True)  # under plotly’s sheet; a click is for the dot whose words it shows
    expect(page.locator(".js-plotly-plot .hoverlayer .hovertext").first).to_be_visible()
    dot.click(force=True)

    expect(page).to_have_url(texts + CHANGES)
    page.go_back()
    expect(page.get_by_role("heading", name="The texts")).to_be_visible()
    expect(page).to_have_url(re.compile(f"^{re.escape(texts + CHANGELOG).replace('@', '(@|%40)')}$"))


def test_on_a_phone_before_stands_above_after(chromium: Browser, texts: str):
    """One column, and nothing scrolls sideways."""
    with visitor(chromium, NARROW) as phone:
        phone.goto(texts + CHANGES)
        sides = card(phone, "Keep the key to your account").locator(".upe-sides > div")
        expect(sides).to_have_count(2)
        settle(phone)
        before, after = (sides.nth(place).bounding_box() for place in (0, 1))

    assert before is not None
    assert after is not None
    assert before["x"] == after["x"]
    assert before["y"] + before["height"] <= after["y"]


@pytest.mark.parametrize("path", PAGES, ids=["changes", "change", "crosswalk", "changelog"])
def test_the_pages_hold_up_for_eyes_and_screen_readers(chromium: Browser, texts: str, path: str):
    """No violation that axe can find and nothing beyond the edge: light and dark, wide and narrow."""
    with visitor(chromium, WIDE) as page:
        page.goto(texts + path)
        expect(page.locator("section").first).to_be_visible()
        settle(page)
        page.evaluate(AXE)
        for size in (WIDE, NARROW):
            for dark in (False, True):
                show(page, size, dark=dark)
                violations = [each for each in page.evaluate(RUN_AXE) if not is_excused(each)]
                assert not violations, (size, dark, violations[:5])
                assert not page.evaluate(BEYOND_THE_EDGE)
