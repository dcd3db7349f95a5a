"""Product ideas of several paragraphs: what they touch is in their briefs, and little else is."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from support import CLONE

from policy_index import ClauseIndex, Policy, write_brief

FILE = CLONE / "tests" / "data" / "ideas.jsonl"
IDEAS: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def shown(real_index: ClauseIndex) -> Mapping[str, set[str]]:
    """For each idea the clauses that bind and that its brief shows at `possible` or better."""
    return {
        idea["id"]: {
            entry.clause.id
            for entry in write_brief(real_index, idea["text"]).entries
            if entry.clause.citable and entry.likelihood.shows
        }
        for idea in IDEAS
    }


def test_there_are_twelve_ideas_each_with_an_id_of_its_own():
    """And a title."""
    assert len({idea["id"] for idea in IDEAS}) == len(IDEAS) == 12
    assert all(idea["title"] for idea in IDEAS)


@pytest.mark.parametrize("idea", IDEAS, ids=[idea["id"] for idea in IDEAS])
def test_an_idea_has_paragraphs_known_clauses_and_a_passage_for_each(idea: dict[str, Any], policy: Policy):
    """Every labelled clause binds, and the passage that touches it stands in the text."""
    labelled, acceptable = set(idea["clauses"]), set(idea["acceptable"])

    assert idea["text"].count("\n\n") >= 2
    assert labelled
    assert not labelled & acceptable
    assert labelled | acceptable <= {clause.id for clause in policy}
    assert all(policy.clause(clause_id).citable for clause_id in labelled)
    assert set(idea["passages"]) == labelled
    assert all(passage in idea["text"] for passage in idea["passages"].values())


def test_seven_in_eight_labelled_clauses_are_possible_or_better(shown: Mapping[str, set[str]]):
    """Counted over all ideas together. It was nine in ten before the search learned more harmless plans, and showed more by mistake."""
    missed = [(idea["id"], clause) for idea in IDEAS for clause in idea["clauses"] if clause not in shown[idea["id"]]]
    labelled = sum(len(idea["clauses"]) for idea in IDEAS)

    assert 1 - len(missed) / labelled >= 0.87, missed


def test_at_most_one_shown_clause_in_five_is_named_by_no_label(shown: Mapping[str, set[str]]):
    """Neither as labelled nor as acceptable; counted over all ideas together."""
    extra = [
        (idea["id"], clause)
        for idea in IDEAS
        for clause in sorted(shown[idea["id"]] - {*idea["clauses"], *idea["acceptable"]})
    ]

    assert len(extra) / sum(len(clauses) for clauses in shown.values()) <= 0.2, extra
