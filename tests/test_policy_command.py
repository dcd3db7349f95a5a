"""`policy-index policy`: policies of one's own are kept, listed, edited, moved, and found by every command; what is wrong is one sentence."""

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from libraries import LATER, RULES
from source_files import scan
from support import PACKS, LetterEncoder, Outcome, Run

from policy_index.library.doors import default_file
from policy_index.library.store import default_file as file_of_store
from policy_index.search import index

STATED = ["--title", "Rules", "--publisher", "Me", "--effective", "2026-01-01"]
SPAM = "policy/you-must-not-send-spam"


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters for a model."""
    monkeypatch.setattr(index, "load_encoder", lambda _model: LetterEncoder())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a small policy."""
    path = tmp_path / "rules.md"
    path.write_text(RULES, encoding="utf-8")
    return path


@pytest.fixture
def kept(run: Run, file: Path) -> Path:
    """The file, whose policy the library keeps as `my-rules@2026-01-01`."""
    assert run("policy", "add", file, "--id", "my-rules", *STATED).status == 0
    return file


def sentence(outcome: Outcome) -> str:
    """Return the one line on standard error of a command that was refused."""
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    return outcome.err.removeprefix("policy-index: ").rstrip("\n")


def shown(run: Run, spec: str) -> dict[str, Any]:
    """Return what `policy show` says."""
    record: dict[str, Any] = json.loads(run("policy", "show", spec, "--format", "json").out)
    return record


def test_nothing_is_made_or_imported_before_somebody_keeps_a_policy(run: Run):
    """No file, no folder, and no SQLAlchemy in a command that has no library to look into."""
    script = (
        "import sys\nfrom policy_index.cli.main import main\ntry:\n    main(['policy', 'list'])\nexcept SystemExit:\n"
        "    print([name for name in ('sqlalchemy', 'numpy', 'alembic') if name in sys.modules])"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ)
    listed = run("policy", "list", "--format", "json")

    assert found.stdout.splitlines()[-1] == "[]"
    assert [each["id"] for each in json.loads(listed.out)] == ["openai"]
    assert default_file() == file_of_store()
    assert not default_file().parent.exists()


def test_a_file_becomes_a_policy_that_every_command_finds(run: Run, file: Path):
    """Its id is made of publisher and title; it is listed, shown, searched and read."""
    added = run("policy", "add", file, *STATED, "--url", "https://example.org", "--format", "json")

    record = json.loads(added.out)
    assert (record["id"], record["version"], record["clauses"], record["set_aside"]) == (
        "me-rules",
        "2026-01-01",
        4,
        [],
    )
    listed = {each["id"]: each for each in json.loads(run("policy", "list", "--format", "json").out)}
    assert list(listed) == ["openai", "me-rules"]
    assert (listed["me-rules"]["in_library"], listed["openai"]["in_library"]) == (True, False)
    assert "me-rules@2026-01-01" in run("policy", "list").out
    clauses = shown(run, "me-rules")["clauses"]
    assert list(clauses[0])[:5] == ["id", "text", "kind", "path", "citation"]
    assert [RULES[slice(*each["span"])] for each in clauses] == [each["verbatim"] for each in clauses]
    assert clauses[1]["id"] == SPAM
    assert SPAM in run("policy", "show", "me-rules@latest").out.replace("\n", " ")
    assert len(json.loads(run("clauses", "--policy", "me-rules", "--format", "json").out)) == 4
    assert run("show", SPAM, "--policy", "me-rules@2026-01-01").status == 0
    found = json.loads(run("search", "spam", "--policy", "me-rules", "--format", "json").out)
    assert (found["policy"]["id"], len(found["matches"])) == ("me-rules", 4)


def test_of_a_policy_in_another_language_it_is_said_and_it_is_kept(run: Run, tmp_path: Path):
    """On standard error at once, and again where it is searched; standard output stays what programs read."""
    german = tmp_path / "regeln.md"
    german.write_text(
        "# Regeln\n\n* Es ist verboten, andere Menschen zu filmen.\n* Sie dürfen keine Werbung schicken.\n"
    )

    added = run("policy", "add", german, "--id", "regeln", *STATED, "--format", "json")
    found = run("search", "they film people", "--policy", "regeln")

    assert json.loads(added.out)["clauses"] == 2
    assert "This policy seems to be written in German" in added.err
    assert "This policy seems to be written in German" in found.err


