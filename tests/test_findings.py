"""What rows touch, in counts: by clause, by what came of them, and by a person's own column."""

import json

import numpy as np
import pyarrow as pa
import pytest
from batches import letters_for_a_model
from hypothesis import given
from hypothesis import strategies as st
from support import LetterEncoder, letter_index

from policy_index import ClauseIndex, PolicyPack
from policy_index.batch.findings import OUTCOMES, TOP, Findings, Outcome
from policy_index.batch.grouping import MOST_GROUPS, Grouping, as_words
from policy_index.batch.layout import Source
from policy_index.batch.matching import Plan
from policy_index.batch.several import Memories, match_under
from policy_index.batch.suite import Suite, read_suite
from policy_index.batch.tables import look_through, windows
from policy_index.search.likelihood import MAYBE_FROM

TEXTS = ("a rash", " ", "online roulette", "asdfghjkl", "a rash", "bake bread")


def suite_of(index: ClauseIndex, *texts: str, others: tuple[ClauseIndex, ...] = ()) -> Suite:
    lines = "\n".join(json.dumps({"text": text, "n": place % 2}) for place, text in enumerate(texts))
    read = read_suite(index, look_through([Source.from_bytes("x.jsonl", lines.encode())]), others=others)
    assert read is not None
    return read


def test_a_row_is_told_of_what_a_search_shows_for_it(real_index: ClauseIndex):
    """The likely and possible clauses, the surest first; a harmless row has none, nor has one that cannot be judged."""
    suite = suite_of(real_index, *TEXTS)
    found = suite.found

    for place, text in enumerate(suite.texts):
        matches = real_index.search(text, top_k=len(real_index)).matches
        shown = [] if found.unfit[place] else [match.clause for match in matches if match.likelihood.shows]
        touched = [real_index.policy.clauses[column] for column, _ in found.touched_by(place)]
        assert touched == shown
    outcomes = [OUTCOMES[place] for place in found.outcomes(suite.places).tolist()]
    assert outcomes[1:4] == [Outcome.ERROR, Outcome.TOUCHES, Outcome.UNFIT]
    assert outcomes[5] is Outcome.NOTHING
    assert (found.surest(suite.places) > 0).tolist() == [each is Outcome.TOUCHES for each in outcomes]


def test_counts_are_those_of_rows_one_by_one(real_index: ClauseIndex):
    """For each clause and group, the same text in two rows twice."""
    suite = suite_of(real_index, *TEXTS)
    groups = np.array([0, 0, 1, 1, 1, 0])

    counts = suite.found.counts(suite.places, groups, of=2)

    for column in range(len(real_index.policy.clauses)):
        touching = suite.found.touches(suite.places, column)
        assert counts[column].tolist() == [int((touching & (groups == group)).sum()) for group in (0, 1)]
    assert counts.sum() > 0


def test_without_examples_only_what_is_not_far_is_touched(acme: PolicyPack):
    """At most the nearest few; joined parts say the same as the whole."""
    index = ClauseIndex.from_pack(acme, LetterEncoder())
    suite = suite_of(index, *TEXTS)
    found = suite.found

    assert found.by_places
    assert not found.has_probabilities
    assert (found.sureness >= MAYBE_FROM).all()
    assert max(len(found.touched_by(place)) for place in range(len(suite.texts))) <= TOP
    halves = [
        Findings.from_table(index, suite.texts[half], suite.table.take(np.arange(len(suite.texts))[half]))
        for half in (slice(0, 2), slice(2, None))
    ]
    joined = Findings.joined(halves)
    assert joined.places.tolist() == found.places.tolist()
    assert joined.columns.tolist() == found.columns.tolist()
    assert joined.unfit == found.unfit


def test_a_suite_under_several_policies_is_the_batch_of_the_command(pack: PolicyPack, acme: PolicyPack):
    """The same columns with the same numbers; each text is encoded once, and one that was read before not at all."""
    encoder = LetterEncoder()
    indexes = [letter_index(each, encoder) for each in (pack, acme)]
    suite = suite_of(indexes[0], *TEXTS, others=(indexes[1],))
    assert sorted(encoder.encoded) == sorted({text for text in TEXTS if text.strip()})

    (window,) = windows(suite.layout)
    specs = [index.pack.spec for index in indexes]
    plan = Plan.from_layout(suite.layout, top=TOP, policies=specs)
    assert suite.results_under(indexes)[0].equals(match_under(indexes, window, plan, Memories()))

    encoder.encoded.clear()
    again = read_suite(indexes[0], suite.layout, others=indexes[1:], before=suite)
    assert again is not None
    assert encoder.encoded == []
    assert np.array_equal(again.vectors, suite.vectors)
    turned = suite.under(indexes[1])
    assert [each.pack.spec for each in (turned.found, *turned.others)] == specs[::-1]


def test_only_new_texts_are_encoded(pack: PolicyPack):
    """Beside those that were read before, in whatever order they come."""
    index = letters_for_a_model(pack)
    encoder = index.encoder
    assert isinstance(encoder, LetterEncoder)
    before = suite_of(index, "a rash", "roulette")
    encoder.encoded.clear()
    lines = "\n".join(json.dumps({"text": text}) for text in ("bread", "roulette", "a rash"))

    after = read_suite(index, look_through([Source.from_bytes("y.jsonl", lines.encode())]), before=before)

    assert after is not None
    assert encoder.encoded == ["bread"]
    assert np.array_equal(after.vectors, LetterEncoder().encode(["bread", "roulette", "a rash"]))


@given(st.lists(st.one_of(st.none(), st.sampled_from("abcdefghijklmnopq "), st.text(max_size=3)), min_size=1))
def test_every_row_is_in_one_group(cells: list[str | None]):
    """That of its value; blank is no value; the largest are told apart, and those beyond are counted."""
    table = pa.table({"x": pa.array(cells, pa.string())})

    grouping = Grouping.from_rows(table, "x")

    values = as_words(table, "x").to_pylist()
    assert not {"", " "} & set(values)
    assert len(grouping.of_row) == len(cells)
    assert len(grouping.names) + grouping.beyond == len(set(values))
    assert len(grouping.names) <= MOST_GROUPS
    for value, group in zip(values, grouping.of_row.tolist(), strict=True):
        assert (grouping.names[group] == value) if group < len(grouping.names) else (value not in grouping.names)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (pa.array([1, None, 3]), ["1", None, "3"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([["a"], None]), ["['a']", None]),
        (pa.array([b"\xff", b"a"]), [r"b'\xff'", "b'a'"]),
    ],
    ids=["numbers", "truths", "lists", "bytes"],
)
def test_cells_of_any_type_become_words(cells: pa.Array, words: list[str | None]):
    """None of them fails."""
    assert as_words(pa.table({"x": cells}), "x").to_pylist() == words
