"""Readings are ours, complete, and tied to the policy's own words."""

import json
import re
from typing import Any

import pytest

from policy_index import Policy, load_shelf
from policy_index.errors import ReadingError
from policy_index.policy.readings import Action, parse_readings

PACK = load_shelf().default
READINGS = PACK.readings


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[place : place + length]) for place in range(len(words) - length + 1)}


def test_every_clause_that_binds_has_a_reading(policy: Policy):
    """All 59 and three that explain one of these, in document order."""
    binding = {clause.id for clause in policy if clause.citable}

    assert len(binding) == 59
    assert set(READINGS) - binding == {
        "child-safety/reporting",
        "legal-advice/not-a-sole-source",
        "financial-advice/not-a-sole-source",
    }
    assert binding <= set(READINGS)
    assert list(READINGS) == [clause.id for clause in policy if clause.id in READINGS]


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_a_reading_is_one_sentence_with_things_to_do_and_quotes_the_clause_at_its_spans(policy: Policy, reading: Any):
    """Its related clauses exist, and it is none of them itself."""
    clause = policy.clause(reading.clause_id)

    assert re.fullmatch(r"[A-Z].+\.", reading.about)
    assert reading.todo
    assert all(re.fullmatch(r"[A-Z].+\.", todo.text) and todo.action in Action for todo in reading.todo)
    for phrase in (*reading.conditions, *reading.exceptions):
        assert phrase.words
        assert phrase.span.slice(clause.verbatim) == phrase.words
        assert re.fullmatch(r"[A-Z].+\.", phrase.meaning)
    assert reading.clause_id not in reading.related
    assert len(set(reading.related)) == len(reading.related)
    assert set(reading.related) <= {each.id for each in policy}


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_a_readings_words_are_not_the_policys(policy: Policy, reading: Any):
    """What it is about shares no run of eight words with the clause."""
    assert not runs(reading.about, 8) & runs(policy.clause(reading.clause_id).text, 8)


@pytest.mark.parametrize(
    ("clause_id", "words"),
    [
        ("legal-advice", "without a qualified person reviewing the information"),
        ("financial-advice", "without a qualified person reviewing the information"),
        ("privacy/tracking", "without their consent"),
        ("further-requirements/ai-disclosure", "that person's explicit consent"),
    ],
)
def test_the_policys_conditions_lift_their_clauses(clause_id: str, words: str):
    """A builder can meet them: a review, a consent."""
    reading = READINGS[clause_id]

    assert words in [condition.words for condition in reading.conditions if condition.lifts]
    assert reading.can_be_lifted


@pytest.mark.parametrize(
    ("clause_id", "words"),
    [
        ("adult-content/sexual-content", "excluding sex education and wellness"),
        ("further-requirements/ai-disclosure", "chatbots that depict historical public figures"),
    ],
)
def test_the_policys_exceptions_are_there(clause_id: str, words: str):
    """In its own words."""
    assert any(words in exception.words for exception in READINGS[clause_id].exceptions)


def test_a_condition_that_only_narrows_lifts_nothing():
    """“Illegal” says what the heading speaks of; nobody can meet it."""
    reading = READINGS["illegal-activity"]

    assert [condition.words for condition in reading.conditions] == ["Illegal"]
    assert not reading.can_be_lifted


def test_every_action_is_asked_for_somewhere():
    """No choice without a use."""
    assert {todo.action for reading in READINGS.values() for todo in reading.todo} == set(Action)


SHIPPED = json.loads((PACK.folder / "readings.json").read_text(encoding="utf-8"))["readings"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"health": None}, "Expected readings with about, todo, conditions, exceptions and related, got TypeError: "),
        ({"health": {"about": "x"}}, "got KeyError: 'todo'."),
        (
            {"health": SHIPPED["health"] | {"todo": [{"action": "pray", "text": "x"}]}},
            "got ValueError: 'pray' is not a valid Action.",
        ),
        (
            {"health": SHIPPED["health"] | {"conditions": [{"words": "on Sundays", "meaning": "x"}]}},
            "Expected words of the clause health, got “on Sundays”, which do not stand in it.",
        ),
        (
            {"health": SHIPPED["health"] | {"exceptions": [{"words": "", "meaning": "x"}]}},
            "Expected words of the clause health, got “”, which do not stand in it.",
        ),
        ({"health": SHIPPED["health"] | {"related": ["helth"]}}, "No clause has the id 'helth'; did you mean health?"),
        ({"helth": SHIPPED["health"]}, "No clause has the id 'helth'; did you mean health?"),
    ],
    ids=["null", "no todo", "action", "condition", "exception", "related", "clause"],
)
def test_a_wrong_reading_is_one_sentence(policy: Policy, change: dict[str, Any], message: str):
    """What was expected, what came, and where; nothing but a ReadingError."""
    content = json.dumps({"readings": SHIPPED | change})

    with pytest.raises(ReadingError) as caught:
        parse_readings(content, policy=policy)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", ["", "[]", "null", "{}", '{"readings": []}', '{"readings": {"health": []}}', "\x00"]
)
def test_a_file_of_another_shape_is_one_sentence(policy: Policy, content: str):
    """Whatever stands in it."""
    with pytest.raises(ReadingError, match=r"^Expected readings with about, todo, conditions, exceptions and related"):
        parse_readings(content, policy=policy)


def test_a_clause_may_be_without_a_reading(policy: Policy):
    """A pack can be read step by step; the clause then has none, and nobody else's."""
    rest = {clause_id: record for clause_id, record in SHIPPED.items() if clause_id != "health"}

    readings = parse_readings(json.dumps({"readings": rest}), policy=policy)

    assert "health" not in readings
    assert list(readings) == [clause_id for clause_id in READINGS if clause_id != "health"]
