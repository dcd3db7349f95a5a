"""Whether a clause holds the very words that somebody typed, however they are inflected: “defamation” is in “to defame others”.

Meaning alone overlooks a single word in a clause of many others.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from policy_index.policy.document import Clause
from policy_index.search.topic_places import phrases

_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_ENDINGS = tuple(
    _WORD.findall(
        "ations ation ating ated ates ators ator atory ements ement ate ments ment ions ion ings ing ers er ors or ed es s e"
    )
)
"""Endings of words, the longer ones first; the first is taken off that leaves enough."""

_LEAST = 4
"""Letters that are left; three of a short plural."""

_NO_PLURALS = frozenset(("news", "this", "less", "pass", "loss", "boss", "miss", "mass"))

_EMPTY = frozenset(
    _WORD.findall(
        "a an the of for to in on at by with without and or not no any all some is are be it its my our your their that this which"
    )
)
"""Words that say nothing of what a thing is about."""

_LONGEST = 40
"""Words up to which a clause is looked at as a whole; a longer one phrase by phrase, for words far apart in it are no topic."""


def holding(clauses: Sequence[Clause], asked: str) -> list[int]:
    """Return the places of the clauses that hold all words typed that say something; none where there are no such words."""
    wanted = _stems(asked) - _EMPTY
    if not wanted:
        return []
    return [place for place, clause in enumerate(clauses) if any(wanted <= stems for stems in _parts_of(clause.text))]


@lru_cache(maxsize=4096)
def _parts_of(text: str) -> tuple[frozenset[str], ...]:
    parts: Iterable[str] = [text] if len(text.split()) <= _LONGEST else phrases(text)
    return tuple(map(_stems, parts))


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text.casefold()))


def _stem(word: str) -> str:
    if word.endswith("s") and len(word) == _LEAST and word not in _NO_PLURALS:
        return word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST and not (ending == "s" and word.endswith("ss")):
            return word.removesuffix(ending)
    return word
