"""What programs and assistants are answered, over HTTP and over the Model Context Protocol alike: dictionaries for JSON."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from policy_index.brief.writing import write_brief
from policy_index.policy.choosing import chosen_clauses
from policy_index.policy.document import ClauseKind
from policy_index.records.briefs import brief_record
from policy_index.records.clauses import changelog_record, clause_record, clauses_record, policy_record, search_record
from policy_index.search.index import ClauseIndex
from policy_index.search.text import accept_long_text
from policy_index.server.service import Service

TOP = 5
"""Clauses that are returned where nobody says how many."""

READ_OVER = 3
"""How often a word of a long text is encoded: in its sentence, and in the pairs with the one before and the one after."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers about the policies of a service.

    Everywhere `policy` is `ID[@VERSION]`, or None for the default policy, and raises UnknownPolicyError where there is none
    of that name.
    """

    service: Service

    def policies(self) -> dict[str, Any]:
        """Return every policy on the shelf, the default one first: its name, how many clauses, the facts that it knows."""
        return {
            "policies": [
                policy_record(pack)
                | {
                    "clauses": len(pack.policy.clauses),
                    "contexts": [{"context": fact.id, "label": fact.label} for fact in pack.facts.facts],
                }
                for pack in self.service.shelf.packs
            ]
        }

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

    def _index(self, policy: str | None) -> ClauseIndex:
        return self.service.index(self.service.shelf.find(policy))


def _top(index: ClauseIndex, top: int | None) -> int:
    return min(TOP, len(index)) if top is None else top
