"""A policy pack: a policy's text and everything that people have added to it, in one folder or one library.

    pack.toml               which policy this is (required), and the marks of its groups
    policy.md               the text (required)
    names.json              curated ids and short names
    edits.json              what people changed in the tree that the grammar made of the text
    exemplars.jsonl         example inputs for its clauses, and harmless ones
    twins.jsonl             families of texts that show where each clause's line runs
    readings.json           what clauses are about and what to do, in our words
    facts.json              what may be stated of a product, and the clauses that follow from it
    confirmations.jsonl     which concepts a person added to a clause, dropped or confirmed
    history.json            what kind of change each revision was, in our words
    heldout*.jsonl          labelled texts to measure with, never to train on
    tuning*.jsonl           labelled texts to choose settings by, by other people than either
    fitted/                 what the commands `build`, `chart` and `measure` made of all this

Every part but the first two is optional: what is missing is empty, and the doors say so.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from policy_index.errors import PackError, PolicyIntegrityError, PolicyParseError
from policy_index.policy.confirmations import CONFIRMATIONS, Confirmation, confirmations_from_jsonl
from policy_index.policy.dialects.dialect import Dialect, parse_policy
from policy_index.policy.dialects.names import NO_NAMES, CuratedNames
from policy_index.policy.document import Clause, Group, Policy, Provenance
from policy_index.policy.edits import UnfitEdit, apply_edits, edits_from_json
from policy_index.policy.exemplars import ExemplarSet
from policy_index.policy.facts import Facts
from policy_index.policy.history import History
from policy_index.policy.lanes import Lane
from policy_index.policy.marks import Mark, marks_of
from policy_index.policy.parts import PackFolder, PackParts
from policy_index.policy.readings import Reading, parse_readings
from policy_index.policy.twins import TwinSet


@dataclass(frozen=True, kw_only=True, eq=False)
class PolicyPack:
    """A policy with what belongs to it. Parts are read when they are first asked for; `check` reads them all.

    Two packs are equal only where they are the same object, so that nothing kept for one is ever taken for another's.

    Attributes:
        id: Readable, `acme-aup`; together with the version it names the pack.
        policy: The policy.
        folder: Where its fitted parts lie, and the others too where `parts` is None.
        settings: The content of `pack.toml`.
        written: Exemplars that stand in place of the pack's own; None for its own.
        parts: Where the parts are read from; None for the folder.
        unfit_edits: Edits of the tree that no longer fit the text, and were not applied.
    """

    id: str
    policy: Policy
    folder: Path
    settings: Mapping[str, Any]
    written: ExemplarSet | None = None
    parts: PackParts | None = None
    unfit_edits: tuple[UnfitEdit, ...] = ()

    @classmethod
    def from_folder(cls, folder: Path) -> "PolicyPack":
        """Read the pack in `folder`: its settings, its text and the edits of its tree.

        Raises:
            PackError: A part that every pack has is missing or broken.
            PolicyIntegrityError: The text is not the one with the SHA-256 that the settings name.
        """
        return cls.from_parts(PackFolder(folder), folder=folder)

    @classmethod
    def from_parts(cls, parts: PackParts, *, folder: Path) -> "PolicyPack":
        """Read the pack whose parts lie anywhere; what the commands fit for it lies in `folder`.

        Raises:
            PackError: A part that every pack has is missing or broken.
            PolicyIntegrityError: The text is not the one with the SHA-256 that the settings name.
        """
        settings = _settings(parts)
        source = _needed(parts, "policy.md")
        dialect = settings.get("dialect", Dialect.OUTLINE)
        if dialect not in list(Dialect):
            message = f"Expected a dialect among {', '.join(Dialect)} in {parts.place('pack.toml')}, got {dialect!r}."
            raise PackError(message)
        provenance = Provenance(
            publisher=settings["publisher"],
            title=settings["title"],
            updated=settings.get("updated"),
            url=settings.get("url", ""),
            superseded=settings.get("superseded", False),
        )
        names, edits = parts.read("names.json"), parts.read("edits.json")
        try:
            curated = NO_NAMES if names is None else CuratedNames.from_json(names)
            policy = parse_policy(source, provenance=provenance, names=curated, dialect=Dialect(dialect))
        except PolicyParseError as error:
            message = f"The policy pack in {parts.place()} (policy.md, names.json): {error}"
            raise PackError(message) from None
        wanted = settings.get("sha256")
        if wanted is not None and policy.sha256 != wanted:
            message = f"Expected {parts.place('policy.md')} with SHA-256 {wanted}, but it has {policy.sha256}."
            raise PolicyIntegrityError(message)
        edited = apply_edits(policy, () if edits is None else edits_from_json(edits))
        return cls(
            id=settings["id"],
            policy=edited.policy,
            folder=folder,
            settings=settings,
            parts=parts,
            unfit_edits=edited.unfit,
        )

    @property
    def version(self) -> str:
        """The day of its version, `2023-03-23`; `undated` where nobody knows it."""
        return "undated" if self.policy.updated is None else self.policy.updated.isoformat()

    @property
    def spec(self) -> str:
        """What names this pack at every door: `acme-aup@2026-01-31`."""
        return f"{self.id}@{self.version}"

    @property
    def title(self) -> str:
        """Publisher, title and version: what every page and paper says of it."""
        return f"{self.policy.provenance.name} ({self.version})"

    @cached_property
    def exemplars(self) -> ExemplarSet:
        """The example inputs; an empty set where nobody has written any."""
        if self.written is not None:
            return self.written
        content = self._part("exemplars.jsonl")
        return (
            ExemplarSet.empty(self.policy) if content is None else ExemplarSet.from_jsonl(content, policy=self.policy)
        )

    @cached_property
    def twins(self) -> TwinSet:
        """Families of texts that show where the clauses' lines run; often none, and none beside exemplars that replace the pack's."""
        content = self._twins_as_written
        return TwinSet() if content is None else TwinSet.from_jsonl(content, policy=self.policy)

    @cached_property
    def twins_digest(self) -> str:
        """Digest of the twins as they were written; nothing is parsed for it."""
        return hashlib.sha256((self._twins_as_written or "").encode()).hexdigest()

    @property
    def _twins_as_written(self) -> str | None:
        return None if self.written is not None else self._part("twins.jsonl")

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """Readings by clause id, in document order."""
        content = self._part("readings.json")
        return {} if content is None else parse_readings(content, policy=self.policy)

    @cached_property
    def facts(self) -> Facts:
        """What may be stated of a product, and what follows."""
        content = self._part("facts.json")
        return Facts() if content is None else Facts.from_json(content, policy=self.policy)

    @cached_property
    def history(self) -> History:
        """The revisions that the policy tells of."""
        return History.of(self.policy, self._part("history.json"))

    @cached_property
    def confirmations(self) -> tuple[Confirmation, ...]:
        """What people said of the concepts of its clauses; mostly nothing."""
        content = self._part(CONFIRMATIONS)
        return () if content is None else confirmations_from_jsonl(content, name=CONFIRMATIONS)

    @cached_property
    def marks(self) -> Mapping[str, Mark]:
        """The colour and symbol of every group, by its id."""
        return marks_of(self.policy.groups, self.settings.get("marks", {}))

    @cached_property
    def _lanes(self) -> Mapping[str, Lane]:
        lifted = {clause_id for clause_id, reading in self.readings.items() if reading.can_be_lifted}
        return {clause.id: Lane.of(clause.kind, can_be_lifted=clause.id in lifted) for clause in self.policy}

    def lane_of(self, clause: Clause) -> Lane:
        """Return the lane of a clause: by its kind, and by whether its reading names a condition that a builder can meet."""
        return self._lanes[clause.id]

    def lane_of_group(self, group: Group) -> Lane:
        """Return the lane of a group: that of its first clause that binds the reader, or else of its first."""
        return self.lane_of(next((clause for clause in group.clauses if clause.citable), group.clauses[0]))

    def held_out(self, name: str = "") -> list[str]:
        """Return the lines of a held-out set, `heldout.jsonl` or `heldout_<name>.jsonl`; none where there is no such file."""
        content = self._part(f"heldout_{name}.jsonl" if name else "heldout.jsonl")
        return [] if content is None else content.splitlines()

    def fitted(self, name: str) -> Path:
        """Return where a fitted part lies, whether it is there or not."""
        return self.folder / "fitted" / name

    def with_exemplars(self, exemplars: ExemplarSet) -> "PolicyPack":
        """Return a pack of the same policy with these exemplars in place of its own, and without its twins."""
        return replace(self, written=exemplars)

    def check(self) -> "PolicyPack":
        """Read every part, so that a broken one is known now; return the pack.

        Raises:
            PackError: A part is broken, or is another policy's.
        """
        for _ in (self.exemplars, self.twins, self.readings, self.facts, self.history, self.confirmations, self.marks):
            pass
        return self

    def _part(self, name: str) -> str | None:
        return (self.parts or PackFolder(self.folder)).read(name)


def _needed(parts: PackParts, name: str) -> str:
    content = parts.read(name)
    if content is None:
        message = f"Expected the file {parts.place(name)} of a policy pack, but it cannot be read: it is not there."
        raise PackError(message)
    return content


def _settings(parts: PackParts) -> Mapping[str, Any]:
    path = parts.place("pack.toml")
    try:
        settings = tomllib.loads(_needed(parts, "pack.toml"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = f"Expected TOML in {path}, but it cannot be read: {error}."
        raise PackError(message) from None
    kinds: dict[str, type] = {"id": str, "publisher": str, "title": str, "url": str, "sha256": str, "dialect": str}
    kinds |= {"updated": date, "superseded": bool, "marks": dict}
    for name in ("id", "publisher", "title"):
        if name not in settings:
            message = f"Expected {name!r} in {path}, but it is missing."
            raise PackError(message)
    for name, value in settings.items():
        if name not in kinds or type(value) is not kinds[name]:
            expected = f"{name!r} as {kinds[name].__name__}" if name in kinds else f"only {', '.join(kinds)}"
            message = f"Expected {expected} in {path}, got {name} = {json.dumps(value, default=str)[:60]}."
            raise PackError(message)
    pack_id = settings["id"]
    if not pack_id or not all(
        letter.isascii() and (letter.islower() or letter.isdigit() or letter == "-") for letter in pack_id
    ):
        message = f"Expected an id of small letters, digits and hyphens in {path}, got {pack_id[:60]!r}."
        raise PackError(message)
    return settings
