"""A set of prompts as a whole: read once, scored under any policy, and what it covers."""

import json

import numpy as np
import pytest
from batches import letters_for_a_model
from support import LetterEncoder, letter_index

from policy_index import ClauseIndex, InputError, PolicyPack
from policy_index.batch import suite
from policy_index.batch.layout import Source
from policy_index.batch.matching import Plan, match_table
from policy_index.batch.suite import Suite, cover, read_suite
from policy_index.batch.tables import look_through, windows
from policy_index.plots.colouring import by_prompts
from policy_index.plots.policy import plot_policy_treemap


@pytest.fixture(scope="module")
def letter_clauses(pack: PolicyPack) -> ClauseIndex:
    """The bundled policy over letters, without a model."""
    return letters_for_a_model(pack)


@pytest.fixture(scope="module")
def acme_clauses(acme: PolicyPack) -> ClauseIndex:
    """A policy without categories over letters."""
    return letters_for_a_model(acme)


def suite_of(index: ClauseIndex, *texts: object) -> Suite:
    lines = "\n".join(json.dumps({"text": text}) for text in texts)
    read = read_suite(index, look_through([Source.from_bytes("x.jsonl", lines.encode())]))
    assert read is not None
    return read


def test_a_suite_reads_each_distinct_text_once_and_keeps_bad_rows(letter_clauses: ClauseIndex):
    """Rows, places and errors are in the input's order."""
    read = suite_of(letter_clauses, "a rash", " ", "roulette", "a rash")

    assert read.texts == ("a rash", "roulette")
    assert read.places.tolist() == [0, -1, 1, 0]
    assert [error is None for error in read.errors] == [True, False, True, True]
    assert not read.touches()[1].any()


@pytest.mark.parametrize("index", ["letter_clauses", "acme_clauses"])
def test_results_are_those_of_a_batch(index: str, request: pytest.FixtureRequest):
    """The same table, bad rows too."""
    clauses: ClauseIndex = request.getfixturevalue(index)
    read = suite_of(clauses, "a rash", " ", "roulette", 5, "a rash")

    table, plan = read.results(clauses, top=2)

    (window,) = windows(read.layout)
    assert plan.renamed == {}
    assert table.equals(match_table(clauses, window, Plan.from_layout(read.layout, top=2)))
    assert set(table.column("policy").to_pylist()) == {clauses.pack.spec}


def test_reading_can_be_cancelled_and_refuses_too_many_rows(
    letter_clauses: ClauseIndex, monkeypatch: pytest.MonkeyPatch
):
    """Or nothing to read."""
    layout = look_through([Source.from_bytes("x.csv", b"text\na\nb\n")])

    assert read_suite(letter_clauses, layout, is_cancelled=lambda: True) is None
    monkeypatch.setattr(suite, "MAX_ROWS", 1)
    with pytest.raises(InputError, match="at most 1 rows here, but there are 2"):
        read_suite(letter_clauses, layout)
    with pytest.raises(InputError, match="at least one row with a text"):
        read_suite(letter_clauses, look_through([Source.from_bytes("x.csv", b"text\n")]))


def test_a_suite_goes_under_another_policy_without_being_encoded_again(pack: PolicyPack, acme: PolicyPack):
    """Every number is then the other policy's; under its own it is the same suite."""
    encoder = LetterEncoder()
    own, other = letter_index(pack, encoder), letter_index(acme, encoder)
    read = suite_of(own, "a rash", "roulette")
    encoder.encoded.clear()

    turned = read.under(other)

    assert encoder.encoded == []
    assert read.under(own) is read
    assert turned.pack is other.pack
    assert np.array_equal(turned.table.values, suite_of(other, "a rash", "roulette").table.values)
    assert np.array_equal(turned.found.numbers, suite_of(other, "a rash", "roulette").found.numbers, equal_nan=True)


def test_a_suite_is_never_told_of_with_another_policys_numbers(letter_clauses: ClauseIndex, acme_clauses: ClauseIndex):
    """Handed the index of another policy, results and coverage are those of that policy."""
    read = suite_of(letter_clauses, "a rash", "roulette")
    expected = suite_of(acme_clauses, "a rash", "roulette")

    assert read.results(acme_clauses, top=2)[0].equals(expected.results(acme_clauses, top=2)[0])
    assert cover(acme_clauses, read).clauses == cover(acme_clauses, expected).clauses


