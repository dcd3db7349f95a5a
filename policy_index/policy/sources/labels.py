"""Labels of list items as documents print them: bullets, `3.`, `3.2`, `(a)`, `iv.`; which style each has and which comes next."""

import re
from enum import StrEnum

_BULLET = re.compile(r"(?:[•◦▪▫‣●○■□·∙⁃➢➤►✓✔❖\uf0b7\uf0a7\uf0d8\uf0fc\uf076]|[-–—*](?=\s)|o(?=\s{1,8}[A-Z]))\s*")
_LABEL = re.compile(
    r"(?P<label>(?:\d{1,3}\.)+\d{1,3}\.?|\d{1,3}[.)]|\(\d{1,3}\)|\([a-z]{1,2}\)|\([ivxlc]{1,6}\)|\([A-Z]\)|\([IVXLC]{1,6}\)"
    r"|[a-z][.)]|[ivxl]{1,5}[.)]|[A-Z][.)]|[IVXL]{1,5}[.)])(?=\s)"
)
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LETTERS = 26
_LARGEST_ROMAN = 400


class Style(StrEnum):
    """How a label counts."""

    BULLET = "bullet"
    NUMBER = "number"
    DOTTED = "dotted"
    LOWER = "lower"
    UPPER = "upper"
    LOWER_ROMAN = "lower_roman"
    UPPER_ROMAN = "upper_roman"


def bullet_of(text: str) -> str:
    """Return the bullet that a line begins with, blanks included; empty where it begins otherwise."""
    found = _BULLET.match(text)
    return found[0] if found else ""


def label_of(text: str) -> str:
    """Return the number or letter that a line begins with: `3.`, `3.2`, `(a)`, `iv.`; empty where it begins otherwise."""
    found = _LABEL.match(text)
    return found["label"] if found else ""


def mark_of(text: str) -> str:
    """Return the bullet or label that a line begins with, blanks behind a bullet included; empty where it begins otherwise."""
    return bullet_of(text) or label_of(text)


def parted(text: str) -> tuple[str, str]:
    """Return the label of a line and the words behind it; a small `o` that stands for a bullet is one."""
    mark = mark_of(text)
    words = text[len(mark) :].lstrip()
    label = mark.strip()
    return ("", text) if not words else ("◦" if label == "o" else label, words)


def labelled_number(number: int, style: str) -> str:
    """Return the label of an item of an HTML list whose `type` is `1`, `a`, `A`, `i` or `I`."""
    match style:
        case "a" | "A":
            letters = letters_of(number)
            return f"{letters if style == 'a' else letters.upper()}."
        case "i" | "I":
            roman = roman_of(number)
            return f"{roman if style == 'i' else roman.upper()}."
        case _:
            return f"{number}."


def letters_of(number: int) -> str:
    """Return a number as lists count in letters: a, b, …, z, aa, ab."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("a") + rest) + letters
    return letters or "0"


def roman_of(number: int) -> str:
    """Return a number in small Roman figures; in ours where they would be long."""
    if not 0 < number < _LARGEST_ROMAN:
        return str(number)
    roman = ""
    for value, figure in _ROMAN:
        count, number = divmod(number, value)
        roman += figure * count
    return roman


def styles_of(label: str) -> tuple[tuple[Style, str, int], ...]:
    """Return how a label can be read: its style, the shape of its punctuation and its place in the count; `(i)` reads two ways."""
    bare = label.strip("().")
    shape = label.replace(bare, "n", 1)
    if "." in bare:
        parts = bare.split(".")
        return ((Style.DOTTED, str(len(parts)), int(parts[-1])),)
    if bare.isdigit():
        return ((Style.NUMBER, shape, int(bare)),)
    lower = bare.lower()
    found = []
    if len(bare) == 1 or len(set(bare)) == 1:
        count = ord(lower[0]) - ord("a") + 1 + _LETTERS * (len(bare) - 1)
        found.append((Style.LOWER if bare.islower() else Style.UPPER, shape, count))
    value = _value_of_roman(lower)
    if value:
        found.append((Style.LOWER_ROMAN if bare.islower() else Style.UPPER_ROMAN, shape, value))
    return tuple(found)


def _value_of_roman(text: str) -> int:
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    if not text or any(letter not in values for letter in text):
        return 0
    total = 0
    for letter, following in zip(text, (*text[1:], ""), strict=True):
        value = values[letter]
        total += -value if value < values.get(following, 0) else value
    return total if roman_of(total) == text else 0
