"""A text under several policies at every door: the command's papers, HTTP and an assistant's tool; and what none of them takes."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import anyio
import pytest
from mcp import Client
from starlette.testclient import TestClient
from support import ACME, PACKS, LetterEncoder, Run, letter_index, nearly

from policy_index import PolicyPack, Shelf
from policy_index.comparing.spread import spread
from policy_index.records.papers import PaperFormat
from policy_index.records.spreads import SPREAD_FORMAT, spread_paper, spread_record
from policy_index.server.http_api import make_api
from policy_index.server.mcp_server import make_mcp_server
from policy_index.server.service import Service

OLD = "acme-aup@2025-01-15"
TEXT = "A dating app for farmers. It sells <b>loans</b> and never shows minors."
BOTH = ("--packs", PACKS, "--under", ACME, "--under", OLD)


@pytest.fixture(scope="module")
def client(letters_service: Service) -> Iterator[TestClient]:
    """A program that asks."""
    with TestClient(make_api(letters_service), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def record(pack: PolicyPack) -> dict[str, Any]:
    """The record of a text under three policies."""
    encoder, shelf = LetterEncoder(), Shelf.from_folder(PACKS)
    packs = [shelf.find(OLD), shelf.find(ACME), pack]
    return spread_record(spread(TEXT, [letter_index(each, encoder) for each in packs]), made_on=date(2026, 1, 2))


def test_a_record_has_a_column_for_each_and_a_difference_for_each_but_the_base(
    record: dict[str, Any], pack: PolicyPack
):
    """Every column says by which measure it speaks, every step why it is one."""
    assert record["format"] == SPREAD_FORMAT
    assert record["base"] == OLD
    assert [column["policy"]["id"] for column in record["columns"]] == ["acme-aup", "acme-aup", pack.id]
    assert [each["policy"] for each in record["differences"]] == [ACME, pack.spec]
    assert all(column["measure"] == "nearness" and column["words"] for column in record["columns"])
    assert all(step["why"] for each in record["differences"] for step in each["steps"])
    assert record["since"] is None
    assert "safeguards" in record


def test_since_stands_in_the_record_of_versions_of_one_policy(acme: PolicyPack):
    """With days as they are written everywhere."""
    encoder = LetterEncoder()
    two = [letter_index(each, encoder) for each in (acme, Shelf.from_folder(PACKS).find(OLD))]

    record = spread_record(spread(TEXT, two, base=1), made_on=date(2026, 1, 2))

    assert record["base"] == OLD
    assert record["since"]
    assert {each["since"] for each in record["since"]} <= {"2025-01-15", "2026-01-31"}


def test_papers_hold_the_same_and_nothing_of_the_text_does_anything(pack: PolicyPack, acme: PolicyPack):
    """Markdown, HTML and CSV; the text's markup is text."""
    encoder = LetterEncoder()
    found = spread(TEXT, [letter_index(acme, encoder), letter_index(pack, encoder, probability=0.7)])

    papers = {form: spread_paper(found, form, made_on=date(2026, 1, 2)) for form in PaperFormat}

    html, markdown = papers[PaperFormat.HTML], papers[PaperFormat.MARKDOWN]
    assert "<b>loans" not in html
    assert "&lt;b&gt;loans" in html
    assert "\\<b\\>loans" in markdown
    for paper in (html, markdown):
        assert "The same text under 2 policies or versions" in paper
        assert re.search(r"(Likely|Possible), \d\d", paper)
        assert "by probability" in paper
        assert "2026-01-02" in paper
    rows = list(csv.DictReader(io.StringIO(papers[PaperFormat.CSV])))
    assert {row["policy"] for row in rows} == {acme.spec, pack.spec}
    assert {row["step"] for row in rows if row["is_base"] == "True"} == {""}
    assert json.loads(papers[PaperFormat.JSON])["text"] == TEXT


def test_a_text_that_cannot_be_judged_is_said_so_in_every_paper(pack: PolicyPack):
    """With the reason, and no clause."""
    found = spread("asdfghjkl qwrtzp", [letter_index(pack, LetterEncoder(), probability=0.9)])

    for form in PaperFormat:
        assert "cannot be judged" in spread_paper(found, form, made_on=date(2026, 1, 2))


def test_the_command_writes_every_format(run: Run, real_index: object):
    """Two versions of one policy, and all of them by `--every-version`."""
    del real_index  # so that the model's graph is there
    by_name = json.loads(run("spread", "-", *BOTH, "--base", OLD, "--format", "json", stdin=TEXT.encode()).out)
    every = json.loads(
        run("spread", "-", "--packs", PACKS, "--every-version", "acme-aup", "--format", "json", stdin=TEXT.encode()).out
    )

    assert by_name["base"] == OLD
    assert [column["policy"]["version"] for column in every["columns"]] == ["2026-01-31", "2025-01-15"]
    assert by_name["columns"] == every["columns"]
    assert all(column["words"].startswith("Near or maybe") for column in every["columns"])
    assert run("spread", "-", *BOTH, stdin=TEXT.encode()).out.startswith("# The same text under 2 policies or versions")


