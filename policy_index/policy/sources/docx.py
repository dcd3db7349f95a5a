"""DOCX -> Markdown. Mammoth reads the runs, links, tables and notes; numbers, nesting and headings, which it loses, are put in before it reads."""

import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from policy_index.errors import SourceError
from policy_index.policy.sources.docx_numbering import Number, Numbering, Styles, W, number_value, value_of
from policy_index.policy.sources.docx_parts import Parts
from policy_index.policy.sources.html import convert_tree
from policy_index.policy.sources.layout import Chunk
from policy_index.policy.sources.page import tree_of
from policy_index.policy.sources.values import Converted
from policy_index.words import counted

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from lxml.etree import _Element

_DOCUMENT = "word/document.xml"
_KEPT = (
    "[Content_Types].xml",
    "_rels/.rels",
    "word/_rels/document.xml.rels",
    "word/styles.xml",
    "word/footnotes.xml",
    "word/endnotes.xml",
)
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MARK, _MARK_END = "\ue000", "\ue001"
_MARKED = re.compile(f"{_MARK}([hlc])(\\d{{1,2}}) ?([^{_MARK_END}]*){_MARK_END}")
_LARGER = 1.2
_DEFAULT_SIZE = 22  # half points, where a document states none


@dataclass(slots=True, eq=False)
class _Paragraph:
    """A paragraph of the document: what its properties say of it.

    Attributes:
        element: Where it stands.
        text: Its words.
        heading: Its level as a heading; 0 for text.
        number: Its list and level; None where it is not numbered.
        label: What Word prints before it.
        is_set_off: Whether all of it is bold or larger than the text.
        is_indented: Whether it stands in, as what goes on with an item does.
    """

    element: "Element"
    text: str
    heading: int = 0
    number: Number | None = None
    label: str | None = None
    is_set_off: bool = False
    is_indented: bool = False


def convert_docx(content: bytes) -> Converted:
    """Return the Markdown of a DOCX file; no link in it is followed and nothing outside it is read.

    Raises:
        SourceError: It is damaged, encrypted, too large, or has no text.
    """
    import mammoth  # not needed for a search

    parts = Parts(content)
    document = parts.tree(_DOCUMENT)
    if document is None:
        message = "Expected a DOCX file with a document in it, got one without."
        raise SourceError(message)
    left_out: Counter[str] = Counter()
    _mark(document, Styles(parts.tree("word/styles.xml")), Numbering(parts.tree("word/numbering.xml")), left_out)
    for beginning, what in (("word/header", "margins"), ("word/footer", "margins")):
        left_out[what] += sum(len(_text_of(tree).split()) for tree in parts.trees(beginning))
    comments = parts.tree("word/comments.xml")
    left_out["comments"] += 0 if comments is None else len(comments)

    def without(_: Any) -> dict[str, str]:
        return {}

    try:
        converted = mammoth.convert_to_html(
            io.BytesIO(_archive_of(parts, document)),
            style_map="r[style-name='Strong'] => strong",
            include_default_style_map=False,
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(without),
            external_file_access=False,
        )
    except (
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        IndexError,
        OSError,
        RecursionError,
        zipfile.BadZipFile,
    ) as error:
        message = "Expected a DOCX file as Word writes it, got one whose parts do not fit each other."
        raise SourceError(message) from error
    tree = tree_of(f"<html><body>{converted.value}</body></html>".encode())
    _apply_marks(tree)
    read = convert_tree(tree)
    return Converted(markdown=read.markdown, set_aside=(*_sentences(left_out), *read.set_aside), title=_title_of(parts))


def _archive_of(parts: Parts, document: "Element") -> bytes:
    """Return a DOCX file of the parts that hold text, each checked; lists, pictures, macros and embedded files stay out."""
    from xml.etree.ElementTree import tostring

    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in _KEPT:
            tree = parts.tree(name)
            if tree is not None:
                archive.writestr(name, tostring(tree, "utf-8"))
        archive.writestr(_DOCUMENT, tostring(document, "utf-8"))
    return written.getvalue()


