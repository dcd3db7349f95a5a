"""A brief reads a text to its end, and every number in it leads back to a passage and a clause."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import LetterEncoder, letter_index

from policy_index import (
    Band,
    Brief,
    BriefEntry,
    ClauseIndex,
    ClauseKind,
    Evidence,
    ExemplarSet,
    InputError,
    Lane,
    Likelihood,
    Policy,
    PolicyPack,
    Span,
    Stance,
    compare,
    load_shelf,
    restate,
    write_brief,
)
from policy_index.brief import Rewording
from policy_index.brief.change import changed_words
from policy_index.policy.facts import Reason

DIAGNOSIS = "The app looks at a photo of a mole and tells people whether they have skin cancer."
IDEA = f"""# Molewatch

We are two sisters from Leeds. {DIAGNOSIS} It never stores photos.

What comes next:

- an online casino for members
- a chatbot that sounds like a dead relative
"""


def harmless_text(words: int) -> str:
    """Return so many words in at least 300 different sentences of ten words, five to a paragraph."""
    people = ["My aunt", "The baker", "Our neighbour", "A friend", "The gardener", "His cousin"]
    deeds = ["waters", "paints", "carries", "counts", "measures", "sells", "repairs", "draws", "washes", "wraps"]
    things = ["green chairs", "clay pots", "wooden boats", "paper kites", "garden gates"]
    different = [f"{who} {does} two {what} near the old barn." for what, does, who in product(things, deeds, people)]
    assert len(set(different)) == 300
    assert {len(sentence.split()) for sentence in different} <= {9, 10}
    sentences: list[str] = []
    while sum(len(sentence.split()) for sentence in sentences) < words:
        sentences += different
    return "\n\n".join(" ".join(sentences[place : place + 5]) for place in range(0, len(sentences), 5))


@pytest.fixture(scope="module")
def brief(real_index: ClauseIndex) -> Brief:
    """The brief of an idea with a heading, a paragraph and a list."""
    return write_brief(real_index, IDEA)


def test_a_sentence_at_the_end_of_fifteen_thousand_harmless_words_is_found(real_index: ClauseIndex):
    """With its place, and no other sentence carries its clause; progress rises to 1."""
    harmless = harmless_text(15_000)
    text = f"{harmless}\n\n{DIAGNOSIS}\n"
    done: list[float] = []
    assert len(harmless.split()) >= 15_000

    found = write_brief(real_index, text, on_progress=done.append)

    health = next(entry for entry in found.entries if entry.clause.id.partition("/")[0] == "health")
    assert health.band in {Band.LIKELY, Band.POSSIBLE}
    assert [passage.span.slice(text) for passage in health.passages] == [DIAGNOSIS]
    assert health.passages[0].span.end == len(text) - 1
    assert found.sentences[-1].slice(text) == DIAGNOSIS
    assert done == sorted(done)
    assert 0 < done[0] < done[-1] == 1


def test_every_clause_stands_in_the_brief_once(brief: Brief, policy: Policy):
    """What reaches `possible` as an entry, all else in the rest, best first."""
    everything = [*brief.entries, *brief.rest]

    assert sorted(entry.clause.id for entry in everything) == sorted(clause.id for clause in policy)
    assert all(entry.band is not Band.UNLIKELY for entry in brief.entries)
    assert all(entry.band is Band.UNLIKELY for entry in brief.rest)
    assert [entry.likelihood.value for entry in brief.rest] == sorted(
        (entry.likelihood.value for entry in brief.rest), reverse=True
    )


def test_the_clauses_of_an_idea_are_found_each_with_its_own_sentence(brief: Brief):
    """The clause of a point in a list too, and no other sentence stands for it."""
    found = {entry.clause.id: entry for entry in brief.entries}
    (health,) = [entry for clause_id, entry in found.items() if clause_id.partition("/")[0] == "health"]

    assert DIAGNOSIS in health.passages[0].text
    assert "casino" in found["economic-harm/gambling"].passages[0].text
    assert "casino" not in health.passages[0].text


def test_lanes_stand_in_order_and_hold_every_entry_best_first(brief: Brief):
    """No lane is empty; a clause with a condition to meet stands under “Allowed only if”."""
    assert list(brief.lanes) == [lane for lane in Lane if lane in brief.lanes]
    assert [entry for entries in brief.lanes.values() for entry in entries] == list(brief.entries)
    for lane, entries in brief.lanes.items():
        assert entries
        assert [entry.likelihood.value for entry in entries] == sorted(
            (entry.likelihood.value for entry in entries), reverse=True
        )
        assert {entry.lane for entry in entries} == {lane}
    by_id = {entry.clause.id: entry.lane for entry in (*brief.entries, *brief.rest)}
    assert by_id["legal-advice"] is by_id["privacy/tracking"] is Lane.ONLY_IF
    assert by_id["health"] is by_id["illegal-activity"] is Lane.NOT_ALLOWED
    assert by_id["further-requirements/ai-disclosure"] is Lane.YOU_MUST


def test_evidence_stands_where_its_span_says(brief: Brief):
    """Its words are the text's; what the encoder read ends in them; a clause names each sentence once, best first."""
    for entry in (*brief.entries, *brief.rest):
        assert entry.passages
        for passage in entry.passages:
            assert passage.text == " ".join(passage.span.slice(IDEA).split())
            assert passage.read_as.endswith(passage.text)
        best = entry.passages[0]
        assert entry.likelihood == best.likelihood
        chances = [passage.likelihood.probability or 0 for passage in entry.passages]
        assert chances == sorted(chances, reverse=True)
        spans = sorted((passage.span.start, passage.span.end) for passage in entry.passages)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_segments_give_the_text_back_and_carry_the_bands_of_its_sentences(brief: Brief):
    """Between sentences nothing is marked; the marked ones name their clauses."""
    assert "".join(segment.text for segment in brief.segments) == IDEA
    marked = {segment.text: segment for segment in brief.segments if segment.band}
    assert "health" in {clause.id.partition("/")[0] for clause in marked[DIAGNOSIS].clauses}
    assert all(segment.clauses for segment in marked.values())
    assert all(any(span.slice(IDEA) == text for span in brief.sentences) for text in marked)


