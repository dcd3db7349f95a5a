"""Which language a text seems to be in, by py3langid, whose model comes with it."""

from copy import copy
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

NAMES = {
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
"""Names of the languages that are told apart, by their codes."""


_SAMPLE = 4000
"""Characters of a long text by which its language is told."""


def likeliest(text: str) -> tuple[str, float]:
    """Return the code of the language of `NAMES` that `text` is likeliest in, and its probability."""
    language, probability = _identifier().classify(text)
    return language, float(probability)


def english_probability(text: str) -> float:
    """Return the probability that `text` is in English rather than in another language of `NAMES`."""
    return float(dict(_identifier().rank(text[:_SAMPLE]))["en"])


def foreign_name(text: str) -> str | None:
    """Return the name of the language of a text that is not in English; None where it cannot be told or has no name here."""
    language, probability = _every_language().classify(text[:_SAMPLE])
    return NAMES.get(language) if language != "en" and probability >= _SURE else None


_SURE = 0.6
"""Probability, among all languages of the model, from which a language is named."""


@cache
def _identifier() -> LanguageIdentifier:
    identifier = copy(_every_language())
    identifier.set_languages(list(NAMES))
    return identifier


@cache
def _every_language() -> LanguageIdentifier:
    """Return the whole model: half a second to load, so only where a text needs it."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