def test_another_encoder_reads_the_texts_anew(pack: PolicyPack):
    """Vectors of one model say nothing to the scorer of another."""
    encoder = LetterEncoder("letters-2")
    other = letter_index(pack, encoder)

    turned = suite_of(letters_for_a_model(pack), "a rash", "a rash").under(other)

    assert encoder.encoded == ["a rash"]
    assert turned.fingerprint == "letters-2"


def test_a_prompt_touches_what_is_likely_or_possible(real_index: ClauseIndex):
    """As the bands of a search say it."""
    texts = ["online roulette", "bake bread"]

    touched = suite_of(real_index, *texts).touches()

    for row, text in enumerate(texts):
        matches = real_index.search(text, top_k=len(real_index)).matches
        shown = {match.clause.id for match in matches if match.likelihood.shows}
        assert {clause.id for clause, touches in zip(real_index.policy, touched[row], strict=True) if touches} == shown
    assert touched[0].any()
    assert not touched[1].any()


def test_without_probabilities_a_prompt_touches_its_nearest_clause(acme_clauses: ClauseIndex):
    """One each, so that coverage can be told all the same."""
    read = suite_of(acme_clauses, "a rash", "roulette", "a rash")
    nearest = acme_clauses.search("a rash", top_k=1).matches[0].clause

    coverage = cover(acme_clauses, read)

    assert read.touches().sum(axis=1).tolist() == [1, 1, 1]
    counts = dict(zip([clause.id for clause in acme_clauses.policy], read.touches().sum(axis=0).tolist(), strict=True))
    assert counts[nearest.id] >= 2
    assert {each.clause.id: each.count for each in coverage.clauses} == {
        clause.id: counts[clause.id] for clause in acme_clauses.policy if clause.citable
    }


def test_coverage_counts_touches_and_finds_what_is_missing_and_what_is_doubled(real_index: ClauseIndex):
    """Six prompts on one clause of 59: its share would be 6 / 59, three times that is under 1, so from 5 on it is too many."""
    texts = [
        *("online roulette", "a poker site with real bets", "sports betting odds app"),
        *("slot machine game with real money", "slot machine game with real money!", "blackjack with cash"),
        "bake bread",
    ]

    coverage = cover(real_index, suite_of(real_index, *texts, "bake bread"))

    by_id = {each.clause.id: each for each in coverage.clauses}
    assert len(coverage.clauses) == 59
    assert coverage.prompts == 8
    assert by_id["economic-harm/gambling"].count == 6
    assert by_id["economic-harm/gambling"].over_tested
    assert [each.clause.id for each in coverage.over_tested] == ["economic-harm/gambling"]
    assert "economic-harm/gambling" not in {clause.id for clause in coverage.untouched}
    assert "malware" in {clause.id for clause in coverage.untouched}
    assert [set(pair[:2]) for pair in coverage.near_duplicates] == [
        {"slot machine game with real money", "slot machine game with real money!"}
    ]
    assert coverage.repeated == (("bake bread", 2),)


@pytest.mark.parametrize("index", ["letter_clauses", "acme_clauses"])
def test_the_picture_names_every_clause(index: str, request: pytest.FixtureRequest):
    """One named tile a clause, its count a hover away."""
    pack = request.getfixturevalue(index).pack
    policy = pack.policy
    counts = {clause.id: place % 3 for place, clause in enumerate(policy) if clause.citable}

    colouring = by_prompts(pack, tuple(counts.items()))
    treemap = plot_policy_treemap(pack, colouring=colouring).data[0]

    labels = dict(zip(treemap.ids, treemap.labels, strict=True))
    hovers = dict(zip(treemap.ids, treemap.customdata, strict=True))
    assert all(labels[clause.id] for clause in policy)
    assert all(f" · {count} prompt" in hovers[clause] for clause, count in counts.items())
    assert all("not counted" in hovers[clause.id] for clause in policy if not clause.citable)
    assert colouring.told(policy.clauses) == f"{sum(map(bool, counts.values()))} of {len(counts)} touched"
    untouched = {colouring.colors[clause] for clause, count in counts.items() if not count}
    assert len(untouched) == 1
    assert untouched.isdisjoint(colouring.colors[clause] for clause, count in counts.items() if count)
