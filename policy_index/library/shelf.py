"""The shelf over a library: the bundled pack and those of a folder, and behind them the library's, opened when asked for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from policy_index.errors import UnknownPolicyError
from policy_index.library.library import Library
from policy_index.library.listing import entries_of, state_of
from policy_index.library.records import split_spec
from policy_index.library.values import Card
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import Shelf, ShelfEntry, unknown_policy, unknown_version


@dataclass(frozen=True, slots=True)
class LibraryShelf:
    """What a door asks for packs, in place of a `Shelf`; making one reads nothing of the library.

    Where both hold one id and version the shelf's pack is found, for the library refuses to keep such a one (`taken`).

    Attributes:
        shelf: The bundled pack, and those of a folder.
        library: The library.
        chosen: The pack that is meant where nobody names one; None for the shelf's.
    """

    shelf: Shelf
    library: Library
    chosen: PolicyPack | None = None

    @property
    def default(self) -> PolicyPack:
        """The pack that is meant where nobody names one."""
        return self.shelf.default if self.chosen is None else self.chosen

    @property
    def taken(self) -> frozenset[str]:
        """What the library must not keep: `ID@VERSION` of the shelf's packs."""
        return self.shelf.taken

    @property
    def problem(self) -> None:
        """None: what the library refuses is raised."""
        return

    @property
    def packs(self) -> "LazyPacks":
        """All packs, every version of the library's too; each is opened when it is reached, so doors with lists ask for `entries`."""
        return LazyPacks(specs=self._specs(), find=self.find)

    @property
    def latest(self) -> "LazyPacks":
        """The latest version of each policy: the shelf's, then the library's by id; each is opened when it is reached."""
        ids = dict.fromkeys(split_spec(spec)[0] for spec in self._specs())
        return LazyPacks(specs=tuple(ids), find=self.find)

    def entries(self) -> tuple[ShelfEntry, ...]:
        """Return what lists show of every version, the default one first, those of the library by id; no text of it is read."""
        own, taken, first = self.shelf.entries(), self.taken, self.default.spec
        found = [*own, *(entry for entry in entries_of(self.library) if entry.spec not in taken)]
        return tuple(sorted(found, key=lambda entry: entry.spec != first))

    def state(self) -> object:
        """Return a value that is another one after anything in the library has changed."""
        return state_of(self.library)

    def peek(self, spec: str) -> PolicyPack:
        """Return what `find` does, but hold nothing of the library for it.

        Raises:
            UnknownPolicyError: There is none.
            LibraryError: The library cannot be read.
        """
        return self.shelf.find(spec) if spec in self.taken else self.library.pack(spec, hold=False)

    def with_default(self, pack: PolicyPack) -> "LibraryShelf":
        """Return a shelf of the same packs on which this one is the default."""
        return replace(self, chosen=pack)

    def versions(self, pack_id: str) -> tuple[PolicyPack, ...]:
        """Return the versions of a policy, newest first; undated ones last."""
        held = {pack.version: pack for pack in self.shelf.versions(pack_id)}
        kept = (self.library.pack(card.spec) for card in self._cards(pack_id) if card.version not in held)
        found = [*held.values(), *kept]
        return tuple(sorted(found, key=lambda pack: "" if pack.policy.updated is None else pack.version, reverse=True))

    def find(self, spec: str | None) -> PolicyPack:
        """Return the pack that `ID[@VERSION]` names; without a version, or with `latest`, the newest; None means the default.

        Raises:
            UnknownPolicyError: There is none; the message names the nearest.
            LibraryError: The library cannot be read.
        """
        if spec is None:
            return self.default
        pack_id, version = split_spec(spec)
        held = {pack.version: pack for pack in self.shelf.versions(pack_id)}
        if version in held:
            return held[version]
        if not held and version:
            try:
                return self.library.pack(spec)
            except UnknownPolicyError:
                pass  # said below, with the shelf's policies in mind
        kept = {card.version: card.spec for card in self._cards(pack_id)}
        there = sorted({*held, *kept}, key=lambda each: "" if each == _UNDATED else each, reverse=True)
        if not there:
            raise unknown_policy(spec, self._specs())
        wanted = version or there[0]
        if wanted not in there:
            raise unknown_version(pack_id, version, there)
        return held[wanted] if wanted in held else self.library.pack(kept[wanted])

    def _cards(self, pack_id: str) -> tuple[Card, ...]:
        try:
            return self.library.versions(pack_id)
        except UnknownPolicyError:
            return ()

    def _specs(self) -> tuple[str, ...]:
        own = [pack.spec for pack in self.shelf.packs]
        return tuple(dict.fromkeys([self.default.spec, *own, *self.library.specs()]))


_UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyPacks(Sequence[PolicyPack]):
    """Packs in a row, each opened when it is reached; nothing is kept beyond what the library keeps.

    Attributes:
        specs: What names them, as they were when somebody asked.
        find: Opens one.
    """

    specs: tuple[str, ...]
    find: Callable[[str], PolicyPack]

    def __len__(self) -> int:
        return len(self.specs)

    def __iter__(self) -> Iterator[PolicyPack]:
        return map(self.find, self.specs)

    @overload
    def __getitem__(self, place: int) -> PolicyPack: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[PolicyPack]: ...

    def __getitem__(self, place: int | slice) -> PolicyPack | Sequence[PolicyPack]:
        if isinstance(place, int):
            return self.find(self.specs[place])
        return [self.find(spec) for spec in self.specs[place]]
