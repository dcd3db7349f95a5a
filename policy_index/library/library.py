"""The library: policies and their versions, kept in a database, with who changed what.

Every change is one transaction: after a kill there is the old state or the new one. Texts are parsed before it begins, never within.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from platformdirs import user_cache_path
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from policy_index.errors import AlreadyThereError, EditConflictError
from policy_index.library import annotations, journal, records, stating
from policy_index.library.archive import SET_ASIDE, archive_of, texts_of
from policy_index.library.beside import PAIRINGS, pairs_from_jsonl
from policy_index.library.checking import checked, gathered, refuse_unfit, storable
from policy_index.library.notes import Notes
from policy_index.library.opened import OpenedPacks
from policy_index.library.schema import UNDATED, policies, versions
from policy_index.library.stating import Statement
from policy_index.library.store import Store
from policy_index.library.values import Card, JournalEntry
from policy_index.library.who import NOBODY
from policy_index.policy.confirmations import CONFIRMATIONS, confirmations_from_jsonl, confirmations_jsonl
from policy_index.policy.document import Policy
from policy_index.policy.edits import Edit, edits_to_json
from policy_index.policy.pack import PolicyPack
from policy_index.policy.parts import PackParts, PackTexts

_APART = frozenset({"pack.toml", "policy.md", "edits.json", "exemplars.jsonl", CONFIRMATIONS, SET_ASIDE})
"""Parts that have columns or tables of their own."""


class Library:
    """Policies in a database; it may be used from several threads, and several programs may share a database.

    Attributes:
        notes: What people added to the versions: examples, what they said of concepts and pairs, fitted parts.
    """

    def __init__(self, store: Store) -> None:
        """Store the database."""
        self._store = store
        self._opened = OpenedPacks()
        self.notes = Notes(store)

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """Open the library at a SQLAlchemy URL, or that of POLICY_INDEX_DATABASE, or the file in the user's data folder.

        A new database is made a library; an older one is brought to this program's schema. A read-only one can be read.

        Raises:
            LibraryError: It is locked, full, damaged, newer, another program's or not there.
        """
        return cls(Store.open(url))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._store.close()

    @property
    def place(self) -> str:
        """What messages call it: a path, or an address without its password."""
        return self._store.place

    @property
    def writable(self) -> bool:
        """False where it can only be read."""
        return self._store.writable

    # Reading

    def cards(self, *, after: str = "", limit: int = 100) -> tuple[Card, ...]:
        """Return the newest version of each of the next `limit` policies whose ids come after `after`, by id; no text is read."""
        with self._store.reading() as connection:
            page = select(policies.c.id).where(policies.c.id > after).order_by(policies.c.id).limit(limit)
            ids = connection.execute(page).scalars().all()
            query = select(*records.CARD).where(versions.c.policy_id.in_(ids)).order_by(*records.NEWEST_FIRST)
            newest: dict[str, Card] = {}
            for row in connection.execute(query):
                newest.setdefault(row.policy_id, records.card_of(row))
        return tuple(newest[policy_id] for policy_id in ids if policy_id in newest)

    def versions(self, policy_id: str) -> tuple[Card, ...]:
        """Return the versions of a policy, newest first, undated ones last.

        Raises:
            UnknownPolicyError: There is no such policy; the message names the nearest.
        """
        with self._store.reading() as connection:
            records.found(connection, policy_id)
            query = select(*records.CARD).where(versions.c.policy_id == records.split_spec(policy_id)[0])
            rows = connection.execute(query.order_by(*records.NEWEST_FIRST))
            return tuple(records.card_of(row) for row in rows)

    def card(self, spec: str) -> Card:
        """Return the card of the version that `ID[@VERSION]` names.

        Raises:
            UnknownPolicyError: There is none; the message names the nearest.
        """
        with self._store.reading() as connection:
            return records.card_of(records.found(connection, spec))

    def pack(self, spec: str, *, hold: bool = True) -> PolicyPack:
        """Return the pack that `ID[@VERSION]` names: the same object at every call until it changes, or many others were asked for.

        Args:
            spec: The version.
            hold: Whether it is held for the next call; not by whoever reads many, which would push out those in use.

        Raises:
            UnknownPolicyError: There is none; the message names the nearest.
            PackError: A part of it is broken.
        """
        with self._store.reading() as connection:
            row = records.found(connection, spec)
            known = self._opened.get(row.id, row.stamp)
            if known is not None:
                return known
            row = records.found(connection, f"{row.policy_id}@{row.version}", whole=True)
            texts = records.texts_of_row(connection, row)
            kept = annotations.kept_examples(connection, policy_id=row.policy_id, version_id=row.id)
            said = annotations.kept_confirmations(connection, version_id=row.id)
        if said:
            texts[CONFIRMATIONS] = confirmations_jsonl(said)
        place = PackTexts(texts=texts, name=f"{row.policy_id}@{row.version} in {self.place}")
        pack = PolicyPack.from_parts(place, folder=self._folder(row.policy_id, row.version))
        fit, _ = annotations.parted(kept, pack.policy)
        if fit:
            whole = texts | {"exemplars.jsonl": annotations.exemplars_jsonl(fit)}
            pack = replace(pack, parts=replace(place, texts=whole))
        return self._opened.put(row.id, row.stamp, pack) if hold else pack

    def specs(self) -> tuple[str, ...]:
        """Return what names each version, by id, newest first; no text is read."""
        with self._store.reading() as connection:
            query = select(versions.c.policy_id, versions.c.version).order_by(
                versions.c.policy_id, *records.NEWEST_FIRST
            )
            return tuple(f"{policy_id}@{version}" for policy_id, version in connection.execute(query))

    def packs(self) -> Iterator[PolicyPack]:
        """Open the newest version of every policy, one after the other, by id."""
        after = ""
        while page := self.cards(after=after):
            for card in page:
                yield self.pack(card.spec)
            after = page[-1].policy_id

    def journal(self, spec: str | None = None, *, limit: int = 100) -> tuple[JournalEntry, ...]:
        """Return who changed what, newest first: in all, or of the policy or version that `ID[@VERSION]` names, removed or not."""
        policy_id, version = records.split_spec(spec) if spec is not None else (None, "")
        with self._store.reading() as connection:
            return journal.entries(connection, policy_id=policy_id, version=version or None, limit=limit)

    # Keeping

    def add(self, parts: PackParts, *, who: str = NOBODY, taken: Iterable[str] = ()) -> Card:
        """Keep a version of a policy; its clauses have the ids of the version before it where they are the same.

        Args:
            parts: The parts of its pack; `pack_texts` makes them of a text.
            who: Who adds it.
            taken: Policies kept elsewhere, `ID@VERSION`, that it must not be.

        Raises:
            PackError: A part is missing or broken, or an edit does not fit.
            PolicyIntegrityError: The text is not the one that the settings name.
            LibraryError: There is such a version already, or the library cannot be written to.
        """
        return self._add(gathered(parts), what="add", who=who, taken=taken, with_older_ids=True)

    def import_(self, content: bytes, *, who: str = NOBODY, taken: Iterable[str] = ()) -> Card:
        """Keep the version in a zip that `export` made, or that is a pack's folder, zipped.

        Raises:
            PackError: A part is missing or broken, or an edit does not fit.
            PolicyIntegrityError: The text is not the one that the settings name.
            LibraryError: It is no such zip, there is such a version already, or the library cannot be written to.
        """
        return self._add(texts_of(content), what="import", who=who, taken=taken, with_older_ids=False)

    def _add(self, given: PackTexts, *, what: str, who: str, taken: Iterable[str], with_older_ids: bool) -> Card:
        storable(who, what="the name of who changes it", longest=200)
        pack, edits = checked(given, folder=self._folder("", ""), older=None)
        older = self._neighbour(pack) if with_older_ids else None
        if older is not None:
            pack, edits = checked(given, folder=pack.folder, older=older)
        own = annotations.examples_from_jsonl(given.read("exemplars.jsonl") or "", name="exemplars.jsonl")
        aside = annotations.examples_from_jsonl(given.read(SET_ASIDE) or "", name=SET_ASIDE)
        said = confirmations_from_jsonl(given.read(CONFIRMATIONS) or "", name=CONFIRMATIONS)
        pairs_from_jsonl(given.read(PAIRINGS) or "")
        others = {name: text for name, text in given.texts.items() if name not in _APART}
        there = f"Expected a policy that is not there yet, but {pack.spec} is; remove it first, or choose another id or day."
        if pack.spec in taken:
            raise AlreadyThereError(there)
        try:
            with self._store.writing() as connection:
                number = records.keep(connection, pack, edits=edits_to_json(edits), others=others)
                annotations.add_examples(connection, (*own, *aside), policy_id=pack.id, version_id=number)
                for each in said:
                    annotations.confirm(connection, each, version_id=number, who=who)
                detail = f"{len(pack.policy.clauses)} clauses, SHA-256 {pack.policy.sha256}"
                journal.note(connection, who=who, what=what, of=(pack.id, pack.version), detail=detail)
                return records.card_of(records.found(connection, pack.spec))
        except IntegrityError:
            raise AlreadyThereError(there) from None

    def edit(self, spec: str, edits: Sequence[Edit], *, expected_revision: int, who: str = NOBODY) -> Card:
        """Put edits of the tree in place of those that a version has.

        Args:
            spec: The version, `ID[@VERSION]`.
            edits: All edits of the tree, applied one after the other.
            expected_revision: The revision that the editor began from, as its card says.
            who: Who edits.

        Raises:
            EditConflictError: Somebody else has edited it since; nothing was overwritten.
            PackError: An edit does not fit, or takes away a clause that a part of the pack speaks of.
            UnknownPolicyError: There is no such version.
            LibraryError: The library cannot be written to.
        """
        storable(who, what="the name of who changes it", longest=200)
        content = edits_to_json(edits)
        with self._store.reading() as connection:
            row = records.found(connection, spec, whole=True)
            stating.refuse_conflict(connection, row, expected_revision)
            texts = records.texts_of_row(connection, row)
        place = PackTexts(texts=texts | {"edits.json": content}, name=f"{row.policy_id}@{row.version}")
        pack = PolicyPack.from_parts(place, folder=self._folder(row.policy_id, row.version))
        refuse_unfit(pack)
        pack.check()
        with self._store.writing() as connection:
            changed = connection.execute(
                update(versions)
                .where(versions.c.id == row.id, versions.c.revision == expected_revision)
                .values(
                    edits=content,
                    clauses=len(pack.policy.clauses),
                    revision=versions.c.revision + 1,
                    stamp=versions.c.stamp + 1,
                )
            )
            now = records.found(connection, f"{row.policy_id}@{row.version}")
            if changed.rowcount != 1:
                stating.refuse_conflict(connection, now, expected_revision)
                message = (
                    f"Expected {pack.spec} as it was read, but it was removed and added anew meanwhile; open it again."
                )
                raise EditConflictError(message)
            detail = f"revision {now.revision}: {len(edits)} edits, {len(pack.policy.clauses)} clauses"
            journal.note(connection, who=who, what="edit", of=(row.policy_id, row.version), detail=detail)
            return records.card_of(now)

    def restate(self, spec: str, statement: Statement, *, expected_revision: int, who: str = NOBODY) -> Card:
        """Change what is said of a version: title, publisher, address, and whether another has come in its place.

        Args:
            spec: The version, `ID[@VERSION]`.
            statement: What shall be said; what it leaves open stays.
            expected_revision: The revision that was read, as its card says.
            who: Who changes it.

        Raises:
            EditConflictError: Somebody else has changed it since; nothing was overwritten.
            UnknownPolicyError: There is no such version.
            LibraryError: Words are missing or too long, or the library cannot be written to.
        """
        storable(who, what="the name of who changes it", longest=200)
        values = statement.values()
        with self._store.writing() as connection:
            return stating.restate(connection, spec, values, expected_revision=expected_revision, who=who)

    def remove(self, spec: str, *, who: str = NOBODY) -> tuple[str, ...]:
        """Remove a version, or, where `ID` alone is named, every version of a policy; return what was removed.

        Raises:
            UnknownPolicyError: There is none.
            LibraryError: The library cannot be written to.
        """
        storable(who, what="the name of who changes it", longest=200)
        with self._store.writing() as connection:
            records.held(connection, records.split_spec(spec)[0])
            row = records.found(connection, spec)
            which = versions.c.id == row.id if "@" in spec else versions.c.policy_id == row.policy_id
            gone = connection.execute(delete(versions).where(which).returning(versions.c.version)).scalars().all()
            left = connection.execute(select(versions.c.id).where(versions.c.policy_id == row.policy_id).limit(1))
            if left.one_or_none() is None:
                connection.execute(delete(policies).where(policies.c.id == row.policy_id))
            for each in gone:
                journal.note(connection, who=who, what="remove", of=(row.policy_id, each))
        return tuple(f"{row.policy_id}@{each}" for each in sorted(gone, reverse=True))

    def export(self, spec: str) -> bytes:
        """Return a version as one zip: its pack's folder, with examples and confirmations; equal content makes equal bytes.

        Raises:
            UnknownPolicyError: There is none.
        """
        with self._store.reading() as connection:
            row = records.found(connection, spec, whole=True)
            texts = records.texts_of_row(connection, row)
            kept = annotations.kept_examples(connection, policy_id=row.policy_id, version_id=row.id)
            said = annotations.kept_confirmations(connection, version_id=row.id)
        policy = PolicyPack.from_parts(PackTexts(texts=texts, name=spec), folder=self._folder("", "")).policy
        fit, aside = annotations.parted(kept, policy)
        made = {
            "exemplars.jsonl": annotations.exemplars_jsonl(fit),
            SET_ASIDE: annotations.exemplars_jsonl(aside),
            CONFIRMATIONS: confirmations_jsonl(said),
        }
        return archive_of(texts | {name: text for name, text in made.items() if text})

    def _folder(self, policy_id: str, version: str) -> Path:
        """Return where what the commands fit for a version may lie; nothing is made there."""
        own = hashlib.sha256(self.place.encode()).hexdigest()[:16]
        return user_cache_path("policy-index") / "library" / own / f"{policy_id}@{version}"

    def _neighbour(self, pack: PolicyPack) -> Policy | None:
        """Return the version before this one, or else the one after it; None where it is the first of its policy."""
        with self._store.reading() as connection:
            query = select(versions.c.version).where(versions.c.policy_id == pack.id).order_by(*records.NEWEST_FIRST)
            there = connection.execute(query).scalars().all()
        dated = [each for each in there if each != UNDATED]
        earlier = [each for each in dated if pack.version == UNDATED or each < pack.version]
        nearest = earlier[0] if earlier else dated[-1] if dated else there[0] if there else None
        return None if nearest is None else self.pack(f"{pack.id}@{nearest}").policy
