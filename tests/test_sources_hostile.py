"""Whatever a person brings gets a right answer or one clear sentence, in bounded time, and nothing in it is run, fetched or resolved."""

import io
import socket
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_files import WORD, docx, encrypted_pdf, paragraph, pdf, scan, typed

from policy_index.errors import PolicyParseError, SourceError
from policy_index.policy.dialects.dialect import parse_policy
from policy_index.policy.document import Provenance
from policy_index.policy.sources.source import LARGEST_FILE, LARGEST_PDF, source_of
from policy_index.policy.sources.values import SourceText

LONGEST = 30.0
"""Seconds that no file may take on a slow machine; most take hundredths."""

DEEP = 100_000


def read(name: str, content: bytes) -> SourceText | str:
    """Return what a file becomes, or the sentence that refuses it; it must come in time."""
    begun = time.process_time()
    try:
        return source_of(name, content)
    except SourceError as error:
        assert str(error).count("\n") == 0
        assert len(str(error)) < 300
        return str(error)
    finally:
        assert time.process_time() - begun < LONGEST


def page(body: str) -> bytes:
    return f"<html><body>{body}</body></html>".encode()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to reach another machine fails the test."""

    def refuse(*_: object) -> None:
        pytest.fail("a source reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


# Sizes


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.md", b"a" * (LARGEST_FILE + 1), "at most 20 MB"),
        ("a.pdf", b"%PDF-1.7" + b" " * LARGEST_PDF, "at most 50 MB"),
        ("a.md", b"word " * 1_200_000, "at most 5 MB of text"),
    ],
)
def test_a_file_that_is_too_large_is_refused_before_it_is_read(name: str, content: bytes, expected: str):
    assert expected in str(read(name, content))


# HTML


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * DEEP + "x" + "</div>" * DEEP,
        "<ul><li>" * DEEP + "x",
        "<table><tr><td>" * DEEP + "x",
        "<blockquote><p>" * DEEP + "x",
        "<details><summary>" * DEEP + "x",
        "<dl><dt>a<dd>" * DEEP + "x",
        "<span>" * DEEP + "x",
    ],
    ids=lambda body: body[:12],
)
def test_a_hundred_thousand_nested_tags_are_refused_in_one_sentence(body: str):
    answer = read("a.html", page(f"<p>You must not shout.</p>{body}"))

    assert (
        answer == "Expected a web page whose elements are nested at most 2,000 deep, got a deeper one."
        or "elements" in str(answer)
    )


@pytest.mark.parametrize(
    "body",
    [
        "<p>You must not shout.",
        "<a href='#x'>" * 50_000,
        "<p><b>word" * 50_000,
        "<li>word" * 100_000,
        "<p class='title'>word</p>" * 60_000,
        "<header>" * 1_500 + "You must not shout." + "</header>" * 1_500,
        ("<div class='title'>" * 1_500 + "word" + "</div>" * 1_500) * 50,
        ("<dl><dt>a<dd>" * 600 + "</dl>" * 600) * 40,
        ("<sup>" * 1_500 + "word" + "</sup>" * 1_500) * 50,
        ("<ul>" * 900 + "<li><a href='#x'>word</a>" + "</ul>" * 900) * 80,
        "<p " + "a=b " * 500_000 + ">You must not shout.</p>",
        "<p>" + "<" * 1_000_000 + " You must not shout.</p>",
        "<p>" + "&amp;" * 1_000_000 + " You must not shout.</p>",
        "<pre>" + "\n" * 1_000_000 + "You must not shout.</pre>",
    ],
    ids=lambda body: f"{body[:24]}-{len(body)}",
)
def test_large_and_odd_pages_are_read_or_refused_in_time(body: str):
    assert read("a.html", page(body))


def test_no_script_handler_or_target_of_one_reaches_the_markdown():
    body = (
        "<script>steal()</script><style>p{background:url(https://evil.example/s)}</style><iframe src='https://evil.example/f'></iframe>"
        "<p onclick='steal()'>You must not <a href='java&#10;script:steal()'>click</a> or <a href=' JAVASCRIPT:steal()'>press</a> <img src=x onerror='steal()'> it.</p>"
        "<svg onload='steal()'><text>steal()</text></svg><p>&lt;script&gt;steal2()&lt;/script&gt; is quoted.</p><a href='data:text/html,steal()'>More words here.</a>"
        "<noscript>Enable JavaScript</noscript><base href='https://evil.example/'><link rel=stylesheet href='https://evil.example/c'><object data='x'>steal()</object>"
    )

    source = source_of("a.html", page(body))
    policy = parse_policy(source.markdown, provenance=Provenance(publisher="E", title="R", updated=None))

    assert "steal()" not in source.markdown
    assert "evil" not in source.markdown
    assert "<script" not in source.markdown
    assert [clause.text for clause in policy.clauses] == [
        "You must not click or press it.",
        "<script>steal2()</script> is quoted.",
        "More words here.",
    ]
    assert not any(clause.links for clause in policy.clauses)


def test_entities_of_a_page_are_never_resolved():
    content = b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "bomb">]><html><body><p>You must not &x; &y; shout.</p></body></html>'

    markdown = source_of("a.html", content).markdown

    assert "root:" not in markdown
    assert "shout" in markdown


# DOCX


def test_a_zip_bomb_is_refused_by_its_stated_size():
    assert "unpacks to at most 50 MB" in str(read("a.docx", docx("", word__media__a=b"\0" * 60_000_000)))


def test_a_part_that_is_larger_than_it_states_is_refused():
    """Its stated size is forged to 10 bytes in the archive's directory and before the part; what comes out is checked anyway."""
    honest = docx(paragraph("word " * 5_000_000))
    size = len(zipfile.ZipFile(io.BytesIO(honest)).read("word/document.xml"))

    forged = honest.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))

    assert forged != honest
    assert str(read("a.docx", honest)).startswith("Expected a DOCX file whose text unpacks to at most 16 MB")
    assert "damaged" in str(read("a.docx", forged))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (docx("", **{f"word__media__{number}": "" for number in range(2_100)}), "at most 2,000 parts"),
        (docx("<w:p>" * 50_000 + "</w:p>" * 50_000), "nested too deep"),
        (docx("<w:tbl><w:tr><w:tc>" * 90 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 90), ""),
        (docx(paragraph("Be kind."))[:400], "damaged DOCX"),
        (docx("<w:p>"), "damaged"),
        (docx(""), "without any"),
        (
            docx(
                paragraph("Be kind."), word__styles="<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"
            ),
            "document type",
        ),
        (docx(paragraph("Be kind."), word__numbering="<a"), "damaged"),
        (docx(paragraph("Be kind."), word__footnotes="not xml"), "damaged"),
    ],
)
def test_broken_docx_files_are_refused_in_one_sentence(content: bytes, expected: str):
    assert expected in str(read("a.docx", content))


