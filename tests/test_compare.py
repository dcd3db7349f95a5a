"""What changed between two versions: every clause in one change of the right kind, every word in its place."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from comparing import EDITS, SOURCE, edited, is_seen, version
from hypothesis import given
from hypothesis import strategies as st
from support import LetterEncoder

from policy_index.comparing.binding import binding_edits
from policy_index.comparing.diff import ChangeKind, Comparison, compare
from policy_index.comparing.edits import EditKind, likeness, word_edits
from policy_index.comparing.order import in_order
from policy_index.comparing.wording import Wording, words_of
from policy_index.errors import ComparisonError

BASE = version(SOURCE)
KINDS = ("added", "removed", "moved", "split", "merged", "reworded", "negated", "number", "cosmetic")


def holds_everything_once(comparison: Comparison) -> bool:
    """Whether every clause of both versions is in exactly one change."""
    before = Counter(clause.id for change in comparison.changes for clause in change.clauses_before)
    after = Counter(clause.id for change in comparison.changes for clause in change.clauses_after)
    return before == Counter(clause.id for clause in comparison.before) and after == Counter(
        clause.id for clause in comparison.after
    )


# ----------------------------------------------------------------------------------------------------------- evaluation


def test_the_evaluation_has_enough_of_everything():
    """Sixty clauses, thirty edits, each kind at least twice."""
    counts = Counter(edit["edit"] for edit in EDITS)

    assert len(BASE.clauses) >= 60
    assert len(EDITS) >= 30
    assert set(counts) == set(KINDS)
    assert min(counts.values()) >= 2


def test_edits_one_at_a_time_are_seen_as_they_were_meant():
    """At least nine in ten, and nothing else seems changed."""
    seen = [
        is_seen(found, edit) and sum(change.kind is not ChangeKind.UNCHANGED for change in found.changes) == 1
        for edit in EDITS
        for found in [compare(BASE, version(edited(SOURCE, edit)))]
    ]

    assert sum(seen) >= 0.9 * len(EDITS)


def test_edits_all_at_once_are_seen_as_they_were_meant():
    """At least nine in ten, and every clause is in one change."""
    source = SOURCE
    for edit in EDITS:
        source = edited(source, edit)

    found = compare(BASE, version(source, year=2026))

    assert sum(is_seen(found, edit) for edit in EDITS) >= 0.9 * len(EDITS)
    assert holds_everything_once(found)


# -------------------------------------------------------------------------------------------------------------- cosmetic


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        ("You may not sell it.", "you  may NOT sell it", True),
        ("1. You may sell it", "2.3 You may sell it", True),
        ("(a) You may sell it", "b) You may sell it", True),
        ("Don’t sell it", "Don't sell it", True),
        ("a pass\u00adword", "a password", True),
        ("The \ufb01rst", "The first", True),
        ("cafe\u0301", "caf\u00e9", True),
        ("non-profit", "non profit", True),
        ("You may sell it", "You may not sell it", False),
        ("under 13", "under 16", False),
        ("2.5 GB of pictures", "3.5 GB of pictures", False),
        ("a fee of 1.50", "a fee of 150", False),
        ("a fee of $5", "a fee of €5", False),
        ("18+", "18", False),
        ("10²", "102", False),
        ("your user's words", "your users words", False),
        ("禁止赌博", "允许赌博", False),
    ],
)
def test_words_are_equal_where_nothing_else_is_said(before: str, after: str, *, is_same: bool):
    """Case, signs, numbering and invisible characters say nothing; amounts, currencies and single words do."""
    assert (words_of(before) == words_of(after)) == is_same


def test_marks_links_and_blanks_are_cosmetic_and_a_word_is_not():
    """The same list in another dress."""
    before = version("# P\n\n* Keep **keys** [here](https://a.example)\n* Ask first\n")
    after = version("# P\n\n1. keep keys,   [here](https://b.example)!\n2. Ask twice\n")

    kinds = [change.kind for change in compare(before, after).changes]

    assert kinds == [ChangeKind.COSMETIC, ChangeKind.REWORDED]


@given(st.integers(0, 10**6))
def test_whatever_is_shuffled_cut_or_repeated_every_clause_is_in_one_change_and_words_decide(seed: int):
    """Kinds follow from the words of the two sides, and the runs give back both texts."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    lines = [line for line in SOURCE.splitlines() if line.strip() and not line.startswith("#")]
    chosen = [rng.sample(lines, 12), rng.sample(lines, 12)]
    chosen[1][:6] = [" ".join(word for word in line.split() if rng.random() < 0.8) or "x" for line in chosen[0][:6]]

    found = compare(*(version("# P\n\n" + "\n\n".join(each)) for each in chosen))

    assert holds_everything_once(found)
    for change in found.changes:
        texts = [" ".join(each.text for each in side) for side in (change.clauses_before, change.clauses_after)]
        assert "".join(edit.before for edit in change.edits) == texts[0]
        assert "".join(edit.after for edit in change.edits) == texts[1]
        assert 0 <= change.likeness <= 1
        if change.before is not None and change.after is not None:
            words = [
                [w for each in side for w in words_of(each.text)]
                for side in (change.clauses_before, change.clauses_after)
            ]
            assert (change.kind is ChangeKind.REWORDED) == (words[0] != words[1])


