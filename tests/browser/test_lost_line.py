"""A line that is lost while a text is checked: nothing typed is gone, and the window finds its way back by itself."""

import re

from browsing import Check
from playwright.sync_api import Page, WebSocketRoute, expect

TEXT = "A dating app for farmers who breed bees"


def test_a_line_that_is_lost_while_checking_loses_nothing_that_was_typed(page: Page, server: str, check: Check):
    """What was typed is still there, the result before it too, and the next check is answered, all in one visit."""
    lines: list[tuple[WebSocketRoute, WebSocketRoute]] = []
    page.route_web_socket(re.compile("/_stcore/stream"), lambda line: lines.append((line, line.connect_to_server())))
    page.goto(server)
    page.evaluate("window.sameVisit = true")
    check("bake bread")
    expect(page.get_by_text("Nearest clauses for “bake bread”")).to_be_visible()

    check(TEXT)
    for side in lines[-1]:
        side.close(code=3001, reason="lost")

    expect(page.locator("[data-testid='stApp'][data-test-connection-state='CONNECTED']")).to_be_visible()
    expect(page.get_by_label("Your prompt or product idea")).to_have_value(TEXT)
    expect(page.get_by_text("Nearest clauses for “").first).to_be_visible()
    check(TEXT)
    expect(page.get_by_text(f"Nearest clauses for “{TEXT}”")).to_be_visible()
    assert page.evaluate("window.sameVisit") is True
