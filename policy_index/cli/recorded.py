"""`policy-index policy add FOLDER --versions`: the recorded versions of a policy, each kept."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_index.cli.printing import print_json
from policy_index.cli.stated import Stated, version_parts
from policy_index.errors import InputError, PackError, UnknownPolicyError
from policy_index.library.doors import DoorShelf
from policy_index.policy.document import Provenance
from policy_index.words import counted, shortened

if TYPE_CHECKING:
    from policy_index.library.library import Library
    from policy_index.library.values import Card
    from policy_index.policy.sources.versions import RecordedPolicy

_SHOWN = 12


def add_recorded(folder: Path, stated: Stated, shelf: DoorShelf, *, path: str | None, form: str) -> None:
    """Keep every recorded version of a policy, oldest first, and say which were set aside and why.

    Each version is kept by itself: stopped in between, the same command goes on where it was.

    Raises:
        InputError: It is not said which of several policies is meant, or none of the versions can be kept.
        SourceError: The folder holds no history.
        LibraryError: The library cannot be written to.
    """
    from policy_index.policy.sources.versions import versions_of

    if stated.effective is not None:
        message = "Expected no --effective with --versions: each version has the day on which it was recorded."
        raise InputError(message)
    if not folder.is_dir():
        message = f"Expected a git folder of recorded versions, but {folder} is no folder."
        raise InputError(message)
    recorded = _chosen(versions_of(folder), path)
    provenance = Provenance(
        publisher=(stated.publisher or recorded.publisher).strip(),
        title=(stated.title or recorded.title).strip(),
        updated=None,
        url=stated.url,
    )
    if not provenance.publisher or not provenance.title:
        message = f"Expected --publisher and --title, since the path {shortened(recorded.path)!r} does not tell both."
        raise InputError(message)
    policy_id = stated.id_for(provenance)
    cards, aside = _keep(recorded, policy_id, provenance, shelf)
    if form == "json":
        kept = [{"version": card.version, "clauses": card.clauses} for card in cards]
        reasons = [{"day": day, "reason": reason} for day, reason in aside]
        print_json({"id": policy_id, "path": recorded.path, "versions": kept, "set_aside": reasons})
        return
    click.echo(f"{policy_id}: {counted(len(cards), 'version')} of {recorded.path} kept, {len(aside):,} set aside")
    for card in cards:
        click.echo(f"{card.spec}: {counted(card.clauses, 'clause')}")
    for day, reason in aside:
        click.echo(f"Set aside: {day}: {reason}")


def _chosen(policies: "tuple[RecordedPolicy, ...]", path: str | None) -> "RecordedPolicy":
    if path is None and len(policies) == 1:
        return policies[0]
    for each in policies:
        if each.path == path:
            return each
    names = [shortened(each.path) for each in policies[:_SHOWN]]
    more = f" and {len(policies) - _SHOWN:,} more" if len(policies) > _SHOWN else ""
    came = "" if path is None else f", got {shortened(path)!r}"
    message = f"Expected --path to say which policy is meant, one of {', '.join(names)}{more}{came}."
    raise InputError(message)


def _keep(
    recorded: "RecordedPolicy", policy_id: str, provenance: Provenance, shelf: DoorShelf
) -> "tuple[list[Card], list[tuple[str, str]]]":
    """Return the cards of what was kept, oldest first, and the days of what was not, with the reasons."""
    aside = [(each.day.isoformat(), each.reason) for each in recorded.set_aside]
    if not recorded.versions:
        first = "".join(f"; {day}: {reason.rstrip('.')}" for day, reason in aside[:3])
        message = f"Expected a version of a policy in the history of {shortened(recorded.path)!r}, got none{first}."
        raise InputError(message)
    library = shelf.library
    there = _texts_there(library, policy_id)
    cards = []
    for version in recorded.versions:
        day = version.day.isoformat()
        own = replace(provenance, updated=version.day)
        if f"{policy_id}@{day}" in shelf.taken:
            aside.append((day, "Another text of this id and day lies beside the program."))
            continue
        if day in there:
            aside.append((day, "Kept already." if there[day] == _digest(version.markdown) else _OTHER))
            continue
        try:
            cards.append(library.add(version_parts(policy_id, version.markdown, own, shelf), taken=shelf.taken))
        except PackError as error:
            aside.append((day, str(error)))
    return cards, sorted(aside)


_OTHER = "Another text is kept under this id and day; remove it first."


def _texts_there(library: "Library", policy_id: str) -> dict[str, str]:
    """Return the digests of the texts that the library keeps of a policy, by version."""
    try:
        return {card.version: card.sha256 for card in library.versions(policy_id)}
    except UnknownPolicyError:
        return {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
