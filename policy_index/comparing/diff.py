"""Two versions of a policy -> what became of each clause, with the words that came and went, and the same of the headings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from policy_index.comparing.accepting import accept_pair
from policy_index.comparing.alignment import FoundBy, Meaning, Text, Tie, align
from policy_index.comparing.binding import BindingEdit, binding_edits
from policy_index.comparing.edits import Edit, EditKind, likeness, word_edits
from policy_index.comparing.headings import Frames
from policy_index.comparing.order import in_order
from policy_index.comparing.wording import Wording, words_of
from policy_index.policy.document import Clause, Policy
from policy_index.search.vectors import Encoder, Vectors


class ChangeKind(StrEnum):
    """What became of a clause."""

    UNCHANGED = "unchanged"
    COSMETIC = "cosmetic"
    REWORDED = "reworded"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one clause; of a clause that was split, or of several that were merged.

    Attributes:
        kind: `cosmetic` where no word changed, only white space, punctuation, mark-up, case, numbering or targets of links.
        before: The clause before, the first of those that were merged; None where it was added.
        after: The clause after, the first of those that it was split into; None where it was removed.
        likeness: How much of the words stays, in [0, 1]: 2 · words in common and in order / words of both; 0 without a counterpart.
        edits: Runs of words that stayed, came and went, in order.
        binding: Edits that touch words that bind, found by words; none where the whole clause came or went.
        moved: Whether it stands under another heading than its counterpart, or out of the order of the others.
        found_by: By what its counterpart was found; None without one.
        split_into: All clauses that it became; empty where it became one.
        merged_from: All clauses that it was made of; empty where it was one.
    """

    kind: ChangeKind
    before: Clause | None
    after: Clause | None
    likeness: float
    edits: tuple[Edit, ...]
    binding: tuple[BindingEdit, ...] = ()
    moved: bool = False
    found_by: FoundBy | None = None
    split_into: tuple[Clause, ...] = ()
    merged_from: tuple[Clause, ...] = ()

    @property
    def clause(self) -> Clause:
        """The clause after, or the one before where it was removed."""
        clause = self.after or self.before
        assert clause is not None  # noqa: S101  # every change has a side
        return clause

    @property
    def clauses_before(self) -> tuple[Clause, ...]:
        """All clauses before; none where it was added."""
        return self.merged_from or (() if self.before is None else (self.before,))

    @property
    def clauses_after(self) -> tuple[Clause, ...]:
        """All clauses after; none where it was removed."""
        return self.split_into or (() if self.after is None else (self.after,))

    @property
    def words(self) -> tuple[int, int]:
        """How many words came or went, and how many there are on both sides together."""
        changed = sum(
            len(edit.words_before) + len(edit.words_after) for edit in self.edits if edit.kind is not EditKind.EQUAL
        )
        return changed, sum(len(edit.words_before) + len(edit.words_after) for edit in self.edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingChange:
    """What became of a title, heading or lead-in, which is no clause but says what the clauses under it are about.

    Attributes:
        kind: `cosmetic`, `reworded`, `added` or `removed`; headings that stay are not told of.
        before: Its text before; None where it was added.
        after: Its text after; None where it was removed.
        edits: Runs of words that stayed, came and went, in order.
        binding: Edits that touch words that bind, found by words.
        clauses: How many clauses stand under it.
    """

    kind: ChangeKind
    before: str | None
    after: str | None
    edits: tuple[Edit, ...]
    binding: tuple[BindingEdit, ...]
    clauses: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two versions of a policy, compared.

    Attributes:
        before: The version before.
        after: The version after.
        changes: What became of the clauses, each in exactly one change, in the order of the version after; a removed clause follows
            the one that stood before it.
        headings: What became of the title, the headings and the lead-ins that did not stay as they were.
        notes: Sentences on what a reader should know of this pair: one version twice, the wrong order, one date, two policies.
    """

    before: Policy
    after: Policy
    changes: tuple[Change, ...]
    headings: tuple[HeadingChange, ...]
    notes: tuple[str, ...]

    @cached_property
    def counts(self) -> Mapping[ChangeKind, int]:
        """How many changes there are of each kind, every kind named."""
        counted = Counter(change.kind for change in self.changes)
        return {kind: counted[kind] for kind in ChangeKind}

    @cached_property
    def touched(self) -> float:
        """The share of the words of both versions' clauses that came or went, in [0, 1]."""
        return touched_share(self.changes)

    @property
    def alters_words(self) -> bool:
        """Whether any word of a clause, heading or lead-in came, went or moved."""
        quiet = {ChangeKind.UNCHANGED, ChangeKind.COSMETIC}
        kinds = [change.kind for change in self.changes] + [change.kind for change in self.headings]
        return any(kind not in quiet for kind in kinds)


def touched_share(changes: Sequence[Change]) -> float:
    """Return the share of words in some changes that came or went, of the words on both sides; 0 without words."""
    words = [change.words for change in changes]
    total = sum(of for _, of in words)
    return sum(changed for changed, _ in words) / total if total else 0.0


def compare(before: Policy, after: Policy, *, encoder: Encoder | None = None) -> Comparison:
    """Return what changed from one version of a policy to another.

    Clauses are aligned by identical words, then by likeness of words and by place, with an encoder by meaning too, in one assignment
    for the whole document.

    Args:
        before: The version before.
        after: The version after.
        encoder: What places clauses by their meaning; asked only for those that words leave in doubt.

    Raises:
        ComparisonError: A version has no clause or too many, or the two are in different languages.
    """
    notes = accept_pair(before, after)
    ties = align(_texts(before), _texts(after), meaning=None if encoder is None else _meaning(before, after, encoder))
    frames = Frames.of(before, after, ties)
    moved = _moved(before, after, ties, frames)
    changes = tuple(_change(before, after, tie, is_moved=number in moved) for number, tie in enumerate(ties))
    headings = tuple(_heading_change(*pair) for pair in frames.changed)
    return Comparison(before=before, after=after, changes=changes, headings=headings, notes=notes)


def _texts(policy: Policy) -> list[Text]:
    return [
        Text(words=words_of(clause.text), context=tuple(words_of(each) for each in clause.path)) for clause in policy
    ]


def _meaning(before: Policy, after: Policy, encoder: Encoder) -> Meaning:
    def vectors(rows: Sequence[int], columns: Sequence[int]) -> tuple[Vectors, Vectors]:
        texts = [before.clauses[row].text for row in rows] + [after.clauses[column].text for column in columns]
        encoded = encoder.encode(texts)
        return encoded[: len(rows)], encoded[len(rows) :]

    return vectors


def _moved(before: Policy, after: Policy, ties: Sequence[Tie], frames: Frames) -> set[int]:
    """Return which ties stand under another heading, or out of order; of two that changed places the fewer, or those from elsewhere."""
    numbers = [number for number, tie in enumerate(ties) if tie.before and tie.after]
    numbers.sort(key=lambda number: ties[number].before[0])
    elsewhere = {
        number
        for number in numbers
        if frames.elsewhere(before.clauses[ties[number].before[0]].path, after.clauses[ties[number].after[0]].path)
    }
    weights = [0.5 if number in elsewhere else 1.0 for number in numbers]
    kept = {numbers[place] for place in in_order([ties[number].after[0] for number in numbers], weights)}
    return elsewhere | {number for number in numbers if number not in kept}


def _change(before: Policy, after: Policy, tie: Tie, *, is_moved: bool) -> Change:
    old = tuple(before.clauses[place] for place in tie.before)
    new = tuple(after.clauses[place] for place in tie.after)
    wording, other = _joined(old), _joined(new)
    edits = word_edits(wording, other)
    return Change(
        kind=_kind(old, new, is_same=wording.words == other.words, is_moved=is_moved),
        before=old[0] if old else None,
        after=new[0] if new else None,
        likeness=likeness(wording.words, other.words) if old and new else 0.0,
        edits=edits,
        binding=binding_edits(edits) if old and new else (),
        moved=is_moved,
        found_by=tie.found_by,
        split_into=new if len(new) > 1 else (),
        merged_from=old if len(old) > 1 else (),
    )


def _joined(clauses: Sequence[Clause]) -> Wording:
    """Return the wording of one clause, or of several as one text, the numbers that they begin with left out of all but the first."""
    if len(clauses) == 1:
        return Wording.of(clauses[0].text)
    return Wording.joined([Wording.of(clause.text) for clause in clauses])


def _kind(old: Sequence[Clause], new: Sequence[Clause], *, is_same: bool, is_moved: bool) -> ChangeKind:
    if not old:
        return ChangeKind.ADDED
    if not new:
        return ChangeKind.REMOVED
    if not is_same:
        return ChangeKind.REWORDED
    if is_moved:
        return ChangeKind.MOVED
    as_it_was = len(old) == len(new) == 1 and (old[0].text, old[0].verbatim, old[0].links) == (
        new[0].text,
        new[0].verbatim,
        new[0].links,
    )
    return ChangeKind.UNCHANGED if as_it_was else ChangeKind.COSMETIC


def _heading_change(before: str | None, after: str | None, clauses: int) -> HeadingChange:
    wording, other = Wording.of(before or ""), Wording.of(after or "")
    edits = word_edits(wording, other)
    if before is None:
        kind = ChangeKind.ADDED
    elif after is None:
        kind = ChangeKind.REMOVED
    else:
        kind = ChangeKind.COSMETIC if wording.words == other.words else ChangeKind.REWORDED
    binding = () if before is None or after is None else binding_edits(edits)
    return HeadingChange(kind=kind, before=before, after=after, edits=edits, binding=binding, clauses=clauses)