@settings(max_examples=60)
@given(text=st.text(max_size=200))
def test_segments_give_any_text_back(text: str):
    """Whatever it is made of."""
    try:
        found = write_brief(letter_index(load_shelf().default, LetterEncoder(), probability=0.5), text)
    except InputError:
        return

    assert "".join(segment.text for segment in found.segments) == found.text == text


def test_the_matrix_holds_the_strongest_sentences_in_the_order_of_the_text(brief: Brief):
    """Its values are the grid's, so a sentence's best clause is in its row."""
    matrix = brief.matrix(most=2)

    assert len(matrix.sentences) == 2
    assert matrix.values.shape == (2, len(brief.entries))
    assert matrix.clauses == tuple(entry.clause for entry in brief.entries)
    numbers = [number for number, _ in matrix.sentences]
    assert numbers == sorted(numbers)
    for (number, words), row in zip(matrix.sentences, matrix.values, strict=True):
        assert words == brief.sentences[number - 1].slice(IDEA)
        columns = [brief.policy.columns[clause.id] for clause in matrix.clauses]
        assert np.array_equal(row, brief.grid[number - 1, columns])


def test_a_sentences_value_is_the_best_of_the_passages_that_cover_it(pack: PolicyPack, letters: LetterEncoder):
    """By hand: alone, or, where the two together carry the clause best, together with the neighbour."""
    index = letter_index(pack, letters)
    one, two = "We bake bread daily.", "They eat what remains."
    text = f"{one} {two}"
    alone, other, pair = index.score_table([one, two, text]).scores

    grid = write_brief(index, text).grid

    together = pair > np.maximum(alone, other)
    assert 0 < together.sum() < len(together)
    assert np.allclose(grid[0], np.where(together, pair, alone))
    assert np.allclose(grid[1], np.where(together, pair, other))


def test_words_that_repeat_are_encoded_once(pack: PolicyPack, letters: LetterEncoder):
    """A thousand lines alike cost as much as one."""
    write_brief(letter_index(pack, letters), "Bread\n" * 1000)

    assert letters.encoded == ["Bread"]


def test_facts_beside_the_text_add_and_remove_requirements_without_encoding(pack: PolicyPack, letters: LetterEncoder):
    """Each with its reason; taking the facts back gives the first brief back."""
    first = write_brief(letter_index(pack, letters, probability=0.1), "We bake bread.")
    letters.encoded.clear()

    stated = restate(first, pack.facts.chosen(["plugin", "talks-with-people"]))
    back = restate(stated, [])

    assert letters.encoded == []
    assert first.entries == back.entries == ()
    assert [fact.id for fact in stated.facts] == ["talks-with-people", "plugin"]
    assert list(stated.lanes) == [Lane.YOU_MUST, Lane.PLUGIN_RULES]
    assert [entry.clause.id for entry in stated.lanes[Lane.YOU_MUST]] == ["further-requirements/ai-disclosure"]
    assert {entry.clause.kind for entry in stated.lanes[Lane.PLUGIN_RULES]} == {ClauseKind.PLUGIN_REQUIREMENT}
    assert len(stated.lanes[Lane.PLUGIN_RULES]) == 5
    for entry in stated.entries:
        assert entry.band is Band.UNLIKELY
        assert all(reason.words in entry.clause.verbatim for reason in entry.reasons)
    assert {entry.clause.id for entry in back.rest} == {clause.id for clause in pack.policy}