def test_external_links_templates_and_pictures_of_a_docx_are_never_fetched():
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://evil.example/a.png" TargetMode="External"/>'
        '<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="javascript:steal()" TargetMode="External"/>'
        '<Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><a:graphic'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="{}"/></pic:blipFill></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    link = '<w:p><w:hyperlink xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="r2"><w:r><w:t>Read this.</w:t></w:r></w:hyperlink></w:p>'
    content = docx(
        paragraph("Be kind.") + drawing.format("r1") + drawing.format("r3") + link,
        **{"word___rels__document.xml.rels": relations},
    )

    source = source_of("a.docx", content)

    assert source.markdown.strip() == "Be kind.\n\nRead this."
    assert source.set_aside == ("2 images",)


def test_a_style_that_is_based_on_itself_ends():
    styles = f'<w:styles {WORD}><w:style w:type="paragraph" w:styleId="A"><w:name w:val="a"/><w:basedOn w:val="A"/></w:style></w:styles>'

    assert (
        source_of("a.docx", docx(paragraph("Be kind.", '<w:pStyle w:val="A"/>'), word__styles=styles)).markdown.strip()
        == "Be kind."
    )


# PDF


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (encrypted_pdf(), "Expected a PDF that anyone can open, got an encrypted one; save it without its password."),
        (scan(), "a scan"),
        (pdf([b""]), "a scan"),
        (pdf([b""] * 501), "at most 500 pages, got one of 501"),
        (b"%PDF-1.7\nnothing of a PDF", "damaged"),
        (pdf([typed((50, 700, "Be kind to everyone."))])[:150], "damaged"),
    ],
)
def test_pdfs_without_text_for_everyone_say_what_they_are(content: bytes, expected: str):
    assert expected in str(read("a.pdf", content))


