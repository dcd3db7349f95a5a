"""The contents of a policy: its headings, nested as in the source, with the groups of clauses that stand under each."""

from dataclasses import dataclass, field
from functools import lru_cache

from policy_index.policy.document import Group, Policy

_DEEPEST = 9
"""Levels of headings that are told apart; what is nested deeper stands at the last of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading with what stands under it.

    Attributes:
        id: That of its section, or one made of the headings above it where it has no clauses of its own.
        title: Its words.
        groups: What stands under it before the next heading, in groups to browse; none where headings follow at once.
        inside: The headings one level deeper.
    """

    id: str
    title: str
    groups: tuple[Group, ...]
    inside: tuple["Heading", ...]


@lru_cache(maxsize=32)
def contents_of(policy: Policy) -> tuple[Heading, ...]:
    """Return the outermost headings of a policy, in document order; every group of it stands under one of them."""
    groups = {group.id: group for group in policy.groups}
    outermost: list[_Open] = []
    latest: dict[tuple[str, ...], _Open] = {}
    for section in policy.sections:
        path = section.path[: _DEEPEST - 1]
        for depth in range(1, len(path) + 1):
            if path[:depth] not in latest:
                _under(outermost, latest, path[:depth], heading_id=" > ".join(("", *path[:depth])))
        opened = _under(outermost, latest, (*path, section.title), heading_id=section.id)
        ids = (section.id, *(category.id for category in section.categories))
        opened.groups += [groups[each] for each in ids if each in groups]
    return tuple(each.closed() for each in outermost)


@dataclass(slots=True)
class _Open:
    """A heading while it is being filled."""

    id: str
    title: str
    groups: list[Group] = field(default_factory=list)
    inside: list["_Open"] = field(default_factory=list)

    def closed(self) -> Heading:
        inside = tuple(each.closed() for each in self.inside)
        return Heading(id=self.id, title=self.title, groups=tuple(self.groups), inside=inside)


def _under(
    outermost: list[_Open], latest: dict[tuple[str, ...], _Open], path: tuple[str, ...], *, heading_id: str
) -> _Open:
    """Open the heading at the end of `path`, under the latest one of its name above it."""
    opened = _Open(heading_id, path[-1])
    (latest[path[:-1]].inside if len(path) > 1 else outermost).append(opened)
    latest[path] = opened
    return opened
