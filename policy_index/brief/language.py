"""Which parts of a text seem to be in a language that the model does not know."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}

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
            language, probability = _identifier().classify(line)
            if probability >= _SURE:
                counts[language] += len(line)
    total = sum(len(line) for line in lines)
    del counts["en"]
    return tuple(
        ForeignPart(language=_NAMES[language], share=count / total) for language, count in counts.most_common()
    )


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_NAMES))
    return identifier
