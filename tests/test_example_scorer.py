"""A policy that has some examples: its clauses' places put right by them, and probabilities from them once they are enough."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from other_policies import pack_of
from support import LetterEncoder

from policy_index import ClauseIndex, Exemplar, ExemplarSet, PolicyPack
from policy_index.quality.own_examples import measured_on_examples
from policy_index.search.example_calibration import (
    ENOUGH_HARMLESS,
    ENOUGH_TOUCHING,
    ExampleCalibration,
    ExampleCounts,
    examples_of,
)
from policy_index.search.example_scorer import ExampleScorer, can_learn, example_key
from policy_index.search.likelihood import Nearness
from policy_index.search.place_scorer import PlaceScorer, strongest
from policy_index.search.scorer import cached_scorer

PACK = pack_of("# Rules\n\n* No spam, spam, spam.\n* No quack questions.\n* No jazz, fuzz or buzz.\n")
LETTERS = ("s", "q", "z")


def with_examples(touching: int, harmless: int) -> PolicyPack:
    """Return the pack with examples that many letters of their clause stand in, dealt out evenly, and harmless ones of others."""
    rows = [
        Exemplar(
            clause_id=PACK.policy.clauses[number % 3].id,
            text=f"{LETTERS[number % 3] * (9 + number % 7)} {'abcde'[number % 5]} {number}",
        )
        for number in range(touching)
    ]
    rows += [Exemplar(clause_id=None, text=f"{'hello there'[: 4 + number % 7]} {number}") for number in range(harmless)]
    return PACK.with_exemplars(ExemplarSet.from_rows(rows, policy=PACK.policy))


@pytest.fixture
def enough() -> ClauseIndex:
    """The index of a policy with just enough examples."""
    return ClauseIndex.from_pack(with_examples(ENOUGH_TOUCHING, ENOUGH_HARMLESS), LetterEncoder())


def test_what_is_left_out_is_judged_by_a_fit_without_it():
    """Leave-one-out in closed form: equal to leaving the text out, to a hair's breadth of the file's precision."""
    letters = LetterEncoder()
    pack = with_examples(9, 3)
    scorer = ExampleScorer.from_pack(pack, letters)
    left = 4
    text, clause = pack.exemplars.by_clause[PACK.policy.clauses[1].id][left - 3], PACK.policy.clauses[1].id
    others = {
        clause_id: tuple(each for each in texts if each != text)
        for clause_id, texts in pack.exemplars.by_clause.items()
    }
    without = ExampleScorer.from_pack(
        PACK.with_exemplars(ExemplarSet(by_clause=others, harmless=pack.exemplars.harmless)), letters
    )

    features = without.comparer()(letters.encode([text]).astype(np.float16).astype(np.float32))
    values = strongest(features @ without.clause_vectors.T, without.owners, len(PACK.policy.clauses))
    expected = np.hstack([values, without.stance_values(features)])

    assert clause in others
    assert np.allclose(scorer.left_out[left], expected[0], atol=5e-3)


def test_without_examples_of_a_clause_it_keeps_its_place():
    """Examples of one clause take nothing from the others at those texts but what their own words say."""
    letters = LetterEncoder()
    rows = [Exemplar(clause_id=PACK.policy.clauses[0].id, text="sss of another sort")]
    pack = PACK.with_exemplars(ExemplarSet.from_rows(rows, policy=PACK.policy))
    places = ClauseIndex.from_scorer(PACK, letters, PlaceScorer.from_pack(PACK, letters))
    index = ClauseIndex.from_pack(pack, letters)

    before, after = places.score_table(["qqqq zzzz"]), index.score_table(["qqqq zzzz"])

    own = [column for column in before.order[0].tolist() if column != 0]
    kept = [column for column in after.order[0].tolist() if column != 0]
    assert own == kept
    assert index.search("sss of another sort", top_k=1).matches[0].clause is PACK.policy.clauses[0]
    assert index.search("qqqq zzzz", top_k=1).matches[0].likelihood.nearness in list(Nearness)


def test_with_too_few_the_index_says_how_many_are_missing():
    """Nearness instead of probabilities, and the numbers of both sorts."""
    index = ClauseIndex.from_pack(with_examples(5, 1), LetterEncoder())

    assert index.calibration is None
    assert index.basis == ""
    assert (
        f"{ENOUGH_TOUCHING - 5} more examples of clauses and {ENOUGH_HARMLESS - 1} more harmless texts"
        in index.uncalibrated
    )
    assert index.search("sssss", top_k=1).matches[0].probability is None
    assert measured_on_examples(index) is None


@pytest.mark.parametrize(
    ("touching", "harmless", "words"),
    [
        (0, 0, "Missing until there are probabilities: 50 more examples of clauses and 25 more harmless texts;"),
        (49, 25, "Missing until there are probabilities: 1 more example of clauses;"),
        (50, 24, "Missing until there are probabilities: 1 more harmless text;"),
        (50, 25, "50 examples of clauses and 25 harmless texts so far: enough for probabilities."),
    ],
)
def test_what_is_missing_in_words(touching: int, harmless: int, words: str):
    """Each sort is counted by itself."""
    assert words in ExampleCounts(touching=touching, harmless=harmless).in_words()


def test_with_enough_there_are_probabilities_and_what_was_measured_is_said(enough: ClauseIndex):
    """From the examples themselves, each judged without itself."""
    result = enough.search("sssssssss a", top_k=1)

    assert enough.uncalibrated == ""
    assert enough.basis.startswith("Probabilities from 75 examples of this policy by leave-one-out. Measured on them:")
    assert result.matches[0].clause is PACK.policy.clauses[0]
    assert result.matches[0].probability is not None
    assert result.matches[0].likelihood.nearness is None
    assert result.touch is not None
    record = measured_on_examples(enough)
    assert record is not None
    assert (record["touching"], record["harmless"]) == (50, 25)
    assert record["first"]["value"] >= 0.9
    assert 0 <= record["error"] <= 0.5
    assert sum(each["mass"] for each in record["reliability"]) == pytest.approx(1, abs=1e-3)


def test_nothing_is_made_twice(enough: ClauseIndex):
    """A second index of equal examples encodes no text, and says the same."""
    letters = LetterEncoder()

    again = ClauseIndex.from_pack(with_examples(ENOUGH_TOUCHING, ENOUGH_HARMLESS), letters)

    assert letters.encoded == []
    assert again.basis == enough.basis
    assert again.calibration == enough.calibration
    assert np.array_equal(again.scorer.clause_vectors, enough.scorer.clause_vectors)


def test_a_damaged_file_is_made_again(enough: ClauseIndex):
    """Whatever lies in the cache, the index is the same."""
    path = cached_scorer(enough.scorer.key)
    whole = path.read_bytes()
    for content in (b"", b"PK nonsense", whole[: len(whole) // 2]):
        path.write_bytes(content)

        again = ClauseIndex.from_pack(enough.pack, LetterEncoder())

        assert again.basis == enough.basis
        assert path.stat().st_size >= len(whole) - 64


def test_the_key_follows_whatever_the_scorer_is_made_of():
    """Examples and model; the same content has the same key."""
    pack, letters = with_examples(5, 1), LetterEncoder()
    others = [
        (with_examples(6, 1), letters),
        (pack, LetterEncoder("letters-2")),
    ]

    keys = {example_key(pack, letters), *(example_key(*each) for each in others)}

    assert len(keys) == 3
    assert example_key(with_examples(5, 1), LetterEncoder()) == example_key(pack, letters)


def test_a_calibration_of_examples_survives_its_json(enough: ClauseIndex):
    """With and without probabilities; anything else is refused in one sentence."""
    scorer = enough.scorer
    assert isinstance(scorer, ExampleScorer)
    for own in (scorer.calibration, ExampleCalibration(counts=ExampleCounts(touching=1, harmless=0))):
        assert ExampleCalibration.from_json(own.to_json()) == own
    with pytest.raises(Exception, match="Expected a calibration from examples"):
        ExampleCalibration.from_json('{"counts": 1}')


def test_a_pack_of_thousands_of_texts_is_not_learned_in_seconds(pack: PolicyPack):
    """The bundled one has a regression of its own."""
    assert not can_learn(pack)
    assert can_learn(with_examples(5, 1))
    assert not can_learn(PACK)
    assert examples_of(pack).are_enough


def test_examples_that_cannot_be_told_apart_give_no_probabilities():
    """The same words for every clause and for none: enough in number, and nothing to learn."""
    rows = [
        Exemplar(
            clause_id=PACK.policy.clauses[number % 3].id if number < ENOUGH_TOUCHING else None, text=f"abc {number}"
        )
        for number in range(ENOUGH_TOUCHING + ENOUGH_HARMLESS)
    ]
    pack = replace(PACK, written=ExemplarSet.from_rows(rows, policy=PACK.policy), folder=Path("/no/such/folder"))

    index = ClauseIndex.from_pack(pack, LetterEncoder())

    assert index.calibration is None
    assert "could not be told apart well enough for probabilities" in index.uncalibrated
