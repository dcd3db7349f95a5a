"""Any Markdown comes out of the outline dialect whole, in order, with its own words."""

import json
import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_index.errors import PolicyParseError
from policy_index.policy.dialects.dates import date_line
from policy_index.policy.dialects.dialect import Dialect, parse_policy
from policy_index.policy.dialects.kinds import forget_read, guess_kind
from policy_index.policy.dialects.names import CuratedNames
from policy_index.policy.dialects.outline import parse_outline
from policy_index.policy.document import ClauseKind, PartRole, Policy, Provenance

DATA = Path(__file__).parent / "data"
BUNDLED = Path(__file__).parent.parent / "policy_index" / "data" / "packs" / "openai-2023-03-23"
PROVENANCE = Provenance(publisher="Example", title="Rules", updated=None)
VALID = sorted((DATA / "policies" / "valid").glob("*.md"))
INVALID = json.loads((DATA / "policies" / "invalid.json").read_text(encoding="utf-8"))
PACKS = sorted((DATA / "packs").glob("acme-aup@*/policy.md"))

FRAGMENTS = [
    *["# A b", "## Rules", "Title\n===", "x y z\n---", "####### deep", "**Bold line**", "You may not:", "## Changelog"],
    *[
        "* one",
        "  * two",
        "    * three",
        "- a\n\n  b",
        "1. one",
        "2) two",
        "1.",
        "*",
        "> quote",
        "> - q",
        "- - - nested",
    ],
    *["```", "~~~py", "| a | b |\n|---|---|\n| c | d |", "<div>hi</div>", "<!-- c\n\n d -->", "<script>", "</script>"],
    *["[l]: http://x", "[nav](#x)", "![p](q.png)", "---", "Updated March 23, 2023", "* 2024-01-02: did", "_note_"],
    *[
        "\tfoo",
        "\xa0bar",
        "a\rb",
        "\x0c",
        "\u200b",
        "a  \nb",
        "1\\. x",
        "a. abc",
        "&amp; z",
        "Print",
        "é",
        "中文",
        "\ufeff",
    ],
]
documents = st.builds(
    str.join,
    st.sampled_from(["\n", "\n\n", "\r\n", "\r\n\r\n"]),
    st.lists(st.sampled_from(FRAGMENTS) | st.text("ab *_[]()`<>\n#-1.|:", max_size=12), max_size=12),
)


def parse(source: str) -> Policy:
    return parse_outline(source, provenance=PROVENANCE)


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def record(policy: Policy) -> dict[str, Any]:
    """What a case says of a policy: its clauses, its other parts, its history."""
    return {
        "title": policy.title,
        "updated": policy.updated and policy.updated.isoformat(),
        "clauses": [
            {"id": c.id, "text": c.text, "kind": c.kind.value, "path": list(c.path), "position": c.position}
            for c in policy
        ],
        "parts": [f"{part.role.value}: {part.text}" for part in policy.parts if part.role is not PartRole.CLAUSE],
        "changelog": [f"{e.date.isoformat()}{' (head)' if e.from_head else ''}: {e.text}" for e in policy.changelog],
    }


def assert_sound(policy: Policy) -> None:
    """Every line that is not blank is in one part; parts and gaps make up the source; spans, ids and positions hold."""
    source, end = policy.source, 0
    for part in policy.parts:
        assert part.span.start >= end
        assert not any(map(str.isalnum, source[end : part.span.start]))
        end = part.span.end
    assert not any(map(str.isalnum, source[end:]))
    for line in re.finditer(r"[^\r\n]+", source.removeprefix("\ufeff")):
        start = line.start() + source.startswith("\ufeff")
        owners = [part for part in policy.parts if part.span.start < start + len(line[0]) and part.span.end > start]
        assert len(owners) == 1 or (not line[0].strip() and len(owners) == 0)
    ids = [clause.id for clause in policy]
    assert len(set(ids)) == len(ids) == len({clause.position for clause in policy})
    assert [part.clause_id for part in policy.parts if part.role is PartRole.CLAUSE] == ids
    for clause in policy:
        assert clause.span.slice(source) == clause.verbatim == clause.verbatim.strip()
        assert clause.text
        assert clause.text == " ".join(clause.text.split())


