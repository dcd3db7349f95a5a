"""What somebody with a policy of her own does in a real browser: brings it, looks it over, keeps it, checks a text against it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import CLONE, serving
from playwright.sync_api import Browser, Locator, Page, expect
from test_accessibility import AXE, BEYOND_THE_EDGE, RUN_AXE, is_excused, show
from walk import NARROW, WIDE, settle, visitor

SOURCES = CLONE / "tests" / "data" / "sources"
FERRY = "ferry-ai-acceptable-use-terms@2026-02-04"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[str]:
    """A server whose library nobody has used yet."""
    with serving(POLICY_INDEX_DATABASE=f"sqlite:///{tmp_path / 'library.sqlite3'}") as address:
        yield address


def row(page: Page, words: str) -> Locator:
    """The line of the tree with these words."""
    return page.locator(".upe-tree .upe-row a", has_text=words)


def test_from_the_home_page_to_the_first_result_against_an_own_policy_are_five_clicks(page: Page, fresh: str):
    """Policies, the file, Keep, Check a text against it, Check; all in one visit, and every page then knows the policy."""
    page.goto(fresh)
    page.evaluate("window.sameVisit = true")
    page.get_by_role("link", name="Policies", exact=True).click()  # 1
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stFileUploader").locator("button").click()  # 2
    chooser.value.set_files(SOURCES / "ferry.pdf")
    expect(page.get_by_text("18 clauses under 4 headings")).to_be_visible()
    expect(page.locator(".upe-source mark")).to_have_count(18)
    page.get_by_role("button", name="Keep this policy").click()  # 3
    page.get_by_role("link", name="Check a text against it", exact=True).click()  # 4
    page.get_by_label("Your prompt or product idea").fill("An app that guesses the passwords of other people")
    page.get_by_role("button", name="Check").first.click()  # 5

    expect(page.get_by_text(re.compile("guessing or collecting passwords")).first).to_be_visible()
    assert page.evaluate("window.sameVisit") is True
    expect(page).to_have_url(re.compile(re.escape(FERRY)))
    page.goto(f"{fresh}/categories?policy={FERRY}")
    expect(page.get_by_text("Who may use Ferry").first).to_be_visible()


def test_a_clause_is_mended_where_it_stands_and_nothing_jumps(page: Page, fresh: str):
    """A click in the source or in the tree opens the clause in its place; join and undo; the choice stays in the address."""
    page.goto(f"{fresh}/policies")
    page.locator("input[type=file]").set_input_files(SOURCES / "ferry.html")
    expect(page.get_by_role("heading", name="What was recognised")).to_be_visible()
    settle(page)
    count = page.locator(".upe-source mark[data-n]").count()
    row(page, "guessing or collecting passwords").click()
    join = page.get_by_role("button", name="Join with the next")
    expect(join).to_be_in_viewport()
    expect(page.locator(".upe-source mark.upe-now")).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"[?&]at=\d+"))

    join.click()
    expect(page.locator(".upe-source mark[data-n]")).to_have_count(count - 1)
    page.locator(".st-key-clause-editor").get_by_role("button", name="Undo").click()
    expect(page.locator(".upe-source mark[data-n]")).to_have_count(count)

    page.locator(".upe-source mark", has_text="warn the holder").click()
    expect(page.locator(".st-key-clause-editor", has_text="warn the holder")).to_be_in_viewport()


def test_the_pages_hold_up_for_eyes_and_screen_readers(chromium: Browser, fresh: str):
    """No violation that axe can find and nothing beyond the edge, in every view: light and dark, wide and narrow."""
    with visitor(chromium, WIDE) as page:
        page.goto(f"{fresh}/policies")
        page.locator("input[type=file]").set_input_files(SOURCES / "orchard.html")
        page.get_by_role("heading", name="What was recognised").wait_for()
        _look(page, "draft")
        row(page, "").nth(2).click()
        page.get_by_role("button", name="Join with the next").wait_for()
        _look(page, "editor")
        page.get_by_role("button", name="Keep this policy").click()
        page.get_by_text("Kept: the version").wait_for()
        _look(page, "kept")
        page.get_by_role("link", name="Examples", exact=True).click()
        page.get_by_label("One text a line").wait_for()
        _look(page, "examples")
        page.get_by_role("link", name="← All policies").click()
        page.get_by_role("heading", name="Add a policy").wait_for()
        _look(page, "list")


def _look(page: Page, state: str) -> None:
    settle(page)
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    for size in (WIDE, NARROW):
        for dark in (False, True):
            show(page, size, dark=dark)
            violations = [each for each in page.evaluate(RUN_AXE) if not is_excused(each)]
            assert not violations, (state, size, dark, violations[:5])
            lost = page.evaluate(BEYOND_THE_EDGE)
            assert not lost, (state, size, dark, lost[:5])
    show(page, WIDE, dark=False)
