"""Batch and Coverage: prompts are read once, shown whole, and counted, under the bundled policy."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from looking import links, said
from streamlit.testing.v1 import AppTest
from suites import board, boards, boards_by_hand, choices, do, go, known, open_heatmap, paste, row_lines, upload
from support import ACME, LetterEncoder, letter_index, letter_service
from visiting import open_page, open_site, served_by, words

from policy_index import InputError, PolicyPack
from policy_index.batch.grouping import Grouping
from policy_index.batch.layout import Form, Source
from policy_index.batch.tables import look_through
from policy_index.server.service import service
from policy_index.ui import suite_job
from policy_index.ui.coverage import untouched_file
from policy_index.ui.intake import NO_LINES
from policy_index.ui.suite_files import result_file
from policy_index.ui.suite_heatmap import heatmap_rows


@pytest.fixture(autouse=True)
def by_hand() -> Iterator[None]:
    """Clicks are told by a button."""
    with boards_by_hand():
        yield


@pytest.fixture
def site() -> AppTest:
    """A visitor on the page Batch."""
    return open_page(open_site(), "batch")


@pytest.mark.parametrize("name", ["batch", "coverage"])
def test_the_pages_say_which_policy_it_is_and_what_comes(site: AppTest, name: str):
    """Before anything is pasted, too."""
    open_page(site, name)

    assert not site.exception
    assert site.title[0].value == name.capitalize()
    assert "no legal advice" in words(site)
    site.button(key="suite_go").click().run()
    assert [error.value for error in site.error] == [NO_LINES]
    next(button for button in site.button if button.label == "Use ten sample prompts").click().run()
    assert site.button(key="suite_go").label == "Check 10 prompts"


def test_pasted_lines_become_rows_with_clauses_by_their_words(site: AppTest):
    """Never by ids; a harmless row names no clause, one that cannot be judged says why; the suite is on Coverage, too."""
    paste(site, "a rash\n\nonline roulette\n=cmd|calc\na rash\nbake bread\nasdfghjkl")

    assert not site.exception
    assert row_lines(site)[1][2].splitlines()[0] == "Gambling"
    assert "economic-harm" not in board(site, "rows") + board(site, "overview")
    assert [each["row"] for each in choices(site, "rows")] == [0, 1, 2, 3, 4, 5]
    _, _, lines = row_lines(site)[4]
    assert "Nothing touched" in lines
    assert not any(clause.text[:40] in lines for clause in known(site).pack.policy)
    assert "Not judged: This does not seem to be language" in row_lines(site)[5][2]
    assert "6\n rows:" in board(site, "overview")
    assert "5 distinct texts" in board(site, "overview")

    open_page(site, "coverage")
    assert not site.exception
    assert "**6** prompts" in words(site)
    assert "2 prompts" in said(site)
    assert any("clause=economic-harm" in address for address in links(site))
    assert "Counts as CSV" in [button.proto.label for button in site.get("download_button")]


def test_counts_lead_to_their_rows_and_back(site: AppTest):
    """By what came of rows, by clause, by words; what there is no such thing of changes nothing."""
    paste(site, "online roulette\nbake bread\nasdfghjkl\nsports betting with real money")

    do(site, outcome="nothing")
    assert [text for _, text, _ in row_lines(site)] == ["bake bread"]
    do(site, drop="outcome")
    do(site, clause="economic-harm/gambling")
    assert [number for number, _, _ in row_lines(site)] == ["1", "4"]
    assert "2 rows of 4" in board(site, "rows")
    do(site, clause="no-such-clause", row=99)
    assert len(row_lines(site)) == 2
    do(site, drop="all")
    site.text_input(key="suite_find").input("BREAD").run()
    assert [text for _, text, _ in row_lines(site)] == ["bake bread"]
    site.text_input(key="suite_find").input("").run()
    site.selectbox(key="suite_order").set_value("Surest first").run()
    assert {text for _, text, _ in row_lines(site)[:2]} == {"online roulette", "sports betting with real money"}


def test_a_row_opens_beside_the_table_and_is_closed(site: AppTest):
    """With its text as plain text and the columns that it came with; the focus goes there, and back to the row."""
    upload(site, "x.csv", b"team,prompt\n<b>A</b>,online **roulette**\nB,bread\n")
    go(site)
    assert "panel" not in boards(site)

    do(site, row=0)
    assert not site.exception
    assert board(site, "panel").splitlines() == [
        *("Brief of row 1", "Close \u2715", "online **roulette**", "team", "<b>A</b>"),
    ]
    assert not any("roulette" in block.value for block in site.markdown)
    assert "<blockquote>Gambling</blockquote>" in words(site)
    assert '"data-arrive"' in json.dumps(boards(site)["panel"])

    do(site, close=True)
    assert "panel" not in boards(site)
    assert json.dumps(boards(site)["rows"]).count('"data-arrive"') == 1


def test_rows_are_grouped_by_a_column_of_ones_own(site: AppTest):
    """In counts by group, and a heatmap of clauses against groups whose numbers lead to the rows; a file holds all of it."""
    upload(
        site,
        "x.csv",
        b"team,prompt\n:red[A],online roulette\n:red[A],bake bread\nB,sports betting with money\n,bread\n",
    )
    go(site)
    site.selectbox(key="suite_group").set_value("team").run()

    assert not site.exception
    overview = board(site, "overview")
    assert "By \nteam" in overview
    assert [each for each in choices(site, "overview") if "group" in each] == [{"group": 0}, {"group": 1}, {"group": 2}]
    assert ":red[A]" in overview
    assert "(empty)" in overview
    assert ":red" not in words(site)
    do(site, group=1)
    assert len(row_lines(site)) == 1

    open_heatmap(site)
    cells = [each for each in choices(site, "heatmap") if "group" in each]
    assert {"clause": "economic-harm/gambling", "group": 0} in cells
    suite = known(site).suite
    assert suite is not None
    rows = {row["clause_id"]: row for row in heatmap_rows(suite, Grouping.from_rows(suite.rows, "team"))}
    assert len(rows) == len(known(site).pack.policy.clauses)
    gambling = rows["economic-harm/gambling"]
    assert [gambling["all_rows"], gambling[":red[A]"]] == [2, 1]
    do(site, **cells[0])
    assert site.session_state["suite_view"] == "Table"


def test_without_groups_the_heatmap_is_of_rows_and_says_what_it_leaves_out(site: AppTest):
    """Rows that touch nothing are not in it; each that does leads to its brief."""
    paste(site, "\n".join([*(f"online roulette number {number}" for number in range(22)), "bake bread"]))
    open_heatmap(site)

    assert not site.exception
    assert "22 rows that touch a clause, 20 a page" in board(site, "heatmap")
    assert {each["row"] for each in choices(site, "heatmap")} == set(range(20))


def test_many_rows_come_a_page_at_a_time(site: AppTest):
    """What is sent to the browser does not grow with the rows."""
    paste(site, "\n".join(f"online roulette number {number}" for number in range(60)))
    assert [number for number, _, _ in row_lines(site)] == [str(number) for number in range(1, 26)]

    site.session_state["suite_page"] = 3
    site.run()

    assert [number for number, _, _ in row_lines(site)] == [str(number) for number in range(51, 61)]
    do(site, outcome="touches")
    assert row_lines(site)[0][0] == "1"


def test_one_prompt_is_one_prompt(site: AppTest):
    """Not one prompts."""
    site.text_area(key="suite_lines").input("a rash").run()

    assert site.button(key="suite_go").label == "Check 1 prompt"


def test_an_upload_is_previewed_and_its_column_chosen(site: AppTest):
    """Guessed, shown, changed; and downloads hold every input column."""
    upload(site, "x.csv", b"id,note,prompt\n7,n,a rash\n8,n,roulette\n")

    assert site.selectbox(key="suite_column").value == "prompt"
    assert list(site.dataframe[0].value.columns) == ["id", "note", "prompt"]
    suite = known(go(site)).suite
    assert suite is not None
    assert suite.layout.text_column == "prompt"

    parquet = pq.read_table(io.BytesIO(result_file(suite, Form.PARQUET)))
    assert parquet.column("id").to_pylist() == ["7", "8"]
    assert {"model", "policy_sha256", "likely_from"} <= set(parquet.column_names)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.xlsx", b"not a workbook", "Expected an Excel workbook (.xlsx), but x.xlsx cannot be read as one"),
        ("x.csv", "text\ncafé\n".encode("latin-1"), "Line 2 of x.csv: expected UTF-8, got byte 0xe9. Is it Latin-1? Save it as UTF-8."),
        ("x.csv", b"text,text\na,b\n", "Expected each column once"),
        ("x.parquet", b"PAR1", "Expected a whole Parquet file"),
    ],
)  # fmt: skip
def test_an_upload_that_cannot_be_used_is_one_sentence(site: AppTest, name: str, content: bytes, sentence: str):
    """On the page, without a traceback, and without the command's options."""
    upload(site, name, content)

    assert not site.exception
    assert site.error[0].value.replace("\\", "").startswith(sentence)
    assert "--encoding" not in site.error[0].value


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (InputError("Expected something else."), "Expected something else."),
        (RuntimeError("secret"), "Something went wrong while reading; please try again."),
    ],
    ids=["expected", "unexpected"],
)
def test_a_fault_while_reading_is_one_sentence(
    site: AppTest, monkeypatch: pytest.MonkeyPatch, fault: Exception, sentence: str
):
    """And the prompts stay where they were."""

    def fail(*_arguments: object, **_options: object) -> None:
        raise fault

    monkeypatch.setattr(suite_job, "read_suite", fail)
    paste(site, "a rash")

    assert [error.value for error in site.error] == [sentence]
    assert site.text_area(key="suite_lines").value == "a rash"


