"""A brief as a paper to read: it reads well, says where it comes from, and nothing of the text in it does anything."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from papers import DAY, HOSTILE, TEXT, bare, brief_of, hostile_brief

from policy_index import Brief, PolicyPack
from policy_index.records.clauses import caveat
from policy_index.records.papers import PaperFormat, paper


@pytest.fixture(scope="module")
def hostile() -> Brief:
    """Every clause is likely, and every line of a hostile text stands in every part."""
    return hostile_brief()


# ------------------------------------------------------------------------------------------------------------------ all


@pytest.mark.parametrize("form", PaperFormat)
def test_a_paper_says_which_policy_model_day_thresholds_and_what_it_is_not(hostile: Brief, form: PaperFormat):
    """So that it can be traced when it lies in a drawer."""
    text = paper(hostile, form, made_on=DAY).replace("\\", "")

    for expected in (
        "2023-03-23",
        hostile.policy.sha256,
        "Usage policies",
        "letters",
        "2026-03-05",
        caveat(hostile.pack),
    ):
        assert expected in text
    for threshold in ("0.6", "0.3") if form in {PaperFormat.CSV, PaperFormat.JSON} else ("60\u202f%", "30\u202f%"):
        assert threshold in text


@pytest.mark.parametrize("form", PaperFormat)
@pytest.mark.parametrize("probability", [None, 0.9])
def test_a_paper_of_another_policy_says_which_and_not_a_word_of_the_bundled_one(
    acme: PolicyPack, form: PaperFormat, probability: float | None
):
    """Neither a reading nor a fact of OpenAI's, nor that it would be superseded."""
    brief = brief_of("We write reviews of drills that nobody has used.", pack=acme, probability=probability)

    text = paper(brief, form, made_on=DAY).replace("\\", "")

    for expected in ("2026-01-31", acme.policy.sha256, "Acme", caveat(acme), acme.policy.clauses[-1].citation):
        assert expected in text or (probability is None and expected == acme.policy.clauses[-1].citation)
    for foreign in ("OpenAI", "ChatGPT", "2023-03-23", "our words", "superseded since"):
        assert foreign not in text


@pytest.mark.parametrize("form", PaperFormat)
@pytest.mark.parametrize("probability", [None, 0.01, 0.7])
def test_every_kind_of_brief_can_be_written(form: PaperFormat, probability: float | None):
    """Without probabilities, without a clause, with possible ones, whose passages are two; partly in German, with a negation."""
    text = "We never bake bread.\nWir backen Brot für alle Menschen in unserem Dorf."

    written = paper(brief_of(text, probability=probability), form, made_on=DAY)

    assert written.endswith("\n")
    if form in {PaperFormat.MARKDOWN, PaperFormat.HTML}:
        assert ("No clause found" in written) is (probability == 0.01)
        assert ("were fitted for another model" in written) is (probability is None)
        assert "German" in written
        assert "“never”" in written


@pytest.mark.parametrize("form", PaperFormat)
@given(text=st.text(max_size=80))
def test_no_control_character_reaches_a_paper(form: PaperFormat, text: str):
    """But line breaks and, in Markdown and HTML, tabs; JSON escapes them."""
    written = paper(bare(f"{text}\x00\x1b[31m\x07 end"), form, made_on=DAY)

    assert not re.search(r"[\x00-\x08\x0b-\x1f]", written)


def test_a_form_has_a_suffix_and_a_media_type():
    """As browsers know them."""
    assert [(form.suffix, form.mime) for form in PaperFormat] == [
        ("md", "text/markdown"),
        ("html", "text/html"),
        ("csv", "text/csv"),
        ("json", "application/json"),
    ]


# ------------------------------------------------------------------------------------------------------------- Markdown

OURS = re.compile(
    r"What it is about \(our words\)|To do \(our words\)|Condition|How far it reaches|Exception|Likely|Possible|Unlikely|"
    + re.escape(caveat(bare("").pack))
)


