"""A text under several policies: read once, a column each, what appears, goes or is stricter, and since when."""

from collections.abc import Sequence
from datetime import date

import pytest
from other_policies import pack_of
from support import LetterEncoder, letter_index

from policy_index import ClauseIndex, InputError, Lane, PolicyPack, Shelf, load_shelf, write_brief
from policy_index.brief.encoded import EncodedText
from policy_index.brief.writing import brief_on, touched_by
from policy_index.comparing.since import touched_since
from policy_index.comparing.spread import Difference, StepKind, accept_packs, spread

TEXT = "A dating app for farmers.\n\nIt never shows minors. We bake bread, and the loan is refused."

RULES = "# Rules\n\n- You must not run a casino.\n- You must not build weapons of any kind.\n"
LATER = RULES + "- Do not let anybody gamble in a zoo.\n"
MILDER = "# Rules\n\n- You may run a casino only if you have a licence.\n- You must not build weapons of any kind.\n"


def indexes(*packs: PolicyPack, encoder: LetterEncoder | None = None) -> list[ClauseIndex]:
    """Return indexes over one letter-counting encoder; those of a pack without exemplars go by nearness of the clauses' words."""
    one = encoder or LetterEncoder()
    return [letter_index(pack, one) for pack in packs]


def versions(*sources: str) -> list[PolicyPack]:
    """Return versions of one policy, of the first days of years."""
    return [pack_of(source, updated=date(2024 + year, 1, 1)) for year, source in enumerate(sources)]


def test_every_passage_is_encoded_once_however_many_policies_it_meets(pack: PolicyPack, packs_folder: object):
    """Under three policies the encoder gets the same texts, in the same calls, as under one."""
    acme, old = (Shelf.from_folder(packs_folder).find(f"acme-aup@{day}") for day in ("2026-01-31", "2025-01-15"))  # type: ignore[arg-type]
    encoder = LetterEncoder()
    several = indexes(pack, acme, old, encoder=encoder)
    spread(TEXT, several[:1])
    under_one = (tuple(encoder.encoded), tuple(encoder.batches))
    encoder.encoded.clear()
    encoder.batches.clear()

    found = spread(TEXT, several)

    assert (tuple(encoder.encoded), tuple(encoder.batches)) == under_one
    assert len(set(encoder.encoded)) == len(encoder.encoded) > 3
    assert [column.pack for column in found.columns] == [index.pack for index in several]


@pytest.mark.parametrize("probability", [None, 0.7, 0.4, 0.1])
@pytest.mark.parametrize("text", [TEXT, "roulette", "😀🐄", "asdfghjkl qwrtzp", "x " * 900])
def test_a_column_has_the_entries_of_the_policys_brief(pack: PolicyPack, probability: float | None, text: str):
    """Clause by clause and passage by passage, calibrated or not; the brief of a text that was read before is `write_brief`'s."""
    index = letter_index(pack, LetterEncoder(), probability=probability)
    read = EncodedText.from_text(text, index.encoder)

    column, brief = touched_by(index, read), write_brief(index, text)

    assert column.entries == brief.entries == brief_on(index, read).entries
    assert column.touch == brief.touch
    assert {entry.clause.id for entry in column.entries} <= column.reached


def test_a_column_of_the_real_model_has_the_entries_of_the_brief(real_index: ClauseIndex, acme: PolicyPack):
    """Of the calibrated policy and of one without exemplars, whose places several indexes share."""
    texts = ["A dating app for farmers.", TEXT, "It refuses to help with weapons.", "asdfghjkl"]
    other = ClauseIndex.from_pack(acme, real_index.encoder)
    again = ClauseIndex.from_pack(acme, real_index.encoder)

    for text in texts:
        read = EncodedText.from_text(text, real_index.encoder)
        for index in (real_index, other, again):
            column, brief = touched_by(index, read), write_brief(index, text)
            assert [(entry.clause.id, entry.lane) for entry in column.entries] == [
                (entry.clause.id, entry.lane) for entry in brief.entries
            ]
            for mine, own in zip(column.entries, brief.entries, strict=True):
                assert mine.likelihood.value == pytest.approx(own.likelihood.value, abs=5e-4)


def difference(before: str, after: str, text: str) -> Difference:
    (found,) = spread(text, indexes(*versions(before, after))).differences
    return found


def kinds(found: Difference) -> dict[str, StepKind]:
    """Return the kind of each step by the clause that it is about."""
    return {step.clause.text: step.kind for step in found.steps}


def test_a_clause_that_a_later_version_adds_appears_and_the_other_way_round_goes():
    """The others are in both and stay, in the same words."""
    text = "Do not let anybody gamble in a zoo."

    forth, back = difference(RULES, LATER, text), difference(LATER, RULES, text)

    new = "Do not let anybody gamble in a zoo."
    assert kinds(forth)[new] is StepKind.APPEARS
    assert kinds(back)[new] is StepKind.GOES
    assert all(kind is StepKind.STAYS for words, kind in kinds(forth).items() if words != new)
    assert not any(step.reworded for step in forth.of_kind(StepKind.STAYS))
    (step,) = forth.of_kind(StepKind.APPEARS)
    assert (step.before, step.lane_before) == (None, None)


