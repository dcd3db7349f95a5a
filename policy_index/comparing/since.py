"""A text under the versions of one policy -> from which version on it touches a clause, and until which."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from policy_index.brief.values import Touched
from policy_index.comparing.spread import Spread, counterparts
from policy_index.errors import InputError
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """A clause that a text touches in one version, or in several in a row.

    Attributes:
        clause: The clause, in the last of these versions.
        pack: That version.
        since: The day of the first of them.
        until: The day of the version from which on the text touches it no longer; None where it touches it in the latest one.
        is_from_the_start: Whether the first of them is the oldest one here, so that it may be older than `since`.
    """

    clause: Clause
    pack: PolicyPack
    since: date
    until: date | None
    is_from_the_start: bool


@dataclass(slots=True)
class _Run:
    """A clause that is followed from version to version."""

    first: int
    last: int
    clause: Clause
    is_shown: bool = field(default=False)


def touched_since(found: Spread) -> tuple[Since, ...]:
    """Return since when the text touches each clause that any version's column shows: what holds today first, then by day.

    A clause is followed by its id and, where that changes, by its words. It counts as touched in every version in which the text
    is not far from it.

    Raises:
        InputError: The columns are not versions of one policy, at least two, each with its own day.
        ComparisonError: Two neighbours cannot be compared.
    """
    columns = in_time(found.columns)
    runs: list[_Run] = []
    going: dict[str, _Run] = {}
    for place, column in enumerate(columns):
        back = counterparts(columns[place - 1], column, found.encoder).back if place else {}
        shown = {entry.clause.id for entry in column.entries}
        next_going: dict[str, _Run] = {}
        for clause_id in sorted(column.reached, key=column.pack.policy.columns.__getitem__):
            clause = column.pack.policy.clause(clause_id)
            before = next((going[each.id] for each in back.get(clause_id, ()) if each.id in going), None)
            if before is None or before.last == place:  # new, or the other half of one that was split
                before = _Run(first=place, last=place, clause=clause)
                runs.append(before)
            before.last, before.clause = place, clause
            before.is_shown |= clause_id in shown
            next_going[clause_id] = before
        going = next_going
    days = [_day(column) for column in columns]
    told = [
        Since(
            clause=run.clause,
            pack=columns[run.last].pack,
            since=days[run.first],
            until=days[run.last + 1] if run.last + 1 < len(columns) else None,
            is_from_the_start=run.first == 0,
        )
        for run in runs
        if run.is_shown
    ]
    return tuple(sorted(told, key=lambda each: (each.until is not None, each.since)))


def are_versions(columns: Sequence[Touched]) -> bool:
    """Whether these are at least two versions of one policy, each with its own day."""
    days = {column.pack.policy.updated for column in columns}
    return len({column.pack.id for column in columns}) == 1 and 1 < len(days) == len(columns) and None not in days


def in_time(columns: Sequence[Touched]) -> tuple[Touched, ...]:
    """Return versions of one policy, oldest first.

    Raises:
        InputError: As `touched_since`.
    """
    if not are_versions(columns):
        message = "Expected at least two versions of one policy, each with its own day."
        raise InputError(message)
    return tuple(sorted(columns, key=_day))


def _day(column: Touched) -> date:
    day = column.pack.policy.updated
    assert day is not None  # noqa: S101  # seen to by `in_time`
    return day
