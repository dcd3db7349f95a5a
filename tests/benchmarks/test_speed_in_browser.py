"""In a real browser: typing in a passage until its new result, a long text until it can be used, a policy's file until its first result.

Run with `pytest tests/benchmarks/test_speed_in_browser.py --no-cov`. The aims are for this project's usual machine, unloaded.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import ADVICE, CHROMIUM, FLAGS, serving
from playwright.sync_api import Page, sync_playwright
from ratios import Report
from support import CLONE
from test_speed_of_own_policy import document

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=ADVICE)

EDITS = 12
LONG = 15_000
"""Words."""

ROOT = """const root = [...document.querySelectorAll("*")].map((each) => each.shadowRoot).find((each) => each?.querySelector(".um"));"""

TYPE = (
    """(words) => new Promise((done) => {"""
    + ROOT
    + """
  const box = root.querySelector("textarea"), live = root.querySelector(".live"), start = performance.now();
  new MutationObserver((_, seen) => {
    if (live.classList.contains("waiting")) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000)));
  }).observe(live, { attributes: true, childList: true });
  box.value = words;
  box.dispatchEvent(new Event("input"));
})"""
)
"""Types as a person's last key does, and returns seconds until the new result is painted."""

WATCH = """
window.heard = [];
window.busy = [];
new PerformanceObserver((list) => window.busy.push(...list.getEntries().map((each) => each.startTime + each.duration)))
  .observe({ type: "longtask", buffered: true });
window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", ({ data }) => window.heard.push([performance.now(), data.byteLength ?? data.size ?? data.length]));
  }
};
"""
"""Notes when what came from the server, and when the page was last too busy to answer a click (a task of 50 ms or more)."""

USABLE = (
    """() => new Promise((done) => {"""
    + ROOT
    + """
  const arrived = window.heard.reduce((best, each) => each[1] > best[1] ? each : best, [0, 0]);
  const mark = root.querySelector("mark"), first = performance.now();
  mark.click();
  requestAnimationFrame(() => setTimeout(() => done({
    bytes: arrived[1],
    seconds: (Math.max(window.busy.filter((each) => each < first).at(-1) ?? 0, arrived[0]) - arrived[0]) / 1000,
    click: (performance.now() - first) / 1000,
    marks: root.querySelectorAll("mark").length,
    elements: root.querySelectorAll("*").length,
    heap: performance.memory.usedJSHeapSize / 2 ** 20,
    chosen: mark.classList.contains("on"),
  })));
})"""
)
"""After the page has come to rest: seconds from the result's arrival until the page was last busy, and what it holds."""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A visitor of a server of their own, whose library is empty."""
    database = f"sqlite:///{tmp_path / 'library.sqlite3'}"
    with serving(POLICY_INDEX_DATABASE=database) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--enable-precise-memory-info"])
        window = browser.new_page(viewport={"width": 1280, "height": 800})
        window.set_default_timeout(180_000)
        window.add_init_script(WATCH)
        window.goto(address)
        yield window
        browser.close()


def check(page: Page, text: str) -> None:
    """Check a text, and wait until its first passage is marked."""
    page.get_by_label("Your prompt or product idea").fill(text)
    page.get_by_role("button", name="Check").first.click()
    page.locator("mark").first.wait_for()
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
    page.wait_for_timeout(3_000)


@pytest.mark.parametrize("others", [0, 200], ids=["one passage", "200 sentences besides"])
def test_typing_in_a_passage_until_its_new_result(page: Page, report: Report, others: int):
    """From the last key to the painted result, the pause that waits for another key in it; wordings never seen before."""
    check(page, "A dating app for farmers. " + " ".join(f"We bake bread number {i} in a shop." for i in range(others)))
    page.get_by_role("button", name="Change the wording").first.click()
    page.get_by_text("What separates them").first.wait_for()
    found = []
    for number in range(EDITS):
        found.append(page.evaluate(TYPE, f"A dating app for {number + 2} farmers and their neighbours"))
        page.wait_for_timeout(400)

    report(f"typing until the new result, {others} other sentences / 0.3 s", found, [0.3] * EDITS, 1.0)


def test_a_long_text_until_it_can_be_used(page: Page, report: Report):
    """From the arrival of the result in the browser until the page answers clicks; marks everywhere, few elements."""
    lines = (CLONE / "tests" / "data" / "ideas.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    words = " ".join(texts).split()
    whole = "\n\n".join(f"Plan {number}. {text}" for number in range(1 + LONG // len(words)) for text in texts)
    text = " ".join(whole.split(" ")[:LONG])
    check(page, text)
    found = page.evaluate(USABLE)

    assert found["chosen"]
    held = f"{found['marks']} marks, {found['elements']:,} elements, {found['heap']:.0f} MiB"
    report(f"a text of 15,000 words, result to usable ({held}) / 1 s", [found["seconds"]], [1.0], 1.0)
    report("a click in it until it is painted / 0.1 s", [found["click"]], [0.1], 1.0)


def test_a_file_until_the_first_result_against_it(page: Page, report: Report, tmp_path: Path):
    """From the choice of a file of 3,000 words to a result that is seen, by newcomers who click at once; the server is warm."""
    check(page, "A dating app for farmers.")
    found = []
    for turn in range(5):
        page.goto(f"{page.url.partition('?')[0]}policies" if turn == 0 else page.url.partition("?")[0])
        chooser = page.locator("input[type=file]")
        chooser.wait_for(state="attached")
        page.wait_for_timeout(1_500)
        file = tmp_path / f"rules-{turn}.md"
        file.write_text(document(turn), encoding="utf-8")

        start = time.perf_counter()
        chooser.set_input_files(file)
        page.get_by_role("button", name="Keep this policy").click()
        page.get_by_role("link", name="Check a text against it", exact=True).click()
        page.get_by_label("Your prompt or product idea").fill(f"May I lend the keys of shed {turn} to a friend?")
        page.get_by_role("button", name="Check").first.click()
        page.get_by_text("keys of the shed on day").filter(visible=True).first.wait_for()
        found.append(time.perf_counter() - start)
        page.get_by_role("link", name="Policies", exact=True).click()
        page.wait_for_timeout(1_000)
    report("a file of 3,000 words until the first result / 3 s", found, [3.0] * len(found), 1.0)
