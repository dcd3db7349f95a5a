"""The shelf: the policies that a door can be asked for, by id and version."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Protocol, Self

from policy_index.errors import PackError, UnknownPolicyError
from policy_index.policy.document import Provenance
from policy_index.policy.pack import PolicyPack
from policy_index.words import either, shortened

PACKS_VARIABLE = "POLICY_INDEX_PACKS"
"""Environment variable that names a folder of packs to be put on the shelf beside the bundled one."""

LATEST = "latest"

_BUNDLED = "openai-2023-03-23"
_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfEntry:
    """A version of a policy as lists show it; its text need not have been read for that.

    Attributes:
        id: Id of the policy.
        version: Its day, or `undated`.
        provenance: Where the text comes from.
        title: What the text's head says that it is called, or, where it was not read, what it was kept as.
        sha256: Digest of the text.
        clauses: How many clauses it has.
        kinds_are_guesses: Whether the kinds of its clauses were guessed from their words.
        facts: Id and label of each fact that it knows.
        in_library: Whether a library keeps it; others are bundled or lie in a folder.
        stamp: Changes whenever anything of the version does; empty for those that never change.
    """

    id: str
    version: str
    provenance: Provenance
    title: str
    sha256: str
    clauses: int
    kinds_are_guesses: bool
    facts: tuple[tuple[str, str], ...] = ()
    in_library: bool = False
    stamp: str = ""

    @classmethod
    def from_pack(cls, pack: PolicyPack) -> "ShelfEntry":
        """Return the entry of a pack that is open anyway."""
        policy = pack.policy
        return cls(
            id=pack.id,
            version=pack.version,
            provenance=policy.provenance,
            title=policy.title,
            sha256=policy.sha256,
            clauses=len(policy.clauses),
            kinds_are_guesses=policy.kinds_are_guesses,
            facts=tuple((fact.id, fact.label) for fact in pack.facts.facts),
        )

    @property
    def spec(self) -> str:
        """What names it at every door: `acme-aup@2026-01-31`."""
        return f"{self.id}@{self.version}"


class PolicyShelf(Protocol):
    """What a door asks for policies, wherever they are kept."""

    @property
    def default(self) -> PolicyPack:
        """The pack that is meant where nobody names one."""
        ...

    @property
    def packs(self) -> Sequence[PolicyPack]:
        """All packs, the default one first; one that is kept elsewhere is opened when it is reached, so lists ask for `entries`."""
        ...

    @property
    def latest(self) -> Sequence[PolicyPack]:
        """The latest version of each policy, opened likewise."""
        ...

    @property
    def taken(self) -> frozenset[str]:
        """What a library must not keep, since it is found elsewhere: `ID@VERSION`."""
        ...

    @property
    def problem(self) -> str | None:
        """Why policies that are kept elsewhere cannot be read just now, in one sentence; None where they can."""
        ...

    def entries(self) -> tuple[ShelfEntry, ...]:
        """Return what lists show of every version, the default one first; no text is read for it."""
        ...

    def state(self) -> object:
        """Return a value that is another one after any policy was added, changed or removed; it costs little."""
        ...

    def versions(self, pack_id: str) -> tuple[PolicyPack, ...]:
        """Return the versions of a policy, newest first; undated ones last."""
        ...

    def find(self, spec: str | None) -> PolicyPack:
        """Return the pack that `ID[@VERSION]` names; without a version, or with `latest`, the newest; None means the default.

        Raises:
            UnknownPolicyError: There is none; the message names the nearest.
            LibraryError: It may be kept in a library that cannot be read.
        """
        ...

    def peek(self, spec: str) -> PolicyPack:
        """Return what `find` does, but let nothing be held for it: for whoever reads many policies once.

        Raises:
            UnknownPolicyError: As `find`.
            LibraryError: As `find`.
        """
        ...

    def with_default(self, pack: PolicyPack) -> Self:
        """Return a shelf of the same packs on which this one is meant where nobody names one."""
        ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """Packs, the default one first; no two have both id and version in common."""

    packs: tuple[PolicyPack, ...]

    @classmethod
    def from_packs(cls, packs: Sequence[PolicyPack]) -> "Shelf":
        """Put packs on a shelf.

        Raises:
            PackError: Two have the same id and version.
        """
        seen: dict[str, PolicyPack] = {}
        for pack in packs:
            if pack.spec in seen:
                message = (
                    f"Expected each policy once, but {seen[pack.spec].folder} and {pack.folder} both claim {pack.spec}."
                )
                raise PackError(message)
            seen[pack.spec] = pack
        return cls(tuple(packs))

    @classmethod
    def from_folder(cls, folder: Path | None) -> "Shelf":
        """Return the bundled pack and those in the folders inside `folder`, sorted by name, every part of them read.

        Raises:
            PackError: There is no such folder, a pack in it is broken, or two claim one id and version.
        """
        packs = [bundled_pack()]
        if folder is not None:
            try:
                inside = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
            except OSError as error:
                message = f"Expected a folder of policy packs, but {folder} cannot be read: {error.strerror}."
                raise PackError(message) from None
            packs += [PolicyPack.from_folder(each).check() for each in inside]
        return cls.from_packs(packs)

    @property
    def default(self) -> PolicyPack:
        """The pack that is meant where nobody names one."""
        return self.packs[0]

    @property
    def latest(self) -> tuple[PolicyPack, ...]:
        """The latest version of each policy, in the shelf's order."""
        return tuple(self.find(pack_id) for pack_id in dict.fromkeys(pack.id for pack in self.packs))

    @property
    def taken(self) -> frozenset[str]:
        """What a library must not keep: `ID@VERSION` of each pack."""
        return frozenset(pack.spec for pack in self.packs)

    @property
    def problem(self) -> None:
        """None: nothing is kept elsewhere."""
        return

    def entries(self) -> tuple[ShelfEntry, ...]:
        """Return what lists show of every pack, the default one first."""
        return tuple(map(ShelfEntry.from_pack, self.packs))

    def state(self) -> None:
        """Return None: nothing changes."""
        return

    def peek(self, spec: str) -> PolicyPack:
        """Return what `find` does: every pack is held anyway.

        Raises:
            UnknownPolicyError: There is none.
        """
        return self.find(spec)

    def with_default(self, pack: PolicyPack) -> "Shelf":
        """Return a shelf of the same packs on which this one is the default."""
        return Shelf((pack, *(each for each in self.packs if each.spec != pack.spec)))

    def versions(self, pack_id: str) -> tuple[PolicyPack, ...]:
        """Return the versions of a policy, newest first; undated ones last."""
        own = [pack for pack in self.packs if pack.id == pack_id]
        return tuple(sorted(own, key=lambda pack: "" if pack.policy.updated is None else pack.version, reverse=True))

    def find(self, spec: str | None) -> PolicyPack:
        """Return the pack that `ID[@VERSION]` names; without a version, or with `latest`, the newest; None means the default.

        Raises:
            UnknownPolicyError: There is none; the message names the nearest.
        """
        if spec is None:
            return self.default
        pack_id, _, version = spec.strip().partition("@")
        versions = self.versions(pack_id)
        if not versions:
            raise unknown_policy(spec, [pack.spec for pack in self.packs])
        if version in {"", LATEST}:
            return versions[0]
        for pack in versions:
            if pack.version == version:
                return pack
        raise unknown_version(pack_id, version, [pack.version for pack in versions])