def test_untouched_clauses_are_a_table_for_other_programs(pack: PolicyPack):
    """Each with the policy's day and hash."""
    clauses = tuple(clause for clause in pack.policy if clause.citable)

    rows = list(csv.DictReader(io.StringIO(untouched_file(clauses, pack.policy).decode())))

    assert [row["clause_id"] for row in rows] == [clause.id for clause in clauses]
    assert {row["policy_updated"] for row in rows} == {"2023-03-23"}
    assert {row["policy_sha256"] for row in rows} == {pack.policy.sha256}


def test_untouched_clauses_of_a_policy_without_a_day_have_an_empty_cell(pack: PolicyPack):
    """No day is made up."""
    undated = replace(pack.policy, updated=None)

    (row,) = csv.DictReader(io.StringIO(untouched_file(pack.policy.clauses[:1], undated).decode()))

    assert not row["policy_updated"]


def test_a_job_says_how_far_it_is_and_can_be_stopped(pack: PolicyPack):
    """In words, before, while and after; a stopped one brings nothing and no fault."""
    layout = look_through([Source.from_bytes("x.csv", b"text\na\nb\n")])
    job = suite_job.SuiteJob(layout=layout, pack=pack, load_index=service().index)
    assert not job.is_running
    assert job.share == 0
    assert job.words().startswith("Loading the language model")
    job.begun = 0.0
    assert job.words() == "Reading …"
    job.done, job.total = 1, 2
    assert re.fullmatch(r"1 of 2 distinct texts · [\d,]+ texts a second · .+ left", job.words())

    job.cancel()
    job.start().wait()

    assert job.suite is None
    assert job.problem is None