def test_there_are_cases():
    """An empty folder would prove nothing."""
    assert len(VALID) >= 10
    assert len(PACKS) == 2
    assert INVALID


@pytest.mark.parametrize("case", VALID, ids=lambda path: path.stem)
def test_each_case_comes_out_as_its_record_says(case: Path):
    """The record beside each text was read over by hand."""
    policy = parse(read(case))

    assert record(policy) == json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))
    assert_sound(policy)


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case["name"])
def test_a_text_that_is_no_policy_is_refused_in_one_sentence(case: dict[str, str]):
    """The sentence says what was expected and what came."""
    with pytest.raises(PolicyParseError) as caught:
        parse(case["source"])

    assert str(caught.value) == case["message"]


def test_the_bundled_policy_has_the_same_clauses_in_both_dialects():
    """Same 71 texts, spans and links in the same order, same title and changelog; kinds, ids and categories may differ."""
    source = read(BUNDLED / "policy.md")

    curated = parse_policy(source, provenance=PROVENANCE, dialect=Dialect.OPENAI_2023)
    outline = parse_policy(source, provenance=PROVENANCE)

    assert len(outline.clauses) == 71
    assert [(c.text, c.span, c.links) for c in outline] == [(c.text, c.span, c.links) for c in curated]
    assert outline.changelog == curated.changelog
    assert (outline.title, outline.updated, outline.sha256) == (curated.title, curated.updated, curated.sha256)
    assert outline.kinds_are_guesses
    assert not curated.kinds_are_guesses
    assert_sound(outline)
    assert_sound(curated)


def test_curated_names_name_clauses_of_the_outline_too():
    """Ids and labels that people gave do not depend on the grammar."""
    names = CuratedNames.from_json((BUNDLED / "names.json").read_text(encoding="utf-8"))

    policy = parse_outline(read(BUNDLED / "policy.md"), provenance=PROVENANCE, names=names)

    assert policy.clause("privacy/tracking").position == "Disallowed usage 10.1"
    assert policy.clause("privacy/tracking").short_position == "10.1"


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.parent.name)
def test_both_versions_of_the_second_policy_read_soundly(path: Path):
    """Their folder names their date, and their text says it."""
    policy = parse(read(path))

    assert policy.updated == date.fromisoformat(path.parent.name.split("@")[1])
    assert policy.title == "Acme Acceptable Use Policy"
    assert len(policy.clauses) == 18
    assert_sound(policy)


def test_a_clause_keeps_its_id_in_the_next_version():
    """Same heading, same first words: same id, whatever stands before it and however it ends."""
    before, after = (parse(read(path)) for path in PACKS)

    kept = {clause.id for clause in before} & {clause.id for clause in after}

    assert "what-we-ask-of-you/keep-the-key-to-your-account" in kept
    assert len(kept) == 15


def test_a_date_of_the_provenance_wins_over_that_of_the_text():
    """Who publishes a pack may know better than its head."""
    known = Provenance(publisher="Example", title="Rules", updated=date(2020, 1, 1))

    policy = parse_outline("# Rules\n\nUpdated March 23, 2023\n\nBe kind.", provenance=known)

    assert policy.updated == date(2020, 1, 1)
    assert policy.clauses[0].citation == "Example Rules (2020-01-01), Rules, paragraph 1"


