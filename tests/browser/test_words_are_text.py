"""Whatever comes through a door is shown as text: a stranger's server listens beside the app, and nobody asks it anything."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from browsing import Check, serving
from playwright.sync_api import Page, expect
from saving import saved_picture, words_in
from strangers import Stranger, listening
from walk import settle

from policy_index.records.sharing import pack_text

OLD, NEW = "hostile@2025-01-01", "hostile@2026-01-01"

MADE = """(address) => {
  const strange = [...document.querySelectorAll("*")].filter((element) =>
    [...element.attributes].some((each) => ["href", "src", "srcset", "action", "xlink:href"].includes(each.name)
      && each.value.includes(address)));
  const read = document.querySelectorAll(".katex, .stMarkdownColoredText, img[alt='Streamlit logo']");
  return [...strange, ...read].map((element) => element.outerHTML.slice(0, 200));
}"""
"""What a page makes of a stranger's words, if it reads them: what leads to the stranger, formulas, colours, pictures."""


@pytest.fixture(scope="module")
def stranger() -> Iterator[Stranger]:
    """Who must not be asked anything."""
    with listening() as server:
        yield server


@pytest.fixture(scope="module")
def site(stranger: Stranger, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with two versions of a stranger's policy, and an empty library."""
    folder = tmp_path_factory.mktemp("packs")
    for spec in (OLD, NEW):
        pack = folder / spec
        pack.mkdir()
        day = spec.partition("@")[2]
        words = {name: json.dumps(stranger.hostile(f"{name}{day}")) for name in ("publisher", "title")}
        (pack / "pack.toml").write_text(
            f'id = "hostile"\npublisher = {words["publisher"]}\ntitle = {words["title"]}\nupdated = {day}\n'
            f'url = "https://elsewhere.example/policy)](x"\nsuperseded = {str(spec == OLD).lower()}\n',
            encoding="utf-8",
        )
        (pack / "policy.md").write_text(policy_of(stranger, day), encoding="utf-8")
    library = tmp_path_factory.mktemp("library") / "library.sqlite3"
    with serving(POLICY_INDEX_PACKS=str(folder), POLICY_INDEX_DATABASE=f"sqlite:///{library}") as address:
        yield address


def policy_of(stranger: Stranger, day: str) -> str:
    """A policy whose title, headings, lead-ins and clauses are hostile; some clauses differ by the day."""
    said = {name: escaped(stranger.hostile(name)) for name in ("head", "section", "lead", "clause", f"own{day}")}
    return (
        f"# {said['head']}\n\n## {said['section']}\n\n{said['lead']} You may not:\n\n"
        f'- do this: {said["clause"]}\n- do that: {said[f"own{day}"]}\n- =HYPERLINK(\\"{stranger.address}/cell\\")\n\n'
        "## Another section\n\nYou must tell people that they talk with a machine.\n"
    )


def escaped(words: str) -> str:
    """Words that are a clause's own words, signs and all, once Markdown is read."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$:&])", r"\\\1", words)


@pytest.fixture(autouse=True)
def unasked(page: Page, stranger: Stranger) -> Iterator[None]:
    """After each test: no element, no script, no request."""
    stranger.asked.clear()
    yield
    assert page.evaluate(MADE, stranger.address.removeprefix("http://")) == []
    assert page.evaluate("window.hacked") is None
    assert stranger.asked == []


Addressed = Callable[[str], str]

ADDRESSES: dict[str, Addressed] = {
    "text": lambda words: f"/?{urlencode({'text': words})}",
    "packed text": lambda words: f"/?{urlencode({'text': pack_text(words)})}",
    "policy": lambda words: f"/?{urlencode({'policy': words})}",
    "clause": lambda words: f"/categories?{urlencode({'clause': words})}",
    "category": lambda words: f"/categories?{urlencode({'category': words})}",
    "revision": lambda words: f"/changelog?{urlencode({'revision': words})}",
    "with": lambda words: f"/compare?{urlencode({'with': words})}",
    "change": lambda words: f"/compare?{urlencode({'policy': OLD, 'with': NEW, 'change': words})}",
    "view": lambda words: f"/policies?{urlencode({'view': words, 'at': words, 'page': words})}",
    "page": lambda words: f"/{quote(words, safe='')}",
}


@pytest.mark.parametrize("door", ADDRESSES)
def test_what_an_address_asks_for_is_text(page: Page, site: str, stranger: Stranger, door: str):
    """A link that a stranger sends makes no element and asks nobody."""
    page.goto(site + ADDRESSES[door](stranger.hostile("address")))
    settle(page)

    if door in {"text", "policy", "clause", "category", "revision", "with", "change"}:
        expect(page.get_by_test_id("stAlert").first).to_be_visible()
    if door in {"policy", "clause", "category", "with", "change"}:
        expect(page.get_by_test_id("stAlert").first).to_contain_text("<img src=")


POLICY_PAGES = [
    *("/", "/categories", "/map", "/overlaps", "/changelog", "/accuracy", "/policies", "/coverage"),
    *("/policies?view=about", "/policies?view=clauses", f"/compare?with={NEW}", "/compare?with=openai"),
]


@pytest.mark.parametrize("path", POLICY_PAGES)
def test_a_strangers_policy_is_text_on_every_page(page: Page, site: str, path: str):
    """Its title, headings and clauses, in words, boxes, pictures and tables."""
    page.goto(f"{site}{path}{'&' if '?' in path else '?'}policy={OLD}")
    settle(page)
    expect(page.get_by_text("<img src=").first).to_be_visible()
    for closed in page.locator("summary").all():
        if closed.is_visible():
            closed.click()
    for chart in page.locator(".js-plotly-plot").all():
        chart.hover()
    settle(page)


def test_a_strangers_policy_is_text_in_a_picture_that_is_saved(page: Page, site: str, tmp_path: Path):
    """Its title is a line of words in it; opened by itself it runs nothing and asks nobody."""
    page.goto(f"{site}/categories?policy={OLD}")
    svg = saved_picture(page, "SVG", tmp_path)

    assert words_in(svg).replace(" ", "").count("<script>window.hacked=2</script>") >= 1
    page.goto(svg.as_uri())
    assert page.evaluate("window.hacked") is None


def test_a_text_is_text_in_every_view(page: Page, site: str, stranger: Stranger, check: Check, tmp_path: Path):
    """Against a stranger's policy: the brief, the marked text, the matrix, two wordings, the files to take away."""
    page.goto(f"{site}?policy={NEW}")
    check(f"You may not do this. {stranger.hostile('pasted')}")
    expect(page.get_by_text("Nearest clauses for “You may not do this.")).to_be_visible()
    for name in ("Words that carry it", "Matrix", "Two wordings", "Take away"):
        page.get_by_role("tab", name=name).click()
        settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="HTML to print").click()
    paper = tmp_path / "brief.html"
    download.value.save_as(paper)

    page.goto(paper.as_uri())
    expect(page.get_by_text("<img src=").first).to_be_visible()