OLD = "acme-aup@2025-01-15"


def test_prompts_are_checked_under_several_policies_and_encoded_once():
    """A column a policy in the table and the row's panel, columns a policy in the files; checked again, nothing is encoded."""
    with served_by(letter_service()) as _, pytest.MonkeyPatch.context() as patch:
        encoder = service().index().encoder
        assert isinstance(encoder, LetterEncoder)
        site = open_page(open_site(), "batch")
        site.text_area(key="suite_lines").input("a rash\nroulette").run()
        site.multiselect(key="suite-under").set_value([ACME, OLD]).run()
        for spec in (ACME, OLD):
            service().index(service().shelf.find(spec))
        encoder.encoded.clear()
        go(site)

        assert not site.exception
        assert encoder.encoded == ["a rash", "roulette"]
        titles = [service().shelf.find(spec).title for spec in (ACME, OLD)]
        assert all(title in board(site, "rows") for title in titles)
        do(site, row=1)
        assert all(title in board(site, "panel others") for title in titles)
        suite = known(site).suite
        assert suite is not None
        names = pq.read_table(io.BytesIO(result_file(suite, Form.PARQUET))).column_names
        assert {f"{spec}.clause_1" for spec in (known(site).pack.spec, ACME, OLD)} <= set(names)
        encoder.encoded.clear()
        patch.setattr(encoder, "encode", None)
        go(site)
        assert [found.pack.spec for found in known(site).suite.others] == [ACME, OLD]  # type: ignore[union-attr]


def test_a_job_whose_window_is_closed_stops_by_itself(pack: PolicyPack, monkeypatch: pytest.MonkeyPatch):
    """Soon, with most texts not encoded; who comes back after all reads why."""
    window = SimpleNamespace(is_open=True)

    class SlowEncoder(LetterEncoder):
        def encode(self, texts: Any) -> Any:
            window.is_open = False  # as soon as it is at work
            watched.wait(10)
            return super().encode(texts)

    running = SimpleNamespace(is_active_session=lambda _session: window.is_open)
    monkeypatch.setattr(suite_job, "AWAY", 0.02)
    monkeypatch.setattr(suite_job, "_LOOK_UP", 0.01)
    monkeypatch.setattr(suite_job, "runtime", SimpleNamespace(exists=lambda: True, get_instance=lambda: running))
    monkeypatch.setattr(suite_job, "get_script_run_ctx", lambda **_options: SimpleNamespace(session_id="one"))
    encoder = SlowEncoder()
    index = letter_index(pack, LetterEncoder())
    index.encoder = encoder
    lines = "\n".join(f"text {number}" for number in range(2000))
    layout = look_through([Source.from_bytes("x.csv", f"text\n{lines}\n".encode())])

    job = suite_job.SuiteJob(layout=layout, pack=pack, load_index=lambda _pack: index)
    watched = job._cancelled
    job.start().wait()

    assert job.suite is None
    assert len(encoder.encoded) == 256
    assert str(job.problem).startswith("Reading was stopped, because the window was closed")
