"""Plain text -> Markdown: hard line ends joined, headings and lists where the layout shows them."""

import re
from collections.abc import Sequence

from policy_index.policy.sources.labels import parted
from policy_index.policy.sources.layout import Chunk, markdown_of

_RULE = re.compile(r"\s*(?:[-=*_~#]\s?){3,}\s*")
_WIDEST = 120
"""Characters up to which lines were ended by hand; longer ones are whole paragraphs."""

_TAB = 4
_FULL = 0.8
_NEARLY_LONGEST = 0.95


def markdown_of_text(text: str) -> str:
    """Return the Markdown of a plain text."""
    lines = [
        line.rstrip().expandtabs(_TAB) for line in re.split(r"\r\n?|[\n\f\v\x85\u2028\u2029]", text.lstrip("\ufeff"))
    ]
    lines = [re.sub(r"[\u00a0\u2000-\u200a\u202f\u3000]", " ", line) for line in lines]
    return markdown_of(_chunks(lines, _width(lines)))


def _width(lines: Sequence[str]) -> int:
    """Return the width at which lines were ended by hand; 0 where each line is a whole paragraph."""
    lengths = sorted(len(line) for line in lines if line.strip())
    if not lengths:
        return 0
    longest = lengths[min(int(_NEARLY_LONGEST * len(lengths)), len(lengths) - 1)]
    return longest if longest <= _WIDEST else 0


def _chunks(lines: Sequence[str], width: int) -> list[Chunk]:
    chunks: list[Chunk] = []
    pieces: list[list[str]] = []  # of each chunk its lines; they are joined once, at the end
    before = ""  # the line before, empty after a blank one
    for line in lines:
        words = line.strip()
        if not words:
            before = ""
        elif _RULE.fullmatch(words):
            if before and chunks and len(words) > 2 and words[0] in "=-~":  # noqa: PLR2004  # a rule under a line
                chunks[-1].rank = 2 if words[0] == "=" else 1
            before = ""
        else:
            chunk = _chunk(line, words)
            if before and chunks and not chunk.label and _goes_on(before, words, width):
                pieces[-1].append(words)
            else:
                chunks.append(chunk)
                pieces.append([chunk.text])
            before = line
    for chunk, lines_of_chunk in zip(chunks, pieces, strict=True):
        chunk.text = " ".join(lines_of_chunk)
    return chunks


def _chunk(line: str, words: str) -> Chunk:
    indent = len(line) - len(line.lstrip())
    label, text = parted(words)
    return Chunk(text=text, label=label, indent=indent, text_indent=indent + len(words) - len(text))


def _goes_on(before: str, words: str, width: int) -> bool:
    """Whether a line goes on with the one before: the first of its words would not have fitted there, or it begins small."""
    if not width:
        return False
    first = words.split(maxsplit=1)[0]
    is_full = len(before) + 1 + len(first) > width or (
        len(before) > _FULL * width and not before.endswith((".", ":", ";"))
    )
    return is_full or (words[:1].islower() and not before.endswith((".", ":", ";", "!", "?")))
