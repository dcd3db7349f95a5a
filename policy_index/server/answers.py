"""What programs and assistants are answered, over HTTP and over the Model Context Protocol alike: dictionaries for JSON."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from policy_index.brief.writing import write_brief
from policy_index.comparing.matrix import MOST_POLICIES, asked_matrix, concept_matrix
from policy_index.comparing.spread import MOST, accept_packs, spread
from policy_index.errors import InputError
from policy_index.policy.choosing import chosen_clauses
from policy_index.policy.document import ClauseKind
from policy_index.policy.pack import PolicyPack
from policy_index.records.briefs import brief_record
from policy_index.records.clauses import (
    changelog_record,
    clause_record,
    clauses_record,
    entry_record,
    policy_record,
    search_record,
)
from policy_index.records.finding import found_record
from policy_index.records.matrices import matrix_record
from policy_index.records.spreads import spread_record
from policy_index.search.index import ClauseIndex
from policy_index.search.text import accept_long_text
from policy_index.server.desk import FIRST_LIMIT, SEARCH_LIMIT
from policy_index.server.service import Service

TOP = 5
"""Clauses that are returned where nobody says how many."""

MOST_NAMED = 20
"""Policies that one request may name to lay a text under; all versions of one policy are another matter."""

READING_WAIT = 2.0
"""Seconds that a search over all policies waits for those that have not been read yet; the answer says how many are left."""

READ_OVER = 3
"""How often a word of a long text is encoded: in its sentence, and in the pairs with the one before and the one after."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers about the policies of a service.

    Everywhere `policy` is `ID[@VERSION]`, or None for the default policy, and raises UnknownPolicyError where there is none
    of that name, LibraryError where it may be in a library that cannot be read.
    """

    service: Service

    def policies(self) -> dict[str, Any]:
        """Return every policy on the shelf, the default one first: its name, how many clauses, the facts that it knows.

        Those of a library follow; none is opened for it. Where the library cannot be read, `problem` says why.
        """
        shelf = self.service.shelf
        return {"policies": [entry_record(entry) for entry in shelf.entries()], "problem": shelf.problem}

    def search(self, text: str, *, top: int | None, policy: str | None) -> dict[str, Any]:
        """Return the clauses nearest to a text.

        Raises:
            InputError: The text cannot be used, or the policy has not so many clauses.
        """
        index = self._index(policy)
        return search_record(index.search(text, top_k=_top(index, top)), index.pack)

    def search_many(self, texts: Sequence[str], *, top: int | None, policy: str | None) -> dict[str, Any]:
        """Return the clauses nearest to each of some texts.

        Raises:
            InputError: As `search`.
        """
        index = self._index(policy)
        found = index.search_many(texts, top_k=_top(index, top))
        return {"results": [search_record(result, index.pack) for result in found]}

    def brief(self, text: str, *, contexts: Collection[str], policy: str | None) -> dict[str, Any]:
        """Return what a text touches, where, and what to do about it.

        Raises:
            InputError: The text cannot be used, or a context is none of the policy's facts.
            OverloadedError: It cannot be read in the caller's patience.
        """
        pack = self.service.shelf.find(policy)
        facts = pack.facts.chosen(contexts)
        self.service.admit(READ_OVER * len(accept_long_text(text)))  # before it is split, which costs a little too
        return brief_record(write_brief(self.service.index(pack), text, facts=facts), made_on=datetime.now(UTC).date())

    def spread(
        self, text: str, *, policies: Sequence[str], every_version: str | None, base: str | None
    ) -> dict[str, Any]:
        """Return what a text touches under each of several policies, or under every version of one.

        Raises:
            InputError: The text cannot be used; a policy is there twice, there are too many or none, or the base is none of them.
            OverloadedError: It cannot be read in the caller's patience.
        """
        shelf = self.service.shelf
        if bool(policies) == (every_version is not None):
            message = f"Expected policies or every_version, got {'both' if policies else 'neither'}."
            raise InputError(message)
        packs = [shelf.find(spec) for spec in policies]
        if every_version is not None:
            packs = list(shelf.versions(shelf.find(every_version).id))
        accept_packs(packs, most=MOST if every_version is not None else MOST_NAMED)
        wanted = packs[0].spec if base is None else shelf.find(base).spec
        places = {pack.spec: place for place, pack in enumerate(packs)}
        if wanted not in places:
            message = f"Expected the base among the policies that are compared, got {wanted}."
            raise InputError(message)
        self.service.admit(READ_OVER * len(accept_long_text(text)))
        found = spread(text, [self.service.index(pack) for pack in packs], base=places[wanted])
        return spread_record(found, made_on=datetime.now(UTC).date())

    def concepts(self, policies: Sequence[str], *, concepts: Sequence[str]) -> dict[str, Any]:
        """Return which policies speak of which concepts, how surely, and the clause that says it; all concepts without any.

        Raises:
            ComparisonError: No policy, more than 20, one twice, or an unknown concept.
        """
        return matrix_record(concept_matrix(self._packs(policies), self.service.index().encoder, concepts=concepts))

    def speaking_of(self, topics: Sequence[str], *, policies: Sequence[str]) -> dict[str, Any]:
        """Return which policies speak of things in the asker's own words; the newest of each policy where none is named.

        Raises:
            ComparisonError: More than 20 policies, or one twice.
            InputError: A text cannot be used.
        """
        return matrix_record(asked_matrix(self._packs(policies), self.service.index().encoder, texts=topics))

    def find(self, text: str, *, top: int | None, policy: Sequence[str] | None) -> dict[str, Any]:
        """Return the clauses which a text calls by number, words or meaning: of one policy, of some, or of all where `policy` is None.

        Raises:
            InputError: The text is blank or too long.
        """
        only = [policy] if isinstance(policy, str) else policy or ()
        return found_record(self.service.finder.find(text, only=only, clauses=top or TOP, wait=READING_WAIT))

    def clauses(
        self, *, kind: ClauseKind | None, category: str | None, contains: str | None, policy: str | None
    ) -> dict[str, Any]:
        """Return the clauses that are asked for, in the policy's order.

        Raises:
            InputError: No category or section has this id.
        """
        pack = self.service.shelf.find(policy)
        return clauses_record(pack, chosen_clauses(pack.policy, kind=kind, category=category, contains=contains))

    def clause(self, clause_id: str, *, policy: str | None) -> dict[str, Any]:
        """Return one clause.

        Raises:
            UnknownClauseError: No clause has this id.
        """
        pack = self.service.shelf.find(policy)
        return {"policy": policy_record(pack), "clause": clause_record(pack.policy.clause(clause_id))}

    def changelog(self, *, policy: str | None) -> dict[str, Any]:
        """Return the revisions that the policy tells of, newest first; often none."""
        return changelog_record(self.service.shelf.find(policy))

    def _packs(self, policies: Sequence[str]) -> list[PolicyPack]:
        shelf = self.service.shelf
        return [shelf.find(spec) for spec in policies] or list(shelf.latest[:MOST_POLICIES])

    def search_limit(self, policy: str | None) -> float:
        """Return the seconds that a search in a policy may take: more for the first one; looks nothing up."""
        return SEARCH_LIMIT if policy in self.service.answered else FIRST_LIMIT

    def _index(self, policy: str | None) -> ClauseIndex:
        index = self.service.index(self.service.shelf.find(policy))
        self.service.answered.add(policy)  # only what there is, so that strangers cannot make it grow
        return index


def _top(index: ClauseIndex, top: int | None) -> int:
    return min(TOP, len(index)) if top is None else top