@pytest.mark.parametrize(
    ("arguments", "text", "sentence"),
    [
        (["-"], "x", "Expected --under, once or more, or --every-version, got neither."),
        (
            ["-", *BOTH, "--every-version", "acme-aup"],
            "x",
            "Expected --under, once or more, or --every-version, got both.",
        ),
        (["-", *BOTH, "--under", "acme-aup"], "x", f"Expected each policy or version once, got {ACME} twice."),
        (
            ["-", *BOTH, "--under", "acme-aub"],
            "x",
            "No policy has the id 'acme-aub'; the nearest is acme-aup@2025-01-15.",
        ),
        (
            ["-", *BOTH, "--base", "openai"],
            "x",
            "Expected --base among the policies that are compared, got openai@2023-03-23.",
        ),
        (
            ["-", *BOTH],
            " ",
            "Expected a text with at least one visible character, but got one of blanks and invisible characters only.",
        ),
        (["/no/such", *BOTH], "", "Expected a file of text, but /no/such cannot be read: No such file or directory."),
    ],
)
def test_the_command_refuses_in_one_sentence(run: Run, arguments: list[str], text: str, sentence: str):
    """Before a model is loaded."""
    outcome = run("spread", *arguments, stdin=text.encode())

    assert (outcome.status, outcome.out, outcome.err) == (2, "", f"policy-index: {sentence}\n")


def test_a_spread_over_http_is_the_librarys(client: TestClient, letters_service: Service, pack: PolicyPack):
    """By names, or every version of one policy."""
    body = {"text": TEXT, "policies": ["acme-aup", pack.spec]}
    packs = [letters_service.shelf.find(spec) for spec in ("acme-aup", pack.spec)]
    own = spread_record(
        spread(TEXT, [letters_service.index(each) for each in packs]),
        made_on=date.today(),  # noqa: DTZ011  # replaced below
    )

    answered = client.post("/spread", json=body).json()
    every = client.post("/spread", json={"text": TEXT, "every_version": "acme-aup", "base": OLD}).json()

    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", answered["made_on"])
    assert answered | {"made_on": ""} == nearly(own | {"made_on": ""})
    assert every["base"] == OLD
    assert len(every["columns"]) == 2
    assert every["since"] is not None


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"text": "x"}, 422, "Expected policies or every_version, got neither."),
        ({"text": "x", "policies": [ACME], "every_version": "acme-aup"}, 422, "got both."),
        ({"text": "x", "policies": [ACME, "acme-aup"]}, 422, f"got {ACME} twice."),
        ({"text": "x", "policies": [ACME, "moon"]}, 404, "No policy has the id 'moon'"),
        ({"text": "x", "policies": [ACME], "base": OLD}, 422, "Expected the base among the policies"),
        ({"text": " ", "policies": [ACME]}, 422, "Expected a text with at least one visible character"),
        ({"text": "x", "policies": [ACME] * 21}, 422, "Expected another value of 'policies': "),
        ({"text": "x", "policies": [ACME], "contexts": []}, 422, "Expected another value of 'contexts': "),
    ],
)
def test_http_refuses_in_one_sentence(client: TestClient, body: dict[str, Any], status: int, sentence: str):
    """With the status that fits."""
    answered = client.post("/spread", json=body)

    assert answered.status_code == status
    assert sentence in answered.json()["error"]
    assert set(answered.json()) == {"error"}


def test_one_policy_alone_is_answered_over_http(client: TestClient):
    """One column, nothing to compare."""
    answered = client.post("/spread", json={"text": TEXT, "policies": [ACME]}).json()

    assert len(answered["columns"]) == 1
    assert answered["differences"] == []


def test_an_assistant_holds_a_text_against_several_policies(letters_service: Service):
    """The tool answers what the route does, and complains in the same sentence."""

    async def use() -> None:
        async with Client(make_mcp_server(letters_service)) as client:
            called = await client.call_tool("spread", {"text": TEXT, "policies": [ACME, OLD]})
            assert not called.is_error
            assert called.structured_content is not None
            assert [each["policy"] for each in called.structured_content["differences"]] == [OLD]
            refused = await client.call_tool("spread", {"text": TEXT, "policies": [ACME, ACME]})
            assert refused.is_error
            assert "twice" in refused.content[0].text  # type: ignore[union-attr]

    anyio.run(use)