def _title_of(parts: Parts) -> str:
    properties = parts.tree("docProps/core.xml")
    title = None if properties is None else properties.findtext("{http://purl.org/dc/elements/1.1/}title")
    return " ".join((title or "").split())


def _sentences(left_out: Counter[str]) -> tuple[str, ...]:
    said = {
        "margins": f"Headers and footers of the pages ({counted(left_out['margins'], 'word')})",
        "contents": f"Table of contents ({counted(left_out['contents'], 'line')})",
        "hidden": f"Hidden text ({counted(left_out['hidden'], 'word')})",
        "deleted": f"Text deleted under tracked changes ({counted(left_out['deleted'], 'word')})",
        "comments": counted(left_out["comments"], "comment"),
    }
    return tuple(sentence for what, sentence in said.items() if left_out[what])


# Before mammoth reads: labels and headings become marks at the beginning of their paragraphs


def _mark(document: "Element", styles: Styles, numbering: Numbering, left_out: Counter[str]) -> None:
    for parent in list(document.iter()):
        for child in [each for each in parent if each.tag == _CHOICE]:
            parent.remove(child)  # the same again for newer programs; the fallback beside it is read
    for text in document.iter(f"{W}t"):
        text.text = (text.text or "").replace(_MARK, "").replace(_MARK_END, "")
    left_out["deleted"] += sum(len((each.text or "").split()) for each in document.iter(f"{W}delText"))
    paragraphs = [_read(element, styles, numbering, left_out) for element in document.iter(f"{W}p")]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph.text]
    _find_numbered_headings(paragraphs)
    headings: dict[str, int] = {}  # the deepest level of each list that headings take
    in_item = 0
    for paragraph in paragraphs:
        number, label = paragraph.number, paragraph.label
        if paragraph.heading:
            in_item = 0
            if number is not None:
                headings[number.list_id] = number.level
            shown = "" if label in {None, "•"} else label
            _put(paragraph.element, f"{_MARK}h{paragraph.heading} {shown}{_MARK_END}")
        elif number is not None:
            in_item = max(number.level - headings.get(number.list_id, -1), 1)
            _put(paragraph.element, f"{_MARK}l{in_item} {label or ''}{_MARK_END}")
        elif in_item and paragraph.is_indented:
            _put(paragraph.element, f"{_MARK}c{in_item}{_MARK_END}")
        else:
            in_item = 0


def _read(element: "Element", styles: Styles, numbering: Numbering, left_out: Counter[str]) -> _Paragraph:
    properties = element.find(f"{W}pPr")
    style_id = value_of(properties, f"{W}pStyle") or styles.default
    name = styles.name(style_id)
    if name.startswith("toc ") and _text_of(element).strip():
        left_out["contents"] += 1
        for child in list(element):
            element.remove(child)
        return _Paragraph(element, "")
    _drop_hidden(element, left_out)
    text = " ".join(_text_of(element).split())
    outline = number_value(value_of(properties, f"{W}outlineLvl"))
    heading = styles.heading_level(style_id) if outline is None else (outline + 1) % 10
    style_list, style_level = styles.number(style_id)
    list_id = value_of(properties, f"{W}numPr/{W}numId") or style_list
    level = number_value(value_of(properties, f"{W}numPr/{W}ilvl"))
    level = (style_level or 0) if level is None else level
    number = Number(list_id, level) if list_id and list_id != "0" else None
    if properties is not None and (own := properties.find(f"{W}numPr")) is not None:
        properties.remove(own)
    size, is_bold = _letters_of(element)
    paragraph = _Paragraph(element, text, heading=heading, number=number)
    if number is not None and text:
        paragraph.label = numbering.label(number)
    is_larger = size >= _LARGER * _DEFAULT_SIZE
    paragraph.is_set_off = is_bold or is_larger
    if is_larger and number is None and not heading and Chunk(text=text).is_short:
        paragraph.heading = 1 if size >= 1.6 * _DEFAULT_SIZE else 2
    indent = None if properties is None else properties.find(f"{W}ind")
    left = "0" if indent is None else indent.get(f"{W}left", indent.get(f"{W}start", "0"))
    paragraph.is_indented = (number_value(left) or 0) > 0 or name.startswith(("list continue", "list paragraph"))
    return paragraph


