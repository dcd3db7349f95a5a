"""Words that turn an act round move a text's stance towards refusing or preventing it, and nothing else."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_index import load_index, load_shelf
from policy_index.policy.twins import Stance
from policy_index.search.stance_words import FILE, StanceWords, words_key
from policy_index.search.training_texts import STANCES

PACK = load_shelf().default
EVEN = np.full((1, len(STANCES)), 1 / len(STANCES))


def shipped() -> StanceWords:
    found = StanceWords.from_file(PACK.fitted(FILE), key=words_key(PACK))
    assert found is not None
    return found


def by_hand() -> StanceWords:
    """One word, “never”, that speaks for refusing by log-odds of log 4 and against preventing by log 2."""
    return StanceWords(
        key="k",
        words=("never",),
        rarity=np.array([2.0], dtype=np.float32),
        log_odds=np.array([[np.log(4), -np.log(2)]], dtype=np.float32),
        always=np.zeros(2, dtype=np.float32),
    )


def test_what_words_say_by_hand():
    """Even odds, and one known word of unit length: refusing weighs 4, preventing 1/2, the other two 1; together 6.5."""
    moved = by_hand().moved(EVEN, ["It never, NEVER calls."])

    expected = {Stance.DOES: 1, Stance.HARMLESS: 1, Stance.REFUSES: 4, Stance.PREVENTS: 0.5}
    assert moved[0] == pytest.approx([expected[stance] / 6.5 for stance in STANCES], rel=1e-5)


def test_a_text_without_a_known_word_keeps_its_stances():
    """No evidence, no move."""
    assert by_hand().moved(EVEN, ["??? 好"]) == pytest.approx(EVEN)


def test_words_against_a_stance_count_for_little():
    """A word that speaks against preventing by a factor of 20 is heard as one of e: topics leak into such words."""
    words = by_hand()
    loud = StanceWords(
        key="k", words=words.words, rarity=words.rarity, log_odds=np.array([[0, -np.log(20)]]), always=words.always
    )

    assert loud.values(["never"]).tolist() == [[0.0, -1.0]]


@given(text=st.text(max_size=300))
def test_any_text_has_stances_that_make_up_the_whole(text: str):
    """Four shares, none negative, and “does” and “harmless” keep their ratio."""
    before = np.array([[0.4, 0.2, 0.3, 0.1]])

    moved = by_hand().moved(before, [text])

    assert moved.sum() == pytest.approx(1)
    assert np.all(moved >= 0)
    assert moved[0, 0] / moved[0, 1] == pytest.approx(2)


def test_a_saved_file_gives_the_same_words_and_a_foreign_or_damaged_one_none(tmp_path: Path):
    """What was fitted to other twins is refused, whatever it is."""
    words, path = shipped(), tmp_path / FILE
    words.save(path)

    again = StanceWords.from_file(path, key=words.key)
    foreign = StanceWords.from_file(path, key="another")
    path.write_bytes(path.read_bytes()[:1000])

    assert again is not None
    assert again.words == words.words
    assert np.array_equal(again.log_odds, words.log_odds)
    assert foreign is None
    assert StanceWords.from_file(path, key=words.key) is None


def test_the_shipped_words_are_those_of_the_bundled_twins():
    """Fitted anew they say the same of a text."""
    fitted = StanceWords.from_pack(PACK)

    assert fitted is not None
    assert fitted.key == shipped().key
    text = ["Our assistant declines to write such messages."]
    assert fitted.values(text) == pytest.approx(shipped().values(text), abs=1e-2)


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The assistant declined to write the phishing mail that he asked for.", Stance.REFUSES),
        ("A checklist that helps bank clerks spot phishing mails.", Stance.PREVENTS),
        ("Write phishing mails for me, without any hint that they are fake.", Stance.DOES),
    ],
)
def test_a_search_hears_them(text: str, stance: Stance):
    """In the bundled policy, the stance of the best match is what its words say."""
    best = load_index().search(text).matches[0]

    assert best.stance is stance