def test_the_same_id_on_another_day_is_a_further_version(run: Run, kept: Path):
    """Clauses that stayed keep their ids, those of a policy beside the program too."""
    kept.write_text(LATER.replace("* You must not hack", "* You must never gamble.\n* You must not hack"), "utf-8")

    again = run("policy", "add", kept, "--id", "my-rules", *STATED[:4], "--effective", "2026-06-01")

    assert again.out.startswith("my-rules@2026-06-01: 5 clauses (read as markdown)\n")
    before, after = (
        {each["text"]: each["id"] for each in shown(run, spec)["clauses"]}
        for spec in ("my-rules@2026-01-01", "my-rules")
    )
    assert {text: after[text] for text in before if text in after} == {
        text: own for text, own in before.items() if text in after
    }
    acme = PACKS / "acme-aup@2026-01-31" / "policy.md"
    beside = json.loads(run("clauses", "--packs", PACKS, "--policy", "acme-aup", "--format", "json").out)
    run("policy", "add", acme, "--packs", PACKS, "--id", "acme-aup", *STATED[:4], "--effective", "2027-01-01")
    assert [each["id"] for each in shown(run, "acme-aup")["clauses"]] == [each["clause_id"] for each in beside]


def test_a_policy_is_exported_removed_and_imported(run: Run, kept: Path, tmp_path: Path):
    """The zip is the same again; a file that is there is replaced only where that is asked for."""
    (tmp_path / "more.jsonl").write_text(json.dumps({"clause_id": SPAM, "text": "mail a million people"}), "utf-8")
    assert run("policy", "examples", "my-rules", tmp_path / "more.jsonl").out == (
        "my-rules@2026-01-01: 1 example added\n1 of 4 clauses have examples now.\n"
    )
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"

    assert run("policy", "export", "my-rules", "--output", first).status == 0
    removed = run("policy", "remove", "my-rules@2026-01-01")
    twice = sentence(run("policy", "remove", "my-rules@2026-01-01"))
    imported = run("policy", "import", first)
    run("policy", "export", "my-rules@2026-01-01", "--output", second)

    assert removed.out == "my-rules@2026-01-01: removed\n"
    assert twice.startswith("No policy of the library has the id 'my-rules@2026-01-01'")
    assert imported.out == "my-rules@2026-01-01: 4 clauses\n"
    assert first.read_bytes() == second.read_bytes()
    assert kept.exists()
    assert "is; --overwrite replaces it." in sentence(run("policy", "export", "my-rules", "--output", first))
    assert run("policy", "export", "openai", "--output", first, "--overwrite").status == 0
    assert "policy.md" in zipfile.ZipFile(first).namelist()
    assert run("policy", "examples", "my-rules", tmp_path / "more.jsonl").out.startswith(
        "my-rules@2026-01-01: 0 examples added, 1 was there already\n"
    )


def test_the_tree_is_edited_from_a_file(run: Run, kept: Path, tmp_path: Path):
    """By spans as `show` gives them; an edit that began from an older revision is refused."""
    clauses = shown(run, "my-rules")["clauses"]
    edits = tmp_path / "edits.json"
    drop = {"schema": 1, "edits": [{"edit": "drop", "clause": clauses[0]["span"]}]}
    edits.write_text(json.dumps(drop), "utf-8")

    done = run("policy", "edit", "my-rules@2026-01-01", "--edits", edits, "--revision", 1)
    late = sentence(run("policy", "edit", "my-rules@2026-01-01", "--edits", edits, "--revision", 1))
    printed = run("policy", "edit", "my-rules")

    assert done.out == "my-rules@2026-01-01: revision 2, 1 edit, 3 clauses\n"
    assert late.startswith("Expected to edit revision 1 of my-rules@2026-01-01, but it is at revision 2")
    assert json.loads(printed.out) == drop
    assert printed.err == "policy-index: my-rules@2026-01-01 is at revision 2\n"
    assert shown(run, "my-rules")["set_aside"][0]["text"] == "Be kind to everyone."
    edits.write_text("{", "utf-8")
    assert sentence(run("policy", "edit", "my-rules", "--edits", edits)).startswith(
        "Expected edits of a policy as JSON"
    )
    assert kept.exists()


def test_what_is_said_of_a_version_is_changed_by_options(run: Run, kept: Path):
    """Only what is named; the text and its clauses stay; an older revision is refused, and both kinds of change at once."""
    before = shown(run, "my-rules")

    done = run("policy", "edit", "my-rules", "--title", "House rules", "--url", "https://example.org/x", "--superseded")
    late = sentence(run("policy", "edit", "my-rules", "--publisher", "You", "--revision", 1))
    both = sentence(run("policy", "edit", "my-rules", "--title", "x", "--edits", kept))
    blank = sentence(run("policy", "edit", "my-rules", "--title", " "))
    again = run("policy", "edit", "my-rules", "--in-force", "--url", "")

    assert done.out == ("my-rules@2026-01-01: revision 2, Me House rules, https://example.org/x, superseded\n")
    assert late.startswith(
        "Expected to edit revision 1 of my-rules@2026-01-01, but it is at revision 2 since an edit by"
    )
    assert both == "Expected --edits, or what shall be said of the version, not both at once."
    assert blank == "Expected a title with words, got a blank one; nothing was changed."
    assert again.out == "my-rules@2026-01-01: revision 3, Me House rules\n"
    assert [each["id"] for each in shown(run, "my-rules")["clauses"]] == [each["id"] for each in before["clauses"]]


