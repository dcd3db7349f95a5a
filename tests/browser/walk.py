"""A walk through every page and every important state of the app, for tests that look at all of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

IDEA = "A dating app for farmers that writes the first message for you. It talks with people by itself."
LINES = "A dating app for farmers\nA bread recipe\nonline roulette\nonline roulette with real money"

WIDE, NARROW, ZOOMED = (1280, 800), (390, 844), (640, 400)
"""A laptop, a phone, and the laptop at 200 % zoom: half as many CSS pixels each way."""

State = tuple[str, Callable[[Page, str], None]]


STILL = """async () => {
  const ends = document.getAnimations().map((each) => each.finished.catch(() => null));
  await Promise.race([Promise.all(ends), new Promise((done) => setTimeout(done, 300))]);
  await new Promise((done) => setTimeout(done, 20));
}"""
"""Waits until what moves has come to rest; what turns forever, or stands still, is not waited for."""


@contextmanager
def visitor(chromium: Browser, size: tuple[int, int], *, dark: bool = False, zoom: float = 1) -> Iterator[Page]:
    """A window of this size of somebody who likes light or dark pages and no moving parts."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        device_scale_factor=zoom,
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def settle(page: Page) -> None:
    """Wait until the script has run and everything is drawn."""
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
    expect(page.locator("[data-testid='stSkeleton'], [data-stale='true']")).to_have_count(0)
    page.evaluate(STILL)


def go(path: str) -> Callable[[Page, str], None]:
    """Open a page as a new visit."""

    def act(page: Page, server: str) -> None:
        page.goto(server + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    return act


def check(text: str) -> Callable[[Page, str], None]:
    """Check a text in the playground."""

    def act(page: Page, server: str) -> None:
        box = page.get_by_label("Your prompt or product idea")
        folded = page.get_by_text("Change the text, or try another one")
        if folded.is_visible() and not box.is_visible():
            folded.click()
        elif not box.is_visible():
            page.goto(server)
        box.fill(text)
        page.get_by_role("button", name="Check").first.click()
        if text.strip():
            expect(page.locator("[role=status]", has_text=text[:40])).to_have_count(1)
        else:
            expect(page.get_by_role("alert").first).to_be_visible()

    return act


def see_what_to_do(page: Page, server: str) -> None:
    """Check the idea; open the filter and the first clause's details."""
    check(IDEA)(page, server)
    page.get_by_text("What is true of the product?", exact=True).click()
    page.get_by_role("button", name="Talks with people", exact=True).click()
    page.get_by_text("Filter: kinds and number of clauses").click()
    page.get_by_text("Why, what it depends on, and its citation").first.click()
    expect(page.get_by_text("What it is about (our words)").first).to_be_visible()


def see_margin(page: Page, _server: str) -> None:
    """Answer a note, open its details, and word its passage anew."""
    page.locator(".note.open").first.get_by_role("button", name="Does not apply …").click()
    page.get_by_label("… because").fill("we never show photos")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your words: Does not apply, because we never show photos").first).to_be_visible()
    settle(page)
    page.locator(".note.open").first.get_by_role("button", name="Change the wording").click()
    expect(page.get_by_text("What separates them: ").first).to_be_visible()
    page.get_by_label("Your wording of this passage").fill("A weather app for farmers")
    expect(page.get_by_role("button", name="Keep this wording")).to_be_enabled()
    expect(page.locator(".live li").first).to_be_visible()


def see_words(page: Page, _server: str) -> None:
    """See which words carry a clause."""
    page.get_by_role("button", name="Close").click()
    page.get_by_role("tab", name="Words that carry it").click()
    page.get_by_role("button", name="Leave out each word in turn").click()
    expect(page.get_by_text("carry at least half of what falls")).to_be_visible()


def see_matrix(page: Page, _server: str) -> None:
    """See the matrix and the table below it."""
    page.get_by_role("tab", name="Matrix").click()
    expect(page.locator(".js-plotly-plot .ytick text").first).to_be_visible()
    page.get_by_text("The same as a table").click()


def see_wordings(page: Page, _server: str) -> None:
    """Compare a second wording."""
    page.get_by_role("tab", name="Two wordings").click()
    page.get_by_label("Change the wording").fill("A weather app for farmers")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("columnheader", name="Second wording")).to_be_visible()


