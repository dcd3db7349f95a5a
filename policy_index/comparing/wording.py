"""A text as the words that count in a comparison, each with the stretch of text that shows it.

    word   = letters, digits and marks | such, joined by apostrophes | digits joined by points or commas
           | one character of a script that is written without blanks | a currency sign, %, ‰, <, >, ≤, ≥ | a + after a digit

Case, the shape of apostrophes, invisible characters, punctuation, white space and the number that a clause begins with are no words:
two texts with equal words differ in nothing that is said. Hyphens part words.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from policy_index.policy.dialects.markdown import without_enumerator

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WITHOUT_BLANKS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
_UNITS = frozenset({"Billion", "GB", "KB", "MB", "Million", "Percent", "TB", "Thousand", "Trillion"})
"""Words after which a number with a point in it is an amount, not the clause's number."""

_DROPPED = dict.fromkeys(map(ord, _INVISIBLE)) | {ord(mark): "'" for mark in "’ʼ‘＇"}
_CACHED = 1 << 15

_LAST = 0x20000
"""The planes of Unicode beyond hold ideographs and what nobody sees."""


def _ranges(category: str) -> str:
    """Return the characters of a Unicode category, as the inside of a character class."""
    codes = [code for code in range(_LAST) if unicodedata.category(chr(code)).startswith(category)]
    runs = [list(run) for _, run in groupby(enumerate(codes), key=lambda each: each[1] - each[0])]
    return "".join(f"{re.escape(chr(run[0][1]))}-{re.escape(chr(run[-1][1]))}" for run in runs)


@lru_cache(maxsize=1)
def _word() -> re.Pattern[str]:
    """Return the grammar of the module; every alternative goes forward only, so that no text makes it slow."""
    letter = rf"(?:[^\W_{_WITHOUT_BLANKS}]|[{_ranges('M')}{_INVISIBLE}])"
    return re.compile(
        rf"[^\W_{_WITHOUT_BLANKS}]{letter}*(?:(?:['’ʼ‘＇](?=[^\W_])|(?<=\d)[.,](?=\d)){letter}+)*"
        rf"|[{_WITHOUT_BLANKS}]"
        rf"|[{_ranges('Sc')}%‰<>≤≥]|(?<=\d)\+"
    )


_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:(?:'(?=[A-Za-z0-9])|(?<=\d)[.,](?=\d))[A-Za-z0-9]+)*|[$%<>]|(?<=\d)\+")
"""The same for ASCII, where most texts are at home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A text and its words.

    Attributes:
        text: The text.
        words: Its words, as they are compared.
        starts: Where the stretch of each word begins in the text, with one more place, its end; the first begins at 0.
    """

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Wording":
        """Read the words of a text; what is read once is kept for the next comparison."""
        return _wording(text)

    @classmethod
    def joined(cls, wordings: Sequence["Wording"]) -> "Wording":
        """Return several wordings as one text, a blank between two."""
        starts: list[int] = []
        texts: list[str] = []
        at = 0
        for wording in wordings:
            texts.append(wording.text)
            starts += [at + start if place else at for place, start in enumerate(wording.starts[:-1])]
            at += len(wording.text) + 1
        text = " ".join(texts)
        words = tuple(word for wording in wordings for word in wording.words)
        return cls(text=text, words=words, starts=(0, *starts[1:], len(text)) if words else (0,))

    def stretch(self, first: int, last: int) -> str:
        """Return the text of the words from `first` up to `last`, with the punctuation and white space around them."""
        return self.text[self.starts[first] : self.starts[last]]


@lru_cache(maxsize=_CACHED)
def _wording(text: str) -> Wording:
    after_number = _after_number(text)
    found = list((_ASCII_WORD if text.isascii() else _word()).finditer(text, after_number))
    starts = [_boundary(text, one.end(), other.start()) for one, other in pairwise(found)]
    return Wording(
        text=text,
        words=tuple(_plain(each[0]) for each in found),
        starts=(0, *starts, len(text)) if found else (0,),
    )


def forget_wordings() -> None:
    """Forget the texts whose words are kept for the next comparison."""
    _wording.cache_clear()


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, as they are compared."""
    return Wording.of(text).words


def _boundary(text: str, end: int, start: int) -> int:
    """Return where, between two words, the second one's stretch begins: after the last white space."""
    between = text[end:start]
    return (
        start
        - len(between)
        + max((place + 1 for place, letter in enumerate(between) if letter.isspace()), default=len(between))
    )


def _plain(word: str) -> str:
    if word.isascii():
        return word.lower()
    folded = word.translate(_DROPPED).casefold()
    # Ligatures are letters of a typeface; a raised 2 is another number than a 2.
    return unicodedata.normalize(
        "NFC", "".join(unicodedata.normalize("NFKC", each) if each.isalpha() else each for each in folded)
    )


def _after_number(text: str) -> int:
    """Return where a clause's words begin, after the number that it begins with; an amount such as `2.5 GB` is no such number."""
    bare = without_enumerator(text)
    number = text[: len(text) - len(bare)].rstrip()
    if not number or not any(map(str.isalnum, bare)):
        return 0
    first = bare.split(maxsplit=1)[0]
    closed = number[-1] in ".)" or number.startswith("§")
    return len(text) - len(bare) if closed or (first[0].isupper() and first not in _UNITS) else 0