def _find_numbered_headings(paragraphs: list[_Paragraph]) -> None:
    """Make headings of numbered lines that are set off, or of a list most of whose lines are short with text under each."""
    total: Counter[Number] = Counter()
    heads: Counter[Number] = Counter()
    for paragraph, following in pairwise([*paragraphs, None]):
        if paragraph is not None and paragraph.number is not None and not paragraph.heading:
            total[paragraph.number] += 1
            is_alone = (
                following is not None
                and following.number != paragraph.number
                and not _is_shallower(following, paragraph)
            )
            heads[paragraph.number] += is_alone and Chunk(text=paragraph.text).is_short
    for paragraph in paragraphs:
        number = paragraph.number
        if (
            number is None
            or paragraph.heading
            or paragraph.label in {None, "•"}
            or not Chunk(text=paragraph.text).is_short
        ):
            continue
        if paragraph.is_set_off or (total[number] > 1 and heads[number] > total[number] / 2):
            paragraph.heading = min(number.level + 2, 6)


def _is_shallower(one: _Paragraph, other: _Paragraph) -> bool:
    """Whether one paragraph is an item of the same list on a level above the other's."""
    both = one.number, other.number
    return (
        both[0] is not None
        and both[1] is not None
        and both[0].list_id == both[1].list_id
        and both[0].level < both[1].level
    )


def _letters_of(element: "Element") -> tuple[int, bool]:
    """Return the least size of a paragraph's letters in half points, as its runs state it, and whether all are bold."""
    runs = [run for run in element.iter(f"{W}r") if any((text.text or "").strip() for text in run.iter(f"{W}t"))]
    sizes = [number_value(value_of(run, f"{W}rPr/{W}sz")) or 0 for run in runs]
    return min(sizes, default=0), bool(runs) and all(_is_on(run, "b") for run in runs)


def _is_on(run: "Element", name: str) -> bool:
    found = run.find(f"{W}rPr/{W}{name}")
    return found is not None and found.get(f"{W}val", "1") not in {"0", "false", "off"}


def _drop_hidden(element: "Element", left_out: Counter[str]) -> None:
    for run in element.iter(f"{W}r"):
        if _is_on(run, "vanish"):
            left_out["hidden"] += len(_text_of(run).split())
            for child in list(run):
                run.remove(child)


def _text_of(element: "Element") -> str:
    return "".join(
        (each.text or "") if each.tag == f"{W}t" else " "
        for each in element.iter()
        if each.tag in {f"{W}t", f"{W}tab", f"{W}br", f"{W}p"}
    )


def _put(element: "Element", mark: str) -> None:
    """Put a mark before the words of a paragraph."""
    from xml.etree.ElementTree import Element

    run, text = Element(f"{W}r"), Element(f"{W}t", {_SPACE: "preserve"})
    text.text = mark
    run.append(text)
    element.insert(1 if len(element) and element[0].tag == f"{W}pPr" else 0, run)


# After it read: the marks become elements and attributes


def _apply_marks(tree: "_Element") -> None:
    for paragraph in tree.iter("p"):
        found = _MARKED.match(paragraph.text or "")
        if found is None:
            continue
        paragraph.text = (paragraph.text or "")[found.end() :]
        role, level, label = found.groups()
        if role == "h":
            paragraph.tag = f"h{min(int(level), 6)}"
            paragraph.text = f"{label} {paragraph.text}".lstrip()
        else:
            paragraph.set("data-depth", level)
            if role == "l":
                paragraph.set("data-label", label)
