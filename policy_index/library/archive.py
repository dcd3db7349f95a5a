"""A pack as one zip, and back: what comes in is hostile until it was looked at, and nothing is ever unpacked to a disk."""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping

from policy_index.errors import LibraryError
from policy_index.library.beside import PAIRINGS
from policy_index.policy.confirmations import CONFIRMATIONS
from policy_index.policy.parts import LARGEST_PART, LARGEST_TEXT, PackTexts, text_of_part
from policy_index.words import either, shortened

LARGEST_ARCHIVE = 50_000_000
"""Largest zip that is opened, in bytes."""

LARGEST_WHOLE = 100_000_000
"""Most bytes that the members of a zip may have together when they are expanded."""

MOST_MEMBERS = 64

NEEDED = ("pack.toml", "policy.md")
SET_ASIDE = "set_aside.jsonl"
"""Examples of clauses that the version has no longer, as exemplars: they come back when the clause does."""

_KNOWN = frozenset(
    {
        *NEEDED,
        "names.json",
        "edits.json",
        "exemplars.jsonl",
        "twins.jsonl",
        "readings.json",
        "facts.json",
        "history.json",
        CONFIRMATIONS,
        PAIRINGS,
        SET_ASIDE,
    }
)
_LABELLED = re.compile(r"(?:heldout|tuning)(?:_[a-z0-9_]{1,60})?\.jsonl")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 16


def is_part(name: str) -> bool:
    """Whether a pack can have a part of this name; what commands made of a pack is none, for it can be made again."""
    return name in _KNOWN or _LABELLED.fullmatch(name) is not None


def archive_of(texts: Mapping[str, str]) -> bytes:
    """Return a zip of a pack's parts; equal parts make equal bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(texts):
            archive.writestr(_member(name), texts[name].encode())
    return held.getvalue()


def texts_of(content: bytes) -> PackTexts:
    """Return the parts of a pack in a zip.

    Raises:
        LibraryError: It is no zip, or too large, or a member is unknown, doubled, encrypted or lies outside.
        PackError: A part is too large or not UTF-8.
    """
    if len(content) > LARGEST_ARCHIVE:
        message = f"Expected a zip of a policy of at most {LARGEST_ARCHIVE:,} bytes, got {len(content):,}."
        raise LibraryError(message)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check(members)
            texts: dict[str, str] = {}
            left = LARGEST_WHOLE
            for member in members:
                raw = _bytes_of(archive, member, left)
                left -= len(raw)
                texts[member.filename] = text_of_part(member.filename, raw, place=f"{member.filename} of the zip")
    # NotImplementedError: a way of packing that zipfile does not know; RuntimeError: a password.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        message = f"Expected a zip of a policy, but it cannot be read: {shortened(str(error)) or type(error).__name__}."
        raise LibraryError(message) from None
    missing = [name for name in NEEDED if name not in texts]
    if missing:
        message = f"Expected {either(NEEDED, word='and')} in the zip of a policy, but {either(missing, word='and')} is missing."
        raise LibraryError(message)
    return PackTexts(texts=texts, name="the zip")


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, date_time=_EARLIEST)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member


def _check(members: list[zipfile.ZipInfo]) -> None:
    """Refuse what need not be read to be refused; the first reason is said."""
    if len(members) > MOST_MEMBERS:
        message = f"Expected at most {MOST_MEMBERS} members in the zip of a policy, got {len(members):,}."
        raise LibraryError(message)
    seen: set[str] = set()
    for member in members:
        # `orig_filename` is what stands in the zip: zipfile cuts a name at a NUL.
        name = member.orig_filename
        shown = repr(shortened(name, letters=60))
        if not is_part(name) or name != member.filename:
            message = f"Expected only the parts of a policy's pack in the zip, got {shown}."
            raise LibraryError(message)
        if name in seen:
            message = f"Expected each part once in the zip of a policy, got {shown} twice."
            raise LibraryError(message)
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or member.flag_bits & 0x1:
            message = (
                f"Expected members that are stored or deflated, without a password, in the zip, but {shown} is not."
            )
            raise LibraryError(message)
        seen.add(name)


def _bytes_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    """Return a member's bytes; what its header says of its size is not believed."""
    largest = min(left, LARGEST_TEXT if member.filename == "policy.md" else LARGEST_PART)
    held = bytearray()
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            held += chunk
            if len(held) > largest:
                message = f"Expected at most {largest:,} bytes in {member.filename} of the zip, but it expands to more."
                raise LibraryError(message)
    return bytes(held)
