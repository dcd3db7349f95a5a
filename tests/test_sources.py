"""A file of any kind becomes the Markdown whose clauses are those of a split made by hand."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from source_files import docx, paragraph, pdf, typed

from policy_index.policy.dialects.dialect import parse_policy
from policy_index.policy.dialects.markdown import without_enumerator
from policy_index.policy.document import Provenance
from policy_index.policy.sources.source import source_of
from policy_index.policy.sources.values import SourceKind

DATA = Path(__file__).parent / "data" / "sources"
FILES = sorted(path for path in DATA.iterdir() if path.suffix != ".json")
LEAST = {".docx": 0.85, ".pdf": 0.85}
"""F1 of clause boundaries that the project asks for; 0.95 where nothing else is said."""

NUMBERING = (
    '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'
)


def clauses(markdown: str) -> list[str]:
    policy = parse_policy(markdown, provenance=Provenance(publisher="Example", title="Rules", updated=None))
    return [clause.text for clause in policy.clauses]


def bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", without_enumerator(text).lower()))


def f1(expected: list[str], found: list[str]) -> float:
    """Twice the clauses in both over the clauses of each: the harmonic mean of precision and recall."""
    hits = (Counter(map(bare, expected)) & Counter(map(bare, found))).total()
    return 2 * hits / (len(expected) + len(found))


def markdown(name: str, text: str) -> str:
    return source_of(name, text.encode()).markdown.strip()


def item(text: str, level: int, *, list_id: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')


def test_there_are_files_of_every_kind():
    assert {path.suffix for path in FILES} == {".md", ".html", ".docx", ".pdf", ".txt"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_clauses_are_those_of_the_split_made_by_hand(path: Path):
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))

    source = source_of(path.name, path.read_bytes())

    assert f1(expected, clauses(source.markdown)) >= LEAST.get(path.suffix, 0.95)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_kind_title_and_day_are_found_without_the_files_name(path: Path):
    titles = {
        "ferry": "ferry ai acceptable use terms",
        "orchard": "orchard usage policy",
        "lantern": "lantern community rules",
    }
    days = {"ferry": date(2026, 2, 4), "orchard": date(2026, 3, 9), "lantern": date(2026, 1, 15)}

    source = source_of("", path.read_bytes())

    assert source.kind.value == {".md": "markdown", ".txt": "text"}.get(path.suffix, path.suffix[1:])
    assert (source.title or "").lower() == titles[path.stem]
    assert source.updated == days[path.stem]


# Markdown


def test_markdown_stays_as_it_is_but_for_a_byte_order_mark_that_dialects_know():
    """CRLF and the mark are kept, so that spans are places in the file's own characters."""
    content = "\ufeff# Rules\r\n\r\nDo not shout.\r\n"

    assert source_of("rules.md", content.encode()).markdown == content


def test_text_in_an_old_encoding_is_read():
    assert "naïve" in source_of("a.txt", "Do not be naïve about café rules.".encode("cp1252")).markdown
    assert "naïve" in source_of("a.txt", "Do not be naïve.".encode("utf-16")).markdown


# HTML


def test_menus_banners_and_footers_are_set_aside_and_counted():
    """Five words of menu, four of the notice, one script and one picture, all named."""
    page = (
        "<nav>Home Prices About us now</nav><div class='cookie-banner'>We like cookies much</div>"
        "<main><h1>Rules</h1><p>You must not use our services to make weapons of any kind.</p><img src='https://example.org/a.png'></main>"
        "<script>alert(1)</script>"
    )

    source = source_of("page.html", f"<html><body>{page}</body></html>".encode())

    assert clauses(source.markdown) == ["You must not use our services to make weapons of any kind."]
    assert source.set_aside == (
        "Cookie and consent notices (4 words)",
        "Menus, headers and footers of the page (5 words)",
        "1 image",
    )


