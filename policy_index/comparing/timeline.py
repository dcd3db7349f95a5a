"""The versions of a policy in a row -> revisions, the version in force on a day, and since when a clause stands there and in which words."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from policy_index.comparing.diff import Change, ChangeKind, Comparison, compare, touched_share
from policy_index.errors import ComparisonError
from policy_index.policy.document import Clause, Policy
from policy_index.search.vectors import Encoder


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRevision:
    """What a revision did to one section.

    Attributes:
        title: The section's title, after the revision where it is there.
        counts: How many clauses there are of each kind of change, every kind named.
        touched: The share of its words that came or went, in [0, 1].
    """

    title: str
    counts: Mapping[ChangeKind, int]
    touched: float


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One step from a version to the next.

    Attributes:
        comparison: The two versions, compared.
    """

    comparison: Comparison

    @property
    def day(self) -> date:
        """The day of the later version."""
        return _day(self.comparison.after)

    @property
    def counts(self) -> Mapping[ChangeKind, int]:
        """How many changes there are of each kind, every kind named."""
        return self.comparison.counts

    @property
    def touched(self) -> float:
        """The share of the words of both versions that came or went, in [0, 1]."""
        return self.comparison.touched

    @cached_property
    def sections(self) -> tuple[SectionRevision, ...]:
        """The same by section, in the order of the version after; a section that is gone stands where its clauses stood."""
        by_title: defaultdict[str, list[Change]] = defaultdict(list)
        for change in self.comparison.changes:
            by_title[change.clause.section].append(change)
        return tuple(
            SectionRevision(
                title=title,
                counts={kind: sum(change.kind is kind for change in changes) for kind in ChangeKind},
                touched=touched_share(changes),
            )
            for title, changes in by_title.items()
        )

    @cached_property
    def _by_clause(self) -> Mapping[str, Change]:
        return {clause.id: change for change in self.comparison.changes for clause in change.clauses_after}

    def change_of(self, clause_id: str) -> Change:
        """Return what the revision did to a clause of the later version.

        Raises:
            UnknownClauseError: The later version has no such clause.
        """
        return self._by_clause[self.comparison.after.clause(clause_id).id]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingSince:
    """A wording that a clause had.

    Attributes:
        since: The day of the first version with these words.
        clause: The clause in that version.
        change: What the revision of that day did to it; None in the first version that is known.
    """

    since: date
    clause: Clause
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseHistory:
    """A clause through time.

    Attributes:
        clause: The clause, in the version that was asked about.
        wordings: Its wordings, the first one first.
        is_from_the_start: Whether it stands in the first version that is known, so that it may be older than `since`.
    """

    clause: Clause
    wordings: tuple[WordingSince, ...]
    is_from_the_start: bool

    @property
    def since(self) -> date:
        """The day of the first version in which it stands, in whatever words."""
        return self.wordings[0].since


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The versions of one policy, oldest first, with what each revision changed.

    Attributes:
        versions: The versions, each of another day.
        revisions: The steps between them, one fewer.
    """

    versions: tuple[Policy, ...]
    revisions: tuple[Revision, ...]

    @classmethod
    def from_versions(cls, versions: Sequence[Policy], *, encoder: Encoder | None = None) -> "Timeline":
        """Put versions, in any order, in a row and compare each with the next; one that is there twice counts once.

        Raises:
            ComparisonError: There is none, one has no date, two texts have one date, or two neighbours cannot be compared.
        """
        by_day: dict[date, Policy] = {}
        for policy in versions:
            other = by_day.setdefault(_day(policy), policy)
            if other.sha256 != policy.sha256:
                message = (
                    f"Expected one version a day, got two texts of {_day(policy)}: {other.title} and {policy.title}."
                )
                raise ComparisonError(message)
        if not by_day:
            message = "Expected at least one version of a policy, got none."
            raise ComparisonError(message)
        ordered = tuple(by_day[day] for day in sorted(by_day))
        revisions = tuple(
            Revision(comparison=compare(before, after, encoder=encoder)) for before, after in pairwise(ordered)
        )
        return cls(versions=ordered, revisions=revisions)

    def in_force(self, day: date) -> Policy | None:
        """Return the version of that day or the last one before it; None before the first one that is known."""
        place = bisect_right([_day(policy) for policy in self.versions], day)
        return self.versions[place - 1] if place else None

    def history_of(self, clause_id: str, *, day: date | None = None) -> ClauseHistory:
        """Return since when a clause stands in the policy, and which wordings it had.

        It is followed back through the alignments; a clause that was split or merged, to the first of its clauses before.

        Args:
            clause_id: The clause's id in the version in force on `day`.
            day: The day of which the clause is asked about; None means the latest version.

        Raises:
            ComparisonError: No version is known of that day.
            UnknownClauseError: The version has no such clause.
        """
        policy = self.versions[-1] if day is None else self.in_force(day)
        if policy is None:
            message = f"Expected a day from {_day(self.versions[0])} on, the first known version's, got {day}."
            raise ComparisonError(message)
        clause = asked = policy.clause(clause_id)
        wordings: list[WordingSince] = []
        place = self.versions.index(policy)
        while place > 0:
            change = self.revisions[place - 1].change_of(clause.id)
            if change.kind in {ChangeKind.REWORDED, ChangeKind.ADDED}:
                wordings.append(WordingSince(since=_day(self.versions[place]), clause=clause, change=change))
            if change.before is None:
                break
            clause = change.before
            place -= 1
        else:
            wordings.append(WordingSince(since=_day(self.versions[0]), clause=clause, change=None))
        return ClauseHistory(
            clause=asked, wordings=tuple(reversed(wordings)), is_from_the_start=wordings[-1].change is None
        )


def _day(policy: Policy) -> date:
    if policy.updated is None:
        message = f"Expected versions with dates, got one without: {policy.title}."
        raise ComparisonError(message)
    return policy.updated
