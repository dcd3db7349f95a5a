"""Which parts of a text seem to be in a language that the model does not know."""

from collections import Counter
from dataclasses import dataclass

from policy_index.search.languages import NAMES, likeliest
from policy_index.search.patience import stay_patient

_SURE = 0.8
"""Probability from which a line is taken to be in a language."""

_FEWEST_BYTES = 24
"""Shorter lines say too little of their language."""

_STRETCH = 4000
"""Characters of a line that are told at once: a longer one would hold everybody up, and may be in several languages."""


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
        for start in range(0, len(line), _STRETCH):
            stay_patient()
            stretch = line[start : start + _STRETCH]
            if len(stretch.encode("utf-8", "replace")) >= _FEWEST_BYTES:
                language, probability = likeliest(stretch)
                if probability >= _SURE:
                    counts[language] += len(stretch)
    total = sum(len(line) for line in lines)
    del counts["en"]
    return tuple(ForeignPart(language=NAMES[language], share=count / total) for language, count in counts.most_common())