def unknown_policy(spec: str, specs: Iterable[str]) -> UnknownPolicyError:
    """Return the error that says that nothing is called `spec`, and names the nearest of `specs`, which are some."""
    by_id: dict[str, str] = {}
    for each in specs:
        by_id.setdefault(each.partition("@")[0], each)
    (near,) = get_close_matches(spec.strip().partition("@")[0][:80], by_id, n=1, cutoff=0.0)
    return UnknownPolicyError(f"No policy has the id {shortened(spec, letters=60)!r}; the nearest is {by_id[near]}.")


def unknown_version(pack_id: str, version: str, there: Sequence[str]) -> UnknownPolicyError:
    """Return the error that says that a policy has no such version, and names those that it has, newest first."""
    among = either(list(there[:_SHOWN]), word="and")
    came = repr(shortened(version, letters=40))
    return UnknownPolicyError(f"Expected a version of {pack_id} among {among}, or {LATEST}, got {came}.")


@cache
def bundled_pack() -> PolicyPack:
    """Return the pack that ships, OpenAI's Usage policies of 23 March 2023; the same object at every call.

    Raises:
        PolicyIntegrityError: The shipped text is not the one with the recorded SHA-256.
    """
    return PolicyPack.from_folder(Path(__file__).resolve().parents[1] / "data" / "packs" / _BUNDLED)


def load_shelf(folder: Path | None = None) -> Shelf:
    """Return the shelf with the packs in `folder`; None means the folder that POLICY_INDEX_PACKS names, if it names one.

    The same object at every call for one folder, so that what is kept for its packs stays.

    Raises:
        PackError: As `Shelf.from_folder`.
    """
    named = os.environ.get(PACKS_VARIABLE)
    chosen = folder if folder is not None else Path(named) if named else None
    return _shelf(None if chosen is None else chosen.resolve())


@cache
def _shelf(folder: Path | None) -> Shelf:
    return Shelf.from_folder(folder)
