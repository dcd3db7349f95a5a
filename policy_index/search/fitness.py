"""Whether there is anything in a text to judge: English words with content, rather than nonsense or another language."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from policy_index.search.languages import NAMES, english_probability, foreign_name
from policy_index.search.patience import stay_patient
from policy_index.search.word_kinds import WordKind, greets, is_surely_english, kind_of
from policy_index.search.word_lists import WordList, words_of

_SCRIPTS = {
    "CJK": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    **{
        name.upper(): name
        for name in (
            *("Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati"),
            *("Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Malayalam", "Mongolian", "Myanmar", "Oriya", "Sinhala"),
            *("Tamil", "Telugu", "Thaana", "Thai", "Tibetan"),
        )
    },
}
"""Scripts that are called by their names, by the first word of their characters' names in Unicode."""

_OTHER = "another one than the Latin alphabet"

_HOW = "write in English what the product or prompt does"


class Unfitness(StrEnum):
    """Why a text cannot be judged, where neither a script nor a language is the reason."""

    NO_WORDS = f"There are no words in this text, so there is nothing to judge: {_HOW}."
    GREETING = f"This is a greeting or a courtesy, and there is nothing in it to judge: {_HOW}."
    TOO_LITTLE = f"There is too little in this text to judge: {_HOW}."
    FILLER = f"This is filler text (“lorem ipsum”), and there is nothing in it to judge: {_HOW}."
    NONSENSE = f"This does not seem to be language, so it cannot be judged: {_HOW}."


def _of_language(name: str) -> str:
    return f"This text seems to be in {name}, which the model does not read, so it cannot be judged: {_HOW}."


def _of_script(name: str) -> str:
    return f"This is written in a script that the model does not read ({name}), so it cannot be judged: {_HOW}."


_UNKNOWN_LANGUAGE = _of_language("a language other than English")

REASONS = (
    *(reason.value for reason in Unfitness),
    *(_of_script(name) for name in sorted({*_SCRIPTS.values(), _OTHER})),
    *(_of_language(name) for code, name in NAMES.items() if code != "en"),
    _UNKNOWN_LANGUAGE,
)
"""Every sentence that `unfit` can say."""

_FOREIGN = {
    **{_of_script(name): f"a script that the model does not read ({name})" for name in {*_SCRIPTS.values(), _OTHER}},
    **{_of_language(name): f"{name}, which the model does not read" for code, name in NAMES.items() if code != "en"},
    _UNKNOWN_LANGUAGE: "a language other than English, which the model does not read",
}
"""What a text is in, by the sentence that says so."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][ .*-]{1,3}){2,}[^\W_](?![^\W_])")
_BLANKS = re.compile(r"[ .*-]+")
_END = re.compile(r"(?<=[.!?…。])\s+|\n+")
_CODE = re.compile(r"[<>{}=;()\[\]]")
_NAME_BEFORE = frozenset(["name", "is", "am", "i'm", "im"])

_FOREIGN_BELOW = 0.1
"""Probability of English below which a text with few English words is taken to be in another language."""

_FOREIGN_BELOW_OF_FEW = 0.02
"""The same for a text of fewer than four words, which say too little of their language."""

_CODE_FROM = 4
"""Marks of program code from which a text's unknown words say nothing of its language."""

_EMPTY_AT_MOST = 9
"""Different words without content of which nothing follows; more of them say something together."""

_SURE_SHARE = 0.75
"""Share of English words from which nobody asks which language it is."""

_FEW_SHARE = 0.5
"""Share of English words below which a text may be in another language."""

_STRANGE_SHARE = 0.5
"""Share of unlikely words, among those with content, from which a text is nonsense."""

_INVENTED_FROM = 4
"""Words with content from which at least `_KNOWN_LEAST` must be known: more words that sound English but are not are nonsense."""

_KNOWN_LEAST = 0.34

_FILLER_SHARE = 0.6
"""Share of the words of usual filler texts from which a text is one; one such word alone may be anything."""

_NAMES = 2
"""Words with a capital letter beside a greeting that may be somebody's name."""

_PIECE = 12
"""Words of a piece of a long text that is looked at alone; half of it is the next one's too."""

_FEWEST_IN_PIECE = 4


def unfit(text: str) -> str | None:
    """Return one sentence on why `text` cannot be judged, and what to do about it; None where it can be.

    A text of which one part can be judged can be. The time that it takes is linear in the length of the text.
    """
    whole = _reason(text)
    if whole is None or any(_speaks(piece) for piece in _pieces(text)):
        return None
    return whole


def foreign(text: str) -> str | None:
    """Return what `text` is written in, where that is why it cannot be judged: “German, which the model does not read”; else None."""
    return _FOREIGN.get(unfit(text) or "")


