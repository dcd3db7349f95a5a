"""A text inside a link: only for people who ask for one."""

import base64
import zlib

from policy_index.errors import InputError
from policy_index.search.text import MAX_CHARACTERS
from policy_index.words import shortened

LONGEST_LINK_PART = 6_000
"""Longest packed text, in characters: servers and messengers cut longer addresses off."""


def pack_text(text: str) -> str:
    """Return `text`, compressed, in characters that an address may hold.

    Raises:
        InputError: It is too long for a link.
    """
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8", "replace"), 9)).decode().rstrip("=")
    if len(packed) > LONGEST_LINK_PART:
        message = (
            f"Expected a text that fits into a link of {LONGEST_LINK_PART:,} characters, but this one would take "
            f"{len(packed):,}: send the brief as a file instead."
        )
        raise InputError(message)
    return packed


def unpack_text(packed: str) -> str:
    """Return the text that `pack_text` packed.

    Raises:
        InputError: It was not made by `pack_text`, or was cut off on its way.
    """
    try:
        raw = base64.urlsafe_b64decode(packed.encode("ascii") + b"=" * (-len(packed) % 4))
        opened = zlib.decompressobj()
        text = opened.decompress(raw, 4 * MAX_CHARACTERS)  # a small link must not fill the memory
        complete = opened.eof and not opened.unused_data
        unpacked = text.decode("utf-8")
    except (ValueError, zlib.error):
        complete, unpacked = False, ""
    if not complete:
        message = (
            f"Expected a link that holds a whole text, but “{shortened(' '.join(packed.split()), letters=40)}” cannot be opened: it may have "
            "been cut off."
        )
        raise InputError(message)
    return unpacked
