"""The text and its margin in a real browser: what is seen after Check, what a text may be, what a reload keeps."""

import json

import pytest
from browsing import Check
from playwright.sync_api import Browser, Page, expect
from support import CLONE
from walk import NARROW, WIDE, settle, visitor
from walk import check as check_in

from policy_index.search.text import MAX_CHARACTERS
from policy_index.ui.samples import IDEAS

LINES = (CLONE / "tests" / "data" / "ideas.jsonl").read_text(encoding="utf-8").splitlines()
TEXTS = [
    *(
        IDEAS[name]
        for name in ("Dating app", "Diabetes chatbot", "CV screening", "Homework", "Late grandmother", "A whole plan")
    ),
    *(json.loads(line)["text"] for line in LINES[:4]),
]
"""Ten texts: ideas of a line, a plan, product ideas of several paragraphs."""

SEEN = """() => {
  const root = [...document.querySelectorAll("*")].map((each) => each.shadowRoot).find((each) => each?.querySelector(".um"));
  const bounds = (each) => { const box = each?.getBoundingClientRect(); return box ? [Math.round(box.top), Math.round(box.bottom)] : null; };
  return [".sum", "mark", ".note"].map((name) => bounds(root.querySelector(name)));
}"""

BAR = 55
"""Pixels of the menu at the top of the window."""


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["laptop", "phone"])
def test_after_check_the_summary_the_first_passage_and_its_clause_are_seen_without_scrolling(
    chromium: Browser, server: str, size: tuple[int, int]
):
    """Of ten texts, at 1280 by 800 and at 390 by 844."""
    lost, clauses = [], 0
    with visitor(chromium, size) as page:
        page.goto(server)
        for text in TEXTS:
            check_in(text)(page, server)
            settle(page)
            page.wait_for_timeout(700)  # results come into view until the page has settled
            seen = [bounds for bounds in page.evaluate(SEEN) if bounds is not None]
            clauses += len(seen) == 3
            if any(top < BAR or bottom > size[1] for top, bottom in seen):
                lost.append((text[:40], seen))

    assert clauses >= 8
    assert not lost, lost


LINE = (
    "Neighbourhood bakeries deliver wholemeal sourdough everywhere, including unpretentious countryside restaurants. "
)
"""A sentence of long words: a brief takes 200,000 characters, and 20,000 words."""

COUNT = f"""() => {{ {SEEN.splitlines()[1]} return root.querySelectorAll("*").length; }}"""


def test_a_text_of_one_line_and_two_hundred_thousand_characters_breaks_nothing(page: Page, server: str, check: Check):
    """Passages are marked to its end, and the page holds few elements for them."""
    page.goto(server)
    half = (LINE * 1000)[: MAX_CHARACTERS // 2 - 60].rpartition(" ")[0]
    text = f"{half} A dating app for farmers. {half} A dating app for farmers."
    assert MAX_CHARACTERS - 200 < len(text) <= MAX_CHARACTERS
    check(text)

    expect(page.locator("mark").first).to_be_visible()
    expect(page.get_by_text("sentences, nothing found").first).to_be_visible()
    assert page.evaluate(COUNT) < 2000
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE[0]


def test_a_word_of_two_hundred_thousand_characters_breaks_nothing_and_one_too_many_is_said(
    page: Page, server: str, check: Check
):
    """It is judged to be no language; what is refused stays in the box as it was typed."""
    page.goto(server)
    check("zx" * (MAX_CHARACTERS // 2))
    expect(page.get_by_role("heading", name="Not judged.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE[0]

    check("zx" * (MAX_CHARACTERS // 2) + "z")
    expect(page.get_by_text("Expected at most 200,000 characters of text, but this one has 200,001.")).to_be_visible()
    assert len(page.get_by_label("Your prompt or product idea").input_value()) == MAX_CHARACTERS + 1


def test_scripts_of_both_directions_and_combining_marks_stay_as_they_are(page: Page, server: str, check: Check):
    """Each part of the text takes the direction of its own words."""
    page.goto(server)
    text = "A dating app for farmers called مواعدة המזל.\n\nעברית בלבד כאן\n\nZ̷̛a̵l̶g̴o̷ e\u0301"
    check(text)

    rows = page.locator(".um .rows")
    for part in text.split("\n\n"):
        expect(rows).to_contain_text(part)
    assert page.locator(".um .text").evaluate_all("all => all.every((each) => each.dir === 'auto')")


def test_a_reload_keeps_the_text_where_the_person_allowed_it(page: Page, server: str, check: Check):
    """In the tab's own storage, and nothing where it was not allowed; taken back, it is forgotten."""
    page.goto(server)
    check("A dating app for farmers")
    expect(page.locator(".um .sum")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('usage-policy-explorer-text')") is None
    page.reload()
    expect(page.get_by_label("Your prompt or product idea")).to_have_value("")

    page.get_by_text("Keep my text in this browser tab").click()
    check("A dating app for farmers")
    expect(page.locator(".um .sum")).to_be_visible()
    settle(page)
    page.reload()

    expect(page.locator(".um .rows")).to_contain_text("A dating app for farmers")


def test_without_a_storage_nothing_breaks(chromium: Browser, server: str):
    """A browser that forbids it."""
    with visitor(chromium, WIDE) as page:
        page.add_init_script(
            "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('forbidden'); } });"
        )
        page.goto(server)
        page.get_by_text("Keep my text in this browser tab").click()
        check_in("A dating app for farmers")(page, server)
        expect(page.locator("mark").first).to_be_visible()
