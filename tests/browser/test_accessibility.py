"""Every page and state in light and dark, wide and narrow, for eyes, keyboards and screen readers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect
from walk import IDEA, NARROW, STATES, STILL, WIDE, ZOOMED, check, settle, visitor

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

RUN_AXE = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.flatMap((rule) =>
  rule.nodes.map((node) => ({ rule: rule.id, impact: rule.impact, target: node.target.join(" "), html: node.html.slice(0, 200) })))"""

EXCUSED: dict[tuple[str, str], str] = {
    (
        "presentation-role-conflict",
        'data-testid="stFileUploaderDropzone"',
    ): "minor; Streamlit's drop zone is a presentation that has a name; the button in it does the work",
}
"""What Streamlit itself causes, by rule and by a piece of the element's markup, each with its reason."""

WORDS_OF_PICTURES = """() => {
  const seen = [];
  for (const text of document.querySelectorAll(".js-plotly-plot .main-svg text")) {
    const box = text.getBoundingClientRect();
    const style = getComputedStyle(text);
    if (!text.textContent.trim() || !box.width || style.visibility === "hidden" || style.display === "none") continue;
    let opacity = Number(style.fillOpacity);
    for (let each = text; each && !each.classList.contains("js-plotly-plot"); each = each.parentElement)
      opacity *= Number(getComputedStyle(each).opacity);
    if (!opacity) continue;
    const shape = text.closest("g.slice, g.pathbar, g.point")?.querySelector("path:not(.textpoint)");
    const inside = shape && !text.closest(".textpoint") ? getComputedStyle(shape) : null;
    const page = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
    seen.push([text.textContent, style.fill, opacity, inside ? inside.fill : page, inside ? Number(inside.fillOpacity) : 1, page]);
  }
  return seen;
}"""

BEYOND_THE_EDGE = """() => {
  const lost = [];
  const main = document.querySelector("[data-testid=stMain]");
  for (const place of [document.documentElement, main])
    if (place && place.scrollWidth > place.clientWidth) lost.push(`${place.tagName} scrolls sideways: ${place.scrollWidth} of ${place.clientWidth}`);
  const scrolls = (each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowX);
  for (const each of main?.querySelectorAll("h1, h2, h3, h4, p, li, td, th, a, button, input, textarea, summary, label, pre, blockquote, .js-plotly-plot") ?? []) {
    const box = each.getBoundingClientRect();
    if (!box.width || !box.height || (box.right <= innerWidth + 1 && box.left >= -1) || !each.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    let inner = false;
    for (let up = each.parentElement; up && up !== main; up = up.parentElement)
      if (scrolls(up) || up.classList.contains("upe-unseen") || getComputedStyle(up).clipPath !== "none") inner = true;
    if (!inner && getComputedStyle(each).clipPath === "none") lost.push(`${each.outerHTML.slice(0, 120)} at ${box.left} to ${box.right}`);
  }
  return lost;
}"""


