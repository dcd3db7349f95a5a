"""Pictures that the browser saves: each says by itself which policy, version, day and view it is, in light and dark, on a phone."""

import struct
from pathlib import Path

import pytest
from browsing import Check
from playwright.sync_api import Browser, Page, expect
from saving import saved_picture, words_in
from walk import NARROW, WIDE, visitor

SAYS = ("OpenAI Usage policies, version of 23 March 2023 (superseded since)", "Made on ", "not legal advice.")


def size_of(png: Path) -> tuple[int, int]:
    """Return width and height of a PNG, as its first chunk says them (ISO 15948, 11.2.2)."""
    head = png.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", head[16:24])


@pytest.mark.parametrize(
    ("view", "look"),
    [
        ("Map", (WIDE, False)),
        ("Categories", (NARROW, True)),
        ("Overlaps", (WIDE, True)),
        ("Changelog", (NARROW, False)),
    ],
)
def test_a_chart_is_saved_with_what_it_is_written_into_it(
    chromium: Browser, server: str, tmp_path: Path, view: str, look: tuple[tuple[int, int], bool]
):
    """As SVG, words in it as words, and as PNG; by the keyboard; in the page's own colours."""
    size, dark = look
    with visitor(chromium, size, dark=dark) as page:
        page.goto(f"{server}/{view.lower()}")
        svg = saved_picture(page, "SVG", tmp_path, by_keyboard=True)
        png = saved_picture(page, "PNG", tmp_path, by_keyboard=True)
        expect(page.get_by_text(f"Saved as {png.name}")).to_be_visible()

    assert (svg.name, png.name) == (f"openai-2023-03-23-{view.lower()}.svg", f"openai-2023-03-23-{view.lower()}.png")
    words = words_in(svg)
    assert words.startswith(f"{view} ")
    assert all(each in words for each in SAYS)
    assert ('fill="#12141a"' in svg.read_text(encoding="utf-8")) is dark
    assert size_of(png)[0] >= 1900
    assert png.stat().st_size > 20_000


def test_a_brief_is_saved_as_a_card_without_the_text(page: Page, server: str, check: Check, tmp_path: Path):
    """And with it where the person ticks that."""
    page.goto(server)
    check("A dating app for zebra farmers")
    page.get_by_role("tab", name="Take away").click()
    card = page.get_by_role("img", name="Adult content, adult industries, and dating apps")
    expect(card).to_be_visible()
    words = words_in(saved_picture(page, "SVG", tmp_path))
    png = saved_picture(page, "PNG", tmp_path)

    assert "1 use not allowed as described." in words
    assert "Not allowed as described" in words
    assert all(each in words for each in SAYS)
    assert "zebra" not in words
    assert size_of(png) == (2400, 1260)
    page.get_by_text("With my text").click()
    expect(page.get_by_role("img", name="Your text stands on it.")).to_be_visible()
    assert "A dating app for zebra farmers" in words_in(saved_picture(page, "SVG", tmp_path))