def test_facts_can_be_stated_with_the_text(pack: PolicyPack, letters: LetterEncoder):
    """Which is the same as stating them afterwards."""
    index = letter_index(pack, letters, probability=0.1)

    at_once = write_brief(index, "We bake bread.", facts=pack.facts.chosen(["automated-decisions"]))
    later = restate(write_brief(index, "We bake bread."), pack.facts.chosen(["automated-decisions"]))

    assert at_once.entries == later.entries
    assert [entry.clause.id for entry in at_once.entries] == ["economic-harm/automated-eligibility"]


def test_two_wordings_differ_in_what_was_changed(real_index: ClauseIndex, brief: Brief):
    """Without the casino, gambling falls most; what no brief shows is left out; the greatest change comes first."""
    without = write_brief(real_index, IDEA.replace("an online casino", "a knitting circle"))

    changes = compare(brief, without)

    by_id = {change.clause.id: change for change in changes}
    assert changes[0].clause.id == "economic-harm/gambling"
    assert by_id["economic-harm/gambling"].difference < 0
    assert by_id["economic-harm/gambling"].lane_before is Lane.NOT_ALLOWED
    assert by_id["economic-harm/gambling"].lane_after is None
    assert by_id["economic-harm/gambling"].moved
    assert by_id["economic-harm/gambling"].after.band is Band.UNLIKELY
    assert set(by_id) == {entry.clause.id for entry in (*brief.entries, *without.entries)}
    sizes = [abs(change.difference) for change in changes]
    assert sizes == sorted(sizes, reverse=True)
    assert all(change.before == change.after and not change.moved for change in compare(brief, brief))


@pytest.mark.parametrize(
    ("before", "after", "removed", "added"),
    [
        (
            "We open an online casino for members.",
            "We open a knitting circle for members.",
            ["an online casino"],
            ["a knitting circle"],
        ),
        ("We bake bread.", "We never bake bread.", [], ["never"]),
        ("We bake bread and cake.", "We bake bread.", ["bread and cake."], ["bread."]),
        ("one", "one", [], []),
        ("one one one", "one", ["one one"], []),
        ("a b c d", "d", ["a b c"], []),
    ],
)
def test_the_words_of_a_change_are_named(before: str, after: str, removed: list[str], added: list[str]):
    """What was taken out and what was put in, as stretches of words."""
    assert changed_words(before, after) == (tuple(removed), tuple(added))


def test_a_text_written_anew_is_not_laid_side_by_side():
    """Which would take long; a change in one place of a long text is named all the same."""
    long = [f"w{number}" for number in range(20_000)]

    assert changed_words(" ".join(long), " ".join(reversed(long))) is None
    assert changed_words(" ".join(long), " ".join([*long[:9_000], "new", *long[9_000:]])) == ((), ("new",))


def test_a_safeguard_that_moves_no_clause_is_said_to_be_unseen(pack: PolicyPack, letters: LetterEncoder):
    """The clauses that stay possible are those of which the search cannot tell whether the wording is mended."""
    index = letter_index(pack, letters, probability=0.4)
    before = write_brief(index, "We bake bread")

    mended = Rewording.between(before, write_brief(index, "We never bake bread"))
    same = Rewording.between(before, before)

    assert (mended.removed, mended.added, mended.added_safeguards) == ((), ("never",), ("never",))
    assert mended.moved == ()
    assert {change.clause.id for change in mended.unseen} == {entry.clause.id for entry in before.entries}
    assert not same.changes_words
    assert same.unseen == ()


def entry_with(pack: PolicyPack, likelihood: Likelihood, *, reasons: tuple[Reason, ...] = ()) -> BriefEntry:
    """Return an entry of one passage."""
    clause = next(each for each in pack.policy if each.citable)
    passage = Evidence(span=Span(start=0, end=1), text="x", read_as="x", likelihood=likelihood, closest_exemplar=None)
    return BriefEntry(clause=clause, lane=pack.lane_of(clause), reading=None, passages=(passage,), reasons=reasons)


