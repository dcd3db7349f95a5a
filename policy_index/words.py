"""Numbers, days, lists and quotations in words, the same at every door."""

import textwrap
from collections.abc import Sequence
from datetime import date

NARROW_SPACE = "\u202f"
"""What stands between a number and its percent sign, so that no line ends there."""


def long_day(day: date) -> str:
    """Return the day as `23 March 2023`."""
    return f"{day.day} {day:%B %Y}"


def percent(probability: float) -> str:
    """Return a probability in percent; never 0 or 100, which no measurement can say."""
    if probability < 0.01:  # noqa: PLR2004  # one percent
        return f"under 1{NARROW_SPACE}%"
    return f"{min(probability, 0.99):.0%}".replace("%", f"{NARROW_SPACE}%")


def quoted(text: str, *, letters: int = 160) -> str:
    """Return the beginning of a text in quotation marks; plain text, not escaped for HTML or Markdown."""
    short = textwrap.shorten(text, letters, placeholder=" …")
    return f"“{short if short.strip(' …') else text[:letters]}”"


def shortened(text: str, *, letters: int = 80) -> str:
    """Return what a message repeats of something that a person wrote or an address holds: a message is one line."""
    line = " ".join(text[:letters].splitlines())
    return line if len(text) <= letters else f"{line}…"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 clause`, `71 clauses`, `1,200 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def either(words: Sequence[str], *, word: str = "or") -> str:
    """Return words as a list in a sentence: `a, b or c`."""
    return f" {word} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def inert_cell(text: str) -> str:
    """Return `text` for a cell of a table that a spreadsheet may open: nothing in it is taken for a formula.

    An apostrophe before =, +, -, @, their wide forms, tab, line feed and carriage return does it (OWASP, CSV injection).
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\n", "\r")
