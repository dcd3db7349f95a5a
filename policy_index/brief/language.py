"""Which parts of a text seem to be in a language that the model does not know."""

from collections import Counter
from dataclasses import dataclass

from policy_index.search.languages import NAMES, likeliest

_SURE = 0.8
"""Probability from which a line is taken to be in a language."""

_FEWEST_BYTES = 24
"""Shorter lines say too little of their language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignPart:
    """A language other than English, and the share of the text's characters in lines of it, in (0, 1]."""

    language: str
    share: float


def foreign_parts(text: str) -> tuple[ForeignPart, ...]:
    """Return the languages other than English that lines of `text` seem to be in, the most frequent first."""
    counts: Counter[str] = Counter()
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines:
        if len(line.encode("utf-8", "replace")) >= _FEWEST_BYTES:
            language, probability = likeliest(line)
            if probability >= _SURE:
                counts[language] += len(line)
    total = sum(len(line) for line in lines)
    del counts["en"]
    return tuple(ForeignPart(language=NAMES[language], share=count / total) for language, count in counts.most_common())
