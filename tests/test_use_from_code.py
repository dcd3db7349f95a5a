"""The snippets that pages show: a shell and Python read them as they were meant, whatever stands in the text."""

import json
import subprocess

import pytest

from policy_index import load_shelf
from policy_index.ui.code import snippets

HOSTILE = "it's $(touch /tmp/hacked) `x` \"quoted\" \\ =cmd|' /C' 'ünï\nnext"
ACME = "acme-aup@2026-01-31"


def said(script: str) -> str:
    """Run a shell script whose commands only repeat what they are given."""
    return subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    ).stdout


@pytest.mark.parametrize("policy", [None, ACME])
@pytest.mark.parametrize("what", ["search", "brief"])
def test_curl_sends_the_text_and_which_policy(what: str, policy: str | None):
    """As JSON, to the route; the default policy is not named."""
    curl, _ = snippets(HOSTILE, what=what, address="http://localhost:1", policy=policy)["curl"]

    body = said(f'curl() {{ printf %s "${{@: -1}}"; }}; {curl}')

    assert json.loads(body) == {"text": HOSTILE} | ({"policy": policy} if policy else {})
    assert f"http://localhost:1/api/{what}" in curl


@pytest.mark.parametrize("policy", [None, ACME])
@pytest.mark.parametrize("what", ["search", "brief"])
def test_the_command_reads_the_text_and_which_policy(what: str, policy: str | None):
    """A brief from standard input, a search from its last argument; nothing in the text is run."""
    command, _ = snippets(HOSTILE, what=what, address="", policy=policy)["command"]
    shown = 'policy-index() { if [ -p /dev/stdin ]; then cat; else printf %s "${@: -1}"; fi; }; '

    assert said(shown + command) == HOSTILE
    arguments = said(f'policy-index() {{ printf "%s\\n" "$@"; }}; {command}').splitlines()
    assert arguments[0] == what
    assert (policy in arguments) is (policy is not None)
    assert ("--policy" in arguments) is (policy is not None)


@pytest.mark.parametrize("policy", [None, ACME])
@pytest.mark.parametrize("what", ["search", "brief"])
def test_python_uses_the_public_names_alone(what: str, policy: str | None):
    """What is imported can be imported, and the text is its own literal."""
    python, _ = snippets(HOSTILE, what=what, address="", policy=policy)["python"]

    compile(python, "snippet", "exec")
    opening = python.split("\n\n")[0]
    exec(opening, {})  # noqa: S102  # the line that the page shows
    assert opening.startswith("from policy_index import ")
    assert repr(HOSTILE) in python
    assert (policy is None) or f"load_shelf().find({policy!r})" in python


@pytest.mark.parametrize("what", ["search", "brief"])
def test_python_finds_a_policy_of_the_library(what: str):
    """On the shelf that has the library behind it, by public names alone."""
    python, _ = snippets("x", what=what, address="", policy=ACME, in_library=True)["python"]

    compile(python, "snippet", "exec")
    opening = python.split("\n\n")[0]
    exec(opening, {})  # noqa: S102  # the line that the page shows
    assert opening.startswith("from policy_index import ")
    assert f"with_library(load_shelf()).find({ACME!r})" in python


def test_python_finds_the_bundled_policy_by_the_name_that_pages_show():
    """So that the same call works for every policy."""
    shelf = load_shelf()

    assert shelf.find(shelf.default.spec) is shelf.default


@pytest.mark.parametrize("policy", [None, ACME])
@pytest.mark.parametrize("what", ["search", "brief"])
def test_a_long_text_is_read_from_a_file(what: str, policy: str | None):
    """In each language; 300 characters are the most that is written out."""
    long = snippets("x" * 301, what=what, address="http://localhost:1", policy=policy)

    assert all("xxx" not in snippet and "idea.txt" in snippet for snippet, _ in long.values())
    assert all((policy or "acme") in snippet or policy is None for snippet, _ in long.values())
    compile(long["python"][0], "snippet", "exec")
    assert "xxx" in snippets("x" * 300, what=what, address="", policy=policy)["curl"][0]


def test_jq_makes_the_body_that_names_the_policy():
    """Its program is one argument of the shell."""
    curl, _ = snippets("x" * 301, what="brief", address="http://localhost:1", policy=ACME)["curl"]

    assert said(f'curl() {{ :; }}; jq() {{ printf %s "$2" >&3; }}; exec 3>&1; {curl}') == (
        f'{{text: ., policy: "{ACME}"}}'
    )
