"""The one door for text that a person typed, pasted or uploaded."""

import unicodedata
from collections.abc import Iterable

from policy_index.errors import InputError

MAX_CHARACTERS = 200_000
"""Longest text that is accepted, in characters."""

MAX_WORDS = 20_000
"""Longest text that a brief is written for, in words."""

_BINARY_SHARE = 0.05
"""Share of control characters and U+FFFD from which a text is taken for a binary file that was pasted or opened as text."""


def accept_text(text: str) -> str:
    """Return `text` fit to be encoded and shown: lone surrogates become U+FFFD, nothing else changes.

    Raises:
        InputError: The text is blank (white space, control and format characters only), longer than `MAX_CHARACTERS`, or a
            binary file read as text.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"Expected at most {MAX_CHARACTERS:,} characters of text, but this one has {len(text):,}."
        raise InputError(message)
    if not any(unicodedata.category(character)[0] not in "ZC" for character in text):
        came = "an empty one" if not text else "one of blanks and invisible characters only"
        message = f"Expected a text with at least one visible character, but got {came}."
        raise InputError(message)
    strange = sum(
        character == "\ufffd" or (unicodedata.category(character) == "Cc" and character not in "\t\n\v\f\r\x85")
        for character in text
    )
    if strange > _BINARY_SHARE * len(text):
        message = (
            f"Expected a text, but {strange:,} of these {len(text):,} characters are control characters or marks of "
            "unreadable bytes, as in a binary file that was opened as text."
        )
        raise InputError(message)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def accept_long_text(text: str) -> str:
    """Return `text` fit for a brief.

    Raises:
        InputError: As `accept_text`, or it has more than `MAX_WORDS` words.
    """
    accepted = accept_text(text)
    if (words := len(accepted.split())) > MAX_WORDS:
        message = f"Expected at most {MAX_WORDS:,} words, but this text has {words:,}: check it in parts."
        raise InputError(message)
    return accepted


def distinct(texts: Iterable[str]) -> tuple[list[str], list[int]]:
    """Return each different text once, in the order of its first place, and for each of `texts` its place among them."""
    known: dict[str, int] = {}
    places = [known.setdefault(text, len(known)) for text in texts]
    return list(known), places
