"""The shelf: the policies that a door can be asked for, by id and version."""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from policy_index.errors import PackError, UnknownPolicyError
from policy_index.policy.pack import PolicyPack
from policy_index.words import either, shortened

PACKS_VARIABLE = "POLICY_INDEX_PACKS"
"""Environment variable that names a folder of packs to be put on the shelf beside the bundled one."""

LATEST = "latest"

_BUNDLED = "openai-2023-03-23"


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
            raise self._unknown(spec, pack_id)
        if version in {"", LATEST}:
            return versions[0]
        for pack in versions:
            if pack.version == version:
                return pack
        there = either([pack.version for pack in versions[:12]], word="and")
        message = f"Expected a version of {pack_id} among {there}, or {LATEST}, got {shortened(version, letters=40)!r}."
        raise UnknownPolicyError(message)

    def _unknown(self, spec: str, pack_id: str) -> UnknownPolicyError:
        by_id: dict[str, list[str]] = defaultdict(list)
        for pack in self.packs:
            by_id[pack.id].append(pack.spec)
        near = get_close_matches(pack_id[:80], by_id, n=1, cutoff=0.0)
        hint = by_id[near[0]][0] if near else self.default.spec
        return UnknownPolicyError(f"No policy has the id {shortened(spec, letters=60)!r}; the nearest is {hint}.")


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
