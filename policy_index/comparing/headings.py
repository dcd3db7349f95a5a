"""Which heading became which: by the clauses under it, and else by its own words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policy_index.comparing.alignment import Text, Tie, align
from policy_index.comparing.wording import words_of
from policy_index.policy.document import Policy

Path = tuple[str, ...]
"""A heading or lead-in with those above it, outermost first; the empty one is the document's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """The headings and lead-ins of two versions.

    Attributes:
        pairs: The counterpart after, by the heading before.
        before: How many clauses stand under each heading before, in order.
        after: The same after.
        changed: Headings that did not stay as they were: text before, text after, clauses under it; None where there is none.
    """

    pairs: Mapping[Path, Path]
    before: Mapping[Path, int]
    after: Mapping[Path, int]
    changed: tuple[tuple[str | None, str | None, int], ...]

    @classmethod
    def of(cls, before: Policy, after: Policy, ties: Sequence[Tie]) -> "Frames":
        """Pair the headings of two versions whose clauses are aligned."""
        old, new = _counts(before), _counts(after)
        pairs = _paired(old, new, _votes(before, after, ties))
        return cls(pairs=pairs, before=old, after=new, changed=_changed(before, after, old, new, pairs))

    def elsewhere(self, before: Path, after: Path) -> bool:
        """Whether a clause stands under another heading that was there before.

        A heading that was put in between, taken away or renamed moves no clause.
        """
        other = self.pairs.get(before)
        if other is None or other == after:
            return False
        return after in self.pairs.values()


def _counts(policy: Policy) -> dict[Path, int]:
    """Return all headings in order, each with the number of clauses under it, those of headings below included."""
    counts: Counter[Path] = Counter()
    for clause in policy:
        counts.update(clause.path[:depth] for depth in range(len(clause.path) + 1))
    return dict(counts)


def _votes(before: Policy, after: Policy, ties: Sequence[Tie]) -> Counter[tuple[Path, Path]]:
    """Return how many aligned clauses each two headings of one depth from the clause, or from the top, have under them."""
    votes: Counter[tuple[Path, Path]] = Counter()
    for tie in ties:
        if tie.before and tie.after:
            old, new = before.clauses[tie.before[0]].path, after.clauses[tie.after[0]].path
            pairs = {(old[: len(old) - up], new[: len(new) - up]) for up in range(min(len(old), len(new)))}
            pairs |= {(old[:depth], new[:depth]) for depth in range(1, min(len(old), len(new)) + 1)}
            votes.update(pairs)
    return votes


def _paired(old: Mapping[Path, int], new: Mapping[Path, int], votes: Counter[tuple[Path, Path]]) -> dict[Path, Path]:
    """Pair headings: those of one text and one place first, then those of one text, of most clauses in common, and of like words."""
    pairs: dict[Path, Path] = {(): ()}
    used: set[Path] = {()}

    def pair(first: Path, other: Path) -> None:
        if first not in pairs and other not in used:
            pairs[first] = other
            used.add(other)

    words = {path: tuple(words_of(each) for each in path) for path in (*old, *new)}
    by_path = {words[path]: path for path in reversed(list(new))}
    for path in old:
        if words[path] in by_path:
            pair(path, by_path[words[path]])
    ranked = sorted(votes.items(), key=lambda each: (words[each[0][0]][-1:] != words[each[0][1]][-1:], -each[1]))
    for (first, other), count in ranked:
        if words[first][-1:] == words[other][-1:] or 2 * count > max(old[first], new[other]):
            pair(first, other)
    rest, others = [path for path in old if path not in pairs], [path for path in new if path not in used]
    for tie in align([_text(words[path]) for path in rest], [_text(words[path]) for path in others]):
        if len(tie.before) == len(tie.after) == 1:
            pair(rest[tie.before[0]], others[tie.after[0]])
    return pairs


def _text(words: tuple[tuple[str, ...], ...]) -> Text:
    return Text(words=words[-1], context=words[:-1])


def _changed(
    before: Policy, after: Policy, old: Mapping[Path, int], new: Mapping[Path, int], pairs: Mapping[Path, Path]
) -> tuple[tuple[str | None, str | None, int], ...]:
    """Return what to tell of headings; a clause that leads in is told of as a clause."""
    clauses = {clause.text for clause in before} | {clause.text for clause in after}
    back = {other: first for first, other in pairs.items()}
    told: list[tuple[str | None, str | None, int]] = []
    if before.title != after.title:
        told.append((before.title, after.title, len(after.clauses)))
    ordered = list(new)
    lost = {path for path in old if path not in pairs}
    places: dict[Path, list[Path]] = {}
    for previous, path in pairwise([(), *old]):
        if path in lost:
            places.setdefault(pairs.get(previous, ()), []).append(path)
    for path in ordered:
        if path and path[-1] not in clauses:
            first = back.get(path)
            if first is None:
                told.append((None, path[-1], new[path]))
            elif first[-1:] != path[-1:]:
                told.append((first[-1], path[-1], new[path]))
        told += [(each[-1], None, old[each]) for each in places.get(path, ()) if each[-1] not in clauses]
    return tuple(told)
