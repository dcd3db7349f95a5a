"""A policy's clauses are encoded while a person looks it over: for the visit alone, and for everybody once it is kept."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event, Timer

import numpy as np
import pytest
from other_policies import pack_of
from support import LetterEncoder

from policy_index.errors import EncoderError
from policy_index.search import ahead, clause_memory
from policy_index.search.ahead import ClausesAhead
from policy_index.search.clause_memory import ClauseMemory
from policy_index.search.concept_space import placing_texts
from policy_index.search.place_scorer import PlaceScorer
from policy_index.search.vectors import Vectors

PACK = pack_of("# Rules\n\n* No spam, spam, spam.\n* No quack questions.\n* No jazz, fuzz or buzz.\n")
TEXTS = placing_texts(PACK.policy.clauses)


class SlowLetters(LetterEncoder):
    """Lets the first call through, and holds the next until it is told to go on."""

    def __init__(self) -> None:
        """Nothing has been asked."""
        super().__init__()
        self.at_work, self.go_on = Event(), Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As letters, at leisure."""
        if self.encoded:
            self.at_work.set()
            assert self.go_on.wait(60)
        return super().encode(texts)


@pytest.fixture(autouse=True)
def new_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a process that knows nothing yet."""
    monkeypatch.setattr(clause_memory, "user_cache_path", lambda _name: tmp_path)
    monkeypatch.setattr(clause_memory, "_vectors", type(clause_memory._vectors)())
    return tmp_path / "clauses"


def test_what_is_placed_after_looking_it_over_was_encoded_already():
    """The index of the kept policy asks for no text again, and its clauses lie where they would have."""
    letters = LetterEncoder()
    begun = ClausesAhead(letters, TEXTS).begin()
    begun.finish()
    assert sorted(letters.encoded[-len(set(TEXTS)) :]) == sorted(set(TEXTS))
    handed = begun.hand_over()
    before = len(letters.encoded)

    found = PlaceScorer.from_pack(PACK, letters)

    assert handed == len(set(TEXTS))
    assert not set(TEXTS) & set(letters.encoded[before:])
    assert np.array_equal(ClauseMemory(letters).encode(TEXTS), LetterEncoder().encode(TEXTS))
    assert set(found.owners.tolist()) == set(range(len(PACK.policy.clauses)))


def test_what_nobody_keeps_is_in_no_memory_and_in_no_file(new_process: Path):
    """A draft that is let go leaves nothing behind."""
    letters = LetterEncoder()
    begun = ClausesAhead(letters, TEXTS).begin()
    begun.finish()

    begun.stop()

    assert ClauseMemory(letters).unknown(TEXTS) == TEXTS
    assert not new_process.exists()


def test_keeping_it_at_once_waits_for_nothing_and_loses_nothing(monkeypatch: pytest.MonkeyPatch):
    """What is made is handed over; whoever needs what is under way waits for it; what is left is not begun."""
    monkeypatch.setattr(ahead, "AT_ONCE", 2)
    letters = SlowLetters()
    begun = ClausesAhead(letters, [*TEXTS, "more", "and more"]).begin()
    assert letters.at_work.wait(60)

    handed = begun.hand_over()
    assert handed == 2
    Timer(0.1, letters.go_on.set).start()
    longest = sorted({*TEXTS, "more", "and more"}, key=len, reverse=True)
    found = ClauseMemory(letters).encode(longest[:4])
    begun.finish()

    assert np.array_equal(found, LetterEncoder().encode(longest[:4]))
    assert sorted(letters.encoded) == sorted(longest[:4])  # each once


def test_a_closed_tab_has_the_rest_left(monkeypatch: pytest.MonkeyPatch):
    """Nobody wants it any more."""
    monkeypatch.setattr(ahead, "AT_ONCE", 2)
    letters = LetterEncoder()
    begun = ClausesAhead(letters, TEXTS, wanted=lambda: not letters.encoded).begin()

    begun.finish()

    assert len(letters.encoded) == 2


def test_of_a_further_version_only_what_is_new_is_encoded():
    """The older one's vectors lie in the cache folder, where another process left them."""
    ClauseMemory(LetterEncoder()).encode(TEXTS)
    clause_memory._vectors.clear()
    letters = LetterEncoder()

    begun = ClausesAhead(letters, [*TEXTS, "No new thing."]).begin(before=[TEXTS])
    begun.finish()

    assert letters.encoded == ["No new thing."]


def test_a_model_that_fails_breaks_nothing():
    """Whoever searches is told then."""

    class Broken(LetterEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise EncoderError(texts[0])

    begun = ClausesAhead(Broken(), TEXTS).begin()
    begun.finish()

    assert begun.hand_over() == 0
