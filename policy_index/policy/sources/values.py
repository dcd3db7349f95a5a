"""What comes out of a source: the Markdown, what the file was, and what was left out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from policy_index.errors import SourceError
from policy_index.policy.dialects.blocks import blocks_of
from policy_index.policy.dialects.markdown import Source
from policy_index.policy.dialects.structure import structure_of

MOST_MARKDOWN = 5_000_000
"""Longest Markdown that a file may become, in bytes of UTF-8: the longest text that a pack holds."""

_LOOKED_AT = 200_000
"""Characters in which the title and the date are looked for; both stand at a policy's head."""

_LONGEST_TITLE = 200


class SourceKind(StrEnum):
    """What a file turned out to be."""

    MARKDOWN = "markdown"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """What a converter makes of a file.

    Attributes:
        markdown: The text, with its layout as Markdown.
        set_aside: What was left out and why, a short sentence each.
        title: What the file itself says that it is called; empty where it does not say.
    """

    markdown: str
    set_aside: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """The Markdown of a policy, and where it comes from.

    Attributes:
        markdown: The text that a dialect reads.
        kind: What the file was.
        title: What the policy seems to be called; None where nothing says so.
        updated: The day from which it seems to be; None where nothing says so.
        set_aside: What was left out and why, a short sentence each.
    """

    markdown: str
    kind: SourceKind
    title: str | None
    updated: date | None
    set_aside: tuple[str, ...] = ()

    @classmethod
    def from_converted(cls, kind: SourceKind, converted: Converted) -> "SourceText":
        """Take what a converter made, and guess title and day from it.

        Raises:
            SourceError: It is longer than any policy, or a character in it is none that a text has.
        """
        size = len(converted.markdown.encode("utf-8", "replace"))
        if size > MOST_MARKDOWN:
            message = f"Expected a policy of at most {MOST_MARKDOWN // 1_000_000} MB of text, got {size / 1e6:.1f} MB."
            raise SourceError(message)
        title, updated = _head_of(converted.markdown)
        return cls(
            markdown=converted.markdown,
            kind=kind,
            title=title or converted.title[:_LONGEST_TITLE] or None,
            updated=updated,
            set_aside=converted.set_aside,
        )


def _head_of(markdown: str) -> tuple[str, date | None]:
    """Return the title and the day that a policy's head states."""
    structure = structure_of(blocks_of(Source.of(markdown[:_LOOKED_AT])))
    days = sorted((line for line in structure.dates if line.day), key=lambda line: line.rank)
    return structure.title[:_LONGEST_TITLE], days[0].day if days else None
