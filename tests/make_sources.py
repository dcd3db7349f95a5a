"""Makes the DOCX and PDF files of `tests/data/sources` from the Markdown beside them; run by hand after a change of it.

    python tests/make_sources.py CHROMIUM

DOCX by python-docx: one file with a list of several levels made in `numbering.xml`, one with the styles of lists that Word brings, one with
headings, a table of contents and footers. PDF by Chromium: narrow and justified with running lines, wide with bullets, and by CSS counters.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from markdown_it import MarkdownIt

DATA = Path(__file__).parent / "data" / "sources"
LEVELS = (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("lowerRoman", "(%4)"))
STYLES = {
    "ferry": "@page { size: A5; margin: 22mm 16mm; @top-left { content: 'Harbour Works Ltd'; font-size: 8pt } @bottom-right"
    " { content: 'Acceptable Use Terms, February 2026 – page ' counter(page); font-size: 8pt } } body { font: 10.5pt serif; text-align: justify; hyphens: auto }"
    " h1 { font-size: 17pt; text-align: left } h2 { font-size: 12pt } ul { list-style: none; padding-left: 7mm }",
    "orchard": "@page { size: A4; margin: 25mm } body { font: 11pt/1.45 sans-serif } td, th { border: 1px solid; padding: 2mm; text-align: left }",
    "lantern": "@page { size: Letter; margin: 1in } body { font: 12pt serif } h1 { font-size: 20pt } h2 { font-size: 15pt } h3 { font-size: 12pt; font-style: italic }"
    " p, li { margin: 0 0 2mm }",
}


def numbered(paragraph: Any, level: int, *, list_id: int = 77) -> None:
    """Put a paragraph into the list of several levels."""
    properties = paragraph._p.get_or_add_pPr()
    number = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    properties.append(parse_xml(number))


def add_levels(document: Any, *, list_id: int = 77) -> None:
    """Add the list of several levels to the document's numbering."""
    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for place, (style, text) in enumerate(LEVELS)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{list_id}">{levels}</w:abstractNum>')
    )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{list_id}"><w:abstractNumId w:val="{list_id}"/></w:num>')
    )


def words(paragraph: Any, text: str) -> Any:
    """Add the words of a line, those between two stars bold."""
    for place, piece in enumerate(re.split(r"\*\*", text)):
        if piece:
            paragraph.add_run(piece).bold = bool(place % 2) or None
    return paragraph


def ferry() -> Any:
    """Numbered terms: every number is Word's own and stands nowhere as text."""
    document = Document()
    add_levels(document)
    document.sections[0].footer.paragraphs[0].text = "Harbour Works Ltd, confidential"
    for line in (DATA / "ferry.md").read_text(encoding="utf-8").splitlines():
        if not line:
            continue
        if line.startswith("# "):
            document.add_paragraph(line[2:], style="Title")
        elif found := re.match(r"## \d\. ", line):
            numbered(document.add_paragraph(line[found.end() :], style="Heading 2"), 0)
        elif found := re.match(r"\d\.\d ", line):
            numbered(document.add_paragraph(line[found.end() :]), 1)
        elif found := re.match(r"( *)- \(\w+\) ", line):
            numbered(document.add_paragraph(line[found.end() :]), 3 if found[1] else 2)
        else:
            document.add_paragraph(line)
    return document


def orchard() -> Any:
    """Bold lines for headings, the list styles that Word brings, a table."""
    document = Document()
    table: Any = None
    for line in (DATA / "orchard.md").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("| ---"):
            continue
        if line.startswith("# "):
            run = document.add_paragraph().add_run(line[2:])
            run.bold, run.font.size = True, 254000
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            table = document.add_table(0, len(cells)) if table is None else table
            for cell, text in zip(table.add_row().cells, cells, strict=True):
                cell.paragraphs[0].add_run(text).bold = len(table.rows) == 1 or None
        elif found := re.match(r"( *)\* ", line):
            words(document.add_paragraph(style="List Bullet 2" if found[1] else "List Bullet"), line[found.end() :])
        elif found := re.match(r"\d\. ", line):
            document.add_paragraph(line[found.end() :], style="List Number")
        else:
            words(document.add_paragraph(), line)
    return document


def lantern() -> Any:
    """Word's own headings, a table of contents, a hidden remark and a running head."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Lantern, edition for schools"
    contents = document.styles.add_style("toc 1", 1)
    for line in (DATA / "lantern.md").read_text(encoding="utf-8").splitlines():
        if not line:
            continue
        if found := re.match(r"#+ ", line):
            document.add_paragraph(line[found.end() :], style=f"Heading {len(found[0]) - 1}")
            if found[0] == "# ":
                for heading in ("Words that we use", "Questions and answers", "Never allowed"):
                    document.add_paragraph(f"{heading}\t1", style=contents)
        elif line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        else:
            words(document.add_paragraph(), line)
    document.paragraphs[-1].add_run(" Ask Ada whether this is still true.").font.hidden = True
    return document


def print_pdf(chromium: str, name: str) -> None:
    """Print a policy with its style."""
    body = MarkdownIt("commonmark").enable("table").render((DATA / f"{name}.md").read_text(encoding="utf-8"))
    page = f'<html lang="en"><meta charset="utf-8"><title>{name} policy</title><style>{STYLES[name]}</style><body>{body}</body></html>'
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(page, encoding="utf-8")
        target = DATA / f"{name}.pdf"
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={target}"]
        subprocess.run([chromium, *options, str(source)], check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    for make in (ferry, orchard, lantern):
        make().save(str(DATA / f"{make.__name__}.docx"))
        print_pdf(sys.argv[1], make.__name__)
