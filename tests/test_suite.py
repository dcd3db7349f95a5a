"""Many prompts on the pages: read once, shown whole, and what they cover."""

import csv
import io
import json
import subprocess
from collections.abc import Iterator

import numpy as np
import pyarrow.parquet as pq
import pytest
from letters_command import letters_index
from streamlit.testing.v1 import AppTest
from support import CLONE

from policy_index import ClauseIndex, InputError, suite
from policy_index.batch.reading import Source, look_through
from policy_index.plots.suite import plot_category_heatmap, plot_coverage_treemap
from policy_index.suite import Suite, cover, group_values, read_suite
from policy_index.ui import intake, warm
from policy_index.ui.code import snippets
from policy_index.ui.suite import untouched_file

SITE = str(CLONE / "policy_index" / "site.py")


@pytest.fixture(scope="module")
def letters() -> ClauseIndex:
    """An index without a model."""
    return letters_index()


def suite_of(index: ClauseIndex, *texts: str) -> Suite:
    lines = "\n".join(json.dumps({"text": text}) for text in texts)
    read = read_suite(index, look_through([Source.from_bytes("x.jsonl", lines.encode())]))
    assert read is not None
    return read


def test_a_suite_reads_each_distinct_text_once_and_keeps_bad_rows(letters: ClauseIndex):
    """Rows, places and errors are in the input's order; results are those of a batch."""
    read = suite_of(letters, "a rash", " ", "roulette", "a rash")

    assert read.texts == ("a rash", "roulette")
    assert read.places.tolist() == [0, -1, 1, 0]
    assert [error is None for error in read.errors] == [True, False, True, True]
    table, plan = read.results(letters, top=2)
    match = letters.search("a rash", top_k=1).matches[0]
    assert table.column("clause_1").to_pylist()[0] == match.clause.id
    assert table.column("score_1").to_pylist()[3] == round(match.score, 6)
    assert table.column("clause_1").to_pylist()[1] is None
    assert plan.renamed == {}
    values = group_values(letters.document.groups, letters, read)
    assert values.shape == (4, len(letters.document.groups))
    assert np.isnan(values[1]).all()


def test_reading_can_be_cancelled_and_refuses_too_many_rows(letters: ClauseIndex, monkeypatch: pytest.MonkeyPatch):
    """Or nothing to read."""
    layout = look_through([Source.from_bytes("x.csv", b"text\na\nb\n")])
    assert read_suite(letters, layout, is_cancelled=lambda: True) is None
    monkeypatch.setattr(suite, "MAX_ROWS", 1)
    with pytest.raises(InputError, match="at most 1 rows here, but there are 2"):
        read_suite(letters, layout)
    with pytest.raises(InputError, match="at least one row with a text"):
        read_suite(letters, look_through([Source.from_bytes("x.csv", b"text\n")]))


def test_coverage_counts_touches_and_finds_what_is_missing_and_what_is_doubled(real_index: ClauseIndex):
    """Six prompts on one clause of 59: its share would be 6 / 59, three times that is under 1, so from 5 on it is too many."""
    texts = [
        *("online roulette", "a poker site with real bets", "sports betting odds app"),
        *(
            "slot machine game with real money",
            "slot machine game with real money!",
            "blackjack with cash",
            "bake bread",
        ),
    ]
    coverage = cover(real_index, suite_of(real_index, *texts, "bake bread"))

    by_id = {each.clause.id: each for each in coverage.clauses}
    assert len(coverage.clauses) == 59
    assert coverage.prompts == 8
    assert by_id["economic-harm/gambling"].count == 6
    assert by_id["economic-harm/gambling"].over_tested
    assert "economic-harm/gambling" not in {clause.id for clause in coverage.untouched}
    assert "malware" in {clause.id for clause in coverage.untouched}
    assert [set(pair[:2]) for pair in coverage.near_duplicates] == [
        {"slot machine game with real money", "slot machine game with real money!"}
    ]
    assert coverage.repeated == (("bake bread", 2),)
    rows = list(csv.DictReader(io.StringIO(untouched_file(coverage.untouched, real_index.document).decode())))
    assert [row["clause_id"] for row in rows] == [clause.id for clause in coverage.untouched]


def test_figures_show_every_binding_clause_and_every_category(letters: ClauseIndex):
    """One tile a clause with its count; one cell a text and category."""
    document = letters.document
    counts = {clause.id: place % 3 for place, clause in enumerate(document) if clause.citable}
    treemap = plot_coverage_treemap(document, counts)
    ids = dict(zip(treemap.data[0].ids, treemap.data[0].labels, strict=True))
    assert set(counts) <= set(ids)
    assert all(ids[clause].startswith(f"<b>{count}</b>") for clause, count in counts.items())

    heatmap = plot_category_heatmap(
        [(1, "<b>x</b>")], document.groups[:3], np.array([[0.1, 0.5, 0.9]]), name="probability"
    )
    assert heatmap.data[0].z == ([0.1, 0.5, 0.9],) or list(heatmap.data[0].z[0]) == [0.1, 0.5, 0.9]
    assert "<b>x" not in heatmap.data[0].y[0]


