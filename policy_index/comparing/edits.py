"""Two wordings -> runs of words that stayed, came and went, as a reader would mark them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

from policy_index.comparing.runs import Run, changed_runs
from policy_index.comparing.wording import Wording

_MOST_COUNTED = 64_000_000
"""Pairs of words up to which the words in common are counted exactly; a step is taken for 64."""

_SMALL_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "in", "is", "it", "of", "on", "or", "the", "to", "with"}
)
"""Words that tie nothing together where they alone stay between two changes."""


class EditKind(StrEnum):
    """What became of a run of words."""

    EQUAL = "equal"
    DELETE = "delete"
    INSERT = "insert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A run of words. The runs' `before` texts, joined, are the text before; their `after` texts the text after.

    Attributes:
        kind: What became of it.
        before: Its text before; empty where it was inserted.
        after: Its text after, which of an equal run can differ in case and punctuation; empty where it was deleted.
        words_before: Its words before, as they are compared.
        words_after: Its words after.
    """

    kind: EditKind
    before: str
    after: str
    words_before: tuple[str, ...]
    words_after: tuple[str, ...]

    @property
    def text(self) -> str:
        """What to show: the text after, or of deleted words the text before."""
        return self.before if self.kind is EditKind.DELETE else self.after


def likeness(before: Sequence[str], after: Sequence[str]) -> float:
    """Return how much of two word lists stays, in [0, 1]: 2 · words in common and in order / words of both; 1 for two empty ones.

    Of lists of many thousands of words (`_MOST_COUNTED`) it is what `word_edits` leaves as it is, which can be a little less.
    """
    if len(before) * len(after) <= _MOST_COUNTED:
        return float(Indel.normalized_similarity(before, after))
    stays = sum(last - first for is_equal, first, last, _, _ in _runs(before, after) if is_equal)
    return 2 * stays / (len(before) + len(after))


def word_edits(before: Wording, after: Wording) -> tuple[Edit, ...]:
    """Return the runs of words from one wording to the other, in order; of a replacement the deletion first."""
    if not before.words or not after.words:
        return _whole(before, after)
    edits: list[Edit] = []
    for is_equal, first, last, other_first, other_last in _runs(before.words, after.words):
        old, new = before.words[first:last], after.words[other_first:other_last]
        old_text, new_text = before.stretch(first, last), after.stretch(other_first, other_last)
        if is_equal:
            edits.append(Edit(kind=EditKind.EQUAL, before=old_text, after=new_text, words_before=old, words_after=new))
            continue
        if old:
            edits.append(Edit(kind=EditKind.DELETE, before=old_text, after="", words_before=old, words_after=()))
        if new:
            edits.append(Edit(kind=EditKind.INSERT, before="", after=new_text, words_before=(), words_after=new))
    return tuple(edits)


def _whole(before: Wording, after: Wording) -> tuple[Edit, ...]:
    """Return texts of which one has no words as one run each; two without words as one that stayed."""
    if before.words == after.words:
        kept = Edit(kind=EditKind.EQUAL, before=before.text, after=after.text, words_before=(), words_after=())
        return (kept,) if before.text or after.text else ()
    gone = Edit(kind=EditKind.DELETE, before=before.text, after="", words_before=before.words, words_after=())
    come = Edit(kind=EditKind.INSERT, before="", after=after.text, words_before=(), words_after=after.words)
    return tuple(edit for edit in (gone, come) if edit.text)


def _runs(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    if before == after:
        return [(True, 0, len(before), 0, len(after))] if before else []
    start = next(
        (place for place, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]),
        min(len(before), len(after)),
    )
    shorter = min(len(before), len(after)) - start
    end = next((place for place in range(shorter) if before[-1 - place] != after[-1 - place]), shorter)
    inner = changed_runs(before[start : len(before) - end], after[start : len(after) - end])
    runs: list[Run] = [(True, 0, start, 0, start)] if start else []
    runs += [
        (same, first + start, last + start, other + start, up_to + start) for same, first, last, other, up_to in inner
    ]
    if end:
        runs.append((True, len(before) - end, len(before), len(after) - end, len(after)))
    return _sensible(runs, before)


def _sensible(runs: Sequence[Run], before: Sequence[str]) -> list[Run]:
    """Join changes that a lone small word parts, and neighbouring changes."""
    joined: list[Run] = []
    for place, run in enumerate(runs):
        same, first, last, _, up_to = run
        lone = same and 0 < place < len(runs) - 1 and last - first == 1 and before[first] in _SMALL_WORDS
        changed = not same or (lone and _is_long(runs[place - 1]) and _is_long(runs[place + 1]))
        if changed and joined and not joined[-1][0]:
            joined[-1] = (False, joined[-1][1], last, joined[-1][3], up_to)
        else:
            joined.append((not changed, *run[1:]))
    return joined


def _is_long(run: Run) -> bool:
    """Whether a change takes words away and puts others there, several in all."""
    _, first, last, other, up_to = run
    return last > first and up_to > other and (last - first) + (up_to - other) > 2  # noqa: PLR2004  # more than one for one
