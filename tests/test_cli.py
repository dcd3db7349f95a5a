"""The command line keeps its contract: shapes, exit codes, one line for each error."""

import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest
from support import CLONE

from policy_index import Exemplar, ExemplarSet, bundled_exemplars, bundled_policy, cli, commands, index
from policy_index.accuracy import bundled_accuracy
from policy_index.calibration import Calibration
from policy_index.encoder import bundled_model_folder


class Outcome(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Outcome]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command with these arguments and this standard input."""

    def call(*arguments: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        out, err = capfd.readouterr()
        return Outcome(int(caught.value.code or 0), out, err)

    return call


def test_search_prints_the_promised_object(run: Run):
    """Every key of the contract, in its order; probability and band from the calibration."""
    outcome = run("search", "a dating app for farmers", "--format", "json", "--top", "2")

    record = json.loads(outcome.out)
    assert outcome.status == 0
    assert list(record) == ["query", "model", "policy", "matches"]
    assert record["query"] == "a dating app for farmers"
    assert record["model"] == "all-MiniLM-L6-v2"
    assert list(record["policy"]) == ["title", "updated", "sha256"]
    assert record["policy"]["updated"] == "2023-03-23"
    assert len(record["matches"]) == 2
    first = record["matches"][0]
    assert list(first) == [
        "clause_id",
        "text",
        "kind",
        "category",
        "section",
        "citation",
        "score",
        "probability",
        "band",
    ]
    assert first["clause_id"] == "adult-content"
    assert first["citation"] == "OpenAI Usage policies (2023-03-23), Disallowed usage 8"
    assert -1 <= first["score"] <= 1
    assert 0.6 <= first["probability"] <= 1
    assert first["band"] == "likely"


def test_search_prints_a_table_with_the_caveat(run: Run):
    """Clause, lane, score, id; and what it is not."""
    outcome = run("search", "a dating app for farmers")

    assert outcome.status == 0
    assert "adult-content" in outcome.out
    assert "neither a verdict nor legal advice" in outcome.out
    assert "superseded" in outcome.out


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


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["search", "x", "--top", "0"], b"", "Expected --top between 1 and 71, got 0."),
        (["search", "x", "--top", "-3"], b"", "Expected --top between 1 and 71, got -3."),
        (["search", "x", "--top", "10000"], b"", "Expected --top between 1 and 71, got 10000."),
        (["search", "x", "--top", "many"], b"", "Invalid value for '--top': 'many' is not a valid integer."),
        (
            ["search", "  "],
            b"",
            "Expected a text with at least one visible character, but got one of blanks and invisible characters only.",
        ),
        (["search", ""], b"", "Expected a text with at least one visible character, but got an empty one."),
        (
            ["search", "a" * 200_001],
            b"",
            "Expected at most 200,000 characters of text, but this one has 200,001.",
        ),
        (
            ["search", "-"],
            b"good\nb\xffd\n",
            "Line 2 of standard input: expected UTF-8, got byte 0xff at column 2.",
        ),
        (
            ["search", "-"],
            b"good\n\n",
            "Line 2 of standard input: Expected a text with at least one visible character, but got an empty one.",
        ),
        (["search"], b"", "Missing argument 'TEXT'."),
        (["search", "x", "--format", "xml"], b"", "Invalid value for '--format': 'xml' is not one of 'table', 'json'."),
        (
            ["search", "x", "--model", "no/such-model"],
            b"",
            "Expected a sentence-transformers model in a folder or in the local model cache, but 'no/such-model' cannot "
            "be loaded (OSError); models are not downloaded.",
        ),
        (
            ["show", "helth"],
            b"",
            "No clause has the id 'helth'; did you mean health?",
        ),
        (["show", "?"], b"", "No clause has the id '?'; `policy-index clauses` lists them all."),
        (["frobnicate"], b"", "No such command 'frobnicate'."),
        (["serve", "--port", "0"], b"", "Invalid value for '--port': 0 is not in the range 1<=x<=65535."),
        (
            ["build", "--output", "/proc/no/such"],
            b"",
            "Expected a folder that can be written to, but /proc/no/such is none.",
        ),
        (
            ["evaluate", "/no/such.jsonl"],
            b"",
            "Expected a file of labelled texts, but /no/such.jsonl cannot be read: No such file or directory.",
        ),
        (["evaluate", "-"], b"", "Expected at least one labelled text, but there is no line."),
        (
            ["evaluate", "-"],
            b'{"text": "x", "clause_ids": ["health"]}\n{"text": "x", "clause_ids": ["helth"]}\n',
            "Line 2: No clause has the id 'helth'; did you mean health?",
        ),
        (
            ["evaluate", "-"],
            b'{"text": "x", "harmful": true}\n\xff\n',
            "Line 2 of standard input: expected UTF-8, got byte 0xff.",
        ),
        (["brief"], b"", "Missing argument 'FILE'."),
        (
            ["brief", "/no/such.txt"],
            b"",
            "Expected a file of text, but /no/such.txt cannot be read: No such file or directory.",
        ),
        (["brief", "/"], b"", "Expected a file of text, but / cannot be read: Is a directory."),
        (["brief", "-"], b"good\nb\xffd\n", "Line 2 of standard input: expected UTF-8, got byte 0xff."),
        (
            ["brief", "-"],
            b" \r\n",
            "Expected a text with at least one visible character, but got one of blanks and invisible characters only.",
        ),
        (["brief", "-"], b"?!", "Expected a text with words, but this one has neither a letter nor a digit."),
        (
            ["brief", "-"],
            b"word " * 20_001,
            "Expected at most 20,000 words, but this text has 20,001: check it in parts.",
        ),
        (
            ["brief", "-"],
            b"PNG\x00\x01\x02",
            "Expected a text, but 3 of these 6 characters are control characters or marks of unreadable bytes, as in a "
            "binary file that was opened as text.",
        ),
        (
            ["brief", "-", "--format", "pdf"],
            b"x",
            "Invalid value for '--format': 'pdf' is not one of 'markdown', 'html', 'csv', 'json'.",
        ),
        (
            ["brief", "-", "--context", "weekly"],
            b"x",
            "Invalid value for '--context': 'weekly' is not one of 'consumer-facing', 'medical', 'legal', 'financial', "
            "'news', 'talks-with-people', 'simulates-a-person', 'automated-decisions', 'public-showing', 'plugin'.",
        ),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else None,
)
def test_a_wrong_call_exits_with_2_and_one_line(run: Run, arguments: list[str], stdin: bytes, message: str):
    """What was expected, what came, and where; never a traceback."""
    outcome = run(*arguments, stdin=stdin)

    assert outcome.status == 2
    assert outcome.err == f"policy-index: {message}\n"


def test_lines_before_a_wrong_line_may_be_answered_but_none_after(run: Run):
    """The error names the first wrong line."""
    outcome = run("search", "-", stdin=b"good\n\xff\nbetter\n")

    assert "better" not in outcome.out
    assert "Line 2" in outcome.err


def test_clauses_lists_and_filters(run: Run):
    """By kind, category and words."""
    everything = json.loads(run("clauses", "--format", "json").out)
    requirements = json.loads(run("clauses", "--kind", "requirement", "--format", "json").out)
    health = json.loads(run("clauses", "--category", "health", "--format", "json").out)
    words = json.loads(run("clauses", "--contains", "dating APPS", "--format", "json").out)

    assert len(everything) == 71
    assert list(everything[0]) == [
        "clause_id",
        "text",
        "verbatim",
        "kind",
        "category",
        "section",
        "citation",
        "span",
        "links",
    ]
    assert [clause["clause_id"] for clause in requirements] == [
        "further-requirements/ai-disclaimer",
        "further-requirements/ai-disclosure",
        "further-requirements/sharing-and-publication",
    ]
    assert len(health) == 3
    assert [clause["clause_id"] for clause in words] == ["adult-content"]
    assert "physical-harm/weapons-development" in run("clauses").out.replace("\n", "")
    assert run("clauses", "--category", "helth").status == 2


def test_show_prints_the_policys_own_words(run: Run):
    """Markup included, as they stand in the source."""
    outcome = run("show", "further-requirements/sharing-and-publication")

    assert "[Sharing & Publication Policy](https://openai.com/api/policies/sharing-publication/)" in outcome.out
    assert "You must" in outcome.out
    assert json.loads(run("show", "health", "--format", "json").out)["clause_id"] == "health"


def test_changelog_lists_the_eleven_revisions_newest_first(run: Run):
    """As a table and as JSON."""
    entries = json.loads(run("changelog", "--format", "json").out)

    assert len(entries) == 11
    assert [entries[0]["date"], entries[-1]["date"]] == ["2023-03-23", "2021-02-26"]
    assert "Tweet and Instagram generators" in " ".join(run("changelog").out.split())


def test_serve_hands_over_to_streamlit_with_the_apps_own_file(run: Run, monkeypatch: pytest.MonkeyPatch):
    """The process is replaced, so that a signal reaches the server itself."""
    calls: list[list[str]] = []
    monkeypatch.setattr(commands.serve.os, "execv", lambda _program, arguments: calls.append(arguments))
    monkeypatch.setenv("POLICY_INDEX_MODEL", "unset by the test's end")

    outcome = run("serve", "--port", "9999", "--model", "a-model")

    assert outcome.status == 0
    assert calls == [
        [
            sys.executable,
            *("-m", "streamlit", "run", str(CLONE / "app.py")),
            *("--server.address=localhost", "--server.port=9999", "--server.headless=true"),
        ]
    ]
    assert commands.serve.os.environ["POLICY_INDEX_MODEL"] == "a-model"


def test_another_model_searches_without_probabilities_and_says_so(run: Run, tmp_path: Path):
    """Null in the object, one line on standard error."""
    folder = shutil.copytree(bundled_model_folder(), tmp_path / "my-model")
    few = ExemplarSet.from_rows([], document=bundled_policy())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "bundled_exemplars", lambda: few)
        outcome = run("search", "gambling", "--model", str(folder), "--format", "json")

    record = json.loads(outcome.out)
    assert record["model"] == "my-model"
    assert record["matches"][0]["clause_id"] == "economic-harm/gambling"
    assert {match["probability"] for match in record["matches"]} == {None}
    assert {match["band"] for match in record["matches"]} == {None}
    assert outcome.err.count("\n") == 1
    assert "not for my-model as it is here, so scores are shown without probabilities." in outcome.err


IDEA = "We run a village shop.\r\n\r\nNext we open an online casino for members.\r\n"


def test_brief_writes_a_paper_in_each_format(run: Run, tmp_path: Path):
    """From a file, with a byte order mark and Windows line ends too; nothing on standard error."""
    file = tmp_path / "idea.txt"
    file.write_bytes(b"\xef\xbb\xbf" + IDEA.encode())

    written = {form: run("brief", str(file), "--format", form) for form in ("markdown", "html", "csv", "json")}

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


def test_build_writes_the_packages_files(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """From few exemplars here, for speed; that the shipped files are what it makes, test_index.py proves."""
    everything = bundled_exemplars()
    rows = [
        Exemplar(clause_id=clause_id, text=text)
        for clause_id, texts in everything.by_clause.items()
        for text in texts[:8]
    ]
    rows += [Exemplar(clause_id=None, text=text) for text in everything.harmless[:120]]
    few = ExemplarSet.from_rows(rows, document=bundled_policy())
    monkeypatch.setattr(commands.maintain, "bundled_exemplars", lambda: few)

    outcome = run("build", "--output", str(tmp_path))

    assert outcome == Outcome(0, f"{tmp_path}: {len(rows) + 71} texts, 71 clauses, all-MiniLM-L6-v2\n", "")
    assert {path.name for path in tmp_path.iterdir()} == {"calibration.json", "middle_centre.npy", "scorer.npz"}
    assert Calibration.from_json((tmp_path / "calibration.json").read_text(encoding="utf-8")).sharpness > 0


def test_evaluate_reads_standard_input_and_prints_a_table_or_json(run: Run):
    """All parts that the labels allow, and null for the others."""
    lines = [
        {"text": "a dating app for farmers", "clause_ids": ["adult-content"]},
        {"text": "online roulette", "clause_ids": ["economic-harm/gambling", "economic-harm"]},
        {"text": "bake bread", "clause_ids": []},
    ]
    stdin = "\n".join(json.dumps(line) for line in lines).encode()

    record = json.loads(run("evaluate", "-", "--format", "json", stdin=stdin).out)
    table = run("evaluate", "-", stdin=stdin).out

    assert record["clauses"]["recall_at_1"]["value"] == 1
    assert record["detection"]["touching"] == 2
    assert "recall at 1" in table
    assert "economic-harm/gambling" in table


def test_measure_writes_the_record_and_prints_the_comparison(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The table of methods, which README quotes."""
    monkeypatch.setattr(commands.maintain.accuracy, "measure", lambda _index: bundled_accuracy())

    outcome = run("measure", "--output", str(tmp_path))

    assert json.loads((tmp_path / "accuracy.json").read_text(encoding="utf-8")) == bundled_accuracy()
    assert outcome.out == commands.maintain.methods_table(bundled_accuracy()["methods"]) + "\n"
    assert outcome.out in (CLONE / "README.md").read_text(encoding="utf-8")


def test_the_readme_documents_every_command():
    """A command that README does not know is no command."""
    readme = (CLONE / "README.md").read_text(encoding="utf-8")

    assert cli.command.commands
    for name in cli.command.commands:
        assert f"policy-index {name}" in readme
