"""Five things that somebody who comes for the first time wants, each in at most four clicks from the home page.

The visitor knows only what can be read: labels, names of links, buttons and tabs. Typing is no click.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from walk import NARROW, WIDE, visitor

MOST_CLICKS = 4


class Visitor:
    """Somebody in front of the home page who counts the clicks."""

    def __init__(self, page: Page, home: str) -> None:
        """Open the home page."""
        self.page = page
        self.clicks = self.actions = 0
        page.goto(home)
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    def click(self, role: str, name: str) -> None:
        """Click what has this role and this name; on a phone a page's link is behind the menu's button, a click more."""
        target = self.page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
        target.wait_for(state="attached")
        menu = self.page.get_by_test_id("stExpandSidebarButton")
        box = target.bounding_box()
        if role == "link" and (box is None or box["x"] < 0) and menu.is_visible():
            self._click(menu)
        self._click(target)

    def _click(self, target: Locator) -> None:
        self.clicks += 1
        self.actions += 1
        assert self.clicks <= MOST_CLICKS, f"more than {MOST_CLICKS} clicks"
        target.click()

    def type(self, label: str, words: str) -> None:
        """Type into the box with this label; no click, but something that is done."""
        self.actions += 1
        self.page.get_by_label(label).fill(words)


@pytest.fixture(params=[WIDE], ids=["laptop"])
def visit(chromium: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A first visit, on a laptop."""
    with visitor(chromium, request.param) as page:
        yield Visitor(page, server)


def test_an_idea_is_checked_and_says_what_to_do(visit: Visitor):
    """One click: Check."""
    visit.type("Your prompt or product idea", "A dating app for farmers")
    visit.click("button", "Check Shortcut Ctrl + Enter")

    expect(visit.page.get_by_role("heading", name="Not allowed as described").first).to_be_visible()
    expect(visit.page.get_by_text("What to do (our words)").first).to_be_visible()
    assert visit.clicks == 1


def test_which_sentence_is_the_problem_and_what_to_write_instead(visit: Visitor):
    """Type; Check; Change the wording; type: the page says what moved. Kept, the sentence has become clear."""
    visit.type("Your prompt or product idea", "We bake bread in a village shop. A dating app for farmers.")
    visit.click("button", "Check Shortcut Ctrl + Enter")
    expect(visit.page.get_by_role("button", name="A dating app for farmers.")).to_be_visible()
    visit.click("button", "Change the wording")
    expect(visit.page.get_by_text("What separates them: ").first).to_be_visible()
    visit.type("Your wording of this passage", "A weather app for farmers.")
    expect(visit.page.get_by_text("no longer shown").first).to_be_visible()
    assert visit.actions == MOST_CLICKS
    visit.click("button", "Keep this wording")

    expect(visit.page.get_by_role("heading", name="No clause of this policy seems to be about this.")).to_be_visible()
    expect(visit.page.get_by_text("Taken out: “dating”").first).to_be_visible()


def test_on_a_phone_a_text_is_checked_and_its_first_to_do_read(chromium: Browser, server: str):
    """Type; one tap: the to-do stands in the window."""
    with visitor(chromium, NARROW) as page:
        somebody = Visitor(page, server)
        somebody.type("Your prompt or product idea", "A dating app for farmers")
        somebody.click("button", "Check Shortcut Ctrl + Enter")

        expect(page.locator(".note .todo li").first).to_be_in_viewport(ratio=1)
        assert somebody.actions == 2


def test_whether_dating_apps_are_allowed(visit: Visitor):
    """Read, a word in the box, the clause: its page says in its own words, and in one label, that they are not."""
    visit.click("link", "Read")
    visit.type("Find clauses in all policies", "dating apps")
    visit.click("link", "Adult content, adult industries, and dating apps, including:")

    expect(visit.page.get_by_role("heading", name="Disallowed usage 8")).to_be_visible()
    expect(visit.page.get_by_text("Not allowed as described").first).to_be_visible()


def test_when_code_generation_entered_the_policy(visit: Visitor):
    """Changelog, two words in the box: one note is left, under its day."""
    visit.click("link", "Changelog")
    visit.type("Search the notes", "code generation")

    note = visit.page.get_by_role("article")
    expect(note).to_have_count(1)
    expect(note).to_contain_text("code generation")
    expect(note.get_by_role("heading")).to_have_text("4 August 2021")


def test_a_brief_is_taken_away_as_a_file(visit: Visitor):
    """A sample, Take away, Markdown."""
    visit.click("radio", "Dating app")
    visit.click("tab", "Take away")
    with visit.page.expect_download() as caught:
        visit.click("button", "Markdown")

    written = caught.value.path().read_text(encoding="utf-8")
    assert "A dating app for farmers" in written
    assert "Adult content, adult industries, and dating apps" in written


def test_how_far_a_score_can_be_trusted(visit: Visitor):
    """Accuracy: the numbers with their intervals, where it fails, and whether a probability can be believed."""
    visit.click("link", "Accuracy")

    expect(visit.page.get_by_text("Right clause first", exact=True).first).to_be_visible()
    expect(visit.page.get_by_role("heading", name="Where it fails")).to_be_visible()
    expect(visit.page.get_by_role("heading", name="Can I believe a probability?")).to_be_visible()