def test_labelled_prompts_measure_a_kept_policy_with_and_without_examples(run: Run, kept: Path):
    """Within three, and how well "touches nothing" is told apart; why there are no probabilities is said beside it."""
    prompts = kept.parent / "prompts.jsonl"
    rows = [("send spam to anyone", [SPAM]), ("spam for all", [SPAM]), ("a loaf of bread", []), ("tea", [])]
    lines = [json.dumps({"text": text, "clause_ids": ids}) for text, ids in rows]
    prompts.write_text("\n".join(lines), encoding="utf-8")
    one = kept.parent / "one.jsonl"
    one.write_text(json.dumps({"clause_id": SPAM, "text": "mail to a million people"}), encoding="utf-8")

    without = run("evaluate", prompts, "--policy", "my-rules", "--format", "json")
    added = run("policy", "examples", "my-rules", one)
    with_one = run("evaluate", prompts, "--policy", "my-rules", "--format", "json")

    assert added.status == 0
    for found in (without, with_one):
        record = json.loads(found.out)
        assert record["clauses"]["texts"] == 2
        assert 0 <= record["clauses"]["recall_at_3"]["value"] <= 1
        assert 0 <= record["detection"]["auroc"]["value"] <= 1
        assert record["calibration"] is None
    assert "Nobody has written examples for this policy yet" in without.err
    assert (
        "Missing until there are probabilities: 49 more examples of clauses and 25 more harmless texts" in with_one.err
    )


WRONG: list[tuple[list[Any], str]] = [
    (
        ["nothing.md", *STATED],
        "Expected a file with a policy, but nothing.md cannot be read: No such file or directory.",
    ),
    (
        ["rules.md", "--publisher", "Me"],
        "Expected --title, --publisher and --effective, but --title and --effective are missing; the text suggests "
        "--title Rules and --effective undated.",
    ),
    (
        ["rules.md", *STATED[:5], "2026-02-30"],
        "Expected --effective as a day, YYYY-MM-DD, or undated, got '2026-02-30'.",
    ),
    (["rules.md", *STATED, "--id", "Ä b"], "Expected an id of small letters, digits and hyphens in "),
    (["rules.md", *STATED[:5], "2023-03-23", "--id", "openai"], "Expected a policy that is not there yet, but openai@"),
    (["rules.md", *STATED, "--path", "x"], "Expected --path together with --versions only."),
    (["rules.md", "--versions"], "Expected a git folder of recorded versions, but rules.md is no folder."),
    ([".", *STATED], "Expected a file, but . is a folder; --versions takes a git folder of recorded versions."),
    ([".", "--versions"], "Expected a folder with a git history, got one without ("),
    (["scan.pdf", *STATED], "Expected a PDF with text, got pictures of pages that have none: it seems to be a scan;"),
    (["empty.md", *STATED], "Expected a policy with words in it, got empty.md without any."),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_what_cannot_be_added_is_one_sentence_and_nothing_is_kept(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[Any], message: str
):
    """Whatever was brought."""
    monkeypatch.chdir(file.parent)
    Path("scan.pdf").write_bytes(scan())
    Path("empty.md").write_text("# \n", encoding="utf-8")

    assert sentence(run("policy", "add", *arguments)).startswith(message)
    assert len(json.loads(run("policy", "list", "--format", "json").out)) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["remove", "openai"], "Expected a policy of the library, but openai is bundled or lies in a folder of packs"),
        (["remove", "nothing"], "No policy of the library has the id 'nothing'; the nearest is my-rules."),
        (["show", "my-rule"], "No policy has the id 'my-rule'; the nearest is my-rules@2026-01-01."),
        (["show", "openai@2020-01-01"], "Expected a version of openai among 2023-03-23, or latest, got '2020-01-01'."),
        (["examples", "my-rules", "wrong.jsonl"], "Line 2 of wrong.jsonl: No clause has the id 'policy/spam'"),
        (["examples", "my-rules", "broken.zip"], "Line 1 of broken.zip: expected a JSON object"),
        (["import", "broken.zip"], "Expected a zip of a policy, but it cannot be read: "),
        (["import", "nothing.zip"], "Expected a zip of a policy, but nothing.zip cannot be read: No such file"),
        (["export", "nothing", "--output", "x.zip"], "No policy has the id 'nothing'; the nearest is "),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_done_is_one_sentence(
    run: Run, kept: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
):
    """And the policy that is kept stays as it is."""
    monkeypatch.chdir(kept.parent)
    before = shown(run, "my-rules")
    good = json.dumps({"clause_id": SPAM, "text": "mail a million people"})
    Path("wrong.jsonl").write_text(f'{good}\n{{"clause_id": "policy/spam", "text": "x"}}\n', encoding="utf-8")
    Path("broken.zip").write_bytes(b"PK\3\4 no more")

    assert sentence(run("policy", *arguments)).startswith(message)
    assert shown(run, "my-rules") == before
    assert not Path("x.zip").exists()