def test_a_table_of_prompts_is_text(page: Page, site: str, stranger: Stranger, tmp_path: Path):
    """Its file's name, its columns' names, its cells and its errors; and a file that cannot be read."""
    words = stranger.hostile("cell")
    rows = [{"text": words, words: f"={words}"}, {"text": "online roulette", words: "@x"}, {"text": "", words: "+1"}]
    name = re.sub(r"[/:]", "_", words)[:120]
    page.goto(f"{site}/batch?policy={NEW}")
    page.get_by_text("Upload a file").click()
    broken = tmp_path / f"{name}.jsonl"
    broken.write_text("{no json", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(broken)
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    good = tmp_path / f"{name}b.jsonl"
    good.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    page.locator("input[type=file]").set_input_files(good)
    page.get_by_role("button", name="Check 3 prompts").click()
    expect(page.get_by_text("distinct texts")).to_be_visible()
    page.get_by_role("button", name="Row 1: open its brief").click()
    expect(page.get_by_role("heading", name="Brief of row 1")).to_be_visible()
    for view in ("Heatmap", "Files and code"):
        page.get_by_role("tab", name=view).click()
        settle(page)


def test_a_policy_that_is_brought_is_text_until_it_is_kept_and_after(
    page: Page, site: str, stranger: Stranger, tmp_path: Path
):
    """In the review, the editor, the list, what was kept; its file's name and the page that it says is its own, too."""
    file = tmp_path / f"{re.sub(r'[/:]', '_', stranger.hostile('file'))[:120]}.md"
    file.write_text(policy_of(stranger, "2024-01-01"), encoding="utf-8")
    page.goto(f"{site}/policies")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", name="What was recognised")).to_be_visible()
    page.locator(".upe-tree .upe-row a").nth(1).click()
    page.get_by_role("button", name="Join with the next").click()
    expect(page.get_by_role("button", name="Undo").first).to_be_visible()
    page.get_by_role("textbox", name="Id in addresses and commands").fill("brought")
    page.get_by_role("button", name="Keep this policy").click()
    expect(page.get_by_text("Kept: the version")).to_be_visible()
    page.goto(f"{site}/policies")
    page.get_by_role("button", name="Remove", exact=True).first.click()
    expect(page.get_by_role("dialog")).to_contain_text("are removed for everybody")


@pytest.mark.parametrize("route", ["clauses/{}", "policies/{}", "changelog?policy={}", "clauses?category={}"])
def test_an_error_over_http_is_text_in_a_browser_too(page: Page, site: str, stranger: Stranger, route: str):
    """JSON, which no browser takes for a page."""
    answer = page.goto(f"{site}/api/{route.format(quote(stranger.hostile('http'), safe=''))}")

    assert answer is not None
    assert answer.status in {400, 404, 422}
    assert list(answer.json()) == ["error"]
    assert answer.headers["x-content-type-options"] == "nosniff"