# ----------------------------------------------------------------------------------------------------------------- edits


@given(st.text(max_size=80), st.text(max_size=80))
def test_runs_give_back_both_texts(before: str, after: str):
    """Whatever the texts: joined, they are them, to the letter."""
    edits = word_edits(Wording.of(before), Wording.of(after))

    assert "".join(edit.before for edit in edits) == before
    assert "".join(edit.after for edit in edits) == after


def test_runs_are_words_joined_sensibly():
    """No lone “of” between two changes, and no letters."""
    edits = word_edits(Wording.of("Keep the old records of all visits."), Wording.of("Keep new files of some guests."))

    assert [(edit.kind, edit.text) for edit in edits] == [
        (EditKind.EQUAL, "Keep "),
        (EditKind.DELETE, "the old records of all visits."),
        (EditKind.INSERT, "new files of some guests."),
    ]


def test_likeness_is_twice_the_common_words_by_all_words():
    """2 · 3 / (4 + 4)."""
    assert likeness(["a", "b", "c", "d"], ["a", "b", "x", "d"]) == pytest.approx(6 / 8)


def test_a_hostile_text_of_one_word_is_compared_in_no_time():
    """Ten thousand times the same word, three thousand gone."""
    edits = word_edits(Wording.of("no " * 10_000), Wording.of("x " + "no " * 7_000))

    assert sum(len(edit.words_before) for edit in edits if edit.kind is EditKind.DELETE) == 3_000


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("You must ask", "You may ask", [("modal", "must", "may")]),
        ("You may sell it", "You may not sell it", [("negation", "", "not")]),
        ("within thirty days", "within 14 days", [("number", "thirty days", "14 days")]),
        ("Sell it without consent", "Sell it", [("negation", "without", ""), ("exception", "without consent", "")]),
        ("Sell it", "Sell it unless it is new", [("exception", "", "unless")]),
        ("for minors", "for employees", [("group", "minors", "employees")]),
        ("once a year", "every three months", [("number", "once a year", "every three months")]),
        ("You may ask, blue", "You may ask, green", []),
        ("It must be blue, or so", "It is said that it must be green, or so", []),
    ],
)
def test_edits_of_what_binds_are_told_apart(before: str, after: str, expected: list[tuple[str, str, str]]):
    """By kind, with the words before and after; what stays is not told."""
    found = binding_edits(word_edits(Wording.of(before), Wording.of(after)))

    assert [(each.what.value, each.before, each.after) for each in found] == expected


# ------------------------------------------------------------------------------------------------------------- alignment