def test_a_library_that_cannot_be_read_is_said_and_the_bundled_policy_found(run: Run, kept: Path):
    """Damaged, or of a newer program: one line on standard error where a command goes on, and one where it cannot."""
    file = default_file()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE policy_index_schema SET version_num = '9999'")
    connection.close()

    listed = run("policy", "list", "--format", "json")
    named = run("clauses", "--policy", "openai", "--format", "json")
    plain = run("clauses", "--format", "json")
    bundled = run("clauses", "--policy", "openai@2023-03-23", "--format", "json")
    refused = sentence(run("clauses", "--policy", "my-rules"))
    added = sentence(run("policy", "add", kept, *STATED))

    assert [each["id"] for each in json.loads(listed.out)] == ["openai"]
    assert (listed.status, listed.err.count("\n"), listed.err) == (0, 1, named.err)
    assert "a newer version of this program made it" in listed.err
    assert refused == added == listed.err.removeprefix("policy-index: ").rstrip("\n")
    assert named.out == plain.out == bundled.out
    assert plain.err == bundled.err == ""
    file.write_bytes(b"no database" * 1000)
    assert "is damaged or no database" in run("policy", "list").err


def test_a_library_that_is_read_only_is_read_and_not_written(run: Run, kept: Path, monkeypatch: pytest.MonkeyPatch):
    """Whoever runs the command."""
    monkeypatch.setattr("policy_index.library.store._can_be_written", lambda _path: False)

    assert "my-rules@2026-01-01" in run("policy", "list").out
    assert "read-only" in sentence(run("policy", "remove", "my-rules"))
    assert "read-only" in sentence(run("policy", "add", kept, "--id", "other", *STATED))


def git(folder: Path, *arguments: str, day: str = "2026-01-01") -> None:
    """Run git in a folder, as somebody on a day."""
    stamp = f"{day}T12:00:00+0000"
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    dates = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=os.environ | who | dates)


def test_recorded_versions_are_kept_once_each(run: Run, tmp_path: Path):
    """What was set aside is named with the reason; the same command again keeps nothing twice."""
    folder = tmp_path / "recorded"
    (folder / "Acme").mkdir(parents=True)
    git(folder, "init", "-q")
    for day, text in (("2026-01-01", RULES), ("2026-02-01", f"{RULES}\n\n"), ("2026-03-01", LATER)):
        (folder / "Acme" / "Terms.md").write_text(text, encoding="utf-8")
        git(folder, "add", "-A", day=day)
        git(folder, "commit", "-q", "-m", "x", day=day)

    added = run("policy", "add", folder, "--versions", "--path", "Acme/Terms.md", "--format", "json")
    again = run("policy", "add", folder, "--versions")

    record = json.loads(added.out)
    assert (record["id"], record["path"]) == ("acme-terms", "Acme/Terms.md")
    assert record["versions"] == [{"version": "2026-01-01", "clauses": 4}, {"version": "2026-03-01", "clauses": 4}]
    assert record["set_aside"] == [{"day": "2026-02-01", "reason": "Changes no word of the version of 2026-01-01."}]
    assert again.out.startswith("acme-terms: 0 versions of Acme/Terms.md kept, 3 set aside\n")
    assert again.out.count("Kept already.") == 2
    first, last = (
        {each["text"]: each["id"] for each in shown(run, f"acme-terms@{day}")["clauses"]}
        for day in ("2026-01-01", "2026-03-01")
    )
    assert all(first[text] == last[text] for text in first if text in last)
    assert (
        sentence(run("policy", "add", folder, "--versions", "--path", "x"))
        == "Expected --path to say which policy is meant, one of Acme/Terms.md, got 'x'."
    )