def rendered(markdown: str) -> tuple[set[str], str, list[str]]:
    """Return the kinds of tokens that a renderer with GitHub's extensions sees, all its words, and what is emphasised."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown)
    kinds, words, emphasised = set(), [], []
    for token in tokens:
        kinds.add(token.type)
        children = token.children or []
        kinds.update(child.type for child in children)
        words.append("".join(child.content or "\n" * (child.type == "softbreak") for child in children))
        emphasised += _emphasised(children)
    return kinds, "\n".join(words), emphasised


def _emphasised(children: Sequence[Token]) -> list[str]:
    found, depth = [], 0
    for child in children:
        if child.type in {"em_open", "strong_open"}:
            depth += 1
            found.append("")
        elif child.type in {"em_close", "strong_close"}:
            depth -= 1
        elif depth:
            found[-1] += child.content
    return found


ALLOWED = {
    *("paragraph_open", "paragraph_close", "inline", "text", "text_special", "code_inline", "softbreak"),
    *("heading_open", "heading_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    *("blockquote_open", "blockquote_close", "em_open", "em_close", "strong_open", "strong_close"),
}  # fmt: skip


def test_a_markdown_renderer_shows_a_hostile_text_as_it_is(hostile: Brief):
    """No script, link, image, table, emphasis or code comes from it, and each of its lines can be read."""
    markdown = paper(hostile, PaperFormat.MARKDOWN, made_on=DAY)

    kinds, words, emphasised = rendered(markdown)

    assert kinds <= ALLOWED
    assert all(OURS.fullmatch(each) for each in emphasised)
    assert markdown.count("`") - markdown.count("\\`") == 2  # around the policy's hash
    assert all(f"\n{line}\n" in words for line in HOSTILE)
    assert len(hostile.entries) == 71
    assert len(hostile.entries[0].passages) >= len(HOSTILE)
    for passage in hostile.entries[0].passages:
        assert words.count(f"“{passage.text}”") == 71


def test_addresses_in_markdown_are_no_links_for_renderers_that_look_for_them(hostile: Brief):
    """GitHub links bare `www.` and `scheme://` (GFM, 6.9); a backslash stands inside each."""
    assert not re.search(r"(?i)[a-z]://|\bwww\.", paper(hostile, PaperFormat.MARKDOWN, made_on=DAY))


def test_the_headings_of_a_markdown_paper_are_ours_and_the_clauses(hostile: Brief):
    """A title, the lanes, the clauses, the text."""
    headings = re.findall(r"(?m)^#+ .*$", paper(hostile, PaperFormat.MARKDOWN, made_on=DAY))

    assert len(headings) == 1 + len(hostile.lanes) + len(hostile.entries) + 1
    assert headings[0] == "# Policy brief"
    assert headings[-1] == "## The text"


@given(text=st.text(alphabet="*_`[]()<>#|~&@$\\:/!-+=.1 ab\n", max_size=60))
def test_any_marks_at_all_stay_text_in_markdown(text: str):
    """Whatever they would mean."""
    kinds, words, emphasised = rendered(paper(bare(text), PaperFormat.MARKDOWN, made_on=DAY))

    assert kinds <= ALLOWED
    assert emphasised == [caveat(bare(text).pack)]
    for line in text.splitlines():
        assert " ".join(line.split()) in words


# ----------------------------------------------------------------------------------------------------------------- HTML


class Reader(HTMLParser):
    """Notes elements, attributes, and the words of the element with the class `text`."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.policy = ""
        self.text: str | None = None
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"] or ""
        if ("class", "text") in attrs:
            self.inside, self.text = True, ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "p"

    def handle_data(self, data: str) -> None:
        if self.inside and self.text is not None:
            self.text += data


def read_html(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_an_html_paper_holds_no_script_no_handler_no_address_and_forbids_them(hostile: Brief):
    """Escaped, and under a content security policy that loads nothing."""
    html = paper(hostile, PaperFormat.HTML, made_on=DAY)

    reader = read_html(html)

    assert not reader.elements & {"script", "img", "iframe", "a", "link", "object", "b"}
    assert reader.attributes == {"lang", "charset", "name", "content", "http-equiv", "class"}
    assert reader.policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert reader.text == TEXT
    assert html.count("<mark") == sum(segment.band is not None for segment in hostile.segments) >= 10


@given(text=st.text(max_size=200))
@example(text="Windows\r\nold Mac\rUnix\n")
def test_the_whole_text_stands_in_an_html_paper(text: str):
    """Line ends become line feeds, other control characters U+FFFD."""
    reader = read_html(paper(bare(text), PaperFormat.HTML, made_on=DAY))

    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert reader.text == re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd", lines)
