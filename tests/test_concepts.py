"""Concepts hold texts of their own, and put a clause of any policy in its place without examples."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from other_policies import pack_of
from support import LetterEncoder

from policy_index import ClauseIndex, PolicyPack
from policy_index.errors import ConceptError, PackError
from policy_index.policy.concepts import ConceptSet, bundled_concepts
from policy_index.policy.confirmations import (
    ConceptVerdict,
    Confirmation,
    confirmations_from_jsonl,
    confirmations_jsonl,
)
from policy_index.policy.exemplars import folded_text
from policy_index.policy.parts import PackTexts
from policy_index.search import concept_space as space_module
from policy_index.search.concept_places import concepts_of_clause
from policy_index.search.concept_space import ConceptSpace, concept_space, shipped_space, space_key
from policy_index.search.placed_clauses import COVERED, SHARE

NAMED = '{"id": "a", "name": "A", "definition": "About a"}\n{"id": "b", "name": "B", "definition": "About b"}\n'
TEXTS = [
    {"concept": "a", "kind": "touches", "text": "zzz zzz"},
    {"concept": "a", "kind": "twin", "text": "eee eee"},
    {"concept": "b", "kind": "touches", "text": "kkk kkk"},
]


def made_up(*more: dict[str, str]) -> ConceptSet:
    """Return two concepts of three texts and `more`."""
    return ConceptSet.from_jsonl(NAMED, "\n".join(map(json.dumps, [*TEXTS, *more])))


def concept_texts() -> set[str]:
    """Return the shipped concepts' texts, folded."""
    return {folded_text(text) for each in bundled_concepts().concepts for text in (*each.exemplars, *each.twins)}


def held_out_texts(pack: PolicyPack) -> set[str]:
    """Return every text of the bundled policy's files to measure with, folded."""
    lines = [line for path in pack.folder.glob("heldout*.jsonl") for line in path.read_text("utf-8").splitlines()]
    rows = [json.loads(line) for line in lines]
    return {folded_text(value) for row in rows for value in row.values() if isinstance(value, str)}


def test_a_hundred_and_fifty_concepts_have_texts_on_both_sides():
    """20 to 28 exemplars and 8 to 12 twins each, a name and a definition, and no text twice."""
    concepts = bundled_concepts().concepts

    assert len(concepts) == len(bundled_concepts().by_id) == 150
    for concept in concepts:
        assert 20 <= len(concept.exemplars) <= 28, concept.id
        assert 8 <= len(concept.twins) <= 12, concept.id
    assert len(concept_texts()) == sum(len(each.exemplars) + len(each.twins) for each in concepts)
    assert len({each.name for each in concepts}) == len({each.definition for each in concepts}) == 150


def test_no_concepts_text_is_measured_with(pack: PolicyPack):
    """The adapter learns from them; what it is measured on it has not seen."""
    assert concept_texts() & held_out_texts(pack) == set()


def test_no_concepts_text_is_an_exemplar_or_a_twin(pack: PolicyPack):
    """They were written apart, and a text that is held out of one is not learnt from by way of the other."""
    written = {folded_text(text) for own in pack.exemplars.by_clause.values() for text in own}
    written |= set(map(folded_text, pack.exemplars.harmless)) | {folded_text(twin.text) for twin in pack.twins.twins}

    assert concept_texts() & written == set()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"concept": "c", "kind": "twin", "text": "x"}, "Line 4 of the concepts' texts: expected a concept and touches or twin"),
        ({"concept": "a", "kind": "likes", "text": "x"}, "got 'a' and 'likes'."),
        ({"concept": "a", "kind": "twin", "text": "ZZZ  zzz"}, "Line 4 of the concepts' texts: expected a new text, got the one of line 1"),
        ({"concept": "a", "kind": "twin"}, "Line 4 of the concepts: expected concept, kind, text, got KeyError: 'text'."),
        ({"concept": "a", "kind": "twin", "text": " "}, "got a blank one."),
    ],
)  # fmt: skip
def test_a_wrong_line_is_one_sentence(row: dict[str, str], message: str):
    """With its number."""
    with pytest.raises(ConceptError) as caught:
        made_up(row)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("clause", "concept"),
    [
        ("Do not recruit or transport people for human trafficking.", "human-trafficking"),
        ("You may not run online casinos or offer betting.", "gambling"),
        ("Do not clone anyone's voice without their consent.", "voice-cloning"),
        ("Cheating in exams is forbidden.", "academic-integrity"),
        ("No poaching or trade in endangered animals.", "wildlife-trafficking"),
        ("Never send unsolicited bulk messages.", "spam-messages"),
    ],
)
def test_a_clause_that_names_a_concept_is_nearest_to_it(real_index: ClauseIndex, clause: str, concept: str):
    """With the model that ships."""
    ((best, *_),) = concept_space(real_index.encoder).concepts_of(real_index.encoder.encode([clause]))

    assert bundled_concepts().concepts[best[0]].id == concept


