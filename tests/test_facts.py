"""Facts stated beside a text add the clauses that the policy's own words tie to them, and only these."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from policy_index import ClauseKind, InputError, PackError, Policy, PolicyPack, load_shelf
from policy_index.policy.facts import Facts

FACTS = load_shelf().default.facts

DISCLAIMER = "further-requirements/ai-disclaimer"
DISCLOSURE = "further-requirements/ai-disclosure"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ([], set()),
        (["consumer-facing"], set()),
        (["medical", "legal", "financial", "news"], set()),
        (["consumer-facing", "medical"], {DISCLAIMER}),
        (["consumer-facing", "legal"], {DISCLAIMER}),
        (["consumer-facing", "financial"], {DISCLAIMER}),
        (["consumer-facing", "news"], {DISCLAIMER}),
        (["talks-with-people"], {DISCLOSURE}),
        (["simulates-a-person"], {DISCLOSURE}),
        (["automated-decisions"], {"economic-harm/automated-eligibility"}),
        (["public-showing"], {"further-requirements/sharing-and-publication"}),
    ],
    ids=lambda value: "+".join(sorted(value)) if isinstance(value, list) else None,
)
def test_a_fact_adds_what_follows_from_the_policys_words(stated: list[str], expected: set[str]):
    """“Consumer-facing uses … in medical … industries” needs both: consumers alone add nothing, nor does an industry."""
    assert set(FACTS.reasons(FACTS.chosen(stated))) == expected


def test_a_plugin_has_the_five_rules_for_plugins(policy: Policy):
    """All clauses of that kind."""
    rules = {clause.id for clause in policy if clause.kind is ClauseKind.PLUGIN_REQUIREMENT}

    assert len(rules) == 5
    assert set(FACTS.reasons(FACTS.chosen(["plugin"]))) == rules


def test_every_reason_quotes_its_clause_and_says_what_was_stated():
    """Word for word, so that a person can check it."""
    found = [reason for group in FACTS.reasons(FACTS.facts).values() for reason in group]

    assert found
    for reason in found:
        assert reason.words in reason.clause.verbatim
        assert reason.because.startswith("You said that ")
        assert any(fact.words in reason.because for fact in FACTS.facts)


def test_a_reason_for_two_facts_names_both():
    """In a sentence."""
    (reason,) = FACTS.reasons(FACTS.chosen(["medical", "consumer-facing"]))[DISCLAIMER]

    assert reason.because == "You said that consumers use it directly and that it is for medicine."
    assert "medical" in reason.words


def test_more_facts_never_take_a_requirement_away():
    """For each pair of facts, both ones' requirements stay."""
    for one, other in combinations((fact.id for fact in FACTS.facts), 2):
        both = set(FACTS.reasons(FACTS.chosen([one, other])))
        assert set(FACTS.reasons(FACTS.chosen([one]))) | set(FACTS.reasons(FACTS.chosen([other]))) <= both


def test_every_fact_has_a_label_and_words():
    """Each its own."""
    assert len({fact.label for fact in FACTS.facts}) == len({fact.words for fact in FACTS.facts}) == len(FACTS.facts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A ChatGPT\nplug-in for clinics", {"medical": "clinics", "plugin": "plug-in"}),
        ("It AUTOMATICALLY  rejects them", {"automated-decisions": "AUTOMATICALLY rejects"}),
        ("talks like my aunt in a chat window", {"talks-with-people": "chat window", "simulates-a-person": "talks like"}),
        ("newsprint, democracy, illegally, creditable", {}),
        ("bake bread", {}),
    ],
)  # fmt: skip
def test_words_suggest_facts_as_they_stand_in_the_text(text: str, expected: dict[str, str]):
    """Whole words, white space folded; parts of longer words suggest nothing."""
    assert {fact.id: words for fact, words in FACTS.signs(text).items()} == expected


def test_an_unknown_fact_is_named_with_those_that_there_are():
    """At every door the same sentence."""
    with pytest.raises(InputError, match=r"^Expected a fact among automated-decisions, .*, got 'medicine'\.$"):
        FACTS.chosen(["medicine"])


def test_a_policy_without_facts_says_so(packs_folder: Path):
    """Instead of taking another policy's."""
    pack = PolicyPack.from_folder(packs_folder / "acme-aup@2026-01-31")

    assert pack.facts == Facts()
    with pytest.raises(InputError, match=r"^Expected no facts: this policy's pack has none, got 'medical'\.$"):
        pack.facts.chosen(["medical"])


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ([], "got TypeError"),
        ({"facts": [{"id": "a"}], "rules": []}, "got KeyError: 'label'"),
        (
            {"facts": [], "rules": [{"needs": ["a"], "clause": "health", "words": "health"}]},
            "Expected rules that need facts",
        ),
        ({"facts": [], "rules": [{"needs": ["a"], "clause": "helth", "words": ""}]}, "No clause has the id 'helth'"),
    ],
)
def test_a_wrong_file_of_facts_is_one_sentence(policy: Policy, record: object, message: str):
    """What was expected and what came."""
    with pytest.raises(PackError) as caught:
        Facts.from_json(json.dumps(record), policy=policy)

    assert message in str(caught.value)


def test_words_of_a_pack_are_never_run_as_a_pattern(policy: Policy):
    """A sign that looks like one stands for itself."""
    record = {"facts": [{"id": "a", "label": "A", "words": "a", "signs": ["(a+)+$", "x.y*"]}], "rules": []}
    facts = Facts.from_json(json.dumps(record), policy=policy)

    assert list(facts.signs("x.yes").values()) == ["x.yes"]
    assert facts.signs("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!") == facts.signs("xzy") == {}