def take_away(page: Page, _server: str) -> None:
    """Make the link."""
    page.get_by_role("tab", name="Take away").click()
    page.get_by_role("button", name="I understand: make the link").click()
    expect(page.locator("code", has_text="?text=")).to_be_visible()


def open_all(path: str) -> Callable[[Page, str], None]:
    """Open a page and everything on it that can be unfolded."""

    def act(page: Page, server: str) -> None:
        go(path)(page, server)
        settle(page)
        page.evaluate(
            "document.querySelectorAll('main details:not([open]) > summary, [data-testid=stMain] details:not([open]) > summary').forEach(each => each.click())"
        )

    return act


def map_with_text(page: Page, server: str) -> None:
    """Follow the menu to the policy's text, and turn its picture into the map with a checked text."""
    check(IDEA)(page, server)
    follow(page, "Read")
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.get_by_text("Your text among them")).to_be_visible()


def follow(page: Page, name: str) -> None:
    """Follow a link of the menu, which a narrow window keeps behind a button."""
    link = page.get_by_role("link", name=name, exact=True)
    if page.get_by_test_id("stExpandSidebarButton").is_visible():
        page.get_by_test_id("stExpandSidebarButton").click()
    link.click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def batch_results(page: Page, server: str) -> None:
    """Check four lines and open a row."""
    go("/batch")(page, server)
    page.get_by_label("One prompt a line, in English").fill(LINES)
    page.get_by_label("One prompt a line, in English").press("Control+Enter")
    page.get_by_role("button", name="Check 4 prompts").click()
    expect(page.get_by_text("distinct texts")).to_be_visible()
    page.get_by_role("button", name="Row 1: open its brief").click()
    expect(page.get_by_role("heading", name="Brief of row 1")).to_be_visible()


def tab(name: str) -> Callable[[Page, str], None]:
    """Open a tab."""

    def act(page: Page, _server: str) -> None:
        page.get_by_role("tab", name=name, exact=True).click()

    return act


def coverage(page: Page, _server: str) -> None:
    """Follow the menu to the policy's text, and colour its picture by the suite."""
    follow(page, "Read")
    page.get_by_role("link", name="Prompts", exact=True).click()
    expect(page.get_by_text("clauses touched")).to_be_visible()


STATES: tuple[State, ...] = (
    ("playground", go("/")),
    ("playground: what to do", see_what_to_do),
    ("playground: the margin", see_margin),
    ("playground: words that carry it", see_words),
    ("playground: matrix", see_matrix),
    ("playground: two wordings", see_wordings),
    ("playground: take away", take_away),
    ("playground: nothing found", check("How do I kill a Python process that no longer responds?")),
    ("playground: not judged", check("asdfghjkl")),
    ("playground: error", check(" ")),
    ("map with a checked text", map_with_text),
    ("read", open_all("/read?clause=privacy/tracking&by=closeness")),
    ("categories: one", open_all("/categories?category=privacy")),
    ("categories: unknown", go("/categories?category=nonsense")),
    ("clause", open_all("/categories?clause=legal-advice")),
    ("clause: points", open_all("/categories?clause=privacy")),
    ("map", open_all("/map")),
    ("overlaps", go("/overlaps")),
    ("changelog", go("/changelog")),
    ("changelog: a revision", go("/changelog?revision=2022-06-07")),
    ("accuracy", open_all("/accuracy")),
    ("coverage: empty", go("/coverage")),
    (
        "batch: upload",
        lambda page, server: (go("/batch")(page, server), page.get_by_text("Upload a file").click(), None)[-1],
    ),
    ("batch: empty", go("/batch")),
    ("batch: table", batch_results),
    ("batch: heatmap", tab("Heatmap")),
    ("batch: files", tab("Files and code")),
    ("coverage: picture", coverage),
    ("coverage: table", tab("Table")),
    ("coverage: untouched", tab("Untouched")),
    ("coverage: repetitions", tab("Repetitions")),
    ("what is kept", go("/privacy")),
    ("no such page", go("/nonsense")),
)
