"""Exemplars are validated at load, and a wrong line is named."""

import json

import pytest

from policy_index import ExemplarError, ExemplarSet, PolicyDocument

GOOD = '{"clause_id": "health", "text": "what is this rash"}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            '{"clause_id": "healthy", "text": "hm"}',
            "Line 2 of the exemplars: expected the id of a clause or null, got 'healthy'.",
        ),
        ('{"clause_id": "health", "text": " \\n"}', "Line 2 of the exemplars: expected a text, got a blank one."),
        (
            '{"clause_id": "malware", "text": "What is  this RASH"}',
            "Line 2 of the exemplars: expected a new text, got the one of line 1 again.",
        ),
        (
            "not JSON",
            'Line 2 of the exemplars: expected {"clause_id": id or null, "text": "..."}, got “not JSON”.',
        ),
        (
            '{"clause_id": "health"}',
            'Line 2 of the exemplars: expected {"clause_id": id or null, "text": "..."}, got “{"clause_id": "health"}”.',
        ),
        (
            '{"clause_id": "health", "text": 3}',
            'Line 2 of the exemplars: expected {"clause_id": id or null, "text": "..."}, got values of other types.',
        ),
        ("", 'Line 2 of the exemplars: expected {"clause_id": id or null, "text": "..."}, got “”.'),
    ],
)
def test_a_line_that_cannot_be_used_is_named(policy: PolicyDocument, line: str, message: str):
    """Unknown id, blank text, duplicate, wrong shape."""
    with pytest.raises(ExemplarError) as caught:
        ExemplarSet.from_jsonl(f"{GOOD}\n{line}\n", document=policy)

    assert str(caught.value) == message


def test_exemplars_are_grouped_by_clause_and_harmless_ones_stand_apart(policy: PolicyDocument):
    """Every clause has an entry, in document order, be it empty."""
    lines = [GOOD, json.dumps({"clause_id": None, "text": "Boil an egg"})]
    lines.append(json.dumps({"clause_id": None, "text": "Kill a process", "hard": True}))

    exemplars = ExemplarSet.from_jsonl("\n".join(lines), document=policy)

    assert list(exemplars.by_clause) == [clause.id for clause in policy]
    assert exemplars.by_clause["health"] == ("what is this rash",)
    assert exemplars.harmless == ("Boil an egg", "Kill a process")
    assert exemplars.hard == {"Kill a process"}
    assert exemplars.counts().total() == 1


def test_the_digest_changes_with_any_text(policy: PolicyDocument):
    """Stored vectors are taken only for the exemplars that they were made from."""
    first = ExemplarSet.from_jsonl(GOOD, document=policy)
    second = ExemplarSet.from_jsonl(GOOD.replace("rash", "bump"), document=policy)

    assert first.sha256 != second.sha256
    assert first.sha256 == ExemplarSet.from_jsonl(GOOD + "\n", document=policy).sha256