def test_a_citation_has_the_date_that_the_text_says():
    """Where the provenance knows none."""
    policy = parse("# Rules\n\nUpdated March 23, 2023\n\nBe kind.")

    assert policy.clauses[0].citation == "Example Rules (2023-03-23), Rules, paragraph 1"
    assert policy.provenance.version == "2023-03-23"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Updated March 23, 2023", date(2023, 3, 23)),
        ("UpdatedMarch 23, 2023", date(2023, 3, 23)),
        ("Last updated: 2024-05-01", date(2024, 5, 1)),
        ("Effective January 15, 2025", date(2025, 1, 15)),
        ("Effective: 15 January 2025", date(2025, 1, 15)),
        ("Last modified on 1st of May, 2024.", date(2024, 5, 1)),
        ("Effective date: Jan. 3rd, 2024 (previous version)", date(2024, 1, 3)),
        ("Published: 1 May 2024 | Effective: 1 June 2024", date(2024, 6, 1)),
        ("Updated February 30, 2024", None),
    ],
)
def test_a_line_of_dates_gives_the_day_that_counts(line: str, day: date | None):
    """Taking effect comes before being updated, that before being published; no calendar has a 30 February."""
    found = date_line(line)

    assert found is not None
    assert found.day == day


@pytest.mark.parametrize("line", ["Updates", "We updated this on May 1, 2024.", "In May 2024 all changed", "Be kind."])
def test_a_sentence_is_no_line_of_dates(line: str):
    """It is a clause."""
    assert date_line(line) is None


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        ("Sell lamps", ("You may not:",), ClauseKind.PROHIBITED_USE),
        ("Sell lamps, except with our permission", ("You may not:",), ClauseKind.CONDITIONAL_PERMISSION),
        ("Track a person without their consent", ("Prohibited uses",), ClauseKind.CONDITIONAL_PERMISSION),
        ("Spam", ("Prohibited uses",), ClauseKind.PROHIBITED_USE),
        ("We may suspend your account.", ("Prohibited uses",), ClauseKind.STATEMENT),
        ("You must say so.", ("Prohibited uses",), ClauseKind.REQUIREMENT),
        ("Say so.", ("You must:",), ClauseKind.REQUIREMENT),
        ("Not hide it", ("You must:",), ClauseKind.PROHIBITED_USE),
        ("You may share pictures only if you label them.", (), ClauseKind.CONDITIONAL_PERMISSION),
        ("You may share pictures.", (), ClauseKind.STATEMENT),
        ("Bots", ("Prohibited uses", "These are allowed with our written permission:"), ClauseKind.STATEMENT),
        ("Don’t share keys.", (), ClauseKind.PROHIBITED_USE),
        ("Keep keys secret.", (), ClauseKind.REQUIREMENT),
        ("Support may not be available.", (), ClauseKind.STATEMENT),
        ("Weather – Prohibited", ("Use – Allowed?",), ClauseKind.PROHIBITED_USE),
        ("No member shall paint the shed.", (), ClauseKind.PROHIBITED_USE),
        ("Nobody may paint the shed.", (), ClauseKind.PROHIBITED_USE),
        ("A kite may not leave the meadow.", (), ClauseKind.PROHIBITED_USE),
        ("The ferry is not to be used for cattle.", (), ClauseKind.PROHIBITED_USE),
        ("Borrowed ladders, ropes and nets: no.", (), ClauseKind.PROHIBITED_USE),
        ("Nests: only in the old barn.", (), ClauseKind.CONDITIONAL_PERMISSION),
        ("Nothing that frightens horses.", (), ClauseKind.PROHIBITED_USE),
        ("No drums after ten, or before six.", (), ClauseKind.PROHIBITED_USE),
        ("Letters that insult a neighbour are removed.", (), ClauseKind.PROHIBITED_USE),
        ("Fireworks have no place here.", (), ClauseKind.PROHIBITED_USE),
        ("A fire on the beach needs the warden’s written permission.", (), ClauseKind.CONDITIONAL_PERMISSION),
        ("Unless you keep bees, do not open the hives.", (), ClauseKind.CONDITIONAL_PERMISSION),
        ("You can’t moor here.", (), ClauseKind.PROHIBITED_USE),
        ("Kites over the harbour", ("Not on our pier",), ClauseKind.PROHIBITED_USE),
        ("Fish from the boats", ("You agree that you won’t:",), ClauseKind.PROHIBITED_USE),
        ("Absolutely not. The crane is for the crew.", (), ClauseKind.PROHIBITED_USE),
        ("Children may swim while the flag is green.", (), ClauseKind.CONDITIONAL_PERMISSION),
        ("With the owner’s permission, nets may dry on the wall.", (), ClauseKind.CONDITIONAL_PERMISSION),
        ("Bells are fine as long as nobody sleeps.", (), ClauseKind.CONDITIONAL_PERMISSION),
        (
            "Boats longer than nine metres, save where the harbour master agrees",
            ("Prohibited",),
            ClauseKind.CONDITIONAL_PERMISSION,
        ),
        ("Lanterns have to be trimmed each night.", (), ClauseKind.REQUIREMENT),
        ("Remember to close the gate.", (), ClauseKind.REQUIREMENT),
        ("Accounts may be suspended if fees are late.", (), ClauseKind.STATEMENT),
        ("Nothing in these rules shall be construed as a lease.", (), ClauseKind.STATEMENT),
        ("No right to a berth is given.", (), ClauseKind.STATEMENT),
        ("No warranty of any kind.", (), ClauseKind.STATEMENT),
        ("forging permits", ("Neither our people nor our products may use AI to:",), ClauseKind.PROHIBITED_USE),
        ("Clubs may edit their own posters, but may not aim them at single voters.", (), ClauseKind.PROHIBITED_USE),
        ("Loan, savings and trading offers may not promise returns.", (), ClauseKind.PROHIBITED_USE),
        ("No applicant is turned away without a human decision.", (), ClauseKind.CONDITIONAL_PERMISSION),
        ("Reselling access requires a signed agreement.", (), ClauseKind.CONDITIONAL_PERMISSION),
        ("Probe or scan a system only where you own it.", (), ClauseKind.CONDITIONAL_PERMISSION),
        ("Enter every system in the register.", (), ClauseKind.REQUIREMENT),
        ("In approved tools, use only what the task needs.", (), ClauseKind.REQUIREMENT),
        ("The feature is open to adults, but may not extend to every game.", (), ClauseKind.STATEMENT),
        ("Neither we nor our suppliers can guarantee that the service is free of errors.", (), ClauseKind.STATEMENT),
        ("Neither these rules nor our answers should be taken as legal advice.", (), ClauseKind.STATEMENT),
        ("Answers are generated by AI and may not be accurate, complete or up to date.", (), ClauseKind.STATEMENT),
        ("Some features are experimental and may not work as expected.", (), ClauseKind.STATEMENT),
        ("The content filters in older versions may not catch every violation.", (), ClauseKind.STATEMENT),
        ("Some countries outside the EU may not allow these limitations.", (), ClauseKind.STATEMENT),
        ("No system is perfect, and errors can occur without warning.", (), ClauseKind.STATEMENT),
        ("No account is needed: you can read without signing in.", (), ClauseKind.STATEMENT),
        ("Access to the API is subject to the terms of this Agreement.", (), ClauseKind.STATEMENT),
        ("For example, state laws differ.", (), ClauseKind.STATEMENT),
        ("If you have any questions, please contact our support team.", (), ClauseKind.STATEMENT),
        ("If you see abuse, please report it at once.", (), ClauseKind.REQUIREMENT),
        ("In addition, use of the service is logged.", (), ClauseKind.STATEMENT),
        ("In most cases, review takes two working days.", (), ClauseKind.STATEMENT),
        ("With the free plan, log files are kept for 30 days.", (), ClauseKind.STATEMENT),
        ("If you close your account, test data is deleted after 30 days.", (), ClauseKind.STATEMENT),
        ("Separate terms apply to beta features.", (), ClauseKind.STATEMENT),
        ("Archive copies are kept for 90 days.", (), ClauseKind.STATEMENT),
        ("After the trial, access continues only if you pay.", (), ClauseKind.STATEMENT),
        ("During the beta, data leaves your device only if you turn sharing on.", (), ClauseKind.STATEMENT),
        ("Subject to the terms of this agreement, you must not resell the service.", (), ClauseKind.PROHIBITED_USE),
        ("Posts that violate these rules are removed.", (), ClauseKind.STATEMENT),
        ("The mill is not to be confused with the old mill.", (), ClauseKind.STATEMENT),
        ("", (), ClauseKind.STATEMENT),
    ],
)
def test_a_kind_is_guessed_from_the_words_and_what_stands_above(text: str, path: tuple[str, ...], kind: ClauseKind):
    """Own words first, then the nearest lead-in or heading that decides."""
    assert guess_kind(text, path) is kind


