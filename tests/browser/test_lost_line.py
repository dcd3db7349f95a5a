"""A line that is lost while a text is changed: nothing typed is gone."""

import re

from browsing import Check
from playwright.sync_api import Page, WebSocketRoute, expect

TEXT = "A dating app for farmers who breed bees"


def test_a_line_that_is_lost_loses_nothing_that_was_typed(page: Page, server: str, check: Check):
    """What was typed is still there, and the result before it too; when the line comes back is the browser's and the network's affair."""
    lines: list[tuple[WebSocketRoute, WebSocketRoute]] = []
    page.route_web_socket(re.compile("/_stcore/stream"), lambda line: lines.append((line, line.connect_to_server())))
    page.goto(server)
    page.evaluate("window.sameVisit = true")
    check("bake bread")
    expect(page.get_by_text("Nearest clauses for “bake bread”")).to_be_visible()

    folded = page.get_by_text("Change the text, or try another one")
    folded.click()
    page.get_by_label("Your prompt or product idea").fill(TEXT)
    for side in lines[-1]:
        side.close(code=3001, reason="lost")

    page.wait_for_timeout(1_500)
    expect(page.get_by_label("Your prompt or product idea")).to_have_value(TEXT)
    expect(page.get_by_text("Nearest clauses for “bake bread”")).to_be_visible()
    assert page.evaluate("window.sameVisit") is True
