"""The lines of a PDF's pages -> paragraphs, items and headings: margins set aside, line ends joined, hyphens undone."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from policy_index.policy.sources.labels import bullet_of, label_of, mark_of
from policy_index.policy.sources.layout import markdown_of, without_contents
from policy_index.policy.sources.pdf_joining import SAME_PLACE, Joiner, PdfLine
from policy_index.words import counted

_MARGIN = 0.12
"""Share of a page at its top and bottom in which running lines stand."""

_FEWEST_PAGES = 2
_MOST_NUMBERS = 4
_PAGE_NUMBER = re.compile(r"[-–—|\s]*(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?[-–—|\s]*", re.IGNORECASE)
_DOT_NEAR = 2.5
_LONGEST_LEADER = 300
_LEADER = re.compile(r".*?(?:\.\s?|…\s?|_){4,}\s*(?:\d{1,4}|[ivxl]{1,6})?")


class Box(NamedTuple):
    """A rectangle on a page, in points from its left and its foot."""

    left: float
    bottom: float
    right: float
    top: float


def with_bullets(lines: Sequence[PdfLine], dots: Sequence[Box]) -> list[PdfLine]:
    """Return the lines of a page with a bullet before those that a drawn dot stands right in front of."""
    ordered = sorted(dots, key=lambda dot: dot.bottom)
    bottoms = [dot.bottom for dot in ordered]
    found = []
    for line in lines:
        near = ordered[bisect_left(bottoms, line.bottom) : bisect_right(bottoms, line.bottom + line.size)]
        dot = next((dot for dot in near if 0 <= line.left - dot.right <= _DOT_NEAR * line.size), None)
        if dot is None or mark_of(line.text):
            found.append(line)
        else:
            found.append(replace(line, text=f"• {line.text}", left=dot.left, words=(dot.left, line.left)))
    return found


def markdown_of_lines(lines: Sequence[PdfLine]) -> tuple[str, tuple[str, ...]]:
    """Return the Markdown of the lines of all pages, and what was left out."""
    running = _running(lines)
    leaders = {
        place
        for place, line in enumerate(lines)
        if place not in running and len(line.text) <= _LONGEST_LEADER and _LEADER.fullmatch(line.text)
    }
    kept = [line for place, line in enumerate(lines) if place not in running | leaders]
    kept = _with_bullets_joined(kept)
    chunks = Joiner(kept).chunks()
    words = sum(len(lines[place].text.split()) for place in running)
    chunks, contents = without_contents(chunks)
    set_aside = {
        f"Running headers, footers and page numbers ({counted(words, 'word')})": words,
        f"Table of contents ({counted(contents + len(leaders), 'line')})": contents + len(leaders),
    }
    return markdown_of(chunks, tolerance=SAME_PLACE), tuple(sentence for sentence, count in set_aside.items() if count)


def _running(lines: Sequence[PdfLine]) -> set[int]:
    """Return the places of lines in the margins that other pages have too, but for their numbers, and of page numbers."""
    pages = len({line.page for line in lines})
    found: defaultdict[tuple[str, bool], dict[int, int]] = defaultdict(dict)
    running = set()
    for place, line in enumerate(lines):
        share = line.bottom / max(line.height, 1)
        if not _MARGIN < share < 1 - _MARGIN:
            if _PAGE_NUMBER.fullmatch(line.text):
                running.add(place)
            for text in _without_page(line):
                found[text, share > _MARGIN].setdefault(line.page, place)
    for places in found.values():
        if len(places) >= max(_FEWEST_PAGES, 0.4 * pages):
            running |= set(places.values())
    words = [len(line.text.split()) for line in lines]
    return running if 2 * sum(words[place] for place in running) < sum(words) else set()


def _without_page(line: PdfLine) -> set[str]:
    """Return a line's text, and once more for each of its first numbers that may be the page's, with what that is beyond the page."""
    numbers = list(islice(re.finditer(r"(?<!\d)\d{1,4}(?!\d)", line.text), _MOST_NUMBERS))
    texts = {
        f"{line.text[: found.start()]}#{int(found[0]) - line.page}#{line.text[found.end() :]}" for found in numbers
    }
    return {line.text, *texts}


def _with_bullets_joined(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Return the lines with a bullet or number that stands alone put before the words beside it."""
    joined: list[PdfLine] = []
    for line in lines:
        last = joined[-1] if joined else None
        is_alone = last is not None and (
            last.text == bullet_of(last.text + " ").strip() or last.text == label_of(last.text + " ")
        )
        if last is not None and is_alone and last.page == line.page and abs(last.bottom - line.bottom) < line.size:
            joined[-1] = replace(
                line, text=f"{last.text} {line.text}", left=min(last.left, line.left), words=(last.left, line.left)
            )
        else:
            joined.append(line)
    return joined