@given(st.text(), st.lists(st.text(max_size=40), max_size=3))
def test_a_plugin_rule_is_never_guessed(text: str, path: list[str]):
    """Only one publisher has those."""
    assert guess_kind(text, path) not in {ClauseKind.PLUGIN_REQUIREMENT, ClauseKind.EXPLANATION}


@given(st.text())
def test_any_text_at_all_raises_nothing_but_a_parse_error(text: str):
    """And what parses is sound."""
    try:
        policy = parse(text)
    except PolicyParseError as error:
        assert str(error)
    else:
        assert_sound(policy)


@settings(max_examples=300)
@given(documents)
def test_nothing_of_a_document_is_lost_and_nothing_taken_twice(source: str):
    """Every line that is not blank belongs to exactly one part, and every span slices back."""
    try:
        policy = parse(source)
    except PolicyParseError:
        return
    assert_sound(policy)


@pytest.mark.parametrize(
    ("source", "clauses"),
    [
        (">" * 100 + " deep", 1),
        ("\n".join("  " * depth + f"* level {depth}" for depth in range(100)), 100),
        (">" * 10_000 + " deep\n\nmore", 2),
        ("* " * 5_000 + "deep", 1),
        ("word " * 200_000, 1),
        ("**a [" * 200_000, 1),
        ("<!--a" * 200_000, 1),
        ("# A\n\n```\n* one\n* two\n\n## B\n\ntext", 3),
    ],
    ids=["quotes", "lists", "deeper", "wider", "long line", "marks", "open comments", "open fence"],
)
def test_odd_shapes_parse_soundly(source: str, clauses: int):
    """Depth, length and what is never closed cost neither a traceback nor words."""
    policy = parse(source)

    assert len(policy.clauses) == clauses
    assert_sound(policy)


def test_time_grows_with_the_length_of_the_text():
    """5,000 clauses take less than 6 times what 1,250 take (the best of four runs each, in turn)."""

    def seconds(clauses: int) -> float:
        source = "# Rules\n\nYou may not:\n\n" + "".join(f"* Do **thing** number {n}.\n" for n in range(clauses))
        forget_read()
        start = time.process_time()
        assert len(parse(source).clauses) == clauses
        return time.process_time() - start

    pairs = [(seconds(5_000), seconds(1_250)) for _ in range(4)]
    assert min(many for many, _ in pairs) < 6 * min(few for _, few in pairs)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"clause": {}}',
        '{"clauses": []}',
        '{"clauses": {"a": 1}}',
        '{"short": {"a": ["b"]}}',
        "[" * 100_000,
    ],
)
def test_curated_names_of_another_shape_are_refused_in_one_sentence(content: str):
    """Whoever wrote them sees what was expected."""
    with pytest.raises(PolicyParseError, match=r"^Expected .*curated names.*\.$"):
        CuratedNames.from_json(content)
