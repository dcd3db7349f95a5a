"""The adapter is trained on whole families, learns something even from thirty texts, and ways to search are compared fairly."""

import json
import shutil

import numpy as np
import pytest
from support import ACME, PACKS, LetterEncoder

from policy_index import PolicyPack
from policy_index.policy.concepts import bundled_concepts
from policy_index.policy.twins import Stance
from policy_index.search.encoder import SentenceEncoder
from policy_index.search.training_texts import TrainingTexts
from policy_index.training.adapting import Recipe, train_adapter
from policy_index.training.comparing import METHODS, Fold, compare_methods, methods_table
from policy_index.training.labelled import HELD_OUT_SHARE, LabelledRow, labelled_rows, split_by_family

SIDES = {
    Stance.DOES: "{} without asking anybody",
    Stance.HARMLESS: "Who wrote about {} first?",
    Stance.REFUSES: "We never let anyone {}",
    Stance.PREVENTS: "An alarm warns of people who {}",
}
ACTS = ["build a trap", "review a book", "upload a voice", "play the mayor", "steer a drill", "hide a key"]


@pytest.fixture(scope="module")
def twinned(tmp_path_factory: pytest.TempPathFactory) -> PolicyPack:
    """A second policy with an exemplar and a family of four for each of six clauses, and a harmless text."""
    own = shutil.copytree(PACKS / ACME, tmp_path_factory.mktemp("packs") / "twinned")
    clauses = [clause.id for clause in PolicyPack.from_folder(own).policy if clause.citable][: len(ACTS)]
    exemplars = [{"clause_id": clause, "text": f"{act}, please"} for clause, act in zip(clauses, ACTS, strict=True)]
    twins = [
        {"family": act, "clause_id": clause, "stance": side, "register": "idea", "text": words.format(act)}
        for clause, act in zip(clauses, ACTS, strict=True)
        for side, words in SIDES.items()
    ]
    for name, rows in (("exemplars", [*exemplars, {"clause_id": None, "text": "boil an egg"}]), ("twins", twins)):
        (own / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return PolicyPack.from_folder(own)


def test_no_family_straddles_the_split(pack: PolicyPack):
    """A fifth of the families is held out, whole; clauses' own words and concepts' texts are all learnt from."""
    rows = labelled_rows(pack, bundled_concepts())

    seen, held = split_by_family(rows)

    assert sorted([*seen, *held]) == list(range(len(rows)))
    known, apart = ({rows[place].family for place in places} for places in (seen, held))
    assert not known & apart
    families = {row.family for row in rows if row.family and row.concept is None}
    assert len(apart) == round(HELD_OUT_SHARE * len(families))
    assert all(rows[place].family and rows[place].concept is None for place in held)
    assert split_by_family(rows) == (seen, held)


def test_every_written_text_becomes_a_row_with_its_labels(twinned: PolicyPack):
    """18 clauses' own words, 6 exemplars, a harmless text, 24 twins, and the concepts'."""
    rows = labelled_rows(twinned, bundled_concepts())
    own = [row for row in rows if row.concept is None]
    columns = twinned.policy.columns

    assert len(own) == 18 + 6 + 1 + 24
    assert len(rows) - len(own) == sum(len(each.exemplars) + len(each.twins) for each in bundled_concepts().concepts)
    refusal = next(row for row in own if row.text == "We never let anyone build a trap")
    assert (refusal.stance, refusal.family, refusal.register) == (Stance.REFUSES, "twin build a trap", "idea")
    assert refusal.clauses == (columns[twinned.twins.twins[0].clause_id],)
    assert next(row for row in own if row.text == "boil an egg").clauses == ()


def test_thirty_texts_lower_the_loss_and_give_an_adapter_that_moves_vectors(twinned: PolicyPack):
    """A real run on the real network; unchanged layers stay, and every time the same comes out."""
    rows = [row for row in labelled_rows(twinned, bundled_concepts()) if row.family and row.concept is None]
    rows += [LabelledRow(text="poaching of rhinos", stance=Stance.DOES, concept=1, family="concept")]
    losses: list[float] = []
    recipe = Recipe(rank=2, epochs=2, tokens=40, rate=5e-3, head_rate=2e-2)

    made = train_adapter(rows, clauses=18, concepts=2, recipe=recipe, on_epoch=lambda _epoch, loss: losses.append(loss))

    assert len(rows) == 32
    assert len(losses) == 2
    assert losses[1] < losses[0]
    assert {name.split(".")[2] for name in made.changes} == {"3", "4", "5"}
    assert {(down.shape[0], up.shape[1]) for down, up in made.changes.values()} == {(2, 2)}
    texts = [row.text for row in rows[:4]]
    before = SentenceEncoder.plain().encode(texts)
    after = SentenceEncoder.adapted(made, fingerprint="tiny").encode(texts)
    assert np.allclose(np.linalg.norm(after, axis=1), 1, atol=1e-5)
    assert np.all((before * after).sum(axis=1) < 0.9999)


@pytest.fixture(scope="module")
def fold(twinned: PolicyPack) -> Fold:
    """What letters see of the twinned policy; held out are texts that differ by a word, and those that were learnt from."""
    training = TrainingTexts.from_pack(twinned)
    families = {row.text: row.family for row in labelled_rows(twinned, bundled_concepts()) if row.concept is None}
    columns = twinned.policy.columns
    exemplars = [
        LabelledRow(text=text, stance=Stance.DOES, clauses=(columns[clause_id],), family=f"exemplar {clause_id}")
        for clause_id, texts in twinned.exemplars.by_clause.items()
        for text in texts
    ]
    twins = [
        LabelledRow(
            text=f"{twin.text} {word}",
            stance=twin.stance,
            clauses=(columns[twin.clause_id],),
            family=f"twin {twin.family} {word}",
            register=register,
        )
        for twin in twinned.twins.twins
        for word, register in (("today", "idea"), ("this week", "passage"))
    ]
    held = (*exemplars, *twins)
    vectors, queries = (LetterEncoder().encode(texts) for texts in (training.texts, [row.text for row in held]))
    return Fold(
        training=training,
        families=tuple(families[text] for text in training.texts),
        plain=vectors,
        adapted=vectors,
        held=held,
        held_plain=queries,
        held_adapted=queries,
    )


def test_every_way_to_search_is_measured_on_the_same_texts(fold: Fold):
    """Rates of the first and of three, which are no fewer, and AUROCs; a text that was learnt from is its own nearest."""
    records = compare_methods(fold)
    by_name = {record["method"]: record for record in records}

    assert list(by_name) == list(METHODS)
    for record in records:
        for name in ("exemplars", "twins", "passages"):
            first, third = record[name]
            assert 0 <= first <= third <= 1
        assert all(0 <= record[name] <= 1 for name in ("harmless", "refusing", "preventing"))
    assert by_name["cosine to the nearest exemplar"]["exemplars"] == [1, 1]
    # With the same vectors twice, the adapted encoder is no other one.
    plain, adapted = by_name["ridge on exemplars and twins"], by_name["adapted encoder, ridge (in use)"]
    assert {**plain, "method": ""} == {**adapted, "method": ""}


def test_twins_tell_their_sides_apart_for_those_ways_alone_that_see_them(fold: Fold):
    """The refusals that were learnt from score lower for "touches" than what they refuse."""
    by_name = {record["method"]: record for record in compare_methods(fold)}

    with_twins, without = by_name["ridge on exemplars and twins"], by_name["ridge on exemplars"]
    assert with_twins["refusing"] > without["refusing"]
    assert with_twins["refusing"] > 0.8


def test_the_table_of_methods_by_hand():
    """Rates in percent, first and within three; AUROCs as they are."""
    rates = {"exemplars": [0.5, 0.75], "twins": [0.9, 1.0], "passages": [0.123, 0.456]}
    curves = {"harmless": 0.5, "refusing": 0.876, "preventing": 1.0}

    assert methods_table([{"method": "own words"} | rates | curves]) == (
        "| method | exemplars | twins | passages | against harmless | against refusing | against preventing |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| own words | 50.0 / 75.0 | 90.0 / 100.0 | 12.3 / 45.6 | 0.50 | 0.88 | 1.00 |"
    )
