"""Hostile files and small ones, made in memory: PDFs object by object, DOCX files part by part."""

import io
import zipfile

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Target="word/document.xml"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def docx(body: str, **parts: str | bytes) -> bytes:
    """Return a DOCX file with a body; other parts by name, two underscores for a slash."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", f"<w:document {WORD}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ("" if "." in name else ".xml"), content)
    return written.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    """Return a paragraph of a DOCX body."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(streams: list[bytes], *, resources: bytes = b"", extra: tuple[bytes, ...] = (), trailer: bytes = b"") -> bytes:
    """Return a PDF with one page a stream of drawing commands; `extra` objects follow the pages, from number 4 + 2 * pages."""
    count = len(streams)
    kids = b" ".join(b"%d 0 R" % (4 + 2 * place) for place in range(count))
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids), font]
    for place, stream in enumerate(streams):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>%s>>>>"
            % (5 + 2 * place, resources)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    objects += extra
    written, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj%s\nendobj\n" % (number, content)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(written)


def typed(*lines: tuple[float, float, str], size: int = 11) -> bytes:
    """Return the drawing commands of lines, each with its place from the left and from the foot of the page."""
    shown = [b"1 0 0 1 %.1f %.1f Tm (%s) Tj" % (left, foot, text.encode("cp1252")) for left, foot, text in lines]
    return b"BT /F1 %d Tf " % size + b" ".join(shown) + b" ET"


def scan() -> bytes:
    """Return a PDF of one page that holds a picture and no text."""
    image = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x80\nendstream"
    return pdf([b"q 595 0 0 842 0 0 cm /I1 Do Q"], resources=b"/XObject<</I1 6 0 R>>", extra=(image,))


def encrypted_pdf() -> bytes:
    """Return a PDF that no empty password opens."""
    lock = b"<</Filter/Standard/V 1/R 2/P -44/O<%s>/U<%s>>>" % (b"ab" * 32, b"cd" * 32)
    return pdf([typed((50, 700, "secret"))], extra=(lock,), trailer=b"/Encrypt 6 0 R/ID[<00><00>]")
