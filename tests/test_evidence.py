"""Which words carry a match: leave one out at a time, all in one batch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import LetterEncoder, letter_index

from policy_index import ClauseIndex, InputError, PolicyPack, Span, load_shelf
from policy_index.brief.word_weights import MAX_WORDS, WordWeight, carrying, literal_words, word_weights


def weight(value: float) -> WordWeight:
    return WordWeight(span=Span(start=0, end=1), weight=value, literal=False)


def test_a_words_weight_is_how_far_the_score_falls_without_it(pack: PolicyPack, letters: LetterEncoder):
    """By hand: the passage and each shorter one, scored by themselves."""
    index = letter_index(pack, letters)
    clause = pack.policy.clause("adult-content")
    column = pack.policy.clauses.index(clause)
    whole, *shorter = index.score_table(["dating for farmers", " for farmers", "dating  farmers", "dating for "]).scores

    weights = word_weights(index, "dating for farmers", clause)

    assert [word.span.slice("dating for farmers") for word in weights] == ["dating", "for", "farmers"]
    expected = [whole[column] - scores[column] for scores in shorter]
    assert np.allclose([word.weight for word in weights], expected, atol=1e-6)


def test_leaving_out_every_word_is_one_batch(pack: PolicyPack, letters: LetterEncoder):
    """The passage and one text for each of its four words."""
    index = letter_index(pack, letters)

    word_weights(index, "dating\napp  for farmers", pack.policy.clause("adult-content"))

    assert letters.batches == [1 + 4]


def test_a_passage_of_one_word_has_one_weight(pack: PolicyPack, letters: LetterEncoder):
    """What is left is not blank, which no encoder knows."""
    index = letter_index(pack, letters)

    (word,) = word_weights(index, "roulette", pack.policy.clause("economic-harm/gambling"))

    assert word.span == Span(start=0, end=8)
    assert all(text.strip() for text in letters.encoded)


def test_words_beyond_the_longest_explained_passage_are_left_alone(pack: PolicyPack, letters: LetterEncoder):
    """200 of them are explained."""
    index = letter_index(pack, letters)

    weights = word_weights(index, "word " * 250, pack.policy.clause("health"))

    assert len(weights) == MAX_WORDS == 200
    assert letters.batches == [201]


def test_a_blank_passage_is_refused(pack: PolicyPack, letters: LetterEncoder):
    """As everywhere."""
    with pytest.raises(InputError, match="at least one visible character"):
        word_weights(letter_index(pack, letters), " \n", pack.policy.clause("health"))


def test_words_that_the_clause_has_too_are_literal(pack: PolicyPack, letters: LetterEncoder):
    """Whatever their case, plural or punctuation; common words never are."""
    index = letter_index(pack, letters)
    clause = pack.policy.clause("adult-content")
    assert clause.text == "Adult content, adult industries, and dating apps, including:"

    weights = word_weights(index, "An APP, and “Dating” for adults; updating", clause)

    assert [word.literal for word in weights] == [False, True, False, True, False, True, False]


def test_literal_words_mean_something_by_themselves():
    """Folded, without a plural s; words of three letters keep theirs."""
    assert literal_words("The Plugins of THE manifest; a bus") == {"plugin", "manifest", "bus"}


def test_the_words_that_carry_a_score_hold_half_of_what_falls():
    """6 + 3 + 1 + 1 fall, 11 in all: 6 are more than half, alone; words that rise never count."""
    six, three, one, rising = weight(6), weight(3), weight(1), weight(-9)

    assert carrying([rising, one, three, six, one]) == (six,)
    assert carrying([three, three, three, rising]) == (three, three)
    assert carrying([rising]) == ()
    assert carrying([]) == ()


@settings(max_examples=50)
@given(passage=st.text(min_size=1, max_size=100))
def test_any_passage_has_a_weight_for_each_of_its_words(passage: str):
    """Or is refused; spans slice back to the words, in order."""
    pack = load_shelf().default
    index = letter_index(pack, LetterEncoder())
    try:
        weights = word_weights(index, passage, pack.policy.clause("health"))
    except InputError:
        return

    assert [word.span.slice(passage) for word in weights] == passage.split()


def test_the_word_that_makes_a_text_touch_a_clause_carries_it(real_index: ClauseIndex):
    """With the real model."""
    passage = "We want to open an online casino next spring"

    weights = word_weights(real_index, passage, real_index.policy.clause("economic-harm/gambling"))

    assert [word.span.slice(passage) for word in carrying(weights)][0] == "casino"  # noqa: RUF015
