"""Which blocks of a policy text are its title, its headings and its lead-ins: Markdown says it of some, layout of the others."""

import re
from collections.abc import Sequence

from policy_index.policy.dialects.blocks import Block, BlockKind
from policy_index.policy.dialects.dates import date_line
from policy_index.policy.dialects.kinds import guess_kind
from policy_index.policy.dialects.markdown import without_enumerator
from policy_index.policy.document import ClauseKind

SHORT_LINE = 8
"""Words up to which a line before a list is a heading or lead-in and no clause."""

BOLD_LINE = 15
"""Words up to which a bold line is a heading."""

_LONGEST_HEADING = 25
_MOST_BLOCKS_BEFORE_TITLE = 6
_TITLE_WORDS = re.compile(
    r"\b(?:polic(?:y|ies)|terms|guidelines|conduct|rules|agreement|conditions|standards|code)\b", re.IGNORECASE
)
_FURNITURE = re.compile(
    r"(?:print|share|download(?: pdf)?|copy link|(?:back to )?top(?: of page)?|skip to (?:main )?content|menu|search|sign in|log in|close|home"
    r"|table of contents|contents|on this page|in this article)[.:]?",
    re.IGNORECASE,
)
_CHANGELOG = re.compile(
    r"(?:change ?log|(?:version|revision|change|update) history|history(?: of (?:changes|revisions|versions))?"
    r"|(?:summary of )?(?:recent |previous |past )?(?:changes|revisions|versions)(?: to this (?:policy|document|page))?|what(?:[’']s| has| is|) (?:changed|new))",
    re.IGNORECASE,
)


def count_words(text: str) -> int:
    """Return how many words a text has, the number at its beginning left out."""
    return len(without_enumerator(text).split())


def is_heading(block: Block) -> bool:
    """Whether Markdown calls a block a heading and it reads like one: a long sentence set as a heading is a clause."""
    if block.kind is not BlockKind.HEADING or block.items:
        return False
    words = count_words(block.words.text)
    return words <= SHORT_LINE or (words <= _LONGEST_HEADING and not block.words.text.endswith((".", ";")))


def is_bold_heading(block: Block) -> bool:
    """Whether a paragraph is a bold line that reads like a heading; a bold sentence that binds the reader is a clause."""
    text = block.words.text
    words = count_words(text)
    if not block.words.is_bold or words > BOLD_LINE:
        return False
    return not text.endswith((".", ";", ",")) or (words <= SHORT_LINE and guess_kind(text, ()) is ClauseKind.STATEMENT)


def is_short_line(block: Block) -> bool:
    """Whether a paragraph is a line of a few words that no full stop ends."""
    text = block.words.text
    return count_words(text) <= SHORT_LINE and not text.endswith((".", ";", ",", "!"))


def is_plain_heading(block: Block, following: Block | None) -> bool:
    """Whether a short line reads like a heading in a text without marks: capital letter, no stop, and sentences or a list under it."""
    text = block.words.text
    if following is None or not is_short_line(block) or text.endswith(("?", ":")) or text[:1].islower():
        return False
    return (
        bool(following.items)
        or count_words(following.words.text) > SHORT_LINE
        or following.words.text.endswith((".", ":"))
    )


def is_numbered_heading(group: Sequence[Block], following: Block | None) -> bool:
    """Whether an item alone in its numbered list is the heading of paragraphs after the list: `1. Scope`."""
    block = group[0]
    alone = len(block.items) == 1 and block.items[0].number is not None and block.items[0].siblings == [1]
    return alone and len(group) == 1 and following is not None and not following.items and is_short_line(block)


def is_furniture(block: Block) -> bool:
    """Whether a paragraph belongs to the page and not to the policy: `Print`, `Back to top`."""
    return not block.items and _FURNITURE.fullmatch(block.words.text) is not None


def is_changelog(title: str) -> bool:
    """Whether a heading announces a history of changes."""
    return _CHANGELOG.fullmatch(without_enumerator(title).strip(" :")) is not None


def leads_in(text: str) -> bool:
    """Whether a paragraph or item announces what follows: it ends in a colon or nothing, or its last sentence says so."""
    if text.endswith((":", "—", "–", "-", "…")):
        return True
    last = re.split(r"(?<=[.!?]) ", text)[-1]
    return (
        not text.endswith((".", "!", "?", ";"))
        or re.search(r"\b(?:following|below)\b", last, re.IGNORECASE) is not None
    )


def title_of(blocks: Sequence[Block]) -> int | None:
    """Return the place of the block that is the document's title; None where it has none."""
    headings = [place for place, block in enumerate(blocks) if is_heading(block)]
    if not headings:
        return 0 if _is_unmarked_title(blocks) else None
    first = blocks[headings[0]]
    level = min(blocks[place].level for place in headings)
    if first.level != level or (level > 1 and len(headings) == 1 and not _TITLE_WORDS.search(first.words.text)):
        return None
    rivals = {blocks[place].words.text.casefold() for place in headings if blocks[place].level == level}
    following = blocks[headings[0] + 1] if headings[0] + 1 < len(blocks) else None
    if len(rivals) == 1:
        return headings[0]
    heads_all = following is not None and (is_heading(following) or date_line(following.words.text) is not None)
    return headings[0] if heads_all and headings[0] == 0 and _TITLE_WORDS.search(first.words.text) else None


def _is_unmarked_title(blocks: Sequence[Block]) -> bool:
    """Whether a text without headings begins with its title: a short line that names a policy, or one before the date."""
    if len(blocks) <= 1 or blocks[0].items or not is_short_line(blocks[0]) or blocks[0].words.text.endswith(":"):
        return False
    text = blocks[0].words.text
    is_date = date_line(text) is not None
    return not is_date and (_TITLE_WORDS.search(text) is not None or date_line(blocks[1].words.text) is not None)


def stands_before(blocks: Sequence[Block], title: int | None) -> int:
    """Return how many blocks stand before the document's title and are not of it: a page's banner, which binds nobody."""
    if title is None or title > _MOST_BLOCKS_BEFORE_TITLE or blocks[title].level != 1:
        return 0
    banner = blocks[:title]
    rest = sum(len(block.words.text) for block in blocks[title:])
    is_small = 5 * sum(len(block.words.text) for block in banner) < rest
    informs = all(not block.items and guess_kind(block.words.text, ()) is ClauseKind.STATEMENT for block in banner)
    return title if is_small and informs else 0
