"""What somebody typed to find clauses: phrases in quotation marks, words, or a number."""

import re
from dataclasses import dataclass

from policy_index.errors import InputError
from policy_index.policy.lookup import split_words
from policy_index.search.text import accept_text
from policy_index.search.word_kinds import WordKind, kind_of

LONGEST = 1_000
"""Characters that are looked for; a longer text is something to check, not something to find."""

_MARKS = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
_PHRASE = re.compile(r'"([^"]*)"')
_NUMBER = re.compile(r"(?:§|#|n[or]\.)?\s*\d+(?:\.\d+)*\.?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for.

    Attributes:
        text: What was typed, without blanks around it.
        phrases: The words of each phrase in quotation marks, small letters, one blank between two.
        words: The words outside quotation marks, small letters, each once; those that say nothing alone are left out where others say something.
        whole: All words outside quotation marks, in their order, as `phrases` has them.
        loose: What is outside quotation marks, as it was typed, to be understood by meaning.
        is_number: Whether it is a number and nothing else, `18` or `5.1`.
    """

    text: str
    phrases: tuple[str, ...]
    words: tuple[str, ...]
    whole: str
    loose: str
    is_number: bool

    @classmethod
    def from_text(cls, text: str) -> "Query":
        """Read what was typed; a quotation mark without its partner counts for nothing.

        Raises:
            InputError: It is blank, too long, or a binary file read as text.
        """
        if len(text) > LONGEST:
            message = (
                f"Expected at most {LONGEST:,} characters to look for, got {len(text):,}: "
                "a whole text is checked, not looked for."
            )
            raise InputError(message)
        typed = accept_text(text).strip()
        marked = typed.translate(_MARKS)
        phrases = [" ".join(split_words(found)) for found in _PHRASE.findall(marked)]
        loose = " ".join(_PHRASE.sub(" ", marked).replace('"', " ").split())
        words = split_words(loose)
        saying = [word for word in words if kind_of(word) is not WordKind.EMPTY]
        return cls(
            text=typed,
            phrases=tuple(dict.fromkeys(phrase for phrase in phrases if phrase)),
            words=tuple(dict.fromkeys(saying or words)),
            whole=" ".join(words),
            loose=loose,
            is_number=_NUMBER.fullmatch(typed.casefold()) is not None,
        )
