"""The command line keeps its contract under the policy that ships: shapes, tables, papers."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from support import CLONE, PACKS, Outcome, Run, an_exemplar_a_clause

from policy_index import ClauseKind, Lane, PolicyPack, Shelf
from policy_index.cli import main, options, serve
from policy_index.search.minilm import model_folder

CLAUSE_KEYS = [
    *("clause_id", "text", "verbatim", "kind", "category", "section", "path", "position", "citation", "span", "links"),
]
POLICY_KEYS = ["id", "version", "publisher", "title", "updated", "sha256", "superseded", "kinds_are_guesses"]


def test_search_prints_the_promised_object(run: Run):
    """Every key of the contract, in its order; probability and band from the calibration."""
    outcome = run("search", "a dating app for farmers", "--format", "json", "--top", "2")

    record = json.loads(outcome.out)
    assert (outcome.status, outcome.err) == (0, "")
    assert list(record) == ["query", "model", "policy", "touch", "unfit", "matches"]
    assert record["query"] == "a dating app for farmers"
    assert record["model"] == "all-MiniLM-L6-v2"
    assert list(record["policy"]) == POLICY_KEYS
    assert record["policy"]["updated"] == "2023-03-23"
    assert 0.6 <= record["touch"] <= 1
    assert record["unfit"] is None
    assert len(record["matches"]) == 2
    first = record["matches"][0]
    assert list(first) == [*CLAUSE_KEYS, "score", "probability", "band", "stance", "nearness"]
    assert first["stance"] == "does"
    assert first["clause_id"] == "adult-content"
    assert first["citation"] == "OpenAI Usage policies (2023-03-23), Disallowed usage 8"
    assert -1 <= first["score"] <= 1
    assert 0.6 <= first["probability"] <= 1
    assert first["band"] == "likely"


def test_search_prints_a_table_with_the_caveat(run: Run):
    """Clause, lane, score, id; and what it is not."""
    outcome = run("search", "a dating app for farmers", "--top", "1")

    assert outcome.status == 0
    for words in ("likely (", "Not allowed as described", "cosine 0.", "Disallowed usage of our models"):
        assert words in outcome.out
    assert "adult-content" in outcome.out.replace("\n", " ").split()
    assert "superseded since" in outcome.out
    assert "neither a verdict nor legal advice" in outcome.out


def test_search_says_when_a_text_was_cut(run: Run):
    """And how far it was read."""
    assert "Read up to character 1,015 of 4,000." in run("search", "cat " * 1000).out


def test_search_reads_one_query_a_line_and_writes_one_object_a_line(run: Run):
    """In order, Windows line ends too."""
    outcome = run("search", "-", "--top", "1", stdin="a dating app\r\nwrite a računalni virus\n".encode())

    records = [json.loads(line) for line in outcome.out.splitlines()]
    assert outcome.status == 0
    assert [record["query"] for record in records] == ["a dating app", "write a računalni virus"]
    assert [len(record["matches"]) for record in records] == [1, 1]


def test_nothing_on_standard_input_gives_nothing(run: Run):
    """No query, no answer, no error."""
    assert run("search", "-") == Outcome(0, "", "")


def test_lines_before_a_wrong_line_may_be_answered_but_none_after(run: Run):
    """The error names the first wrong line."""
    outcome = run("search", "-", stdin=b"good\n\xff\nbetter\n")

    assert "better" not in outcome.out
    assert "Line 2" in outcome.err


def lifted(pack: PolicyPack) -> list[str]:
    """Return the ids of the prohibitions that a condition lifts."""
    return [
        clause.id
        for clause in pack.policy
        if clause.kind is ClauseKind.PROHIBITED_USE and pack.lane_of(clause) is Lane.ONLY_IF
    ]


def test_prohibitions_that_a_condition_lifts_are_shown_as_the_pages_show_them(run: Run, pack: PolicyPack):
    """“Allowed only if”, in `show` and in `search`; there are four."""
    assert len(lifted(pack)) == 4

    for clause_id in lifted(pack):
        shown = run("show", clause_id).out.splitlines()
        found = run("search", pack.policy.clause(clause_id).text, "--top", "1").out

        assert shown[1] == "Allowed only if"
        assert "Allowed only if" in found
        assert "Not allowed as described" not in found
        assert clause_id in found


def test_clauses_lists_and_filters(run: Run, pack: PolicyPack):
    """By kind, category or section, and words."""

    def listed(*arguments: str) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = json.loads(run("clauses", *arguments, "--format", "json").out)
        return records

    everything = listed()
    assert [clause["clause_id"] for clause in everything] == [clause.id for clause in pack.policy]
    assert list(everything[0]) == CLAUSE_KEYS
    assert [clause["clause_id"] for clause in listed("--kind", "requirement")] == [
        "further-requirements/ai-disclaimer",
        "further-requirements/ai-disclosure",
        "further-requirements/sharing-and-publication",
    ]
    assert {clause["category"] for clause in listed("--category", "health")} == {everything[52]["category"]}
    assert len(listed("--category", "health")) == 3
    assert len(listed("--category", "plugin-policies")) == 7
    assert [clause["clause_id"] for clause in listed("--contains", "dating APPS")] == ["adult-content"]
    assert "physical-harm/weapons-development" in run("clauses").out.split()


def test_show_prints_the_policys_own_words(run: Run):
    """Its citation, lane and place, and its words as they stand in the source, markup included."""
    outcome = run("show", "further-requirements/sharing-and-publication")

    citation, lane, path, blank, verbatim, *_ = outcome.out.splitlines()
    assert citation == "OpenAI Usage policies (2023-03-23), Further requirements 3"
    assert lane == "You must"
    assert path == "Further requirements › We have further requirements for certain uses of our models:"
    assert blank == ""
    assert "[Sharing & Publication Policy](https://openai.com/api/policies/sharing-publication/)" in verbatim
    assert json.loads(run("show", "health", "--format", "json").out)["clause_id"] == "health"


def test_changelog_lists_the_eleven_revisions_newest_first(run: Run):
    """As a table and as JSON."""
    entries = json.loads(run("changelog", "--format", "json").out)

    assert len(entries) == 11
    assert list(entries[0]) == ["date", "text", "verbatim", "span", "from_head"]
    assert [entries[0]["date"], entries[-1]["date"]] == ["2023-03-23", "2021-02-26"]
    assert "Tweet and Instagram generators" in " ".join(run("changelog").out.split())


def test_serve_hands_over_to_streamlit_with_the_apps_own_file(run: Run, monkeypatch: pytest.MonkeyPatch):
    """The process is replaced, so that a signal reaches the server itself; what it must know, the environment tells it."""
    calls: list[list[str]] = []
    monkeypatch.setattr(serve.os, "execv", lambda _program, arguments: calls.append(arguments))
    for name in ("POLICY_INDEX_MODEL", "POLICY_INDEX_PACKS"):
        monkeypatch.setenv(name, "")
    monkeypatch.chdir(PACKS.parent)

    outcome = run("serve", "--port", "9999", "--model", "a-model", "--packs", PACKS.name)

    assert outcome == Outcome(0, "", "")
    assert calls == [
        [
            sys.executable,
            *("-m", "streamlit", "run", str(CLONE / "app.py")),
            *("--server.address=localhost", "--server.port=9999", "--server.headless=true"),
        ]
    ]
    assert serve.os.environ["POLICY_INDEX_MODEL"] == "a-model"
    assert serve.os.environ["POLICY_INDEX_PACKS"] == str(PACKS)


def test_another_model_searches_without_probabilities_and_says_so(
    run: Run, pack: PolicyPack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """Null in the object, one line on standard error; one exemplar a clause here, for speed, taken for thousands."""
    folder = shutil.copytree(model_folder(), tmp_path / "my-model")
    bare = Shelf.from_packs([an_exemplar_a_clause(pack)])
    monkeypatch.setattr("policy_index.search.index.can_learn", lambda _pack: False)
    monkeypatch.setattr(options, "load_shelf", lambda _folder: bare)

    outcome = run("search", "gambling", "--model", folder, "--format", "json")

    record = json.loads(outcome.out)
    assert record["model"] == "my-model"
    assert record["touch"] is None
    assert record["matches"][0]["clause_id"] == "economic-harm/gambling"
    assert {(match["probability"], match["band"]) for match in record["matches"]} == {(None, None)}
    assert outcome.err.count("\n") == 1
    assert "without probabilities" in outcome.err


IDEA = "We run a village shop.\r\n\r\nNext we open an online casino for members.\r\n"


def test_brief_writes_a_paper_in_each_format(run: Run, tmp_path: Path):
    """From a file, with a byte order mark and Windows line ends too; nothing on standard error."""
    file = tmp_path / "idea.txt"
    file.write_bytes(b"\xef\xbb\xbf" + IDEA.encode())

    written = {form: run("brief", file, "--format", form) for form in ("markdown", "html", "csv", "json")}

    assert {(outcome.status, outcome.err) for outcome in written.values()} == {(0, "")}
    assert written["markdown"].out.startswith("# Policy brief\n")
    assert written["html"].out.startswith("<!doctype html>\n")
    assert written["csv"].out.startswith("lane,clause_id,citation,clause,")
    record = json.loads(written["json"].out)
    assert record["format"] == "usage-policy-brief/1"
    assert record["text"] == IDEA
    shown = [entry["clause_id"] for lane in record["lanes"] for entry in lane["entries"]]
    assert "economic-harm/gambling" in shown
    for outcome in written.values():
        assert "online casino for members" in outcome.out
        assert outcome.out.endswith("\n")


def test_brief_reads_standard_input_and_writes_markdown(run: Run):
    """Without further options, as other commands are fed."""
    outcome = run("brief", "-", stdin=IDEA.encode())

    assert outcome.status == 0
    assert outcome.out.startswith("# Policy brief\n")
    assert "## Not allowed as described" in outcome.out


def test_a_fact_given_to_brief_adds_its_requirements(run: Run):
    """Several facts, each an option of its own."""
    outcome = run(
        "brief", "-", "--format=json", "--context=plugin", "--context=talks-with-people", stdin=b"We bake bread."
    )

    record = json.loads(outcome.out)
    assert record["contexts"] == ["talks-with-people", "plugin"]
    reasons = {
        entry["clause_id"]: [reason["because"] for reason in entry["reasons"]]
        for lane in record["lanes"]
        for entry in lane["entries"]
    }
    assert reasons["further-requirements/ai-disclosure"] == ["You said that it talks with people by itself."]
    assert reasons["plugin-policies/accurate-description"] == ["You said that it is a ChatGPT plugin."]


def test_the_help_names_every_command_and_the_default_policy(run: Run, pack: PolicyPack):
    """From its pack; a broken folder of packs is no reason to give no help."""
    shown = " ".join(run("--help").out.split())

    assert f"{pack.policy.provenance.name} of {pack.version}, superseded since" in shown
    for name in main.command.list_commands(None):
        assert f" {name} " in shown


def test_the_readme_or_the_page_behind_it_documents_every_command():
    """A command that neither knows is no command."""
    readme = "".join((CLONE / name).read_text(encoding="utf-8") for name in ("README.md", ".github/USING.md"))

    assert main.command.list_commands(None)
    for name in main.command.list_commands(None):
        assert f"`{name}" in readme or f"policy-index {name}" in readme


def test_a_command_whose_packages_are_missing_says_which_to_install(run: Run, monkeypatch: pytest.MonkeyPatch):
    """In its help too, and the other commands work."""

    def only_the_search(module: str) -> object:
        if module.endswith("batch"):
            raise ModuleNotFoundError(name="pyarrow.parquet")
        return sys.modules[module]

    monkeypatch.setattr(main, "import_module", only_the_search)
    sentence = "This needs the package pyarrow: pip install 'policy-index[batch]'."

    assert run("batch", "in.csv", "out.csv", "--top", "3") == Outcome(2, "", f"policy-index: {sentence}\n")
    assert run("serve", "--help").status == 0
    assert "This needs the package pyarrow" in run("--help").out
    monkeypatch.setattr(serve, "find_spec", lambda _name: None)
    assert "pip install 'policy-index[app]'" in run("serve").err