@dataclass(slots=True)
class Found:
    """What one walk through all states found."""

    states: list[str] = field(default_factory=list)
    violations: list[dict[str, Any]] = field(default_factory=list)
    words: list[tuple[str, list[Any]]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def found(chromium: Browser, server: str) -> Found:
    """One walk through all states; each is looked at in every variant."""
    found = Found()
    with visitor(chromium, WIDE) as page:
        for name, act in STATES:
            act(page, server)
            settle(page)
            if not page.evaluate("Boolean(window.axe)"):
                page.evaluate(AXE)
            found.states.append(name)
            for variant in variants(page):
                if "zoom" not in variant:
                    found.violations += [{"state": f"{name}, {variant}", **each} for each in page.evaluate(RUN_AXE)]
                    found.words += [(f"{name}, {variant}", each) for each in page.evaluate(WORDS_OF_PICTURES)]
                found.lost += [f"{name}, {variant}: {each}" for each in page.evaluate(BEYOND_THE_EDGE)]
    return found


def variants(page: Page) -> Iterator[str]:
    """Show the page as it stands in each variant, and once more as before."""
    for width, size in (("wide", WIDE), ("narrow", NARROW)):
        for scheme in ("light", "dark"):
            show(page, size, dark=scheme == "dark")
            yield f"{width}, {scheme}"
    show(page, ZOOMED)
    yield "200 % zoom"
    show(page, WIDE)


def show(page: Page, size: tuple[int, int], *, dark: bool = False) -> None:
    """Give the window this size and these colours, and wait until the page has them."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    page.mouse.move(0, 0)
    page.wait_for_function(
        "dark => (getComputedStyle(document.querySelector('.stApp')).colorScheme === 'dark') === dark", arg=dark
    )
    settle(page)


def test_the_walk_reaches_every_page_and_state(found: Found):
    """Otherwise the tests below would be about nothing."""
    assert found.states == [name for name, _ in STATES]
    assert len(found.words) > 1000


def test_no_state_has_a_violation_that_axe_can_find(found: Found):
    """No serious or critical one, and no lesser one either, but those excused above."""
    ours = [each for each in found.violations if not is_excused(each)]
    assert not ours, "\n".join(f"{each['impact']} {each['rule']} {each['state']} {each['html']}" for each in ours[:20])


def test_each_excuse_is_still_needed(found: Found):
    """What Streamlit has mended since is struck from the list."""
    for rule, piece in EXCUSED:
        assert any(each["rule"] == rule and piece in each["html"] for each in found.violations), (rule, piece)


def is_excused(violation: dict[str, Any]) -> bool:
    """Whether the list of what Streamlit itself causes names it."""
    return any(violation["rule"] == rule and piece in violation["html"] for rule, piece in EXCUSED)


def test_words_on_pictures_stand_out_in_light_and_dark(found: Found):
    """Contrast of at least 4.5 to 1 with the page, or with the tile or bar that they stand on."""
    faint = {
        (state, words): round(ratio, 2)
        for state, (words, fill, opacity, ground, ground_opacity, page) in found.words
        if (ratio := contrast(channels(fill), opacity, over(channels(ground), ground_opacity, channels(page)))) < 4.5
    }
    assert not faint, (sorted({state for state, _ in faint}), list(faint.items())[:10])


def channels(color: str) -> tuple[float, ...]:
    """Red, green, blue from 0 to 255, and alpha, of a colour as browsers write it."""
    numbers = [float(each) for each in re.findall(r"[\d.]+", color)]
    return (*numbers[:3], numbers[3] if len(numbers) > 3 else 1.0)


def over(front: Sequence[float], opacity: float, back: Sequence[float]) -> tuple[float, ...]:
    """The colour that is seen where `front` lies over `back`."""
    alpha = front[3] * opacity
    return (*(alpha * one + (1 - alpha) * other for one, other in zip(front[:3], back[:3], strict=True)), 1.0)


def contrast(words: Sequence[float], opacity: float, ground: Sequence[float]) -> float:
    """WCAG's contrast ratio of words over a ground without holes."""

    def luminance(color: Sequence[float]) -> float:
        shares = [each / 255 for each in color[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(over(words, opacity, ground)), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def test_a_contrast_is_what_the_standard_says():
    """Black on white: 1.05 / 0.05 = 21; white on white: 1."""
    white = (255.0, 255.0, 255.0, 1.0)
    assert contrast((0.0, 0.0, 0.0, 1.0), 1, white) == pytest.approx(21)
    assert contrast((0.0, 0.0, 0.0, 1.0), 0, white) == pytest.approx(1)


def test_nothing_lies_beyond_the_edge_at_any_width(found: Found):
    """On a laptop, on a phone of 390 pixels, at 200 % zoom: no scrolling sideways, nothing cut off."""
    assert not found.lost, "\n".join(found.lost[:20])


def tab_to(page: Page, role: str, name: str, *, most: int = 60) -> None:
    """Press Tab until the element with this role and name has the focus; each stop on the way shows that it has it."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _ in range(most):
        if wanted.count() and wanted.evaluate(
            "each => { let has = document.activeElement; while (has.shadowRoot?.activeElement) has = has.shadowRoot.activeElement; return each.contains(has); }"
        ):
            return
        page.keyboard.press("Tab")
        where = page.evaluate(FOCUS)
        assert where["shown"], f"no visible focus on {where['html']}"
    pytest.fail(f"Tab does not reach the {role} {name!r}")


FOCUS = """async () => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const html = element.outerHTML.slice(0, 160);
  if (element === document.body) return { shown: true, html };
  const near = [element, ...element.querySelectorAll("*")].slice(0, 12);
  for (let up = element.parentElement, steps = 0; up && steps < 6; up = up.parentElement, steps++) near.push(up);
  const look = () => JSON.stringify(near.flatMap((each) => ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(each, part || undefined);
    return [style.outlineStyle === "none" ? "" : style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.textDecorationLine];
  })));
  const still = STILL;
  await still();
  const focused = look();
  element.blur();
  await still();
  const blurred = look();
  element.focus({ preventScroll: true, focusVisible: true });
  return { shown: focused !== blurred, html };
}""".replace("STILL", STILL)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_main_job_is_done_by_keyboard_alone(chromium: Browser, server: str, *, dark: bool):
    """Check a text, go to a passage, begin to word it anew, open a clause's details, download; every stop of Tab is seen."""
    with visitor(chromium, WIDE, dark=dark) as page:
        page.goto(server)
        expect(page.get_by_label("Your prompt or product idea")).to_be_visible()
        settle(page)
        tab_to(page, "textbox", "Your prompt or product idea")
        page.keyboard.type(IDEA)
        tab_to(page, "button", "Check")
        page.keyboard.press("Enter")
        expect(page.locator(".um .sum")).to_be_focused()
        settle(page)

        tab_to(page, "button", "A dating app for farmers")  # what of the first sentence carries a clause
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("e")
        expect(page.get_by_label("Your wording of this passage")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("mark").first).to_be_focused()
        tab_to(page, "button", "Details: ")
        page.keyboard.press("Enter")
        expect(page.get_by_text("What it is about (our words)").locator("visible=true").first).to_be_visible()

        page.get_by_role("tab", name="What to do").focus()
        page.keyboard.press("End")
        expect(page.get_by_role("tab", name="Take away")).to_have_attribute("aria-selected", "true")
        settle(page)  # an empty panel takes the focus, and loses it when its content comes
        tab_to(page, "button", "Markdown")
        with page.expect_download() as caught:
            page.keyboard.press("Enter")
        assert caught.value.suggested_filename.endswith(".md")