@dataclass(slots=True, kw_only=True)
class _Words:
    """What words a text has.

    Attributes:
        kinds: How many of each kind.
        different: The different ones.
        greeting: How many greet.
        filler: How many are of the usual filler texts.
        own: How many are surely English.
    """

    kinds: Counter[WordKind] = field(default_factory=Counter)
    different: set[str] = field(default_factory=set)
    greeting: int = 0
    filler: int = 0
    own: int = 0

    @property
    def all(self) -> int:
        """How many words there are."""
        return self.kinds.total()

    @property
    def english(self) -> int:
        """How many say something in English."""
        return self.kinds[WordKind.ENGLISH]

    @property
    def content(self) -> int:
        """How many say something, or would if they were words."""
        return self.all - self.kinds[WordKind.EMPTY]

    @property
    def is_filler(self) -> bool:
        """Whether they are those of a usual filler text."""
        return self.filler > 1 and self.filler >= _FILLER_SHARE * self.all

    @property
    def are_empty(self) -> bool:
        """Whether they say nothing; many different function words do, “I'd like to … and not have to …”."""
        few = len(self.different) <= _EMPTY_AT_MOST or 2 * self.greeting >= self.all
        return not self.content and few


def _reason(text: str) -> str | None:
    """Return what `unfit` does for a text that is taken as a whole."""
    latin, scripts = _letters(text)
    words = _words(text)
    reason: str | None = None
    if (others := scripts.total()) > latin and words.english < _FEWEST_IN_PIECE:
        reason = _of_script(scripts.most_common(1)[0][0])
    elif not latin and not others:
        reason = Unfitness.NO_WORDS.value
    elif words.is_filler:
        reason = Unfitness.FILLER.value
    elif words.are_empty:
        is_greeting = any(greets(word) for word in words.different - words_of(WordList.FILLERS))
        reason = (Unfitness.GREETING if is_greeting else Unfitness.TOO_LITTLE).value
    elif words.own < _SURE_SHARE * words.all:
        reason = _of_unknown_words(text, words)
    return reason


def _of_unknown_words(text: str, words: _Words) -> str | None:
    """Return why a text with many unknown words cannot be judged: strange ones, another language, or invented ones."""
    strange = words.kinds[WordKind.STRANGE] > _STRANGE_SHARE * words.content
    invented = words.content >= _INVENTED_FROM and words.english < _KNOWN_LEAST * words.content
    # Letters that English does not use speak for a language rather than for nonsense.
    if (not strange or not text.isascii()) and _is_foreign(text, words):
        name = foreign_name(text)
        return _UNKNOWN_LANGUAGE if name is None else _of_language(name)
    return Unfitness.NONSENSE.value if strange or invented else None


def _is_foreign(text: str, words: _Words) -> bool:
    below = _FOREIGN_BELOW if words.all >= _FEWEST_IN_PIECE else _FOREIGN_BELOW_OF_FEW
    is_code = words.english > 0 and len(_CODE.findall(text)) >= _CODE_FROM
    has_few = words.all > 1 and words.own < _FEW_SHARE * words.all
    return has_few and not is_code and english_probability(text) < below


def _speaks(piece: str) -> bool:
    """Whether a piece of a text is plainly English with content."""
    words = _words(piece)
    plain = words.english > 1 and words.own >= _SURE_SHARE * words.all
    return plain and words.all >= _FEWEST_IN_PIECE and not words.is_filler


def _pieces(text: str) -> Iterator[str]:
    """Yield the lines and sentences of a text, and of those that have many words overlapping runs of `_PIECE` words."""
    for sentence in _END.split(text):
        stay_patient()
        words = sentence.split()
        for start in range(0, max(1, len(words) - _PIECE // 2), _PIECE // 2):
            yield " ".join(words[start : start + _PIECE])


def _letters(text: str) -> tuple[int, Counter[str]]:
    """Return how many Latin letters a text has, and how many of each other script."""
    scripts: Counter[str] = Counter()
    latin = 0
    for character, count in Counter(text).items():
        if not character.isalpha():
            continue
        name = unicodedata.name(character, "").split(" ", 1)[0]
        if name in {"LATIN", "FULLWIDTH", "MATHEMATICAL", "FEMININE", "MASCULINE", "MODIFIER"}:
            latin += count
        else:
            scripts[_SCRIPTS.get(name, _OTHER)] += count
    if scripts["Japanese"]:  # which writes with Chinese characters too
        scripts["Japanese"] += scripts.pop("Chinese", 0)
    return latin, +scripts


def _words(text: str) -> _Words:
    """Return what words a text has; letters with blanks between them, as in “b o m b”, are taken together."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'")
    text = _SPACED.sub(lambda found: _BLANKS.sub("", found[0]), text)
    words = _Words()
    lorem = words_of(WordList.LOREM)
    before = ""
    names = 0
    for match in _WORD.finditer(text):
        shape = match[0]
        word = shape.casefold()
        kind = kind_of(shape)
        if kind is not None:
            if kind is not WordKind.EMPTY and shape.istitle() and names < _NAMES and _may_be_name(before, words):
                names += 1
                kind = WordKind.EMPTY
            words.kinds[kind] += 1
            words.different.add(word)
            words.greeting += greets(word)
            words.filler += word in lorem
            words.own += is_surely_english(word, kind)
        before = word
    return words


def _may_be_name(before: str, words: _Words) -> bool:
    """Whether a word with a capital letter may be somebody's name: after a greeting, or where somebody gives it."""
    return words.greeting > 0 and not words.content and (before in _NAME_BEFORE or greets(before))
