"""Why a passage is near a clause: which of its words carry the score, and which it shares with the clause."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_index.policy.document import Clause, Span
from policy_index.search.index import ClauseIndex
from policy_index.search.text import accept_text

_WORD = re.compile(r"\S+")
_BARE = re.compile(r"\w+(?:[’'-]\w+)*")

MAX_WORDS = 200
"""Longest passage that is explained, in words: one more text to encode for each."""

_COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "but",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "must",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "should",
        "so",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "under",
        "us",
        "use",
        "used",
        "uses",
        "using",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "without",
        "you",
        "your",
    ]
)
"""Words that two texts share without having anything in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordWeight:
    """How much one word carries of a passage's score for a clause.

    Attributes:
        span: Where the word stands in the passage.
        weight: How far the score falls when the word is left out; negative where it rises.
        literal: Whether the clause has the word too.
    """

    span: Span
    weight: float
    literal: bool


def word_weights(index: ClauseIndex, passage: str, clause: Clause) -> tuple[WordWeight, ...]:
    """Leave out each word of `passage` in turn, and return how far its score for `clause` falls; all in one batch.

    Words beyond `MAX_WORDS` are left alone.

    Raises:
        InputError: The passage is blank.
    """
    words = list(_WORD.finditer(accept_text(passage)))[:MAX_WORDS]
    shortened = [
        f"{passage[: word.start()]}{passage[word.end() :]}".strip() or "." for word in words
    ]  # a passage of one word leaves nothing behind
    column = index.policy.columns[clause.id]
    scores = index.score_table([passage, *shortened]).scores[:, column]
    shared = literal_words(clause.text)
    return tuple(
        WordWeight(
            span=Span(start=word.start(), end=word.end()),
            weight=float(scores[0] - score),
            literal=not shared.isdisjoint(literal_words(word[0])),
        )
        for word, score in zip(words, scores[1:], strict=True)
    )


def carrying(weights: Sequence[WordWeight]) -> tuple[WordWeight, ...]:
    """Return the words that carry the score most, the heaviest first: together at least half of all that falls."""
    falling = sorted((word for word in weights if word.weight > 0), key=lambda word: -word.weight)
    half = sum(word.weight for word in falling) / 2
    chosen: list[WordWeight] = []
    for word in falling:
        if sum(each.weight for each in chosen) >= half:
            break
        chosen.append(word)
    return tuple(chosen)


def literal_words(text: str) -> frozenset[str]:
    """Return the words of a text that mean something by themselves, folded: no plural s, no capitals."""
    bare = (word.casefold() for word in _BARE.findall(text))
    return frozenset(re.sub(r"(?<=\w{3})s$", "", word) for word in bare if word not in _COMMON)