@pytest.mark.parametrize(
    "path", ["/read", "/categories?clause=legal-advice", "/map", "/overlaps", "/changelog", "/accuracy", "/batch"]
)
def test_every_stop_of_the_keyboard_is_seen(chromium: Browser, server: str, path: str):
    """The first forty of each page."""
    with visitor(chromium, WIDE) as page:
        page.goto(server + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settle(page)
        stops = []
        for _ in range(40):
            page.keyboard.press("Tab")
            stops.append(page.evaluate(FOCUS))

    assert len({stop["html"] for stop in stops}) > 8
    assert not [stop["html"] for stop in stops if not stop["shown"]]


def test_results_are_announced_where_the_live_region_stood_before(chromium: Browser, server: str):
    """One polite region, there from the start: screen readers hear only what changes in it. An error is an alert."""
    with visitor(chromium, WIDE) as page:
        page.goto(server)
        region = page.locator("[role=status][aria-live=polite]")
        expect(region).to_have_count(1)
        expect(region).to_be_empty()
        region.evaluate("each => { window.region = each; }")
        check("A dating app for farmers")(page, server)

        expect(region).to_have_text(
            re.compile(r"^1 likely (and \d+ possible )?clauses? found for “A dating app for farmers”$")
        )
        assert page.evaluate("window.region.isConnected && window.region.textContent.length > 0")
        check("How do I kill a Python process that no longer responds?")(page, server)
        expect(region).to_have_text("No clauses found for “How do I kill a Python process that no longer responds?”")
        assert page.evaluate("window.region.isConnected")

        check(" ")(page, server)
        expect(page.get_by_role("alert")).to_be_visible()
        expect(region).to_be_empty()
