"""What a newcomer asks of several policies and versions, each in at most four clicks from the home page, by visible labels only."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from browsing import serving
from libraries import fresh_database
from playwright.sync_api import Browser, Page, expect
from support import PACKS
from test_first_visit import Visitor
from walk import WIDE, settle, visitor

from policy_index import Provenance
from policy_index.library.library import Library
from policy_index.library.values import pack_texts

POLICIES = {
    "kite-chat": "# Kite rules\n\nYou must not:\n\n- Build a dating app or an app for finding a partner.\n- Sell weapons.\n",
    "lamp-ai": "# Lamp rules\n\nYou may build a dating app only if you check the age of every user.\n\nDo not send spam.\n",
    "moss-lab": "# Moss rules\n\n- You must not run a casino or take bets.\n- You must not write malware.\n",
}

STEER = "Let Pip steer a machine that has no emergency stop"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with five policies, one of them in two versions."""
    with fresh_database("sqlite", tmp_path_factory.mktemp("library")) as url:
        library = Library.open(url)
        for name, source in POLICIES.items():
            own = Provenance(publisher=name.title(), title="Usage rules", updated=date(2026, 2, 1))
            library.add(pack_texts(name, source, provenance=own))
        library.close()
        with serving(POLICY_INDEX_PACKS=str(PACKS), POLICY_INDEX_DATABASE=url) as address:
            yield address


@pytest.fixture
def visit(chromium: Browser, home: str) -> Iterator[Visitor]:
    """A first visit, on a laptop."""
    with visitor(chromium, WIDE) as page:
        yield Visitor(page, home)


def test_what_changed_between_two_versions(visit: Visitor):
    """Compare; the policy that is here twice: counts, and every clause side by side."""
    visit.click("link", "Compare")
    visit.click("link", "What changed in Acme Acceptable use policy")

    expect(visit.page.get_by_text("2 added, 2 removed, 2 reworded, 1 moved")).to_be_visible()
    expect(visit.page.get_by_role("heading", name="Clause by clause")).to_be_visible()


def test_since_when_a_policy_forbids_a_thing(visit: Visitor):
    """Read; its words in the box; the clause; all about it: its page says what it does, and since when."""
    visit.click("link", "Read")
    visit.type("Find clauses in all policies", "machine without an emergency stop")
    visit.click("link", STEER)
    visit.click("link", "All about it")

    expect(visit.page.get_by_text("Not allowed as described").first).to_be_visible()
    expect(visit.page.get_by_text("In the policy, and in this wording, since 31 January 2026.").first).to_be_visible()


def test_which_of_five_policies_allow_a_dating_app_and_a_square_opens_the_clause(visit: Visitor):
    """Compare; who speaks of what; the question: each answers with its clause. In the picture a click opens it, and back stays."""
    visit.click("link", "Compare")
    visit.click("radio", "Who speaks of what")
    box = visit.page.get_by_label("What do they say about …", exact=True)
    box.fill("a dating app")
    box.press("Enter")

    expect(visit.page.get_by_role("heading", name="“a dating app”")).to_be_visible()
    shown = visit.page.locator("section.upe-pair")
    expect(shown.filter(has_text="Build a dating app or an app for finding a partner.")).to_contain_text("Not allowed")
    expect(shown.filter(has_text="You may build a dating app only if")).to_contain_text("Only on conditions")
    expect(shown.filter(has_text="dating apps")).to_contain_text("Not allowed")
    expect(visit.page.get_by_text(re.compile("No clause found that speaks of it: .*Moss-Lab"))).to_be_visible()

    box.fill("")
    box.press("Enter")
    expect(visit.page.get_by_role("heading", name="All topics")).to_be_visible()
    topics = visit.page.url
    click_a_mark(visit.page)
    expect(visit.page).to_have_url(re.compile(r"/categories\?.*clause="))
    visit.page.go_back()  # at once: a click leads away one time
    expect(visit.page.get_by_role("heading", name="All topics")).to_be_visible()
    settle(visit.page)
    expect(visit.page).to_have_url(topics)


def click_a_mark(page: Page) -> None:
    """Click the first mark of the picture, which is under plotly's sheet: it is the mark whose words the sheet shows."""
    settle(page)
    mark = page.locator(".js-plotly-plot .scatterlayer .point").first
    mark.scroll_into_view_if_needed()
    settle(page)
    mark.hover(force=True)
    expect(page.locator(".js-plotly-plot .hoverlayer .hovertext").first).to_be_visible()
    mark.click(force=True)
