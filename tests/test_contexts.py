"""Facts stated beside a text add the clauses that the policy's own words tie to them, and only these."""

from itertools import combinations

import pytest

from policy_index import ClauseKind, PolicyDocument
from policy_index.contexts import Context, reasons, signs

DISCLAIMER = "further-requirements/ai-disclaimer"
DISCLOSURE = "further-requirements/ai-disclosure"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ([], set()),
        ([Context.CONSUMERS], set()),
        ([Context.MEDICINE, Context.LAW, Context.FINANCE, Context.NEWS], set()),
        ([Context.CONSUMERS, Context.MEDICINE], {DISCLAIMER}),
        ([Context.CONSUMERS, Context.LAW], {DISCLAIMER}),
        ([Context.CONSUMERS, Context.FINANCE], {DISCLAIMER}),
        ([Context.CONSUMERS, Context.NEWS], {DISCLAIMER}),
        ([Context.CONVERSATION], {DISCLOSURE}),
        ([Context.SIMULATION], {DISCLOSURE}),
        ([Context.DECISIONS], {"economic-harm/automated-eligibility"}),
        ([Context.PUBLICATION], {"further-requirements/sharing-and-publication"}),
    ],
    ids=lambda value: "+".join(sorted(value)) if isinstance(value, list) else None,
)
def test_a_fact_adds_what_follows_from_the_policys_words(
    policy: PolicyDocument, stated: list[Context], expected: set[str]
):
    """“Consumer-facing uses … in medical … industries” needs both: consumers alone add nothing, nor does an industry."""
    assert set(reasons(stated, policy)) == expected


def test_a_plugin_has_the_five_rules_for_plugins(policy: PolicyDocument):
    """All clauses of that kind."""
    rules = {clause.id for clause in policy if clause.kind is ClauseKind.PLUGIN_REQUIREMENT}

    assert len(rules) == 5
    assert set(reasons([Context.PLUGIN], policy)) == rules


def test_every_reason_quotes_its_clause_and_says_what_was_stated(policy: PolicyDocument):
    """Word for word, so that a person can check it."""
    found = [reason for group in reasons(list(Context), policy).values() for reason in group]

    assert found
    for reason in found:
        assert reason.words in reason.clause.verbatim
        assert reason.because.startswith("You said that ")
        assert any(context.words in reason.because for context in Context)


def test_a_reason_for_two_facts_names_both(policy: PolicyDocument):
    """In a sentence."""
    (reason,) = reasons([Context.MEDICINE, Context.CONSUMERS], policy)[DISCLAIMER]

    assert reason.because == "You said that consumers use it directly and that it is for medicine."
    assert "medical" in reason.words


def test_more_facts_never_take_a_requirement_away(policy: PolicyDocument):
    """For each pair of facts, both ones' requirements stay."""
    for one, other in combinations(Context, 2):
        both = set(reasons([one, other], policy))
        assert set(reasons([one], policy)) | set(reasons([other], policy)) <= both


def test_every_fact_has_a_label_and_words():
    """Each its own."""
    assert len({context.label for context in Context}) == len({context.words for context in Context}) == len(Context)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A ChatGPT\nplug-in for clinics", {Context.MEDICINE: "clinics", Context.PLUGIN: "plug-in"}),
        ("It AUTOMATICALLY  rejects them", {Context.DECISIONS: "AUTOMATICALLY rejects"}),
        ("talks like my aunt in a chat window", {Context.CONVERSATION: "chat window", Context.SIMULATION: "talks like"}),
        ("newsprint, democracy, illegally, creditable", {}),
        ("bake bread", {}),
    ],
)  # fmt: skip
def test_words_suggest_facts_as_they_stand_in_the_text(text: str, expected: dict[Context, str]):
    """Whole words, white space folded; parts of longer words suggest nothing."""
    assert signs(text) == expected
