"""What the library hands out and takes in: frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import tomli_w

from policy_index.library.schema import UNDATED
from policy_index.policy.dialects.dialect import Dialect
from policy_index.policy.document import Provenance
from policy_index.policy.edits import Edit, edits_to_json
from policy_index.policy.parts import PackTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A version of a policy as lists show it; its text is not read for it.

    Attributes:
        policy_id: Id of the policy.
        version: Its day, or `undated`.
        provenance: Where the text comes from.
        sha256: Digest of the text.
        clauses: How many clauses it has, edits applied.
        revision: Grows with every edit of the tree; an editor says which one was read.
        created: When it was added.
    """

    policy_id: str
    version: str
    provenance: Provenance
    sha256: str
    clauses: int
    revision: int
    created: datetime

    @property
    def spec(self) -> str:
        """What names it at every door: `acme-aup@2026-01-31`."""
        return f"{self.policy_id}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text that touches a clause, or, where `clause_id` is None, none.

    Attributes:
        text: The text.
        clause_id: The clause; None for a harmless text.
        hard: Whether a harmless text shares the policy's words or topics.
        origin: Where it comes from: `typed`, `batch`, `imported`.
    """

    text: str
    clause_id: str | None
    hard: bool = False
    origin: str = "typed"

    @property
    def touches(self) -> bool:
        """Whether it touches a clause."""
        return self.clause_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptExample:
    """An example as it is kept: `id` names it for removal, and one `for_all_versions` belongs to the policy."""

    id: int
    example: Example
    for_all_versions: bool


class PairVerdict(StrEnum):
    """What a person said of two clauses that were paired."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What a person said of a clause of one version and a clause of another."""

    before_clause_id: str
    after_clause_id: str
    verdict: PairVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """Who changed what, and when.

    Attributes:
        id: Grows from entry to entry, whatever the clock says.
        at: When.
        who: Who.
        what: The verb, `edit`.
        policy_id: Of which policy.
        version: Of which version; None for all.
        detail: The rest, as a sentence.
    """

    id: int
    at: datetime
    who: str
    what: str
    policy_id: str
    version: str | None
    detail: str


def pack_texts(
    policy_id: str,
    source: str,
    *,
    provenance: Provenance,
    dialect: Dialect = Dialect.OUTLINE,
    edits: tuple[Edit, ...] = (),
) -> PackTexts:
    """Return the parts of a pack that is a text and the edits of its tree, for `Library.add`."""
    texts = {"pack.toml": settings_toml(policy_id, provenance, dialect=dialect), "policy.md": source}
    if edits:
        texts["edits.json"] = edits_to_json(edits)
    return PackTexts(texts=texts, name=policy_id)


def settings_toml(
    policy_id: str,
    provenance: Provenance,
    *,
    dialect: str,
    sha256: str | None = None,
    marks: dict[str, Any] | None = None,
) -> str:
    """Return the `pack.toml` of a pack."""
    settings: dict[str, Any] = {"id": policy_id, "publisher": provenance.publisher, "title": provenance.title}
    settings |= {"updated": provenance.updated} if provenance.updated is not None else {}
    settings |= {"url": provenance.url} if provenance.url else {}
    settings |= {"superseded": True} if provenance.superseded else {}
    settings |= {"dialect": str(dialect)}
    settings |= {"sha256": sha256} if sha256 is not None else {}
    settings |= {"marks": marks} if marks else {}
    return tomli_w.dumps(settings)


def day_of(version: str) -> date | None:
    """Return the day of a version; None for `undated`."""
    return None if version == UNDATED else date.fromisoformat(version)
