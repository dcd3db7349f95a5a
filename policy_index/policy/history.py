"""The revisions of a policy as a story: what kind of change each was (ours), and how long after the one before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from policy_index.errors import PackError, UnknownRevisionError
from policy_index.policy.document import ChangelogEntry, Policy
from policy_index.words import shortened


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKind:
    """A kind of change, as a pack names it: the title that people read, and what it means. Ours, not the policy's."""

    id: str
    title: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A revision with its place in the story.

    Attributes:
        entry: The policy's own note.
        kinds: What kinds of change it was; curated, ours; often none.
        why: One sentence on why we say so; ours.
        days_since_last: Days since the revision before; None for the first.
    """

    entry: ChangelogEntry
    kinds: tuple[ChangeKind, ...] = ()
    why: str = ""
    days_since_last: int | None = None

    @property
    def id(self) -> str:
        """The day, `2022-06-07`."""
        return self.entry.date.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The revisions that a policy tells of, newest first, and the kinds of change that its pack sorts them into.

    Attributes:
        revisions: Newest first, as in the policy; none where it has no changelog.
        kinds: In the order in which they are shown; none where nobody curated them.
    """

    revisions: tuple[Revision, ...] = ()
    kinds: tuple[ChangeKind, ...] = ()
    _by_id: Mapping[str, Revision] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @classmethod
    def of(cls, policy: Policy, content: str | None = None) -> "History":
        """Return the history of a policy, with what its pack says of it.

        Args:
            policy: The policy.
            content: `{"kinds": [{"id", "title", "meaning"}], "revisions": {day: {"kinds": [ids], "why"}}}`.

        Raises:
            PackError: The content has another shape, or speaks of a day or kind that there is none of.
        """
        kinds, curated = _curated(content, policy) if content is not None else ((), {})
        entries = policy.changelog
        revisions = tuple(
            Revision(
                entry=entry,
                kinds=curated.get(entry.date, ((), ""))[0],
                why=curated.get(entry.date, ((), ""))[1],
                days_since_last=None if before is None else (entry.date - before.date).days,
            )
            for entry, before in zip(entries, (*entries[1:], None), strict=False)
        )
        return cls(revisions=revisions, kinds=kinds, _by_id={each.id: each for each in reversed(revisions)})

    def revision(self, day: str) -> Revision:
        """Return the revision of this day, written `2022-06-07`.

        Raises:
            UnknownRevisionError: No revision has it; the message names them all.
        """
        if day in self._by_id:
            return self._by_id[day]
        there = f"there are {', '.join(each.id for each in self.revisions)}" if self.revisions else "there are none"
        message = f"No revision has the date {shortened(day, letters=40)!r}; {there}."
        raise UnknownRevisionError(message)


_Curated = dict[date, tuple[tuple[ChangeKind, ...], str]]


def _curated(content: str, policy: Policy) -> tuple[tuple[ChangeKind, ...], _Curated]:
    try:
        record = json.loads(content)
        kinds = {
            each["id"]: ChangeKind(id=each["id"], title=each["title"], meaning=each["meaning"])
            for each in record["kinds"]
        }
        curated = {
            date.fromisoformat(day): (tuple(kinds[kind] for kind in each["kinds"]), str(each["why"]))
            for day, each in record["revisions"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"Expected a history with kinds and revisions by day, got {type(error).__name__}: {error}."
        raise PackError(message) from None
    strange = sorted(curated.keys() - {entry.date for entry in policy.changelog})
    if strange:
        message = (
            f"Expected a history of this policy's revisions, but it speaks of {strange[0]}, which is none of them."
        )
        raise PackError(message)
    return tuple(kinds.values()), curated
