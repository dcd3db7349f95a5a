"""Batch and Coverage: prompts are read once, shown whole, and counted, under the bundled policy."""

import csv
import io
import json
import re
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest
from visiting import open_page, open_site, words

from policy_index import InputError, PolicyPack
from policy_index.batch.layout import Form, Source
from policy_index.batch.tables import look_through
from policy_index.server.service import service
from policy_index.ui import suite_job
from policy_index.ui.coverage import untouched_file
from policy_index.ui.suite import result_file
from policy_index.ui.visit import Visit


@pytest.fixture
def site() -> AppTest:
    """A visitor on the page Batch."""
    return open_page(open_site(), "batch")


def known(site: AppTest) -> Visit:
    found: Visit = site.session_state["visit"]
    return found


def paste(site: AppTest, lines: str) -> AppTest:
    """Paste lines and read them to the end."""
    site.text_area(key="suite_lines").input(lines).run()
    return go(site)


def go(site: AppTest) -> AppTest:
    site.button(key="suite_go").click().run()
    if (job := known(site).suite_job) is not None:
        job.wait()
        site.run()
    return site


def upload(site: AppTest, name: str, content: bytes) -> AppTest:
    site.segmented_control(key="suite_way").set_value("Upload a file").run()
    return site.file_uploader(key="suite_file").upload(name, content, "application/octet-stream").run()


@pytest.mark.parametrize("name", ["batch", "coverage"])
def test_the_pages_say_which_policy_it_is_and_what_comes(site: AppTest, name: str):
    """Before anything is pasted, too."""
    open_page(site, name)

    assert not site.exception
    assert site.title[0].value == name.capitalize()
    assert "no legal advice" in words(site)
    assert "suite_go" not in [button.key for button in site.button]
    next(button for button in site.button if button.label == "Use ten sample prompts").click().run()
    assert site.button(key="suite_go").label == "Check 10 prompts"


def test_pasted_lines_become_a_table_a_heatmap_and_files(site: AppTest):
    """All rows, with the same suite on the page Coverage."""
    paste(site, "a rash\n\nonline roulette\n=cmd|calc\na rash")

    assert not site.exception
    assert "**4** rows · **3** distinct texts" in words(site)
    table = site.dataframe[0].value
    assert list(table["Text"]) == ["a rash", "online roulette", "=cmd|calc", "a rash"]
    assert table["Nearest clause"][1] == "economic-harm/gambling"
    assert table["Band"][1] == "likely"
    assert site.get("plotly_chart")[0].proto.alt
    figure = json.loads(site.get("plotly_chart")[0].proto.spec)
    assert len(figure["data"][0]["x"]) == len(known(site).pack.policy.categories)

    open_page(site, "coverage")
    assert not site.exception
    assert "**4** prompts" in words(site)
    assert len(site.dataframe[0].value) == sum(clause.citable for clause in known(site).pack.policy)


def test_a_row_that_cannot_be_judged_has_a_band_of_its_own(site: AppTest):
    """No clause stands beside it, and it can be filtered like the others."""
    paste(site, "A dating app for farmers\nasdfghjkl\nhi")

    assert "unfit" in site.pills(key="suite_bands").options
    table = site.dataframe[0].value
    assert [band == "unfit" for band in table["Band"]] == [False, True, True]
    assert table["Nearest clause"].isna().tolist() == [False, True, True]
    assert "**2** cannot be judged" in words(site)


def test_the_table_shows_only_the_bands_that_are_asked_for(site: AppTest):
    """Rows without a band, which are those with an error, stay."""
    paste(site, "online roulette\nbake bread")
    assert site.pills(key="suite_bands").options == ["likely", "unlikely"]

    site.pills(key="suite_bands").set_value(["unlikely"]).run()

    assert list(site.dataframe[0].value["Text"]) == ["bake bread"]


def test_a_selected_row_opens_its_brief(site: AppTest):
    """With its text as plain text."""
    paste(site, "online **roulette**")
    site.session_state["suite_table"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    site.run()

    assert not site.exception
    assert "Brief of row 1" in [header.value for header in site.header]
    assert "online **roulette**" in [text.value for text in site.text]


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

    parquet = pq.read_table(io.BytesIO(result_file(service().index(), suite, Form.PARQUET)))
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
    assert site.error[0].value.startswith(sentence)
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
