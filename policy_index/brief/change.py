"""Two briefs of one policy: what became of each clause from the first wording to the second, and which words were changed."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from policy_index.brief.values import Brief
from policy_index.policy.document import Clause
from policy_index.policy.lanes import Lane
from policy_index.search.likelihood import Likelihood

_SEEN_FROM = 0.05
"""Change of a probability, or of a score, from which the search has seen that a wording is another one."""

_MOST_PAIRS = 4_000_000
"""Words before times words after, those at both ends that stayed left out, above which they are not laid side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one clause between two wordings.

    Attributes:
        clause: The clause.
        before: How sure it is for the first wording.
        after: How sure it is for the second one.
        lane_before: Where the first brief shows it; None where it does not.
        lane_after: Where the second one does; None where it does not.
    """

    clause: Clause
    before: Likelihood
    after: Likelihood
    lane_before: Lane | None
    lane_after: Lane | None

    @property
    def difference(self) -> float:
        """How far its probability, or without calibration its score, rose; negative where it fell."""
        return self.after.value - self.before.value

    @property
    def moved(self) -> bool:
        """Whether it is shown in another lane than before, no longer, or only now."""
        return self.lane_before is not self.lane_after

    @property
    def is_seen(self) -> bool:
        """Whether the search makes something of the change: the clause moved, or its number changed visibly."""
        return self.moved or abs(self.difference) >= _SEEN_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """What another wording did.

    Attributes:
        changes: Every clause that either brief shows, the greatest change first.
        removed: Stretches of words that stand in the first wording only, in its order.
        added: Stretches that stand in the second wording only.
        is_rewritten: Whether too much was changed for the words to be laid side by side; then no stretches are named.
        added_safeguards: Words of the second wording alone that negate or safeguard.
    """

    changes: tuple[Change, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    is_rewritten: bool
    added_safeguards: tuple[str, ...]

    @classmethod
    def between(cls, before: Brief, after: Brief) -> "Rewording":
        """Compare two briefs of one policy, with the same facts stated."""
        stretches = changed_words(before.text, after.text)
        known = {words.casefold() for words in before.safeguards}
        return cls(
            changes=compare(before, after),
            removed=() if stretches is None else stretches[0],
            added=() if stretches is None else stretches[1],
            is_rewritten=stretches is None,
            added_safeguards=tuple(words for words in after.safeguards if words.casefold() not in known),
        )

    @property
    def changes_words(self) -> bool:
        """Whether any word was changed."""
        return self.is_rewritten or bool(self.removed or self.added)

    @property
    def moved(self) -> tuple[Change, ...]:
        """The clauses that moved lanes."""
        return tuple(change for change in self.changes if change.moved)

    @property
    def unseen(self) -> tuple[Change, ...]:
        """The clauses that stayed likely or possible although a word that negates or safeguards came in, or nothing moved at all.

        There the search cannot tell whether the wording is mended.
        """
        if not self.changes_words or (not self.added_safeguards and any(change.is_seen for change in self.changes)):
            return ()
        return tuple(
            change for change in self.changes if change.before.shows and change.after.shows and not change.moved
        )


def compare(before: Brief, after: Brief) -> tuple[Change, ...]:
    """Return what changed for every clause that either brief shows, the greatest change first."""
    found = {entry.clause.id: entry for entry in (*before.entries, *before.rest)}
    other = {entry.clause.id: entry for entry in (*after.entries, *after.rest)}
    lanes_before, lanes_after = ({entry.clause.id: entry.lane for entry in each.entries} for each in (before, after))
    changes = (
        Change(
            clause=found[clause_id].clause,
            before=found[clause_id].likelihood,
            after=other[clause_id].likelihood,
            lane_before=lanes_before.get(clause_id),
            lane_after=lanes_after.get(clause_id),
        )
        for clause_id in lanes_before | lanes_after
    )
    return tuple(sorted(changes, key=lambda change: -abs(change.difference)))


def changed_words(before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the stretches of words that only the one text has, and those that only the other has.

    None where so much was changed that laying the words side by side would take long.
    """
    old, new = before.split(), after.split()
    first = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    old, new = old[first:], new[first:]
    last = next(
        (at for at, (one, other) in enumerate(zip(reversed(old), reversed(new), strict=False)) if one != other),
        min(len(old), len(new)),
    )
    old, new = old[: len(old) - last], new[: len(new) - last]
    if len(old) * len(new) > _MOST_PAIRS:
        return None
    blocks = [each for each in SequenceMatcher(None, old, new).get_opcodes() if each[0] != "equal"]
    removed = tuple(" ".join(old[start:end]) for _, start, end, _, _ in blocks if end > start)
    added = tuple(" ".join(new[start:end]) for _, _, _, start, end in blocks if end > start)
    return removed, added
