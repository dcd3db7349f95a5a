"""What a file is: its content says it first, its name second."""

import codecs
import io
import re
import zipfile
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage

from policy_index.errors import SourceError
from policy_index.policy.sources.values import SourceKind
from policy_index.words import shortened

_PDF_NEAR = 1024
"""Bytes within which a PDF's mark stands; readers allow for some rubbish before it."""

# Every pattern here is tried on what strangers upload, and while it runs nobody else is served: comments are taken whole or not
# at all, for nine that may each reach over others were tried in every combination; what stands in brackets ends at the next one.
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?>(?><!--.*?-->)\s*){0,9}<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_BLOCK_TAG = re.compile(r"<(?:p|div|li|ul|ol|h[1-6]|table|tr|section|article|dl)(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_MHTML = re.compile(
    rb"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,40}?(?:content-type:\s*multipart/related)", re.IGNORECASE
)
_MARKS = re.compile(
    r"^(?:#{1,6} \S|\*\*\S.*\*\*\s*$|[*+-] \S.*\n|\S.*\n(?:={3,}|-{3,})\s*$|\|.*\|\s*\n\|[ :|-]+\|)|\]\([^\s(]+\)",
    re.MULTILINE,
)
_MARKDOWN_ONLY = re.compile(
    r"^(?:#{1,6} \S|\|.*\|\s*\n\|[ :|-]+\|)|\*\*\S[^*\n]*\*\*|\[[^\[\]\n]+\]\((?:https?:|mailto:|#|/)[^\s(]*\)",
    re.MULTILINE,
)
_FOREIGN = (
    (b"{\\rtf", "an RTF file; save it as DOCX or PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file; unpack it first"),
    (b"7z\xbc\xaf", "a compressed file; unpack it first"),
    (b"# v2 git bundle", "a git bundle; clone it, and name the folder"),
    (b"# v3 git bundle", "a git bundle; clone it, and name the folder"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_EXPECTED = "a policy as Markdown, HTML, DOCX, PDF or plain text"
_FEW_BLOCK_TAGS = 3
_LOOKED_AT = 100_000
_MOST_CONTROLS = 0.01
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd")
_HTML_NAMES = (".html", ".htm", ".xhtml")


def kind_of(name: str, content: bytes) -> SourceKind:
    """Return what a file is.

    Raises:
        SourceError: It is of no kind that holds a policy, or empty.
    """
    shown = shortened(name) or "the text"
    if not content.strip():
        message = f"Expected {_EXPECTED}, got nothing: {shown} is empty."
        raise SourceError(message)
    if b"%PDF-" in content[:_PDF_NEAR]:
        return SourceKind.PDF
    if content.startswith(b"PK"):
        return _kind_of_zip(shown, content)
    came = next((words for mark, words in _FOREIGN if content.startswith(mark)), "")
    if content.startswith(_OLE):
        is_encrypted = _ENCRYPTED_PACKAGE in content
        came = (
            "an encrypted Office file; save it without its password"
            if is_encrypted
            else "a Word file of the old kind (.doc); save it as DOCX"
        )
    if came:
        message = f"Expected {_EXPECTED}, got {came} ({shown})."
        raise SourceError(message)
    if _HTML_START.match(content[:_LOOKED_AT].removeprefix(codecs.BOM_UTF8)) or _is_mhtml(content):
        return SourceKind.HTML
    return _kind_of_text(name.lower(), text_of(shown, content)[:_LOOKED_AT])


def text_of(name: str, content: bytes) -> str:
    """Return the characters of a text file: UTF-8 unless it says otherwise, and the usual Western set where it is not.

    Raises:
        SourceError: The bytes are no text.
    """
    encoding = _encoding_of(content)
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        text = content.decode("cp1252", "replace")
    controls = sum(text.count(chr(code)) for code in (*range(9), *range(14, 32)) if code not in {7, 27})
    if "\0" in text or controls > _MOST_CONTROLS * len(text):
        message = f"Expected {_EXPECTED}, got bytes that are no text ({shortened(name) or 'the text'})."
        raise SourceError(message)
    return re.sub(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]", "", text)


def page_of(content: bytes) -> bytes:
    """Return the HTML of a page that a browser saved as one file (MHTML); other content as it is."""
    if not _is_mhtml(content):
        return content
    try:
        saved = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        for part in saved.walk():
            if part.get_content_type() == "text/html":
                page = part.get_payload(decode=True)
                charset = part.get_content_charset("utf-8")
                return page.decode(charset, "replace").encode() if isinstance(page, bytes) else b""
    except (MessageError, LookupError, ValueError, RecursionError):
        pass
    message = "Expected a saved page with HTML in it, got an MHTML file without any."
    raise SourceError(message)


def _is_mhtml(content: bytes) -> bool:
    return _MHTML.match(content[:4000].replace(b"\r\n", b"\n")) is not None


def _encoding_of(content: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return encoding
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        found = _CHARSET.search(content[:_LOOKED_AT])
        named = found[1].decode("ascii", "replace") if found else "cp1252"
        return (
            named
            if named.lower()
            .replace("-", "")
            .startswith(("iso", "windows", "cp", "latin", "gb", "big5", "shift", "euc", "koi"))
            else "cp1252"
        )
    return "utf-8"


def _kind_of_zip(shown: str, content: bytes) -> SourceKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        message = f"Expected {_EXPECTED}, got a damaged DOCX or ZIP file ({shown})."
        raise SourceError(message) from error
    if "[Content_Types].xml" in names and any(each.startswith("word/") for each in names):
        return SourceKind.DOCX
    message = f"Expected {_EXPECTED}, got another kind of ZIP archive ({shown})."
    raise SourceError(message)


def _kind_of_text(name: str, text: str) -> SourceKind:
    tags = len(_BLOCK_TAG.findall(text))
    if name.endswith(_MARKDOWN_NAMES):
        return SourceKind.MARKDOWN
    if (tags >= _FEW_BLOCK_TAGS and not _MARKDOWN_ONLY.search(text)) or (name.endswith(_HTML_NAMES) and "<" in text):
        return SourceKind.HTML
    return SourceKind.MARKDOWN if _MARKDOWN_ONLY.search(text) else SourceKind.TEXT
