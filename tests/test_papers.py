"""A brief as a file: it reads well, says where it comes from, and nothing of the text in it does anything."""

import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from support import LetterEncoder, letter_index

from policy_index import bundled_policy
from policy_index.brief import Brief, write_brief
from policy_index.contexts import Context
from policy_index.export import NOTE, brief_record
from policy_index.papers import PaperFormat, paper
from policy_index.text import inert_cell

DAY = date(2026, 3, 5)
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script> bread",
    '<img src=x onerror="alert(2)"> **bold** _soft_ ~~gone~~',
    "[link](https://x.example) ![image](https://x.example/x.png) <https://x.example>",
    "see https://x.example and www.x.example or HTTP://x.example",
    "# no heading",
    "| a | b |",
    "`code` ```fence``` &lt;b&gt; &#60;",
    "a\\*b* c\\\\ $x$",
    "{{ 7 * 7 }} {% raw %}",
    "--> ]]> </p></blockquote><iframe src=x>",
    "1986\\. 12) dozens + plus",
]
TEXT = "\n\n".join(HOSTILE)


def brief_of(text: str, *, probability: float | None = 0.9, contexts: Sequence[Context] = ()) -> Brief:
    return write_brief(
        letter_index(bundled_policy(), LetterEncoder(), probability=probability), text, contexts=contexts
    )


@pytest.fixture(scope="module")
def hostile() -> Brief:
    """A brief in which every clause is likely, so that every line of a hostile text stands in every part."""
    return brief_of(TEXT, contexts=list(Context))


BARE = brief_of("bread")


def bare(text: str) -> Brief:
    """Return a brief without clauses that quotes `text` as its text and as its safeguards."""
    empty = np.zeros((0, BARE.grid.shape[1]))
    return replace(BARE, text=text, sentences=(), entries=(), rest=(), grid=empty, safeguards=(text,))


# ------------------------------------------------------------------------------------------------------------------ all


@pytest.mark.parametrize("form", PaperFormat)
def test_a_paper_says_which_policy_model_day_thresholds_and_what_it_is_not(hostile: Brief, form: PaperFormat):
    """So that it can be traced when it lies in a drawer."""
    text = paper(hostile, form, made_on=DAY).replace("\\", "")

    provenance = bundled_policy().provenance
    for expected in ("2023-03-23", provenance.sha256, "Usage policies", "letters", "2026-03-05", NOTE):
        assert expected in text
    for threshold in ("0.6", "0.3") if form in {PaperFormat.CSV, PaperFormat.JSON} else ("60\u202f%", "30\u202f%"):
        assert threshold in text


@pytest.mark.parametrize("form", PaperFormat)
@pytest.mark.parametrize("probability", [None, 0.01, 0.4])
def test_every_kind_of_brief_can_be_written(form: PaperFormat, probability: float | None):
    """Without probabilities, without a clause, with possible ones; partly in German, with a negation."""
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
    + re.escape(NOTE)
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
    assert emphasised == [NOTE]
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


# ------------------------------------------------------------------------------------------------------------------ CSV


def table(brief: Brief) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(paper(brief, PaperFormat.CSV, made_on=DAY)), keep_default_na=False)


def test_a_csv_paper_goes_through_pandas_and_back(hostile: Brief):
    """One row for each clause, the record's values in it."""
    read = table(hostile)

    record = brief_record(hostile, made_on=DAY)
    entries = [(lane["lane"], entry) for lane in record["lanes"] for entry in lane["entries"]]
    assert len(read) == len(entries) == len(hostile.entries)
    for row, (lane, entry) in zip(read.to_dict("records"), entries, strict=True):
        assert row["lane"] == lane
        assert row["clause"] == entry["text"]
        assert [row[key] for key in ("clause_id", "citation", "band")] == [
            entry[key] for key in ("clause_id", "citation", "band")
        ]
        assert [row["score"], row["probability"]] == [entry["score"], entry["probability"]]
        assert row["passages"].removeprefix("'") == " | ".join(passage["text"] for passage in entry["passages"])
        assert row["because"] == " | ".join(reason["because"] for reason in entry["reasons"])
        assert row["about"] == (entry["reading"] or {"about": ""})["about"]
        assert row["policy_sha256"] == record["policy"]["sha256"]
        assert row["note"] == NOTE
    again = io.StringIO()
    read.to_csv(again, index=False, lineterminator="\n")
    assert again.getvalue() == paper(hostile, PaperFormat.CSV, made_on=DAY)


@pytest.mark.parametrize("start", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)"])
def test_a_formula_in_a_text_is_none_in_a_spreadsheet(start: str):
    """An apostrophe stands before it; no cell of the file begins as a formula does."""
    read = table(brief_of(f"{start} bread"))

    assert len(read) == 71
    assert not [
        cell for row in read.astype(str).to_numpy() for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))
    ]
    assert any(cell.startswith(f"'{start}") for cell in read["passages"]) or start.startswith(("+", "-"))
    assert not any(cell.startswith("-") for cell in read["passages"])


def test_a_cell_is_changed_only_where_a_spreadsheet_would_calculate():
    """Everything else stays."""
    assert [inert_cell(text) for text in ("=1", "+1", "-1", "@a", "\tx", "\rx")] == ["'=1", "'+1", "'-1", "'@a", "'\tx", "'\rx"]  # fmt: skip
    assert [inert_cell(text) for text in ("", "a=1", "'=1", " =1", "1-1")] == ["", "a=1", "'=1", " =1", "1-1"]


def test_a_brief_without_clauses_is_one_row_that_says_so():
    """With policy, model and date all the same."""
    (row,) = table(bare("bread")).to_dict("records")

    assert row["lane"] == "No clause found"
    assert row["policy_updated"] == "2023-03-23"
    assert not row["clause_id"]


SCHEMA = json.loads((files("policy_index") / "data" / "brief.schema.json").read_text(encoding="utf-8"))


def validate(record: Any) -> None:
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(
        record
    )


def test_a_json_paper_is_what_the_committed_schema_says(hostile: Brief):
    """Calibrated or not, with facts and other languages, with no clause; the text comes back unchanged."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    german = "We never bake bread.\nWir backen Brot für alle Menschen in unserem Dorf."
    for brief in (hostile, brief_of(german, probability=None), brief_of("nul \x00 inside of a text"), bare("bread")):
        record = json.loads(paper(brief, PaperFormat.JSON, made_on=DAY))

        validate(record)
        assert record["text"] == brief.text
        assert record == brief_record(brief, made_on=DAY)


def test_the_schema_knows_every_lane_band_kind_context_and_action(hostile: Brief):
    """A brief with every clause and fact validates; one with a word that is none does not."""
    record = json.loads(paper(hostile, PaperFormat.JSON, made_on=DAY))
    assert sum(len(lane["entries"]) for lane in record["lanes"]) == 71
    assert set(record["contexts"]) == {context.value for context in Context}

    validate(record)
    record["lanes"][0]["entries"][0]["band"] = "certain"
    with pytest.raises(jsonschema.ValidationError):
        validate(record)


def test_passages_of_a_json_paper_stand_where_it_says(hostile: Brief):
    """Start and end count characters of its text."""
    record = json.loads(paper(hostile, PaperFormat.JSON, made_on=DAY))

    for lane in record["lanes"]:
        for entry in lane["entries"]:
            for passage in entry["passages"]:
                assert " ".join(record["text"][passage["start"] : passage["end"]].split()) == passage["text"]
