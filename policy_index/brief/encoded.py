"""A text, read: split into passages, each of them encoded once, and what can be told of it without any policy."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from policy_index.brief.language import ForeignPart, foreign_parts
from policy_index.brief.memory import PassageMemory
from policy_index.brief.passages import LONGEST_WINDOW, Passage, SplitText, split_text
from policy_index.brief.safeguards import safeguards
from policy_index.policy.document import Span
from policy_index.search.fit_to_judge import reasons_against
from policy_index.search.fitness import unfit
from policy_index.search.patience import stay_patient
from policy_index.search.sharing import SharedPlaces
from policy_index.search.text import accept_long_text, distinct
from policy_index.search.vectors import Encoder, Vectors

_AT_ONCE, _BETWEEN_REPORTS = 2048, 512
"""Passages that are encoded together, and the same where somebody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedText:
    """A text that an encoder has read to its end. It can be held against any number of policies, and nothing of it is read again.

    Attributes:
        split: Its sentences and passages.
        texts: The different words of its passages.
        places: For each passage the place of its words in `texts`, (passages,).
        vectors: One unit vector for each of `texts`, (texts, dimensions).
        reasons: For each of `texts` why it cannot be judged, or None.
        unfit: Why the text as a whole cannot be judged; None where it can be.
        safeguards: Words of it that negate or safeguard.
        foreign: Parts of it that seem to be in languages that the model does not know.
        model: Name of the encoder.
        fingerprint: Of the encoder.
        shared: What indexes have found of it and need not find again.
    """

    split: SplitText
    texts: tuple[str, ...]
    places: NDArray[np.int64]
    vectors: Vectors
    reasons: tuple[str | None, ...]
    unfit: str | None
    safeguards: tuple[str, ...]
    foreign: tuple[ForeignPart, ...]
    model: str
    fingerprint: str
    shared: SharedPlaces = field(default_factory=SharedPlaces, repr=False, compare=False)

    @classmethod
    def from_text(
        cls, text: str, encoder: Encoder, *, on_progress: Callable[[float], object] | None = None
    ) -> "EncodedText":
        """Read a text of at most 20,000 words to its end.

        Args:
            text: The text.
            encoder: What reads it.
            on_progress: Called with the share of the passages that are encoded, in (0, 1].

        Raises:
            InputError: The text is blank, too long, or a binary file.
            OverloadedError: It cannot be read in the caller's `patience`, or nobody waits for it any more.
        """
        split = _split(accept_long_text(text), encoder)
        texts, places = distinct(passage.text for passage in split.passages)
        step = _AT_ONCE if on_progress is None else _BETWEEN_REPORTS
        parts = []
        for start in range(0, len(texts), step):
            stay_patient()
            parts.append(encoder.encode(texts[start : start + step]))
            if on_progress is not None:
                on_progress(min(start + step, len(texts)) / len(texts))
        return cls(
            split=split,
            texts=tuple(texts),
            places=np.array(places),
            vectors=np.concatenate(parts),
            reasons=tuple(
                encoder.reasons_against(texts)
                if isinstance(encoder, PassageMemory)
                else reasons_against(texts, encoder)
            ),
            unfit=unfit(split.text),
            safeguards=safeguards(split.text),
            foreign=foreign_parts(split.text),
            model=encoder.name,
            fingerprint=encoder.fingerprint,
        )


def _split(text: str, encoder: Encoder) -> SplitText:
    """Return the text, split; one without a letter or digit, of emoji alone, is a single sentence, read as far as a window goes."""
    split = split_text(text, encoder)
    if split.passages:
        return split
    words = text.strip()[:LONGEST_WINDOW]
    start = text.index(words)
    span = Span(start=start, end=start + len(words))
    return SplitText(text=text, sentences=(span,), passages=(Passage(span=span, text=words, sentences=(0,)),))
