"""Any file -> the Markdown of a policy."""

from policy_index.errors import SourceError
from policy_index.policy.sources.kinds import kind_of, page_of, text_of
from policy_index.policy.sources.values import Converted, SourceKind, SourceText
from policy_index.words import shortened

LARGEST_FILE = 20_000_000
"""Largest file that is read, in bytes."""

LARGEST_PDF = 50_000_000
"""Largest PDF that is read, in bytes; much of one is pictures and fonts."""


def source_of(name: str, content: bytes) -> SourceText:
    """Return the Markdown of the policy that a file holds, in time that grows with its size; nothing is fetched and no script run.

    Args:
        name: The file's name; empty for what was pasted. It decides only where the content does not.
        content: The file's bytes.

    Raises:
        SourceError: It is too large, damaged, encrypted, of another kind, or has no text; the message says which.
    """
    accept_size(name, content)
    kind = kind_of(name, content)
    converted = _converted(kind, name, content)
    if not any(map(str.isalnum, converted.markdown)):
        message = f"Expected a policy with words in it, got {shortened(name) or 'a text'} without any."
        raise SourceError(message)
    return SourceText.from_converted(kind, converted)


def accept_size(name: str, content: bytes) -> None:
    """Do nothing where a file is not too large to be read.

    Raises:
        SourceError: It is.
    """
    largest = LARGEST_PDF if content[:1024].find(b"%PDF-") >= 0 else LARGEST_FILE
    if len(content) > largest:
        message = f"Expected a file of at most {largest // 1_000_000} MB, got {len(content) / 1e6:,.0f} MB ({shortened(name) or 'the text'})."
        raise SourceError(message)


def _converted(kind: SourceKind, name: str, content: bytes) -> Converted:
    """Return what the converter of a kind makes of a file; each is loaded when it is first needed."""
    match kind:
        case SourceKind.MARKDOWN:
            return Converted(markdown=text_of(name, content))
        case SourceKind.TEXT:
            from policy_index.policy.sources.text import markdown_of_text

            return Converted(markdown=markdown_of_text(text_of(name, content)))
        case SourceKind.HTML:
            from policy_index.policy.sources.html import convert_html

            return convert_html(text_of(name, page_of(content)).lstrip("\ufeff").encode())
        case SourceKind.DOCX:
            from policy_index.policy.sources.docx import convert_docx

            return convert_docx(content)
        case SourceKind.PDF:
            from policy_index.policy.sources.pdf import convert_pdf

            return convert_pdf(content)