def test_a_pdf_of_many_pages_is_read_in_time_and_whole():
    """200 pages of 50 rules each, none of them twice."""
    pages = [
        typed(*((50.0, 800.0 - 15 * row, f"You must not do thing {page:03}{row:02} at all.") for row in range(50)))
        for page in range(200)
    ]

    source = read("a.pdf", pdf(pages))

    assert isinstance(source, SourceText)
    assert source.markdown.count("You must not do thing") == 10_000


# Everything else


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.md", b"", "is empty"),
        ("a.md", b" \n\t ", "is empty"),
        ("a.md", b"--- *** ---", "without any"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", "a picture"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old kind (.doc)"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.docx", b"PK\x03\x04 broken", "damaged"),
        ("a.rtf", b"{\\rtf1 Be kind.}", "RTF"),
        ("a.txt", bytes(range(256)) * 20, "no text"),
        ("a.bundle", b"# v2 git bundle\n", "clone it"),
    ],
)
def test_what_holds_no_policy_is_refused_with_what_it_is(name: str, content: bytes, expected: str):
    assert expected in str(read(name, content))


def test_a_zip_that_is_no_docx_is_refused():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.txt", "Be kind.")

    assert "another kind of ZIP" in str(read("a.docx", written.getvalue()))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", docx(paragraph("Be kind to people."))),
        ("a.html", pdf([typed((50, 700, "Be kind to people."))])),
        ("a.docx", b"<!doctype html><p>Be kind to people."),
        ("a.jpg", b"Be kind to people."),
        ("", docx(paragraph("Be kind to people."))),
        ("../../\x00\n" + "a" * 5_000, b"Be kind to people."),
    ],
)
def test_a_wrong_name_hinders_nothing(name: str, content: bytes):
    assert source_of(name, content).markdown.strip() == "Be kind to people."


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500_000,
        "a. " * 500_000,
        "- " * 500_000,
        "1.1.1." * 300_000,
        "\n\n".join(["(a) x"] * 50_000),
        "x\n" * 200_000,
        " " * 3_000_000 + "x",
    ],
)
def test_odd_texts_are_read_in_time(text: str):
    assert read("a.txt", text.encode() + b" word")


@settings(max_examples=150)
@given(
    st.one_of(st.text(), st.binary(), st.text("<>/ulolidtp abh1&;#*_[]()|-=`!\n\"'=")),
    st.sampled_from(["a.md", "a.txt", "a.html", "a.docx", "a.pdf", ""]),
)
def test_any_file_at_all_raises_nothing_but_the_projects_own_errors(content: str | bytes, name: str):
    try:
        source = source_of(name, content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        parse_policy(source.markdown, provenance=Provenance(publisher="E", title="R", updated=None))
    except (SourceError, PolicyParseError):
        pass


@settings(max_examples=60)
@given(st.text("abc .*_#<>[]()&;`|\\-+=~1", min_size=1, max_size=60))
def test_the_words_of_a_paragraph_come_through_html_and_markdown_unchanged(text: str):
    """A law: what HTML shows as the words of one paragraph is what the dialect reads as the words of one block."""
    import html

    words = " ".join(text.split())
    if not any(map(str.isalnum, words)) or words.startswith(("- ", "* ")):
        return
    markdown = source_of("a.html", page(f"<p>You {html.escape(words)} end.</p>")).markdown
    policy = parse_policy(markdown, provenance=Provenance(publisher="E", title="R", updated=None))

    assert [clause.text for clause in policy.clauses] == [f"You {words} end."]