RULES = """# Rules of the Lighthouse

## You may not

- Bet money on races or card games.
- Sell or buy ivory, horns or live wild animals.
- Write essays that pupils hand in as their own.
- Follow a person's movements without their knowledge.
- Brew or sell medicines that nobody has approved.
"""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("an app with poker tables where players win cash", 0),
        ("find me a dealer in rhino horn", 1),
        ("write my history homework so that my teacher thinks it is mine", 2),
        ("hide a tracker in my girlfriend's car", 3),
        ("a shop for home-made pills against cancer", 4),
    ],
)
def test_a_policy_without_examples_is_searched_by_places(real_index: ClauseIndex, text: str, place: int):
    """A text about a thing finds the clause about it, though they share no word; harmless ones lie farther off."""
    index = ClauseIndex.from_pack(pack_of(RULES), real_index.encoder)

    about, harmless = index.search_many([text, "a recipe for tomato soup"], top_k=1)

    assert about.matches[0].clause is index.policy.clauses[place]
    assert about.matches[0].probability is None
    assert harmless.matches[0].score < about.matches[0].score


# ------------------------------------------------------------------------------------------------------ where the space is


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Where the space of two concepts would ship, and a process that has none yet."""
    path = tmp_path / "fitted.npz"
    monkeypatch.setattr(space_module, "bundled_concepts", made_up)
    monkeypatch.setattr(space_module, "shipped_space", lambda: path)
    monkeypatch.setattr(space_module, "_spaces", {})
    return path


def made(encoder: LetterEncoder) -> ConceptSpace:
    """Return the space of the two concepts and a harmless text."""
    return ConceptSpace.from_concepts(made_up(), ["boil an egg"], encoder)


def test_a_texts_values_are_near_one_for_its_concept_and_near_zero_elsewhere(letters: LetterEncoder):
    """A twin is no part of its concept."""
    values = made(letters).values(letters.encode(["zzz zzz", "kkk kkk", "eee eee"]))

    assert values[0].argmax() == 0
    assert values[1].argmax() == 1
    assert values[0, 0] > 0.5 > abs(values[0, 1])
    assert values[2].max() < values[0, 0] / 2


def test_inner_products_of_texts_and_clauses_by_hand(letters: LetterEncoder):
    """(1 - share) cosines of the encoder and share cosines of values for concepts, shortened by how much of any the text has."""
    space = made(letters)
    (clause,) = pack_of("Do not zzz zzz kkk.").policy.clauses
    assert not clause.path
    encoded = letters.encode(["zzz zzz", clause.text])
    (text, own), (words, own_words) = space.values(encoded), encoded
    length, own_length = np.linalg.norm(text), np.linalg.norm(own)

    found = space.places(encoded[:1]) @ space.placed([clause], letters).places.T

    share = SHARE * min(own_length / COVERED, 1)
    cosine = (1 - share) * words @ own_words + share * text @ own / length / own_length
    assert found.item() == pytest.approx(min(length, 1) * cosine, abs=1e-5)


def test_a_change_of_model_concepts_or_harmless_texts_takes_no_stale_space():
    """Each has a key of its own."""
    more = made_up({"concept": "b", "kind": "twin", "text": "hhh"})
    keys = {
        space_key(made_up(), ["boil an egg"], LetterEncoder()),
        space_key(made_up(), ["boil two eggs"], LetterEncoder()),
        space_key(more, ["boil an egg"], LetterEncoder()),
        space_key(made_up(), ["boil an egg"], LetterEncoder("letters-2")),
    }

    assert len(keys) == 4


def test_the_space_that_ships_is_taken_and_nothing_is_fitted(
    pack: PolicyPack,
    real_index: ClauseIndex,
    encodes: list[str],
    monkeypatch: pytest.MonkeyPatch,
    no_person_cache: Path,
):
    """It belongs to the model and the concepts that ship; nothing is written."""
    monkeypatch.setattr(space_module, "_spaces", {})

    found = concept_space(real_index.encoder)

    assert found.key == space_key(bundled_concepts(), pack.exemplars.harmless, real_index.encoder)
    assert shipped_space().is_file()
    assert encodes == []
    assert list(no_person_cache.rglob("*.npz")) == []


def test_a_new_space_is_kept_and_taken_again(tiny: Path, monkeypatch: pytest.MonkeyPatch, no_person_cache: Path):
    """By the process, and from the cache by the next one."""
    first, second = LetterEncoder(), LetterEncoder()
    space = concept_space(first)

    assert concept_space(second) is space
    monkeypatch.setattr(space_module, "_spaces", {})
    again = concept_space(second)

    assert not tiny.exists()
    assert len(list(no_person_cache.rglob("concepts-*.npz"))) == 1
    assert len(first.encoded) > 3
    assert second.encoded == []
    assert np.array_equal(again.coefficients, space.coefficients)


@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign", "other shape", "not finite"])
def test_a_damaged_space_is_made_again(tiny: Path, damage: str):
    """The right one comes out, whatever lies in its place."""
    expected = concept_space(LetterEncoder())
    kept = expected.coefficients.astype(np.float16)
    parts = {"basis": expected.basis, "vectors": expected.vectors, "coefficients": kept}
    expected.save(tiny)
    whole = tiny.read_bytes()
    match damage:
        case "truncated":
            tiny.write_bytes(whole[: len(whole) // 2])
        case "empty":
            tiny.write_bytes(b"")
        case "foreign":
            np.savez(tiny, key=np.array("another"), **parts)
        case "other shape":
            np.savez(tiny, key=np.array(expected.key), **parts | {"coefficients": kept[:, :1]})
        case _:
            np.savez(tiny, key=np.array(expected.key), **parts | {"coefficients": kept * np.nan})
    space_module._spaces.clear()  # the next process
    assert ConceptSpace.from_file(tiny, key=expected.key, columns=2) is None

    assert np.allclose(concept_space(LetterEncoder()).coefficients, expected.coefficients, atol=1e-5)


# --------------------------------------------------------------------------------------------- what people say of concepts

TOLD = "confirmations.jsonl"


def told(*said: Confirmation) -> PolicyPack:
    """Return a policy of two clauses, and what people said of their concepts."""
    texts = {
        "pack.toml": SETTINGS,
        "policy.md": "# R\n\n- Do not be rude.\n- Keep it short.\n",
        TOLD: confirmations_jsonl(said),
    }
    return PolicyPack.from_parts(PackTexts(texts=texts, name="told"), folder=Path("/no/such/folder"))


SETTINGS = 'id = "told"\npublisher = "P"\ntitle = "T"\n'


def verdict(concept: str, said: ConceptVerdict) -> Confirmation:
    """Return what was said of the first clause."""
    return Confirmation(clause_id=told().policy.clauses[0].id, concept_id=concept, verdict=said)


def test_an_added_concept_brings_a_clause_nearer_and_a_dropped_one_takes_it_back(real_index: ClauseIndex):
    """A text on casinos, before, after and again; the other clause stays where it was."""
    packs = [told(), told(verdict("gambling", ConceptVerdict.ADDED)), told(verdict("gambling", ConceptVerdict.DROPPED))]
    found = [
        ClauseIndex.from_pack(each, real_index.encoder).search("an online casino with slot machines", top_k=2)
        for each in packs
    ]
    before, added, dropped = ({match.clause.text: match.score for match in each.matches} for each in found)

    assert added["Do not be rude."] > before["Do not be rude."] + 0.2
    assert dropped["Do not be rude."] <= before["Do not be rude."] + 1e-6
    assert added["Keep it short."] == pytest.approx(before["Keep it short."], abs=1e-5)


def test_what_was_said_of_concepts_counts_before_what_was_found(letters: LetterEncoder):
    """Added is 1, dropped 0 at most, confirmed covers the clause; nothing said changes nothing."""
    space = made(letters)
    clauses = pack_of("# R\n\n- Do not zzz zzz.\n- Do kkk.\n").policy.clauses
    own = space.placed(clauses, letters)

    said = [(0, 1, ConceptVerdict.ADDED), (0, 0, ConceptVerdict.DROPPED), (1, 0, ConceptVerdict.CONFIRMED)]
    moved = space.placed(clauses, letters, said=said)

    assert moved.values[0].tolist() == pytest.approx([min(own.values[0, 0], 0), 1])
    assert moved.values[1, 0] == pytest.approx(max(own.values[1, 0], COVERED))
    assert moved.values[1, 1] == own.values[1, 1]
    assert own.told([]) is own
    assert np.linalg.norm(moved.unit_places, axis=1) == pytest.approx(1)


def test_a_clause_names_what_it_was_placed_by_and_what_people_said(real_index: ClauseIndex):
    """Best first; dropped ones are gone; what is said of clauses and concepts that are gone is passed over."""
    gone = Confirmation(clause_id="nothing", concept_id="gambling", verdict=ConceptVerdict.ADDED)
    pack = told(
        gone,
        verdict("no-such-concept", ConceptVerdict.ADDED),
        verdict("gambling", ConceptVerdict.CONFIRMED),
        verdict("profanity", ConceptVerdict.DROPPED),
    )

    found = concepts_of_clause(pack, pack.policy.clauses[0], real_index.encoder)

    assert found[0].concept.id == "gambling"
    assert found[0].verdict is ConceptVerdict.CONFIRMED
    assert "profanity" not in {each.concept.id for each in found}


@pytest.mark.parametrize(
    "line", ["[]", '{"clause_id": "a"}', '{"clause_id": "a", "concept_id": "b", "verdict": "liked"}', "{"]
)
def test_a_wrong_line_of_confirmations_is_one_sentence(line: str):
    """With its number."""
    with pytest.raises(PackError, match=r"^Line 1 of confirmations.jsonl: expected"):
        confirmations_from_jsonl(line, name=TOLD)
