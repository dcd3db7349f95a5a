"""Reading a policy in a real browser: with the keyboard from its start to its end, and choosing in its picture."""

import re

from playwright.sync_api import Page, expect
from walk import settle

READ = """() => {
  const clause = document.activeElement.closest(".clause"), box = clause?.getBoundingClientRect();
  return clause && box.top >= 56 && box.top < innerHeight ? clause.dataset.id : null;
}"""
"""The clause that has the focus, where it is in the window."""


def test_a_policy_is_read_from_start_to_end_with_the_keyboard(page: Page, server: str):
    """J goes on, K goes back, each clause comes into view; Enter chooses the one that is read, and its picture is marked."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{server}/read")
    expect(page.locator(".upe-doc .clause")).to_have_count(71)
    settle(page)
    page.locator(".upe-doc .at").first.focus()

    seen = [page.evaluate(READ)]
    for _ in range(70):
        page.keyboard.press("j")
        seen.append(page.evaluate(READ))
    assert seen == page.locator(".upe-doc .clause").evaluate_all("all => all.map(each => each.dataset.id)")
    page.keyboard.press("k")
    assert page.evaluate(READ) == seen[-2]

    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="The chosen clause").get_by_role("heading")).to_have_text(
        "Plugin policies 5"
    )
    assert page.evaluate(READ) == seen[-2]
    expect(page.locator(".clause.chosen")).to_have_attribute("data-id", seen[-2])


def test_a_clause_picked_in_the_picture_is_chosen_in_the_text_and_in_the_address(page: Page, server: str):
    """The text comes to it; the way back chooses the one before again."""
    page.goto(f"{server}/read")
    for name, clause in (("Gambling", "economic-harm/gambling"), ("Plagiarism", "fraud-and-deception/plagiarism")):
        page.locator(".slice", has_text=name).first.click()
        expect(page).to_have_url(re.compile(rf"clause={clause.replace('/', '(/|%2F)')}$"))
        chosen = page.locator(".clause.chosen")
        expect(chosen).to_have_attribute("data-id", clause)
        expect(chosen).to_be_in_viewport()
    page.go_back()

    expect(page.locator(".clause.chosen")).to_have_attribute("data-id", "economic-harm/gambling")
    expect(page.locator(".clause.chosen")).to_be_in_viewport()
