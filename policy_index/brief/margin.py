"""A brief beside its text: which stretches of the text tell something, and the clauses that stand in the margin there."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_index.brief.values import Brief, BriefEntry, Evidence
from policy_index.policy.document import Span
from policy_index.policy.lanes import Lane

LONGEST_PASSAGE = 600
"""Characters from which a telling passage is ended where the next clause's words begin, though they overlap it."""

_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginNote:
    """One clause beside one passage."""

    entry: BriefEntry
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A piece of the text: a telling passage with its notes, or what stands between two.

    Attributes:
        span: Where it stands in the text.
        sentences: How many of the text's sentences begin in it.
        notes: The clauses that it carries, the surest first; none where nothing was found.
    """

    span: Span
    sentences: int
    notes: tuple[MarginNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """The whole text in order, with its notes.

    Attributes:
        stretches: Pieces that joined give the text back; no two telling ones overlap.
        apart: Entries that no passage carries: they follow from what was stated beside the text.
        sentences: How many sentences the text has.
        clear: How many of them no note stands beside.
    """

    stretches: tuple[Stretch, ...]
    apart: tuple[BriefEntry, ...]
    sentences: int
    clear: int

    @classmethod
    def of(cls, brief: Brief) -> "Margin":
        """Lay a brief's entries beside its text."""
        order = list(Lane)
        found = [(evidence, entry) for entry in brief.entries for evidence in entry.quoted]
        found.sort(key=lambda each: (each[0].span.start, each[0].span.end))
        starts = [span.start for span in brief.sentences]
        stretches: list[Stretch] = []
        place = 0
        for span, own in _passages(found):
            if place < span.start:
                stretches.append(_stretch(place, span.start, starts))
            notes = sorted(
                (MarginNote(entry=entry, evidence=evidence) for evidence, entry in own),
                key=lambda note: (order.index(note.entry.lane), -note.evidence.likelihood.value),
            )
            stretches.append(_stretch(span.start, span.end, starts, notes))
            place = span.end
        if place < len(brief.text):
            stretches.append(_stretch(place, len(brief.text), starts))
        telling = [each.span for each in stretches if each.notes]
        return cls(
            stretches=tuple(stretches),
            apart=tuple(entry for entry in brief.entries if not entry.quoted),
            sentences=len(brief.sentences),
            clear=sum(not _meets(span, telling) for span in brief.sentences),
        )

    @property
    def passages(self) -> tuple[Stretch, ...]:
        """The telling stretches, in the order of the text."""
        return tuple(each for each in self.stretches if each.notes)


def with_passage(text: str, span: Span, words: str) -> str:
    """Return `text` with other words where `span` is."""
    return f"{text[: span.start]}{words}{text[span.end :]}"


def paragraphs(text: str, span: Span) -> tuple[Span, ...]:
    """Return the parts of a span between blank lines, each with the blank lines after it; joined they are the span."""
    words = span.slice(text)
    ends = [*(span.start + found.end() for found in _PARAGRAPH.finditer(words)), span.end]
    starts = [span.start, *ends]
    return tuple(Span(start=start, end=end) for start, end in zip(starts, ends, strict=False) if start < end)


def _passages(
    found: Sequence[tuple[Evidence, BriefEntry]],
) -> Iterator[tuple[Span, list[tuple[Evidence, BriefEntry]]]]:
    """Yield telling passages, each with what it carries: evidence that overlaps stands beside one passage."""
    own: list[tuple[Evidence, BriefEntry]] = []
    start = end = 0
    for each in found:
        span = each[0].span
        begins_long = span.start > start and end - start >= LONGEST_PASSAGE
        if own and (span.start >= end or begins_long):
            yield Span(start=start, end=min(end, span.start)), own
            own = []
        if not own:
            start, end = span.start, span.end
        own.append(each)
        end = max(end, span.end)
    if own:
        yield Span(start=start, end=end), own


def _stretch(start: int, end: int, starts: Sequence[int], notes: Sequence[MarginNote] = ()) -> Stretch:
    sentences = bisect_left(starts, end) - bisect_left(starts, start)
    return Stretch(span=Span(start=start, end=end), sentences=sentences, notes=tuple(notes))


def _meets(span: Span, telling: Sequence[Span]) -> bool:
    """Return whether a sentence shares a character with a telling passage; these are in order and do not overlap."""
    place = bisect_left(telling, span.end, key=lambda each: each.start)
    return place > 0 and telling[place - 1].end > span.start