def test_a_section_about_cookies_is_no_cookie_banner():
    page = "<body><h1>Rules</h1><section id='cookies' class='cookies'><h2>Cookies</h2><p>You must not set cookies.</p></section></body>"

    assert clauses(markdown("a.html", page)) == ["You must not set cookies."]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ol><li>one<ul><li>deep</li></ul></li><li>two</li></ol>", "1. one\n   - deep\n2. two"),
        ("<ul><li>one</li><ul><li>deep</li></ul><li>two</li></ul>", "- one\n  - deep\n- two"),
        ("<ol type='a'><li>one</li><li>two</li></ol>", "- a. one\n- b. two"),
        ("<ol start='4'><li>four</li><li value='9'>nine</li></ol>", "4. four\n9. nine"),
        ("<ol><li><h3>Head</h3><p>Text.</p><ul><li>item</li></ul></li></ol>", "### 1. Head\n\nText.\n\n- item"),
        ("<p><b>Lead</b><br>Text that follows it.</p>", "**Lead**\n\nText that follows it."),
        ("<p>One line<br>that goes on.</p>", "One line that goes on."),
        ("<p>• first<br>• second</p>", "- first\n- second"),
        ("<table><tr><td>a|b</td><td>c</td></tr></table>", "|  |  |\n| --- | --- |\n| a\\|b | c |"),
        ("<table><tr><td><p>Only laid out.</p><p>Twice.</p></td></tr></table>", "Only laid out.\n\nTwice."),
        ("<dl><dt>User<dd>anyone who types.</dl>", "**User**: anyone who types."),
        ("<h2>May I?</h2><p>2 * 3 &lt;b&gt; # [x](y) _z_</p>", "## May I?\n\n2 \\* 3 &lt;b> # [x\\](y) \\_z\\_"),
        ("<p># no heading</p><p>1. no item</p><p>- no</p>", "\\# no heading\n\n1\\. no item\n\n- no"),
        ("<pre>Rules\n\nDo not shout at people.\n\nDo not run.</pre>", "# Rules\n\nDo not shout at people.\n\nDo not run."),
        ("<p>See <a href='javascript:alert(1)'>this</a>, <a href='https://e.org/a'>that</a>.</p>", "See this, [that](https://e.org/a)."),
        ("<details><summary>Why?</summary>Because.</details>", "## Why?\n\nBecause."),
        ("<div role='tablist'><b id='t' role='tab'>Images</b></div><div role='tabpanel' aria-labelledby='t'>No nudes.</div>", "## Images\n\nNo nudes."),
    ],
)  # fmt: skip
def test_html_keeps_its_structure_and_nothing_in_it_becomes_a_mark(html: str, expected: str):
    assert markdown("a.html", f"<html><body>{html}</body></html>") == expected


def test_a_page_saved_as_one_file_is_read():
    content = (
        b'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="B"\r\n\r\n--B\r\n'
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>You must not =3D spam.</p>\r\n--B--\r\n"
    )

    assert source_of("a.mhtml", content).markdown.strip() == "You must not = spam."


# Plain text


def test_hard_line_ends_are_joined_and_lists_nested_by_indent_and_label():
    text = "Rules of the house\n\n1. Noise\n\nNobody may make noise after ten in\nthe evening, which means:\n\n  (a) no music;\n  (b) no drums, neither\n      (i) large ones, nor\n      (ii) small ones.\n\n2. Pets\n\nPets are welcome in the house.\n"

    expected = (
        "# Rules of the house\n\n## 1. Noise\n\nNobody may make noise after ten in the evening, which means:\n\n- (a) no music;\n- (b) no drums, neither\n"
        "  - (i) large ones, nor\n  - (ii) small ones.\n\n## 2. Pets\n\nPets are welcome in the house."
    )
    assert markdown("a.txt", text) == expected


def test_a_numbered_list_of_rules_is_no_row_of_headings():
    text = "Rules\n\n1. No spam\n2. No malware\n3. No lies\n"

    assert clauses(markdown("a.txt", text)) == ["No spam", "No malware", "No lies"]


def test_the_letter_i_goes_on_after_h_and_begins_a_list_of_roman_numbers_elsewhere():
    letters = "".join(f"({letter}) rule of the letter {letter}\n" for letter in "abcdefghi")

    lines = markdown("a.txt", f"You must not break these:\n{letters}").splitlines()

    assert lines[-1] == "- (i) rule of the letter i"


