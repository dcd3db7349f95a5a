"""What people add to the versions of the library, verb by verb; each change is one transaction and one journal entry."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row

from policy_index.library import annotations, beside, journal, records
from policy_index.library.checking import storable
from policy_index.library.store import Store
from policy_index.library.values import Example, KeptExample, Pairing
from policy_index.library.who import NOBODY
from policy_index.policy.confirmations import Confirmation


class Notes:
    """The examples, confirmations, pairings and fitted parts of a library. Versions are named `ID[@VERSION]` throughout.

    Every verb raises UnknownPolicyError where there is no such version, and LibraryError where the library does not do
    what it is asked.
    """

    def __init__(self, store: Store) -> None:
        """Store the database."""
        self._store = store

    def add_examples(
        self, spec: str, rows: Iterable[Example], *, who: str = NOBODY, for_all_versions: bool = False
    ) -> int:
        """Keep examples of a version, or of every version of its policy; return how many were not there yet."""
        with self._store.writing() as connection:
            row = records.found(connection, spec)
            place = {"policy_id": row.policy_id, "version_id": row.id}
            new = annotations.add_examples(connection, rows, **place, for_all_versions=for_all_versions)
            self._changed(connection, row, all_versions=for_all_versions)
            _note(connection, row, who=who, what="add examples", detail=f"{new} examples")
            return new

    def examples(self, spec: str) -> tuple[KeptExample, ...]:
        """Return the examples of a version, those of all versions among them, in the order in which they came."""
        with self._store.reading() as connection:
            row = records.found(connection, spec)
            return annotations.kept_examples(connection, policy_id=row.policy_id, version_id=row.id)

    def remove_example(self, spec: str, example_id: int, *, who: str = NOBODY) -> None:
        """Remove an example by its number."""
        with self._store.writing() as connection:
            row = records.found(connection, spec)
            annotations.remove_example(connection, example_id, policy_id=row.policy_id, version_id=row.id)
            self._changed(connection, row, all_versions=True)
            _note(connection, row, who=who, what="remove example", detail=f"example {example_id}")

    def confirm(self, spec: str, said: Confirmation, *, who: str = NOBODY) -> None:
        """Keep what a person said of a concept of a clause, in place of what was said before."""
        with self._store.writing() as connection:
            row = records.found(connection, spec)
            annotations.confirm(connection, said, version_id=row.id, who=who)
            self._changed(connection, row, all_versions=False)
            detail = f"{said.verdict} {said.concept_id} of {said.clause_id}"
            _note(connection, row, who=who, what="confirm", detail=detail)

    def confirmations(self, spec: str) -> tuple[Confirmation, ...]:
        """Return what was said of the concepts of a version's clauses, by clause and concept."""
        with self._store.reading() as connection:
            return annotations.kept_confirmations(connection, version_id=records.found(connection, spec).id)

    def pair(self, before: str, after: str, said: Pairing, *, who: str = NOBODY) -> None:
        """Keep what a person said of a clause of one version and a clause of another, in place of what was said before."""
        with self._store.writing() as connection:
            first, second = records.found(connection, before), records.found(connection, after)
            annotations.pair(connection, said, before_id=first.id, after_id=second.id, who=who)
            pair = f"{said.before_clause_id} and {said.after_clause_id} of {second.policy_id}@{second.version}"
            _note(connection, first, who=who, what="pair", detail=f"{said.verdict} {pair}")

    def pairings(self, before: str, after: str) -> tuple[Pairing, ...]:
        """Return what was said of the clauses of two versions, by their ids."""
        with self._store.reading() as connection:
            first, second = records.found(connection, before), records.found(connection, after)
            return annotations.kept_pairings(connection, before_id=first.id, after_id=second.id)

    def pair_beside(self, spec: str, other: str, said: Pairing, *, who: str = NOBODY) -> None:
        """Keep what a person said of a clause of a version (`before`) and one of a policy beside the program, `ID@VERSION`."""
        pair = beside.PairBeside(
            clause_id=said.before_clause_id,
            other=other,
            other_clause_id=said.after_clause_id,
            verdict=said.verdict,
            who=who,
        )
        with self._store.writing() as connection:
            row = records.found(connection, spec)
            records.held(connection, row.policy_id)
            beside.keep_beside(connection, pair, version_id=row.id)
            detail = f"{said.verdict} {said.before_clause_id} and {said.after_clause_id} of {other}"
            _note(connection, row, who=who, what="pair", detail=detail)

    def pairings_beside(self, spec: str, other: str) -> tuple[Pairing, ...]:
        """Return what was said of a version's clauses (`before`) and those of a policy beside the program."""
        with self._store.reading() as connection:
            kept = beside.kept_beside(connection, version_id=records.found(connection, spec).id)
        return tuple(
            Pairing(before_clause_id=each.clause_id, after_clause_id=each.other_clause_id, verdict=each.verdict)
            for each in kept
            if each.other == other
        )

    def keep_fitted(self, spec: str, name: str, *, key: str, content: bytes) -> None:
        """Keep what was fitted for a version, in place of the one of this name; being no change, the journal does not note it."""
        with self._store.writing() as connection:
            number = records.found(connection, spec).id
            annotations.keep_fitted(connection, name, key=key, content=content, version_id=number)

    def fitted(self, spec: str, name: str, *, key: str) -> bytes | None:
        """Return what was fitted; None where nothing was for this key, and it must be made again."""
        with self._store.reading() as connection:
            number = records.found(connection, spec).id
            return annotations.kept_fitted(connection, name, key=key, version_id=number)

    @staticmethod
    def _changed(connection: Connection, row: Row[Any], *, all_versions: bool) -> None:
        if all_versions:
            records.touch(connection, policy_id=row.policy_id)
        else:
            records.touch(connection, version_id=row.id)


def _note(connection: Connection, row: Row[Any], *, who: str, what: str, detail: str) -> None:
    storable(who, what="the name of who changes it", longest=200)
    journal.note(connection, who=who, what=what, of=(row.policy_id, row.version), detail=detail)
