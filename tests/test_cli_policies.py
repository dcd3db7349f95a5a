"""Every command that reads a policy reads any: here one without exemplars, readings, facts, categories or measurements."""

import json
from pathlib import Path
from typing import Any

import pytest
from support import ACME, PACKS, LetterEncoder, Outcome, Run

from policy_index import ClauseKind, PolicyPack
from policy_index.search import index

HERE = ["--packs", PACKS, "--policy", "acme-aup"]
BEFORE = ["--packs", PACKS, "--policy", "acme-aup@2025-01-15"]
TEXT = "Pip draws pictures of teachers."
FOREIGN = ("OpenAI", "ChatGPT", "2023", "71 clauses")
"""Words of the bundled policy."""


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters for a model."""
    monkeypatch.setattr(index, "load_encoder", lambda _model: LetterEncoder())


def test_search_finds_the_policys_own_clauses(run: Run, acme: PolicyPack):
    """In the shape of any search, without probabilities, and it says why."""
    outcome = run("search", TEXT, *HERE, "--format", "json")

    record = json.loads(outcome.out)
    own = {clause.id: clause for clause in acme.policy}
    assert (record["policy"]["id"], record["policy"]["version"]) == ("acme-aup", "2026-01-31")
    assert record["policy"]["kinds_are_guesses"]
    assert len(record["matches"]) == 5
    assert all(own[match["clause_id"]].citation == match["citation"] for match in record["matches"])
    assert {match["probability"] for match in record["matches"]} == {None}
    assert outcome.err.startswith("policy-index: ")
    assert outcome.err.count("\n") == 1


def test_search_lines_are_checked_against_the_same_policy(run: Run):
    """One object a line, each with the policy's name; as many clauses as it has."""
    outcome = run("search", "-", *HERE, "--top", "18", stdin=b"pictures\npasswords\n")

    records = [json.loads(line) for line in outcome.out.splitlines()]
    assert [record["policy"]["id"] for record in records] == ["acme-aup", "acme-aup"]
    assert [len(record["matches"]) for record in records] == [18, 18]
    assert run("search", "x", *HERE, "--top", "19").err == ("policy-index: Expected --top between 1 and 18, got 19.\n")


def test_tables_name_the_policy_and_mark_guesses(run: Run, acme: PolicyPack):
    """Nobody has read these clauses: what they do to the reader was guessed from their words, and the tables say so."""
    clause = acme.policy.groups[1].clauses[0]

    found = run("search", TEXT, *HERE).out
    listed = run("clauses", *HERE).out
    shown = run("show", clause.id, *HERE).out

    assert "Band and lane (a guess)" in found
    assert "no probability" in found
    assert "Acme Acceptable use policy of 2026-01-31. " in found
    assert listed.startswith("Kind (a guess)")
    assert shown.splitlines()[:3] == [
        clause.citation,
        f"{acme.lane_of(clause)} (a guess)",
        " › ".join(clause.path),
    ]
    assert clause.verbatim in shown
    for words in FOREIGN:
        assert words not in found + listed + shown


def test_clauses_are_filtered_by_section_where_there_are_no_categories(run: Run, acme: PolicyPack):
    """A section's id is what a category's is elsewhere."""
    section = acme.policy.groups[2]

    def listed(*arguments: Any) -> list[str]:
        return [each["clause_id"] for each in json.loads(run("clauses", *HERE, *arguments, "--format", "json").out)]

    assert listed() == [clause.id for clause in acme.policy]
    assert listed("--category", section.id) == [clause.id for clause in section.clauses]
    assert listed("--kind", "requirement") == [
        clause.id for clause in acme.policy if clause.kind is ClauseKind.REQUIREMENT
    ]
    assert listed("--kind", "plugin_requirement") == []


def test_a_version_has_its_own_text_and_changelog(run: Run):
    """Where a policy tells of no revisions, one sentence says so, and the list is empty."""
    now, before = (json.loads(run("clauses", *each, "--format", "json").out) for each in (HERE, BEFORE))
    told = run("changelog", *HERE)

    assert [clause["text"] for clause in now] != [clause["text"] for clause in before]
    assert {clause["citation"].split(",")[0] for clause in before} == {"Acme Acceptable use policy (2025-01-15)"}
    assert "2025-01-15  First version." in told.out
    assert run("changelog", *BEFORE) == Outcome(
        0, "Acme Acceptable use policy (2025-01-15) tells of no revisions.\n", ""
    )
    assert run("changelog", *BEFORE, "--format", "json") == Outcome(0, "[]\n", "")


@pytest.mark.parametrize("form", ["markdown", "html", "csv", "json"])
def test_a_brief_is_a_paper_on_the_policy_that_was_named(run: Run, form: str):
    """With nothing of the bundled one in it."""
    outcome = run("brief", "-", *HERE, "--format", form, stdin=TEXT.encode())

    assert outcome.status == 0
    assert "Acme" in outcome.out
    assert "Acceptable use policy (2026-01-31)" in outcome.out
    for words in FOREIGN[:3]:
        assert words not in outcome.out


def test_the_environment_names_the_folder_too(run: Run, monkeypatch: pytest.MonkeyPatch):
    """As with `serve`, which hands it on so."""
    monkeypatch.setenv("POLICY_INDEX_PACKS", str(PACKS))

    assert json.loads(run("search", TEXT, "--policy", ACME, "--format=json").out)["policy"]["id"] == "acme-aup"
    assert json.loads(run("clauses", "--policy", "acme-aup@latest", "--format=json").out)
    assert json.loads(run("clauses", "--format=json").out)[0]["citation"].startswith("OpenAI")


def test_without_a_policy_the_bundled_one_is_meant(run: Run):
    """Whatever other packs there are."""
    assert run("show", "health", "--packs", PACKS).out == run("show", "health").out


def test_a_policy_of_one_clause_without_a_date_is_searched_too(run: Run, tmp_path: Path):
    """As many clauses as there are; what nobody knows is null or said."""
    own = tmp_path / "short"
    own.mkdir()
    (own / "pack.toml").write_text('id = "short"\npublisher = "A"\ntitle = "Rules"\n', encoding="utf-8")
    (own / "policy.md").write_text("You must not sell cats.\n", encoding="utf-8")
    here = ["--packs", tmp_path, "--policy", "short@undated"]

    record = json.loads(run("search", "cats", *here, "--format", "json").out)

    assert len(record["matches"]) == 1
    assert record["policy"]["updated"] is None
    assert "A Rules without a date" in run("search", "cats", *here).out
    assert run("search", "cats", *here, "--top", "2").err == "policy-index: Expected --top between 1 and 1, got 2.\n"
    assert run("changelog", *here).out == "A Rules (undated) tells of no revisions.\n"