def test_snippets_say_the_text_and_nothing_in_it_is_run():
    """A shell prints it back; Python reads it back; a long one comes from a file."""
    hostile = "it's $(touch /tmp/hacked) `x` \"quoted\" \\ =cmd|' /C' 'ünï\nnext"
    for what in ("search", "brief"):
        parts = snippets(hostile, what=what, address="http://localhost:1")
        words = subprocess.run(
            ["bash", "-c", f'curl() {{ printf %s "${{@: -1}}"; }}; {parts["curl"][0]}'],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert json.loads(words) == {"text": hostile}
        shown = 'policy-index() { if [ -p /dev/stdin ]; then cat; else printf %s "${@: -1}"; fi; }; '
        assert (
            subprocess.run(
                ["bash", "-c", shown + parts["command"][0]],
                capture_output=True,
                text=True,
                check=True,
                stdin=subprocess.DEVNULL,
            ).stdout
            == hostile
        )
        compile(parts["python"][0], "snippet", "exec")
        assert repr(hostile) in parts["python"][0]
    long = snippets("x" * 301, what="search", address="http://localhost:1")
    assert all("xxx" not in snippet and "idea.txt" in snippet for snippet, _ in long.values())


@pytest.fixture
def site(letters: ClauseIndex, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """A visitor on a server that reads letters."""
    monkeypatch.setattr(warm, "load_index", lambda: letters)
    warm._warm_index.cache_clear()
    yield AppTest.from_file(SITE, default_timeout=60).run()
    warm._warm_index.cache_clear()


def open_page(site: AppTest, name: str) -> AppTest:
    return site.switch_page(str(CLONE / "pages" / f"{name}.py")).run()


def go(site: AppTest) -> AppTest:
    site.button(key="suite_go").click().run()
    if "suite_job" in site.session_state:
        site.session_state["suite_job"].wait()
        site.run()
    return site


@pytest.mark.parametrize("name", ["batch", "coverage"])
def test_the_pages_say_which_policy_it_is_and_what_comes(site: AppTest, name: str):
    """Before anything is pasted, too."""
    open_page(site, name)

    assert not site.exception
    assert site.title[0].value == name.capitalize()
    assert any("no legal advice" in block.value for block in site.markdown)
    assert "suite_go" not in [button.key for button in site.button]
    site.button[0].click().run()
    assert site.button(key="suite_go").label == "Check 10 prompts"


def test_pasted_lines_become_a_table_a_heatmap_and_files(site: AppTest):
    """All rows, with the same suite on the page Coverage."""
    open_page(site, "batch")
    site.text_area(key="suite_lines").input("a rash\n\nroulette\n=cmd|calc\na rash").run()
    go(site)

    assert not site.exception
    assert any("**4** rows · **3** distinct texts" in block.value for block in site.markdown)
    table = site.dataframe[0].value
    assert list(table["Text"]) == ["a rash", "roulette", "=cmd|calc", "a rash"]
    assert site.get("plotly_chart")[0].proto.alt

    open_page(site, "coverage")
    assert not site.exception
    assert any("**4** prompts" in block.value for block in site.markdown)
    assert len(site.dataframe[0].value) == 59


def test_an_upload_is_previewed_and_its_column_chosen(site: AppTest):
    """Guessed, shown, changed; and downloads hold every input column."""
    open_page(site, "batch")
    site.segmented_control(key="suite_way").set_value("Upload a file").run()
    site.file_uploader(key="suite_file").upload(
        "x.csv", b"id,note,prompt\n7,n,a rash\n8,n,roulette\n", "text/csv"
    ).run()

    assert site.selectbox(key="suite_column").value == "prompt"
    assert list(site.dataframe[0].value.columns) == ["id", "note", "prompt"]
    go(site)
    read = site.session_state["suite"]
    assert read.layout.text_column == "prompt"

    from policy_index.batch.reading import Form
    from policy_index.ui.suite import _result_file

    index = warm.warm_index()
    parquet = pq.read_table(io.BytesIO(_result_file(index, read, Form.PARQUET)))
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
    """On the page, without a traceback."""
    open_page(site, "batch")
    site.segmented_control(key="suite_way").set_value("Upload a file").run()
    site.file_uploader(key="suite_file").upload(name, content, "application/octet-stream").run()

    assert not site.exception
    assert site.error[0].value.startswith(sentence)


def test_a_fault_while_reading_is_one_sentence(site: AppTest, monkeypatch: pytest.MonkeyPatch):
    """And the prompts stay where they were."""

    def fault(*_arguments: object, **_options: object) -> None:
        message = "Expected something else."
        raise InputError(message)

    monkeypatch.setattr(intake, "read_suite", fault)
    open_page(site, "batch")
    site.text_area(key="suite_lines").input("a rash").run()
    go(site)

    assert [error.value for error in site.error] == ["Expected something else."]
    assert site.text_area(key="suite_lines").value == "a rash"
