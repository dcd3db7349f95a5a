"""What is on the shelf and in the library, for lists: nothing is opened for it; and whether it can be changed just now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_index.errors import LibraryError
from policy_index.plots.labels import told_apart
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import ShelfEntry
from policy_index.server.service import service
from policy_index.ui.visitor import visitor

if TYPE_CHECKING:
    from policy_index.library.library import Library  # with SQLAlchemy, only where there is a library to open

_MOST_CHOICES = 50
"""Versions among which the box in the frame lets choose; the page Policies has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A policy as the list shows it.

    Attributes:
        versions: Its versions, newest first, undated ones last.
    """

    versions: tuple[ShelfEntry, ...]

    @property
    def newest(self) -> ShelfEntry:
        """The version that stands for the policy."""
        return self.versions[0]

    @property
    def id(self) -> str:
        """The policy's id."""
        return self.newest.id

    def holds(self, words: str) -> bool:
        """Whether title, publisher or id hold these words, capitals aside."""
        provenance = self.newest.provenance
        text = f"{provenance.name} {provenance.publisher} {self.id}".casefold()
        return all(word in text for word in words.casefold().split())


def has_library() -> bool:
    """Whether this server can keep policies."""
    return hasattr(type(service().shelf), "library")  # of the type: to ask for it would make one


def kept_library() -> "Library | None":
    """Return the library to read or change what is kept; None where nobody has made one, or it cannot be read just now.

    Why it cannot be read the shelf's `problem` says.
    """
    shelf = service().shelf
    try:
        library: Library | None = getattr(shelf, "kept" if hasattr(type(shelf), "kept") else "library", None)
    except LibraryError:
        return None
    return library


def library_to_keep_in() -> "Library":
    """Return the library, made now where there was none.

    Raises:
        LibraryError: It cannot be opened or made, or this server has none.
    """
    if not has_library():
        message = "Expected a library to keep the policy in, but this server has none."
        raise LibraryError(message)
    library: Library = service().shelf.library  # type: ignore[attr-defined]  # asked for the line before
    return library


def is_own(pack: PolicyPack) -> bool:
    """Whether the library keeps this version."""
    return has_library() and pack.spec not in service().shelf.taken


def can_write() -> bool:
    """Whether policies can be added and edited here just now."""
    library = kept_library()
    return has_library() and visitor().may_write and (library is None or library.writable)


def listed() -> tuple[Listed, ...]:
    """Return the policies, own ones first, by title; no text of the library is read.

    Raises:
        LibraryError: The library cannot be read.
    """
    policies = _grouped(service().shelf.entries())
    return tuple(
        sorted(policies, key=lambda each: (not each.newest.in_library, each.newest.provenance.name.casefold(), each.id))
    )


def versions_of(policy_id: str) -> tuple[ShelfEntry, ...]:
    """Return the versions of a policy, newest first; none where there is no such policy.

    Raises:
        LibraryError: The library cannot be read.
    """
    own = [entry for entry in service().shelf.entries() if entry.id == policy_id]
    return _grouped(own)[0].versions if own else ()


def choices(*packs: PolicyPack) -> dict[str, str]:
    """Return what a person chooses a policy by, a different title for each, by its spec; `packs` are always among them."""
    entries = service().shelf.entries()
    titles = {entry.spec: f"{entry.provenance.name} ({entry.version})" for entry in entries[:_MOST_CHOICES]}
    titles |= {pack.spec: pack.title for pack in packs}
    return dict(zip(titles, told_apart(titles.values()), strict=True))


def _grouped(entries: Iterable[ShelfEntry]) -> list[Listed]:
    by_id: dict[str, list[ShelfEntry]] = {}
    for entry in entries:
        by_id.setdefault(entry.id, []).append(entry)
    return [Listed(versions=tuple(sorted(own, key=_age, reverse=True))) for own in by_id.values()]


def _age(entry: ShelfEntry) -> str:
    return "" if entry.provenance.updated is None else entry.version
