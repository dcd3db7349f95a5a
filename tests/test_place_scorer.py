"""A policy without examples: each clause scores by its place as a whole and by its nearest phrase."""

import numpy as np
import pytest
from other_policies import pack_of
from support import LetterEncoder

from policy_index import ClauseIndex
from policy_index.search import topic_places
from policy_index.search.place_scorer import PlaceScorer, strongest
from policy_index.search.topic_places import LONG_LIST, phrase_texts

PACK = pack_of(
    "# Rules\n\n* No spam, jazz, fuzz, buzz or quack cures.\n* No quack questions.\n* No singing, dancing, humming and no clapping.\n"
)


def test_a_clause_scores_the_mean_of_its_place_and_its_nearest_phrase():
    """Its own place again where none of its phrases is nearer."""
    letters = LetterEncoder()
    scorer = PlaceScorer.from_pack(PACK, letters)
    places = topic_places.topic_places(PACK, letters, least=LONG_LIST)
    near = places.near(scorer.space.places(letters.encode(["quack cures", "sing"])))
    clauses = len(PACK.policy.clauses)
    whole = near[:clauses]
    nearest = strongest(near.T, scorer.owners, clauses).T

    table = ClauseIndex.from_scorer(PACK, letters, scorer).score_table(["quack cures", "sing"])

    assert len(scorer.owners) > clauses
    assert np.all(nearest >= whole)
    assert np.allclose(table.scores, ((whole + nearest) / 2).T, atol=1e-4)  # another processor's fifth decimal


def test_every_clause_is_ranked_once_by_its_highest_value():
    """However many phrases it has."""
    letters = LetterEncoder()
    index = ClauseIndex.from_scorer(PACK, letters, PlaceScorer.from_pack(PACK, letters))

    table = index.score_table(["fuzz and buzz", "a dance", "no"])

    for scores, order in zip(table.scores, table.order, strict=True):
        assert sorted(order.tolist()) == list(range(len(PACK.policy.clauses)))
        assert np.all(np.diff(scores[order]) <= 0)
    assert index.search("fuzz and buzz", top_k=1).matches[0].clause is PACK.policy.clauses[0]


def test_of_very_many_phrases_those_of_the_longest_lists_are_placed(monkeypatch: pytest.MonkeyPatch):
    """So that a policy of thousands of lists takes no more memory."""
    everything = phrase_texts(PACK.policy.clauses)
    monkeypatch.setattr(topic_places, "MOST_PHRASES", 5)

    longest = phrase_texts(PACK.policy.clauses)

    assert len(everything) > len(longest) > 0
    assert longest == everything[: len(longest)]
    assert "buzz" in longest


def test_a_short_list_is_not_taken_apart_for_a_search():
    """It is where it is asked who speaks of what."""
    short = pack_of("# Rules\n\n* No singing, dancing and humming.\n")
    letters = LetterEncoder()

    assert phrase_texts(short.policy.clauses) == []
    assert len(PlaceScorer.from_pack(short, letters).owners) == len(short.policy.clauses)
    assert len(topic_places.topic_places(short, letters).clauses) == len(short.policy.clauses) + 3
