"""What is kept must be storable, and sound: looked at before a transaction begins."""

from dataclasses import replace
from pathlib import Path

from policy_index.errors import LibraryError, PackError
from policy_index.library.archive import is_part
from policy_index.policy.document import Policy
from policy_index.policy.editing import LONGEST_ID
from policy_index.policy.edits import Edit, Rename, edits_from_json, edits_to_json
from policy_index.policy.identity import renames_of
from policy_index.policy.pack import PolicyPack
from policy_index.policy.parts import PackParts, PackTexts
from policy_index.words import shortened

_OWN = frozenset({"pack.toml", "policy.md", "edits.json"})
LONGEST_WORDS = {"id": 80, "publisher": 500, "title": 500, "url": 2000}
"""Most characters of what is said of a policy."""


def gathered(given: PackParts) -> PackTexts:
    """Return the parts of a pack wherever they lie; what is no part of one is passed over.

    Raises:
        PackError: A part cannot be read.
    """
    read = ((name, given.read(name)) for name in given.names() if is_part(name))
    return PackTexts(texts={name: text for name, text in read if text is not None}, name=given.place())


def checked(given: PackTexts, *, folder: Path, older: Policy | None) -> tuple[PolicyPack, tuple[Edit, ...]]:
    """Return the pack, every part of it read, and its edits; its clauses have the ids of `older` where they are the same.

    A pack that brings parts which name clauses keeps its own ids.

    Raises:
        PackError: A part is missing or broken, or an edit does not fit.
        LibraryError: Words are too long or cannot be stored.
        PolicyIntegrityError: The text is not the one that the settings name.
    """
    try:
        pack = PolicyPack.from_parts(given, folder=folder).check()
    except RecursionError:
        message = f"Expected the parts of a policy in {given.place()}, but one is nested too deeply to be read."
        raise PackError(message) from None
    refuse_unfit(pack)
    content = given.read("edits.json")
    edits = () if content is None else edits_from_json(content)
    if older is not None and not set(given.texts) - _OWN:
        chosen = {edit.clause for edit in edits if isinstance(edit, Rename)}
        edits = (*edits, *renames_of(pack.policy, older, kept=chosen))
        texts = {**given.texts, "edits.json": edits_to_json(edits)}
        pack = PolicyPack.from_parts(replace(given, texts=texts), folder=folder)
    _check_words(pack)
    for name, text in given.texts.items():
        storable(text, what=f"{name} of a policy")
    return pack, edits


def refuse_unfit(pack: PolicyPack) -> None:
    """Refuse a pack with an edit that does not fit.

    Raises:
        PackError: The message says why the first does not.
    """
    if pack.unfit_edits:
        first = pack.unfit_edits[0]
        more = f" ({len(pack.unfit_edits)} edits do not fit)" if len(pack.unfit_edits) > 1 else ""
        message = f"{first.reason.rstrip('.')}{more}."
        raise PackError(message)


def storable(text: str, *, what: str, longest: int | None = None) -> str:
    """Return a text that the database can keep.

    Raises:
        LibraryError: It is too long, or holds a NUL or half a surrogate pair, which no text has.
    """
    strange = next((letter for letter in text if letter == "\0" or "\ud800" <= letter <= "\udfff"), None)
    if strange is not None:
        message = f"Expected {what} as text, got the character {strange!r} in it."
        raise LibraryError(message)
    if longest is not None and len(text) > longest:
        message = (
            f"Expected {what} of at most {longest:,} characters, got {len(text):,}: {shortened(text, letters=40)!r}."
        )
        raise LibraryError(message)
    return text


def _check_words(pack: PolicyPack) -> None:
    provenance = pack.policy.provenance
    words = {"id": pack.id, "publisher": provenance.publisher, "title": provenance.title, "url": provenance.url}
    for name, value in words.items():
        storable(value, what=f"the {name} of a policy", longest=LONGEST_WORDS[name])
    storable(repr(pack.settings.get("marks", {})), what="the marks of a policy")
    for clause in pack.policy:
        storable(clause.id, what="the id of a clause", longest=LONGEST_ID)