def test_the_heaviest_increasing_subsequence_is_kept():
    """3 alone would weigh 1, 1 and 2 weigh 2; and a heavy one outweighs two."""
    assert in_order([2, 0, 1], [1.0, 1.0, 1.0]) == [1, 2]
    assert in_order([2, 0, 1], [3.0, 1.0, 1.0]) == [0]
    assert in_order([], []) == []


def test_a_renamed_heading_moves_no_clause_and_is_told_of():
    """The clauses under it say which it became."""
    found = compare(BASE, version(SOURCE.replace("## Security", "## Keys and locks")))

    assert {change.kind for change in found.changes} == {ChangeKind.UNCHANGED}
    assert [(each.kind, each.before, each.after) for each in found.headings] == [
        (ChangeKind.REWORDED, "Security", "Keys and locks")
    ]
    assert found.alters_words


def test_a_lead_in_that_turns_its_meaning_is_told_of_as_binding():
    """“You may not:” is no clause, but it says what the clauses under it mean."""
    before = version("# P\n\nYou may not:\n\n* Sell keys\n* Lend keys\n")
    after = version("# P\n\nYou may:\n\n* Sell keys\n* Lend keys\n")

    headings = compare(before, after).headings

    assert [[(each.what.value, each.before) for each in heading.binding] for heading in headings] == [
        [("negation", "not")]
    ]


class Synonyms:
    """An encoder to whom a few words mean one thing."""

    name = fingerprint = "synonyms"

    def encode(self, texts: Any) -> Any:
        return LetterEncoder().encode(["gamble" if "bet" in text or "wager" in text else "zzz" for text in texts])

    def characters_read(self, text: str) -> int:
        return len(text)


def test_meaning_ties_what_words_do_not():
    """With an encoder a rule told in other words is reworded, without one it goes and another comes."""
    before = version("# P\n\nNobody bets here.\n\nKeys stay home.\n")
    after = version("# P\n\nNo wagers at all.\n\nKeys stay home.\n")

    assert compare(before, after).counts[ChangeKind.ADDED] == 1
    assert compare(before, after, encoder=Synonyms()).changes[0].found_by == "meaning"


# ------------------------------------------------------------------------------------------------------------- bad input


def test_the_same_version_twice_is_unchanged_and_said():
    """An answer, with a sentence."""
    found = compare(BASE, BASE)

    assert found.touched == 0
    assert not found.alters_words
    assert found.notes == ("Both texts are the same, letter for letter.",)


def test_wrong_order_and_one_date_are_said():
    """An answer all the same."""
    other = version(SOURCE.replace("30 days", "60 days"), year=2026)

    assert "is the later one" in compare(other, BASE).notes[0]
    assert "one date" in compare(BASE, version(SOURCE.replace("30 days", "60 days"))).notes[0]
    assert compare(BASE, other).notes == ()


def test_two_policies_are_said_to_be_two():
    """By their names."""
    assert "two policies" in compare(BASE, version(SOURCE, title="Terms")).notes[0]


def test_two_languages_are_refused_in_one_sentence():
    """It names both."""
    german = version(
        "# Richtlinie\n\nNiemand darf mit diesem Werkzeug andere Menschen bedrohen, verfolgen oder erpressen.\n\n"
        "Wer jünger als dreizehn Jahre ist, braucht die schriftliche Erlaubnis seiner Eltern, bevor er ein Konto anlegt.\n\n"
        "Wir löschen alle Gespräche nach dreißig Tagen und verkaufen keine persönlichen Daten an andere Unternehmen.\n"
    )

    with pytest.raises(ComparisonError, match=r"one language, got English in .* and German in"):
        compare(BASE, german)


def test_a_version_without_clauses_is_refused():
    """No parser gives one; a caller can."""
    empty = replace(BASE, sections=())

    with pytest.raises(ComparisonError, match="got 0 in Lantern Usage policy"):
        compare(BASE, empty)