# DOCX


def test_numbers_of_word_are_counted_per_level_and_restart():
    """Two lists of one numbering: the second starts over where it says so."""
    body = (
        item("alpha;", 0)
        + item("beta;", 1)
        + item("gamma;", 1)
        + item("delta.", 0)
        + paragraph("Then what follows is:")
        + item("again.", 0, list_id=2)
    )

    found = source_of("a.docx", docx(body, word__numbering=NUMBERING)).markdown.strip()

    assert found == "1. alpha;\n   - (a) beta;\n   - (b) gamma;\n2. delta.\n\nThen what follows is:\n\n1. again."


def test_short_numbered_lines_with_text_under_them_are_headings():
    body = item("Scope", 0) + paragraph("These rules bind you.") + item("Conduct", 0) + paragraph("Be kind to people.")

    found = source_of("a.docx", docx(body, word__numbering=NUMBERING)).markdown.strip()

    assert found == "## 1. Scope\n\nThese rules bind you.\n\n## 2. Conduct\n\nBe kind to people."


def test_deleted_and_hidden_words_and_comments_are_set_aside():
    body = (
        "<w:p><w:r><w:t>Keep this rule.</w:t></w:r><w:del><w:r><w:delText>Not this</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Nor that one</w:t></w:r></w:p>"
    )

    source = source_of("a.docx", docx(body))

    assert source.markdown.strip() == "Keep this rule."
    assert source.set_aside == ("Hidden text (3 words)", "Text deleted under tracked changes (2 words)")


# PDF


def test_lines_are_joined_hyphens_undone_and_drawn_lists_nested():
    lines = [
        (50.0, 700.0, "You may not use this service in order to harm, to mis-"),
        (50.0, 686.0, "lead or to follow people, or to do any of these long-"),
        (50.0, 672.0, "term harmful things, which we list in full below here:"),
        (60.0, 650.0, "• spread malware"),
        (75.0, 636.0, "o Write ransomware"),
        (60.0, 622.0, "• collect passwords for long or short term use, too"),
        (50.0, 600.0, "We look into every report."),
    ]

    found = source_of("a.pdf", pdf([typed(*lines)])).markdown.strip()

    assert found == (
        "You may not use this service in order to harm, to mislead or to follow people, or to do any of these long-term harmful things, which we list"
        " in full below here:\n\n- spread malware\n  - Write ransomware\n- collect passwords for long or short term use, too\n\nWe look into every report."
    )


def test_running_lines_and_page_numbers_are_set_aside():
    """On three pages: a head of two words, and `Page n of 3` of four."""
    pages = [
        typed(
            (50, 800, "Acme Rules"),
            (50, 600 + number, f"You must keep rule number {word} at all times."),
            (280, 30, f"Page {number} of 3"),
        )
        for number, word in enumerate(("one", "two", "three"), 1)
    ]

    source = source_of("a.pdf", pdf(pages))

    assert clauses(source.markdown) == [
        f"You must keep rule number {word} at all times." for word in ("one", "two", "three")
    ]
    assert source.set_aside == ("Running headers, footers and page numbers (18 words)",)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.txt", "# Rules\n\n**Do not** shout.", SourceKind.MARKDOWN),
        ("a.md", "Do not shout.", SourceKind.MARKDOWN),
        ("a.md", "<!DOCTYPE html><html><body><p>Do not shout.</p></body></html>", SourceKind.HTML),
        ("a.docx", "Do not shout.", SourceKind.TEXT),
        ("", "<p>One.</p><p>Two.</p><ul><li>Three.</li></ul>", SourceKind.HTML),
        ("", "Do not shout, <b>ever</b>.", SourceKind.TEXT),
        ("", "Rules\n\n- Do not shout.", SourceKind.TEXT),
    ],
)
def test_content_says_what_a_file_is_and_its_name_only_where_content_does_not(name: str, text: str, kind: SourceKind):
    assert source_of(name, text.encode()).kind is kind
