"""The bundled policy comes out of its own grammar whole, in order, with its own words."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_index.errors import PolicyParseError
from policy_index.policy.dialects.names import CuratedNames
from policy_index.policy.dialects.openai_2023 import parse_openai_2023
from policy_index.policy.document import Clause, ClauseKind, PartRole, Policy, Provenance, Span

DATA = Path(__file__).parent / "data"
PACK = Path(__file__).parent.parent / "policy_index" / "data" / "packs" / "openai-2023-03-23"
PROVENANCE = Provenance(publisher="Example", title="Rules", updated=date(2024, 1, 2), url="https://example.org")
OPENAI = Provenance(publisher="OpenAI", title="Usage policies", updated=date(2023, 3, 23))
SMALL = """\
Rules
=====

Updated January 2, 2024

Be kind.

Not allowed
-----------

None of this:

* Bad things, including:
    * Very *bad* things
    * We log `bad` things.
* Worse things

And some duties:

1. Say so.

See [help](https://example.org/help).

Changelog
---------

* 2023-12-31: Began
"""


def parse(source: str) -> Policy:
    return parse_openai_2023(source, provenance=PROVENANCE)


@pytest.fixture(scope="module")
def names() -> CuratedNames:
    """The names that people gave to the clauses of the bundled policy."""
    return CuratedNames.from_json((PACK / "names.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def policy(names: CuratedNames) -> Policy:
    """The bundled policy."""
    source = (PACK / "policy.md").read_bytes().decode("utf-8")
    return parse_openai_2023(source, provenance=OPENAI, names=names)


def test_the_bundled_policy_has_every_part_that_the_document_has(policy: Policy):
    """14 categories, 40 points, 3 requirements, 5 plugin rules, 9 statements, 11 revisions."""
    kinds = Counter(clause.kind for clause in policy)

    assert len(policy.categories) == 14
    assert sum(len(category.points) for category in policy.categories) == 40
    assert kinds == {
        ClauseKind.PROHIBITED_USE: 14 + 37,
        ClauseKind.EXPLANATION: 3,
        ClauseKind.REQUIREMENT: 3,
        ClauseKind.PLUGIN_REQUIREMENT: 5,
        ClauseKind.STATEMENT: 3 + 1 + 1 + 1 + 1 + 2,
    }
    assert len(policy.changelog) == 11
    assert [section.title for section in policy.sections] == [
        "Introduction",
        "Disallowed usage of our models",
        "Further requirements",
        "Resources",
        "Platform policy",
        "Plugin policies",
    ]


def test_points_under_each_category_are_counted_in_document_order(policy: Policy):
    """The counts were read off the document by hand."""
    assert [len(category.points) for category in policy.categories] == [1, 1, 3, 1, 4, 4, 8, 3, 4, 5, 1, 1, 2, 2]


def test_every_non_blank_line_belongs_to_exactly_one_part(policy: Policy):
    """Nothing of the source is lost, and nothing is taken twice; what lies between parts is white space."""
    owners: Counter[int] = Counter()
    for part in policy.parts:
        first = policy.source.count("\n", 0, part.span.start)
        owners.update(range(first, first + part.span.slice(policy.source).count("\n") + 1))
    lines = policy.source.split("\n")

    assert set(owners) >= {number for number, line in enumerate(lines) if line.strip()}
    assert max(owners.values()) == 1
    assert Counter(part.role for part in policy.parts) == {
        PartRole.TITLE: 1,
        PartRole.DATE: 1,
        PartRole.HEADING: 4,
        PartRole.CLAUSE: 71,
        PartRole.ENTRY: 11,
    }


def test_a_path_names_what_stands_above_a_clause(policy: Policy):
    """Section, then the heading of its category or the lead-in of its list, in the policy's words."""
    assert policy.clause("physical-harm/weapons-development").path == (
        "Disallowed usage of our models",
        "Activity that has high risk of physical harm, including:",
    )
    assert policy.clause("physical-harm").path == ("Disallowed usage of our models",)
    assert policy.clause("further-requirements/ai-disclosure").path == (
        "Further requirements",
        "We have further requirements for certain uses of our models:",
    )


@pytest.mark.parametrize(
    ("clause_id", "short_position"),
    [
        ("introduction/enforcement", "Intro ¶2"),
        ("disallowed-usage/lead-in", "Uses ¶1"),
        ("physical-harm", "5"),
        ("physical-harm/weapons-development", "5.1"),
        ("further-requirements/lead-in", "Requirement ¶1"),
        ("further-requirements/ai-disclosure", "Requirement 2"),
        ("resources/moderation-and-safety", "Resources ¶1"),
        ("platform-policy/integration", "Platform ¶1"),
        ("plugin-policies/label-ai-content", "Plugin 5"),
    ],
)
def test_a_short_position_fits_on_a_chart(policy: Policy, clause_id: str, short_position: str):
    """A number where that says enough, a word before it elsewhere."""
    assert policy.clause(clause_id).short_position == short_position


def test_every_span_slices_back_to_its_words(policy: Policy):
    """Verbatim words are the source's own characters, and the cleaned text has the same words."""
    for part in (*policy.clauses, *policy.changelog):
        assert part.span.slice(policy.source) == part.verbatim
        assert part.verbatim == part.verbatim.strip()
    for clause in policy:
        if not clause.links:
            assert " ".join(clause.verbatim.split()) == clause.text


def test_ids_are_unique_readable_and_survive_a_second_parse(policy: Policy, names: CuratedNames):
    """A permalink of today works tomorrow."""
    again = parse_openai_2023(policy.source, provenance=policy.provenance, names=names)

    ids = [clause.id for clause in policy]
    assert len(set(ids)) == len(ids) == 71
    assert again == policy
    assert all(set(identifier) <= set("abcdefghijklmnopqrstuvwxyz-/") for identifier in ids)


def test_every_curated_id_names_exactly_one_clause(policy: Policy, names: CuratedNames):
    """No clause of the bundled policy gets a makeshift id, and no curated one is unused."""
    assert sorted(names.clauses.values()) == sorted(clause.id for clause in policy)
    assert sorted(names.categories) == sorted(category.id for category in policy.categories)
    assert sorted(names.sections.values()) == sorted(section.id for section in policy.sections)


def clause_record(clause: Clause) -> dict[str, object]:
    """A clause in the shape of the committed snapshot."""
    return {
        "clause_id": clause.id,
        "text": clause.text,
        "verbatim": clause.verbatim,
        "kind": clause.kind.value,
        "category": clause.category,
        "section": clause.section,
        "citation": clause.citation,
        "span": [clause.span.start, clause.span.end],
        "links": [{"text": link.text, "url": link.url} for link in clause.links],
    }


def test_the_parsed_policy_equals_its_committed_snapshot(policy: Policy):
    """A change of the parser shows as a change of readable JSON."""
    snapshot = json.loads((DATA / "policy_snapshot.json").read_text(encoding="utf-8"))

    assert snapshot["policy"] == {"title": policy.title, "updated": "2023-03-23", "sha256": policy.sha256}
    assert [(each["id"], each["title"]) for each in snapshot["sections"]] == [(s.id, s.title) for s in policy.sections]
    clauses = [clause for section in snapshot["sections"] for clause in section["clauses"]]
    wanted = [{name: clause[name] for name in clause_record(policy.clauses[0])} for clause in clauses]
    assert [clause_record(clause) for clause in policy] == wanted


@pytest.mark.parametrize(
    ("clause_id", "citation"),
    [
        ("physical-harm/weapons-development", "Disallowed usage 5.1"),
        ("health", "Disallowed usage 13"),
        ("further-requirements/ai-disclosure", "Further requirements 2"),
        ("plugin-policies/label-ai-content", "Plugin policies 5"),
        ("introduction/enforcement", "Introduction, paragraph 2"),
    ],
)
def test_a_citation_names_policy_date_section_and_position(policy: Policy, clause_id: str, citation: str):
    """So that it can be looked up in the original."""
    assert policy.clause(clause_id).citation == f"OpenAI Usage policies (2023-03-23), {citation}"


def test_links_keep_their_targets_and_leave_only_words_in_the_text(policy: Policy):
    """Markup and no-break spaces are gone from the text, not from the verbatim words."""
    clause = policy.clause("resources/moderation-and-safety")

    assert clause.text == (
        "You can use our free moderation endpoint and safety best practices to help you keep your app safe."
    )
    assert "\xa0[free moderation endpoint](https://" in clause.verbatim
    assert [link.url for link in clause.links] == [
        "https://platform.openai.com/docs/guides/moderation",
        "https://platform.openai.com/docs/guides/safety-best-practices",
    ]


def test_the_head_is_the_newest_revision_and_the_rest_runs_back_to_2021(policy: Policy):
    """Dates as the document has them."""
    assert [entry.date.isoformat() for entry in policy.changelog] == [
        "2023-03-23",
        "2023-02-15",
        "2022-11-09",
        "2022-10-25",
        "2022-06-07",
        "2022-03-09",
        "2022-01-19",
        "2021-11-15",
        "2021-08-04",
        "2021-03-12",
        "2021-02-26",
    ]
    assert [entry.from_head for entry in policy.changelog] == [True] + [False] * 10
    assert policy.changelog[0].text == "We’ve recently updated our usage policies to be clearer and more specific."


def test_every_clause_is_in_exactly_one_group(policy: Policy):
    """Browsing by groups shows the whole policy."""
    grouped = [clause for group in policy.groups for clause in group.clauses]

    assert sorted(clause.id for clause in grouped) == sorted(clause.id for clause in policy)
    assert policy.group_of("physical-harm/self-harm").id == "physical-harm"


def test_another_policy_of_the_same_shape_parses_with_ids_of_its_first_words():
    """Curated ids are a convenience, not a condition."""
    policy = parse(SMALL)

    assert [(clause.id, clause.kind.value, clause.text) for clause in policy] == [
        ("introduction/be-kind", "statement", "Be kind."),
        ("not-allowed/none-of-this", "statement", "None of this:"),
        ("bad-things-including", "prohibited_use", "Bad things, including:"),
        ("bad-things-including/very-bad-things", "prohibited_use", "Very bad things"),
        ("bad-things-including/we-log-bad-things", "explanation", "We log bad things."),
        ("worse-things", "prohibited_use", "Worse things"),
        ("further-requirements/and-some-duties", "statement", "And some duties:"),
        ("further-requirements/say-so", "requirement", "Say so."),
        ("resources/see-help", "statement", "See help."),
    ]
    assert policy.changelog[0].text == ""
    assert policy.clause("bad-things-including/very-bad-things").verbatim == "Very *bad* things"


def test_equal_clauses_get_numbered_ids():
    """Two clauses that begin alike stay apart."""
    policy = parse(SMALL.replace("* Worse things", "* Bad things, including:"))

    assert policy.clause("bad-things-including-2").text == "Bad things, including:"


BROKEN = json.loads((DATA / "invalid_policies.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["name"])
def test_a_text_of_another_shape_is_refused_with_line_and_expectation(case: dict[str, str]):
    """Each case is the small policy with one thing replaced."""
    source = SMALL.replace(case["replace"], case["by"]) if case["replace"] else case["by"]

    with pytest.raises(PolicyParseError) as caught:
        parse(source)

    assert source != SMALL
    assert str(caught.value) == case["message"]


@given(st.text())
def test_any_text_at_all_raises_nothing_but_a_parse_error(text: str):
    """The parser is a door: whatever comes, one kind of error leaves."""
    try:
        parse(text)
    except PolicyParseError as error:
        assert str(error)


@given(st.lists(st.text("ab *_[]()`\n#-1.", max_size=12), max_size=8))
def test_marked_up_fragments_in_a_policy_parse_or_are_refused(fragments: list[str]):
    """Every span of whatever parses still slices back to its clause."""
    source = SMALL.replace("Be kind.", "\n\n".join(fragments))
    try:
        policy = parse(source)
    except PolicyParseError:
        return
    for clause in policy:
        assert clause.span.slice(source) == clause.verbatim


def test_a_span_is_half_open():
    """`end` is not part of it."""
    assert Span(start=1, end=3).slice("abcd") == "bc"
