"""A brief as a table and as a record: they go through other programs and back, and nothing in them does anything."""

import io
import json
from importlib.resources import files
from typing import Any

import jsonschema
import pandas as pd
import pytest
from papers import DAY, bare, brief_of, hostile_brief

from policy_index import Brief
from policy_index.records.briefs import brief_record
from policy_index.records.clauses import caveat
from policy_index.records.papers import PaperFormat, paper
from policy_index.words import inert_cell


@pytest.fixture(scope="module")
def hostile() -> Brief:
    """Every clause is likely, and every line of a hostile text stands in every part."""
    return hostile_brief()


def table(brief: Brief) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(paper(brief, PaperFormat.CSV, made_on=DAY)), keep_default_na=False)


def test_a_csv_paper_goes_through_pandas_and_back(hostile: Brief):
    """One row for each clause, the record's values in it."""
    read = table(hostile)

    record = brief_record(hostile, made_on=DAY)
    entries = [(lane["lane"], entry) for lane in record["lanes"] for entry in lane["entries"]]
    assert len(read) == len(entries) == len(hostile.entries)
    for row, (lane, entry) in zip(read.to_dict("records"), entries, strict=True):
        assert row["lane"] == lane
        assert row["clause"] == entry["text"]
        assert [row[key] for key in ("clause_id", "citation", "band")] == [
            entry[key] for key in ("clause_id", "citation", "band")
        ]
        assert [row["score"], row["probability"]] == [entry["score"], entry["probability"]]
        assert row["passages"].removeprefix("'") == " | ".join(passage["text"] for passage in entry["passages"])
        assert row["because"] == " | ".join(reason["because"] for reason in entry["reasons"])
        assert row["about"] == (entry["reading"] or {"about": ""})["about"]
        assert row["policy_sha256"] == record["policy"]["sha256"]
        assert row["note"] == caveat(hostile.pack)
    again = io.StringIO()
    read.to_csv(again, index=False, lineterminator="\n")
    assert again.getvalue() == paper(hostile, PaperFormat.CSV, made_on=DAY)


@pytest.mark.parametrize("start", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)"])
def test_a_formula_in_a_text_is_none_in_a_spreadsheet(start: str):
    """An apostrophe stands before it; no cell of the file begins as a formula does."""
    read = table(brief_of(f"{start} bread"))

    assert len(read) == 71
    assert not [
        cell for row in read.astype(str).to_numpy() for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))
    ]
    assert any(cell.startswith(f"'{start}") for cell in read["passages"]) or start.startswith(("+", "-"))
    assert not any(cell.startswith("-") for cell in read["passages"])


def test_a_cell_is_changed_only_where_a_spreadsheet_would_calculate():
    """Everything else stays."""
    assert [inert_cell(text) for text in ("=1", "+1", "-1", "@a", "\tx", "\rx")] == ["'=1", "'+1", "'-1", "'@a", "'\tx", "'\rx"]  # fmt: skip
    assert [inert_cell(text) for text in ("", "a=1", "'=1", " =1", "1-1")] == ["", "a=1", "'=1", " =1", "1-1"]


def test_a_brief_without_clauses_is_one_row_that_says_so():
    """With policy, model and date all the same."""
    (row,) = table(bare("bread")).to_dict("records")

    assert row["lane"] == "No clause found"
    assert row["policy_updated"] == "2023-03-23"
    assert not row["clause_id"]


def test_a_brief_of_a_text_that_cannot_be_judged_is_one_row_that_says_why():
    """In place of "No clause found": nothing was found out."""
    (row,) = table(brief_of("asdfghjkl", probability=0.9)).to_dict("records")

    assert row["lane"] == "Not judged"
    assert row["because"].startswith("This does not seem to be language")


SCHEMA = json.loads((files("policy_index.records") / "brief.schema.json").read_text(encoding="utf-8"))


def validate(record: Any) -> None:
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(
        record
    )


def test_a_json_paper_is_what_the_committed_schema_says(hostile: Brief):
    """Calibrated or not, with facts and other languages, with no clause; the text comes back unchanged."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    german = "We never bake bread.\nWir backen Brot für alle Menschen in unserem Dorf."
    for brief in (hostile, brief_of(german, probability=None), brief_of("nul \x00 inside of a text"), bare("bread")):
        record = json.loads(paper(brief, PaperFormat.JSON, made_on=DAY))

        validate(record)
        assert record["text"] == brief.text
        assert record == brief_record(brief, made_on=DAY)


def test_the_schema_knows_every_lane_band_kind_context_and_action(hostile: Brief):
    """A brief with every clause and fact validates; one with a word that is none does not."""
    record = json.loads(paper(hostile, PaperFormat.JSON, made_on=DAY))
    assert sum(len(lane["entries"]) for lane in record["lanes"]) == 71
    assert record["contexts"] == [fact.id for fact in hostile.pack.facts.facts]

    validate(record)
    record["lanes"][0]["entries"][0]["band"] = "certain"
    with pytest.raises(jsonschema.ValidationError):
        validate(record)


def test_passages_of_a_json_paper_stand_where_it_says(hostile: Brief):
    """Start and end count characters of its text."""
    record = json.loads(paper(hostile, PaperFormat.JSON, made_on=DAY))

    for lane in record["lanes"]:
        for entry in lane["entries"]:
            for passage in entry["passages"]:
                assert " ".join(record["text"][passage["start"] : passage["end"]].split()) == passage["text"]
