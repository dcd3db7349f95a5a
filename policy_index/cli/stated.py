"""What a person states of a policy that is added, and the parts of its pack that follow from that and the text."""

import re
import shlex
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from policy_index.errors import InputError
from policy_index.library.doors import DoorShelf
from policy_index.policy.document import Provenance
from policy_index.policy.naming import suggested_id
from policy_index.words import either, shortened

if TYPE_CHECKING:
    from policy_index.policy.parts import PackTexts
    from policy_index.policy.sources.values import SourceText

UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What was stated on the command line; None where nothing was.

    Attributes:
        policy_id: Its id.
        title: What it is called.
        publisher: Who published it.
        effective: The day from which it is in force, or `undated`.
        url: Its page; empty where none was named.
    """

    policy_id: str | None
    title: str | None
    publisher: str | None
    effective: str | None
    url: str

    def parts(self, found: "SourceText", shelf: DoorShelf) -> "PackTexts":
        """Return the parts of the pack of a text.

        Raises:
            InputError: Title, publisher or day are missing, and the message says what the text says of them; or no day.
        """
        self._refuse_missing(found)
        provenance = Provenance(
            publisher=str(self.publisher).strip(),
            title=str(self.title).strip(),
            updated=day_of(str(self.effective)),
            url=self.url,
        )
        return version_parts(self.id_for(provenance), found.markdown, provenance, shelf)

    def id_for(self, provenance: Provenance) -> str:
        """Return the id that was stated, or one made of publisher and title.

        Raises:
            InputError: None can be made.
        """
        chosen = self.policy_id or suggested_id(provenance)
        if not chosen:
            message = (
                "Expected --id, since none can be made of this publisher and title: small letters, digits, hyphens."
            )
            raise InputError(message)
        return chosen

    def _refuse_missing(self, found: "SourceText") -> None:
        given = {"--title": self.title, "--publisher": self.publisher, "--effective": self.effective}
        missing = [name for name, value in given.items() if value is None or not value.strip()]
        if not missing:
            return
        guesses = {
            "--title": found.title and shlex.quote(shortened(" ".join(found.title.split()))),
            "--effective": str(found.updated or UNDATED),
        }
        hints = [f"{name} {guesses[name]}" for name in missing if guesses.get(name)]
        hint = f"; the text suggests {either(hints, word='and')}" if hints else ""
        which = (
            "all are"
            if len(missing) == len(given)
            else f"{either(missing, word='and')} {'is' if len(missing) == 1 else 'are'}"
        )
        message = f"Expected {either(list(given), word='and')}, but {which} missing{hint}."
        raise InputError(message)


def day_of(words: str) -> date | None:
    """Return the day that was stated; None for `undated`.

    Raises:
        InputError: It is no day.
    """
    stripped = words.strip()
    if stripped == UNDATED:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", stripped):
            return date.fromisoformat(stripped)
    except ValueError:
        pass  # the 30th of February
    message = f"Expected --effective as a day, YYYY-MM-DD, or {UNDATED}, got {shortened(stripped, letters=40)!r}."
    raise InputError(message)


def version_parts(policy_id: str, markdown: str, provenance: Provenance, shelf: DoorShelf) -> "PackTexts":
    """Return the parts of a version of a policy.

    The library gives its clauses the ids of the version that it keeps of the policy; where it keeps none and the policy is
    bundled or lies in a folder, they have the ids that they have there.
    """
    from policy_index.library.values import pack_texts
    from policy_index.policy.identity import renames_of
    from policy_index.policy.pack import PolicyPack

    plain = pack_texts(policy_id, markdown, provenance=provenance)
    beside = shelf.shelf.versions(policy_id)
    if not beside or len(shelf.versions(policy_id)) > len(beside):
        return plain
    policy = PolicyPack.from_parts(replace(plain, name="the text"), folder=Path()).policy
    return pack_texts(policy_id, markdown, provenance=provenance, edits=renames_of(policy, beside[0].policy))
