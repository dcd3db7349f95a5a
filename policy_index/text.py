"""The one door for text that a person typed, pasted or uploaded."""

import unicodedata

from policy_index.errors import InputError

MAX_CHARACTERS = 150_000
"""Longest text that is accepted, in characters (about 25,000 English words)."""


def accept_text(text: str) -> str:
    """Return `text` fit to be encoded and shown: lone surrogates become U+FFFD, nothing else changes.

    Raises:
        InputError: The text is blank (white space, control and format characters only), or longer than `MAX_CHARACTERS`.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"Expected at most {MAX_CHARACTERS:,} characters of text, but this one has {len(text):,}."
        raise InputError(message)
    if not any(unicodedata.category(character)[0] not in "ZC" for character in text):
        came = "an empty one" if not text else "one of blanks and invisible characters only"
        message = f"Expected a text with at least one visible character, but got {came}."
        raise InputError(message)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
