"""Words that turn an act round: “never”, “turned away”, “flags”. A mean of vectors hardly hears them; a list of words does.

A multinomial logistic regression over tf-idf weighted words (log(1 + count), smoothed idf, unit length), fitted to the twins that
do, refuse or prevent an act. What it says of a text moves the stances that the vectors gave, as the likelihood ratio of Bayes' rule:
p'(stance) ~ p(stance) * exp(log-odds of the stance against "does"). "Harmless" and "does" keep their ratio: words of topics,
which tell these two apart, are the encoder's business.

Where refusing somebody is the act (`refused_people`), the words are not heard at all: then “refused” says that it is done.
"""

import hashlib
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_index.files import written
from policy_index.policy.pack import PolicyPack
from policy_index.policy.twins import Stance
from policy_index.search.refused_people import refuses_people
from policy_index.search.training_texts import STANCES

FILE = "stance_words.npz"
"""Name of the file among a pack's fitted parts."""

TURNED = (Stance.REFUSES, Stance.PREVENTS)
"""The stances that words move, in the order of the columns."""

LEAST = 5
"""Texts that a word must stand in to be heard."""

_FORMAT = 1

_INVERSE_RIDGE = 3.0
"""scikit-learn's C. It and the weight of 1 that words have against vectors were chosen on `tuning_families.jsonl`."""

_AT_LEAST = -1.0
"""Lowest log-odds that words can have: that an act is done shows in what it is, which the encoder sees, and hardly in words.
Chosen likewise."""

WHERE_PEOPLE_ARE_REFUSED = -6.0
"""Log-odds, of refusing and of preventing alike, of a text in which refusing somebody is the act: for 44 twins that the search had
not seen, numbers from -4 to -7 are about as likely; of these, one that rather shows a clause than hides it."""

_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, kw_only=True)
class StanceWords:
    """Fitted words.

    Attributes:
        key: Digest of the twins that they were fitted to.
        words: The words that are heard, lower case.
        rarity: Their inverse document frequencies, (words,).
        log_odds: What each of them says for refusing and for preventing against doing, (words, 2).
        always: The same where no word is known, (2,).
    """

    key: str
    words: tuple[str, ...]
    rarity: NDArray[np.float32]
    log_odds: NDArray[np.float32]
    always: NDArray[np.float32]

    @classmethod
    def from_pack(cls, pack: PolicyPack) -> "StanceWords | None":
        """Fit to a pack's twins; None where none refuses, or none prevents."""
        from sklearn.linear_model import LogisticRegression  # maintainers only

        told = [twin for twin in pack.twins.twins if twin.stance is not Stance.HARMLESS]
        if not {Stance.DOES, *TURNED} <= {twin.stance for twin in told}:
            return None
        counted = [_counts(twin.text) for twin in told]
        frequency = Counter(word for counts in counted for word in counts)
        words = tuple(sorted(word for word, texts in frequency.items() if texts >= LEAST))
        rarity = np.log((1 + len(told)) / (1 + np.array([frequency[word] for word in words]))) + 1
        places = {word: place for place, word in enumerate(words)}
        features = np.stack([_weighted(counts, places, rarity) for counts in counted])
        stances = [Stance.DOES, *TURNED]
        model = LogisticRegression(C=_INVERSE_RIDGE, max_iter=500, class_weight="balanced")
        model.fit(features, [stances.index(twin.stance) for twin in told])
        return cls(
            key=words_key(pack),
            words=words,
            rarity=rarity.astype(np.float32),
            log_odds=(model.coef_[1:] - model.coef_[0]).T.astype(np.float32),
            always=(model.intercept_[1:] - model.intercept_[0]).astype(np.float32),
        )

    @classmethod
    def from_file(cls, path: Path, *, key: str) -> "StanceWords | None":
        """Read what was fitted to the twins of this key; no twin is read for it. None for a missing, damaged or foreign file."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                if str(stored["key"]) != key:
                    return None
                found = cls(
                    key=key,
                    words=tuple(str(stored["words"]).split("\n")),
                    rarity=stored["rarity"],
                    log_odds=stored["log_odds"],
                    always=stored["always"],
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        shapes = (found.rarity.shape, found.log_odds.shape, found.always.shape)
        sound = shapes == ((len(found.words),), (len(found.words), len(TURNED)), (len(TURNED),))
        return found if sound and bool(np.all(np.isfinite(found.log_odds))) else None

    def save(self, path: Path) -> None:
        """Write to `path`, which appears only when the file is complete.

        Raises:
            OSError: The folder cannot be written to.
        """
        with written(path) as file:
            np.savez_compressed(
                file,
                key=np.array(self.key),
                words=np.array("\n".join(self.words)),
                rarity=self.rarity,
                log_odds=self.log_odds,
                always=self.always,
            )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    def values(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the log-odds of refusing and of preventing against doing, without what vectors say, (texts, 2)."""
        table = np.zeros((len(texts), len(TURNED)))
        for row, text in enumerate(texts):
            known = {word: count for word, count in _counts(text).items() if word in self._places}
            places = [self._places[word] for word in known]
            weights = (1 + np.log(np.array(list(known.values()), dtype=np.float64))) * self.rarity[places]
            length = np.linalg.norm(weights)
            table[row] = self.always + (weights @ self.log_odds[places] / length if length else 0)
        refused = np.array([refuses_people(text) for text in texts], dtype=bool)
        return np.where(refused[:, None], WHERE_PEOPLE_ARE_REFUSED, np.maximum(table, _AT_LEAST))

    def moved(self, stances: NDArray[np.float64], texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the probabilities of stances once the words are heard.

        Args:
            stances: What vectors say, (texts, stances), rows of sum 1.
            texts: As much of them as the encoder read.
        """
        ratios = np.ones_like(stances)
        ratios[:, [STANCES.index(stance) for stance in TURNED]] = np.exp(self.values(texts))
        product = stances * ratios
        found: NDArray[np.float64] = product / product.sum(axis=1, keepdims=True)
        return found


def words_key(pack: PolicyPack) -> str:
    """Return a digest of all that fitted words depend on."""
    parts = [_FORMAT, _INVERSE_RIDGE, LEAST, pack.twins_digest]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _counts(text: str) -> Counter[str]:
    return Counter(_words(text))


def _words(text: str) -> Iterable[str]:
    return _WORD.findall(text.lower().replace("’", "'"))


def _weighted(counts: Counter[str], places: dict[str, int], rarity: NDArray[np.float64]) -> NDArray[np.float64]:
    row = np.zeros(len(places))
    for word, count in counts.items():
        if word in places:
            row[places[word]] = (1 + np.log(count)) * rarity[places[word]]
    found: NDArray[np.float64] = row / (np.linalg.norm(row) or 1)
    return found