def test_a_clause_that_becomes_a_prohibition_is_stricter_and_says_from_what_to_what():
    """By the order of the lanes, and marked as resting on guesses, for the kinds of both are guessed."""
    found, back = difference(MILDER, RULES, "a casino"), difference(RULES, MILDER, "a casino")

    (step,) = found.of_kind(StepKind.STRICTER)
    assert (step.lane_before, step.lane_after) == (Lane.ONLY_IF, Lane.NOT_ALLOWED)
    assert step.reworded
    (milder,) = back.of_kind(StepKind.MILDER)
    assert (milder.lane_before, milder.lane_after) == (Lane.NOT_ALLOWED, Lane.ONLY_IF)
    assert any("guessed from its words in both policies" in note for note in found.notes)


def test_probabilities_and_nearness_are_never_said_to_be_one_measure(pack: PolicyPack, acme: PolicyPack):
    """The pair says that what appears or goes may come from the measures."""
    encoder = LetterEncoder()
    calibrated, plain = letter_index(pack, encoder, probability=0.7), letter_index(acme, encoder)

    (found,) = spread(TEXT, [calibrated, plain]).differences

    assert any("shows clauses by probability" in note and acme.title in note for note in found.notes)


def test_a_reading_that_only_one_policy_has_makes_the_other_no_stricter(pack: PolicyPack):
    """Lanes are compared by the kinds alone where nobody has read one of the two clauses."""
    lifted = next(clause for clause in pack.policy if pack.lane_of(clause) is Lane.ONLY_IF)
    bare = PolicyPack(id="copy", policy=pack.policy, folder=pack.folder / "no", settings={})

    (found,) = spread(lifted.text, indexes(pack, bare)).differences

    assert not found.why_not
    assert not [step for step in found.steps if step.kind in {StepKind.STRICTER, StepKind.MILDER}]


def test_policies_in_two_languages_are_not_compared_and_say_why(acme: PolicyPack):
    """Each still has its column."""
    german = pack_of(
        "# Regeln\n\n"
        + "".join(
            f"- Es ist verboten, {words}.\n"
            for words in (
                "anderen Menschen zu schaden oder sie zu bedrohen",
                "Waffen oder Sprengstoff herzustellen und zu verkaufen",
                "Glücksspiele ohne staatliche Erlaubnis zu veranstalten",
                "persönliche Daten fremder Menschen zu sammeln und weiterzugeben",
            )
        ),
        pack_id="regeln",
    )

    found = spread(TEXT, indexes(acme, german))

    assert "Expected two texts in one language" in found.differences[0].why_not
    assert not found.differences[0].steps
    assert all(column.pack for column in found.columns)


def test_since_when_tells_from_which_version_on_a_clause_is_touched_and_until_when():
    """A clause of all versions may be older than the first; one that came and went has two days."""
    text = "Do not let anybody gamble in a zoo."
    found = spread(text, indexes(*reversed(versions(RULES, LATER, RULES, LATER))))

    told = [each for each in touched_since(found) if each.clause.text == text]
    always = [each for each in touched_since(found) if each.clause.text != text]

    assert [(each.since.year, None if each.until is None else each.until.year) for each in told] == [
        (2027, None),
        (2025, 2026),
    ]
    assert not any(each.is_from_the_start for each in told)
    assert always
    assert all(each.is_from_the_start and each.until is None and each.since.year == 2024 for each in always)


def test_a_clause_is_followed_through_another_wording():
    """Its id changes with its words; it is one clause all the same."""
    reworded = LATER.replace("gamble in a zoo", "gamble at all in a zoo of ours")
    text = "Do not let anybody gamble in a zoo."

    told = touched_since(spread(text, indexes(*versions(LATER, reworded))))

    (zoo,) = [each for each in told if "zoo" in each.clause.text]
    assert (zoo.is_from_the_start, zoo.until, zoo.clause.text) == (
        True,
        None,
        "Do not let anybody gamble at all in a zoo of ours.",
    )


@pytest.mark.parametrize(
    ("packs", "sentence"),
    [
        ([], "Expected 1 to 100 policies or versions at once, got 0."),
        (versions(RULES, LATER) * 60, "Expected 1 to 100 policies or versions at once, got 120."),
        (versions(RULES) * 2, "Expected each policy or version once, got other@2024-01-01 twice."),
    ],
)
def test_no_policy_one_twice_or_too_many_is_one_sentence(packs: Sequence[PolicyPack], sentence: str):
    """Before anything is loaded or encoded."""
    with pytest.raises(InputError) as caught:
        accept_packs(packs)

    assert str(caught.value) == sentence


def test_one_policy_alone_is_a_spread_of_one_column():
    """With nothing to compare; policies that are no versions of one have no since."""
    alone = spread("a casino", indexes(*versions(RULES)))

    assert len(alone.columns) == 1
    assert alone.differences == ()
    with pytest.raises(InputError, match="at least two versions of one policy, each with its own day"):
        touched_since(alone)


def test_indexes_of_two_models_are_refused(pack: PolicyPack, acme: PolicyPack):
    """Vectors of one cannot be searched in the other."""
    two = [letter_index(pack, LetterEncoder()), letter_index(acme, LetterEncoder("letters-2"))]

    with pytest.raises(InputError, match="of one model"):
        spread("x", two)


def test_a_text_that_cannot_be_judged_touches_nothing_anywhere():
    """And says why."""
    found = spread("asdfghjkl qwrtzp", [letter_index(load_shelf().default, LetterEncoder(), probability=0.9)])

    assert found.read.unfit is not None
    assert not found.columns[0].entries
