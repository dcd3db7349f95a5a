"""A wrong call of the command is one line on standard error and exit status 2: what was expected, what came, and where."""

import shutil
from pathlib import Path

import pytest
from support import PACKS, Run

BLANK = "Expected a text with at least one visible character, but got one of blanks and invisible characters only."
EMPTY = "Expected a text with at least one visible character, but got an empty one."
ACME = ["--packs", str(PACKS), "--policy"]
VERSIONS = "Expected a version of acme-aup among 2026-01-31 and 2025-01-15, or latest, got '1999-01-01'."

CALLS = [
    (["search", "x", "--top", "0"], b"", "Expected --top between 1 and 71, got 0."),
    (["search", "x", "--top", "-3"], b"", "Expected --top between 1 and 71, got -3."),
    (["search", "x", "--top", "10000"], b"", "Expected --top between 1 and 71, got 10000."),
    (["search", "x", "--top", "many"], b"", "Invalid value for '--top': 'many' is not a valid integer."),
    (["search", "  "], b"", BLANK),
    (["search", ""], b"", EMPTY),
    (["search", "a" * 200_001], b"", "Expected at most 200,000 characters of text, but this one has 200,001."),
    (["search", "-"], b"good\nb\xffd\n", "Line 2 of standard input: expected UTF-8, got byte 0xff at column 2."),
    (["search", "-"], b"good\n\n", f"Line 2 of standard input: {EMPTY}"),
    (["search"], b"", "Missing argument 'TEXT'."),
    (["search", "x", "--format", "xml"], b"", "Invalid value for '--format': 'xml' is not one of 'table', 'json'."),
    (
        ["search", "x", "--model", "no/such-model"],
        b"",
        "Expected a sentence-transformers model in a folder or in the local model cache, but 'no/such-model' cannot "
        "be loaded (OSError); models are not downloaded.",
    ),
    (["search", "x", "--policy", "opnai"], b"", "No policy has the id 'opnai'; the nearest is openai@2023-03-23."),
    (["search", "x", *ACME, "acme"], b"", "No policy has the id 'acme'; the nearest is acme-aup@2025-01-15."),
    (["clauses", *ACME, "acme-aup@1999-01-01"], b"", VERSIONS),
    (["show", "health", *ACME, "acme-aup@1999-01-01"], b"", VERSIONS),
    (["changelog", *ACME, "acme-aup@1999-01-01"], b"", VERSIONS),
    (["brief", "-", *ACME, "acme-aup@1999-01-01"], b"x", VERSIONS),
    (["mcp", *ACME, "acme-aup@1999-01-01"], b"", VERSIONS),
    (["evaluate", "-", *ACME, "acme-aup@1999-01-01"], b"", VERSIONS),
    (["build", *ACME, "acme-aup@1999-01-01"], b"", VERSIONS),
    *(
        (
            [*call, "--packs", "/no/such"],
            b"",
            "Expected a folder of policy packs, but /no/such cannot be read: No such file or directory.",
        )
        for call in (["search", "x"], ["serve"], ["mcp"], ["brief", "-"], ["clauses"])
    ),
    (
        ["clauses", "--category", "helth", *ACME, "acme-aup"],
        b"",
        "Expected a category among introduction, what-pip-is-not-for, what-we-ask-of-you, money-and-medicine, "
        "how-we-enforce-this-policy, got 'helth'.",
    ),
    (["show", "helth"], b"", "No clause has the id 'helth'; did you mean health?"),
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
    (["brief", "-"], b" \r\n", BLANK),
    (["brief", "-"], b"word " * 20_001, "Expected at most 20,000 words, but this text has 20,001: check it in parts."),
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
        "Expected a fact among automated-decisions, consumer-facing, financial, legal, medical, news, plugin, "
        "public-showing, simulates-a-person, talks-with-people, got 'weekly'.",
    ),
    (
        ["brief", "-", "--context", "medical", *ACME, "acme-aup"],
        b"x",
        "Expected no facts: this policy's pack has none, got 'medical'.",
    ),
]


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    CALLS,
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_a_wrong_call_exits_with_2_and_one_line(run: Run, arguments: list[str], stdin: bytes, message: str):
    """Never a traceback."""
    outcome = run(*arguments, stdin=stdin)

    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err == f"policy-index: {message}\n"


def test_a_broken_pack_is_named_by_every_command_that_reads_the_folder(run: Run, tmp_path: Path):
    """Before anything is searched or served; the help needs no packs."""
    folder = shutil.copytree(PACKS, tmp_path / "packs")
    broken = folder / "acme-aup@2025-01-15" / "pack.toml"
    broken.write_text('id = "acme-aup"\n', encoding="utf-8")

    for call in (["search", "x"], ["brief", "-"], ["clauses"], ["show", "health"], ["changelog"], ["serve"], ["mcp"]):
        outcome = run(*call, "--packs", folder, stdin=b"x")
        assert (outcome.status, outcome.out) == (2, "")
        assert outcome.err == f"policy-index: Expected 'publisher' in {broken}, but it is missing.\n"
    assert run("search", "--help").status == 0


def test_the_help_is_given_whatever_the_environment_names(run: Run, monkeypatch: pytest.MonkeyPatch):
    """A folder of packs that is not there stops a command, not its help."""
    monkeypatch.setenv("POLICY_INDEX_PACKS", "/no/such")

    assert run("--help").status == 0
    assert run("changelog").status == 2
