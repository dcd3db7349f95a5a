"""Lists of words by which a text that says something is told from one that does not; small letters, in `data/fitness`.

`of_examples` holds the words that come at least twice in the bundled policy's exemplars and twins, `of_model` the further
whole words of the bundled model's tokenizer. The other lists are written by hand.
"""

from enum import StrEnum
from functools import cache
from importlib.resources import files


class WordList(StrEnum):
    """A list; the value is its file's name."""

    GREETINGS = "greetings"
    """Words of greetings, thanks and farewells."""

    GREETINGS_ELSEWHERE = "greetings_elsewhere"
    """The same in other languages, as they stand in English texts too."""

    FILLERS = "fillers"
    """Function words, small talk, and what stands in boxes that nobody has filled in yet."""

    LOREM = "lorem"
    """Words of the usual filler texts of designers."""

    ABBREVIATIONS = "abbreviations"
    """Abbreviations with content that look like nonsense in small letters."""

    OF_EXAMPLES = "of_examples"
    """English words that texts about a usage policy's subjects use."""

    OF_MODEL = "of_model"
    """Further words that the model knows; among them there are some of other languages, and names."""


@cache
def words_of(name: WordList) -> frozenset[str]:
    """Return the words of a list."""
    path = files("policy_index") / "data" / "fitness" / f"{name}.txt"
    return frozenset(path.read_text(encoding="utf-8").split())