def test_what_a_text_keeps_clear_of_or_was_only_stated_has_a_sentence_and_no_number(pack: PolicyPack):
    """A number would contradict why it is there; its passage is quoted only where the text itself speaks of the clause."""
    reason = next(iter(pack.facts.reasons(pack.facts.facts).values()))
    refusing, preventing, doing = (
        Likelihood(score=0.5, probability=0.02, mention=0.9, stance=stance)
        for stance in (Stance.REFUSES, Stance.PREVENTS, Stance.DOES)
    )

    assert entry_with(pack, refusing).said_instead == "Your text seems to refuse this"
    assert entry_with(pack, preventing).said_instead == "Your text seems to prevent this"
    assert len(entry_with(pack, refusing).quoted) == 1
    stated = entry_with(pack, refusing, reasons=tuple(reason))
    assert (stated.said_instead, stated.quoted) == ("Applies because you said so", ())
    assert entry_with(pack, doing).said_instead == ""
    likely = entry_with(pack, Likelihood(score=0.5, probability=0.9, mention=0.9), reasons=tuple(reason))
    assert (likely.said_instead, len(likely.quoted)) == ("", 1)


def test_a_brief_whose_best_is_possible_is_a_weak_match(pack: PolicyPack, letters: LetterEncoder):
    """Neither a likely clause nor none at all is."""
    weak = [
        write_brief(letter_index(pack, letters, probability=probability), "We bake bread").is_weak
        for probability in (0.9, 0.4, 0.1)
    ]

    assert weak == [False, True, False]


def test_words_that_negate_or_safeguard_are_named(brief: Brief):
    """Similarity does not see them."""
    assert brief.safeguards == ("never",)


def test_another_languages_part_is_named(pack: PolicyPack, letters: LetterEncoder):
    """The model knows English."""
    text = "We bake bread for everyone in our village.\nWir backen Brot für alle Menschen in unserem Dorf."

    (part,) = write_brief(letter_index(pack, letters), text).foreign

    assert part.language == "German"
    assert 0.4 < part.share < 0.6


def test_without_calibration_the_five_nearest_clauses_are_shown_and_no_band(pack: PolicyPack, letters: LetterEncoder):
    """And one sentence says why."""
    index = ClauseIndex.from_pack(pack.with_exemplars(ExemplarSet.empty(pack.policy)), letters)

    found = write_brief(index, "We bake bread. A dating app for farmers.")

    assert not found.made_with_probabilities
    assert found.uncalibrated.startswith("Nobody has written examples for this policy yet")
    assert len(found.entries) == 5
    assert min(entry.likelihood.score for entry in found.entries) >= max(entry.likelihood.score for entry in found.rest)
    for entry in (*found.entries, *found.rest):
        assert (entry.band, entry.likelihood.probability, len(entry.passages)) == (None, None, 1)
    assert found.touch == pytest.approx(max(entry.likelihood.score for entry in found.entries))
    assert not any(segment.band for segment in found.segments)
    assert found.matrix(most=40).values.shape == (2, 5)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 50_000,
        "\n".join(f"Word{number % 50}" for number in range(10_000)),
        "A dating app for farmers. Eine App für Bauern, die sich einsam fühlen. 農家のための出会い系アプリ。",
        "nul \x00 inside of a text that is otherwise fine",
        "lone \ud800 surrogate",
        "x",
    ],
    ids=["one word", "lines", "languages", "nul", "surrogate", "letter"],
)
def test_strange_text_gets_an_answer(real_index: ClauseIndex, text: str):
    """To its end, with spans into the text as it was read."""
    found = write_brief(real_index, text)

    assert len(found.text) == len(text)
    assert len(found.entries) + len(found.rest) == 71
    assert found.sentences[-1].end == len(found.text)
    assert "".join(segment.text for segment in found.segments) == found.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "but got an empty one."),
        ("\x89PNG\x00\x1a\x00\x00\x00\x03 IHDR", "as in a binary file that was opened as text."),
        ("word " * 20_001, "but this text has 20,001: check it in parts."),
        ("a" * 200_001, "but this one has 200,001."),
    ],
    ids=["empty", "binary", "words", "characters"],
)
def test_a_text_that_cannot_be_used_is_one_sentence(pack: PolicyPack, letters: LetterEncoder, text: str, message: str):
    """And nothing is encoded."""
    index = letter_index(pack, letters)

    with pytest.raises(InputError, match=r"^Expected ") as caught:
        write_brief(index, text)

    assert str(caught.value).endswith(message)
    assert letters.encoded == []


def test_a_brief_under_another_policy_holds_nothing_of_the_bundled_one(acme: PolicyPack, letters: LetterEncoder):
    """Its clauses, no readings, no reasons, and one sentence on why there are no probabilities."""
    index = ClauseIndex.from_pack(acme, letters)

    found = write_brief(index, "We send spam. " + acme.policy.clauses[2].text)

    assert found.pack is acme
    assert {entry.clause for entry in (*found.entries, *found.rest)} == set(acme.policy.clauses)
    assert len(found.entries) == 5
    assert all(entry.reading is None and not entry.reasons for entry in (*found.entries, *found.rest))
    assert found.uncalibrated.startswith("Nobody has written examples for this policy yet")
