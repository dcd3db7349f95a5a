"""What “near”, “maybe” and “far” meant on policies without examples: the committed numbers are what the committed texts give."""

import json
from pathlib import Path

import pytest
from measure_nearness import measured
from other_policies import pack_of
from support import LetterEncoder

from policy_index import ClauseIndex
from policy_index.errors import InputError
from policy_index.quality.evaluation import read_labelled
from policy_index.quality.nearness import Meant, known, meant_by, saved
from policy_index.search.likelihood import Nearness

CLOSE = 3
"""Texts by which another processor may differ."""


def test_the_committed_numbers_are_what_the_committed_texts_give(real_index: ClauseIndex):
    """Near enough for a processor that rounds otherwise."""
    found = measured(real_index.encoder)

    assert sum(each.texts for each in known()) == sum(each.texts for each in found) == 180
    for kept, now in zip(known(), found, strict=True):
        assert kept.nearness is now.nearness
        for name in ("texts", "touching", "first", "within_three"):
            assert abs(getattr(kept, name) - getattr(now, name)) <= CLOSE, (kept, now)


def test_the_words_keep_their_promise():
    """Near is mostly right, far mostly touches nothing, maybe lies between; the order is by nearness."""
    near, maybe, far = known()

    assert near.first >= 0.75 * near.texts
    assert near.touching >= 0.95 * near.texts
    assert near.first / near.texts > maybe.first / maybe.texts > far.first / far.texts
    assert far.touching <= 0.25 * far.texts


def test_each_text_counts_once_under_the_nearness_of_its_first_clause():
    """Whether it touches the policy, and whether a right clause is first or among three."""
    pack = pack_of("# Rules\n\n* No jazz.\n* No fuzz.\n* No quacks.\n* No wizardry.\n")
    index = ClauseIndex.from_pack(pack, LetterEncoder())
    ids = [clause.id for clause in pack.policy]
    (first,) = index.search("jazz", top_k=1).matches

    right = ([first.clause.id], [], [each for each in ids if each != first.clause.id])
    lines = [json.dumps({"text": "jazz", "clause_ids": each}) for each in right]

    found = meant_by(index, read_labelled(lines, policy=pack.policy))

    assert [each.nearness for each in found] == list(Nearness)
    assert sum(each.texts for each in found) == 3
    assert sum(each.touching for each in found) == 2
    assert sum(each.first for each in found) == 1
    assert sum(each.within_three for each in found) == 2


def test_an_index_that_learned_and_a_label_that_names_nothing_are_refused(real_index: ClauseIndex):
    """Either would count texts wrong without a word."""
    with pytest.raises(ValueError, match="without examples"):
        meant_by(real_index, [])
    pack = pack_of("# Rules\n\n* No jazz.\n")
    with pytest.raises(InputError, match="no-such"):
        read_labelled(['{"text": "jazz", "clause_ids": ["no-such"]}'], policy=pack.policy)


def test_measurements_are_added_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Word by word; what is read is what was written."""
    one = Meant(nearness=Nearness.MAYBE, texts=3, touching=2, first=1, within_three=2)
    both = Meant.added([one, one])

    assert both[1] == Meant(nearness=Nearness.MAYBE, texts=6, touching=4, first=2, within_three=4)
    assert both[0].texts == both[2].texts == 0
    file = tmp_path / "nearness.json"
    file.write_text(saved(both), encoding="utf-8")
    monkeypatch.setattr("policy_index.quality.nearness.file_of", lambda: file)
    known.cache_clear()
    try:
        assert known() == both
    finally:
        known.cache_clear()
