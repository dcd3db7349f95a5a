"""Saving a picture from a page, and reading what it says."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from playwright.sync_api import Page, expect

SVG = "{http://www.w3.org/2000/svg}"


def saved_picture(page: Page, kind: str, folder: Path, *, by_keyboard: bool = False) -> Path:
    """Save the first picture of a page as `SVG` or `PNG`, once it is drawn, and return the file, under the name that was offered."""
    button = page.get_by_role("button", name=f"Picture as {kind}").first
    drawn = page.locator(
        ".js-plotly-plot .main-svg path.surface, .js-plotly-plot .main-svg text"
    )  # a tile may have no words
    expect(drawn.or_(page.get_by_role("img", name="Usage policies")).first).to_be_visible()
    with page.expect_download() as download:
        if by_keyboard:
            button.focus()
            page.keyboard.press("Enter")
        else:
            button.click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def words_in(svg: Path) -> str:
    """Return all words of a picture with blanks between its lines; it must be well-formed, and hold nothing that does anything."""
    text = svg.read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314  # what our own page saved
    for each in root.iter():
        assert each.tag.removeprefix(SVG) not in {"script", "style", "foreignObject", "iframe"}
        led = [each.attrib[name] for name in each.attrib if name.endswith("href")]
        assert all(where.startswith(("#", "data:image/")) for where in led)
        assert not any(name.startswith("on") for name in each.attrib)
    assert "<script" not in text
    return re.sub(r"\s+", " ", " ".join("".join(each.itertext()) for each in root.iter(f"{SVG}text")))
