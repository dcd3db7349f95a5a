"""What programs and assistants may change, over HTTP and over the Model Context Protocol alike: each change has a `who`."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from policy_index.errors import InputError, LibraryError, PackError, PolicyParseError, UnknownClauseError
from policy_index.library.doors import DoorShelf
from policy_index.policy.document import PartRole, Provenance
from policy_index.policy.naming import suggested_id
from policy_index.server.quotas import Quotas
from policy_index.server.rights import Visitor
from policy_index.server.service import Service
from policy_index.words import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_index.library.values import Example  # with SQLAlchemy, only where something is kept


@dataclass(frozen=True, slots=True)
class Keeping:
    """Changes to the library of a service.

    Every verb raises RightsError where the visitor may not, QuotaError where they brought too much, LibraryError where the
    library does not do what it is asked.
    """

    service: Service
    quotas: Quotas

    def add(self, visitor: Visitor, text: str, *, provenance: Provenance, policy_id: str | None) -> dict[str, Any]:
        """Keep a policy, or a version of one, from its Markdown or plain text.

        Raises:
            InputError: It cannot be used, and the message says why; or no id can be made of publisher and title.
            AlreadyThereError: There is such a version already.
        """
        from policy_index.library.values import pack_texts

        who = visitor.allowed()
        self.quotas.take(visitor.key, len(text.encode(errors="replace")))
        chosen = policy_id or suggested_id(provenance)
        if not chosen:
            message = (
                "Expected an id, since none can be made of this publisher and title: small letters, digits, hyphens."
            )
            raise InputError(message)
        shelf = self._shelf()
        try:
            card = shelf.library.add(pack_texts(chosen, text, provenance=provenance), who=who, taken=shelf.taken)
        except (PackError, PolicyParseError) as error:
            raise InputError(str(error)) from None
        parts = shelf.library.pack(card.spec).policy.parts
        return {
            "id": card.policy_id,
            "version": card.version,
            "clauses": card.clauses,
            "sha256": card.sha256,
            "set_aside": [quoted(part.text) for part in parts if part.role is PartRole.SET_ASIDE],
        }

    def add_examples(
        self, visitor: Visitor, spec: str, rows: "Sequence[Example]", *, for_all_versions: bool
    ) -> dict[str, Any]:
        """Keep examples of a version's clauses, all or none.

        Raises:
            UnknownPolicyError: The library has no such version.
            InputError: The version has no clause of an example's id.
        """
        who = visitor.allowed()
        self.quotas.take(visitor.key, sum(len(row.text.encode(errors="replace")) for row in rows))
        library = self._shelf().needed(spec)
        pack = library.pack(spec)
        for number, row in enumerate(rows, 1):
            try:
                if row.clause_id is not None:
                    pack.policy.clause(row.clause_id)
            except UnknownClauseError as error:
                message = f"Example {number}: {error}"
                raise InputError(message) from None
        new = library.notes.add_examples(pack.spec, rows, who=who, for_all_versions=for_all_versions)
        return {"id": pack.id, "version": pack.version, "added": new, "there_already": len(rows) - new}

    def remove(self, visitor: Visitor, spec: str) -> dict[str, Any]:
        """Remove a version, or, where `ID` alone is named, every version of a policy.

        Raises:
            UnknownPolicyError: The library has none.
        """
        who = visitor.allowed()
        return {"removed": list(self._shelf().needed(spec).remove(spec, who=who))}

    def _shelf(self) -> DoorShelf:
        shelf = self.service.shelf
        if not isinstance(shelf, DoorShelf):
            message = "Expected a library to change, but this server has none."
            raise LibraryError(message)
        return shelf


def provenance_of(*, title: str, publisher: str, effective: date | None, url: str) -> Provenance:
    """Return what was stated of a policy, without the white space around it.

    Raises:
        InputError: There is no title.
    """
    if not title.strip():
        message = "Expected a title, got none."
        raise InputError(message)
    return Provenance(publisher=publisher.strip(), title=title.strip(), updated=effective, url=url.strip())
