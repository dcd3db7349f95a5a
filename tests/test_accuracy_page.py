"""The page Accuracy: the numbers of the record that was kept, and plain words where there are none."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from libraries import rules
from looking import links, said
from streamlit.testing.v1 import AppTest
from support import ACME, PACKS, LetterEncoder, few_exemplars, letter_service
from visiting import open_page, open_site, served_by, unfold, words

from policy_index import Indexes, PolicyPack, Shelf
from policy_index.library.doors import with_library
from policy_index.library.library import Library
from policy_index.library.values import Example
from policy_index.quality.record import accuracy_of, shares_shown
from policy_index.server.service import Service
from policy_index.ui.accuracy_tables import UNFIT, rate

NUMBER = {"value": 0.5, "low": 0.25, "high": 0.75}


def test_the_committed_numbers_and_a_movable_threshold_are_shown(pack: PolicyPack):
    """A higher threshold shows fewer texts of both kinds."""
    site = open_page(open_site(), "accuracy")
    record = accuracy_of(pack)
    assert record is not None

    right_first = record["heldout"]["all"]["clauses"]["recall_at_1"]["value"]
    assert not site.exception
    assert f"{right_first:.1%}" in [metric.value for metric in site.metric]
    assert record["scorer"] in site.code[0].value

    site.slider(key="threshold").set_value(0.9).run()
    touching, harmless = shares_shown(record, 0.9)
    assert f"From **90%** on, **{touching:.1%}**" in words(site)
    assert f"**{harmless:.1%}**" in words(site)


def test_every_picture_has_the_same_as_a_table_and_a_file():
    """Reliability, probabilities, categories."""
    site = unfold(open_page(open_site(), "accuracy"), "reliability-table", "recall-table")

    assert len(site.get("plotly_chart")) == 3
    assert all(len(chart.proto.alt) > 60 for chart in site.get("plotly_chart"))
    labels = [button.label for button in site.get("download_button")]
    assert labels == ["Reliability as CSV", "Probabilities as CSV", "Categories as CSV"]
    assert words(site).count("<table>") == 9


def test_refusals_and_long_plans_are_told_with_their_rates(pack: PolicyPack):
    """Each under a heading that the playground leads to, with its interval; the rates of refusals stand among the failures."""
    site = open_page(open_site(), "accuracy")
    record = accuracy_of(pack)
    assert record is not None

    anchors = {header.proto.anchor for header in site.header}
    assert {"stance", "long-plans"} <= anchors
    said = words(site)
    assert f"**{rate(record['families']['stance']['keeps_clear'])}**" in said
    assert f"<td>{rate(record['families']['shown']['refusing'])}</td>" in said
    assert f"<td>{rate(record['long_plans']['roundabout']['labelled_found'])}</td>" in said
    assert f"**{rate(record['everyday'])}** were shown a clause" in said
    refusing = record["families"]["shown"]["refusing"]["value"]
    assert f"{refusing:.0%} of the texts that say they refuse the act" in said


def test_what_cannot_be_judged_is_said_with_how_well_it_is_known(pack: PolicyPack):
    """Which languages are read, the two rates, and a row a kind."""
    site = open_page(open_site(), "accuracy")
    record = accuracy_of(pack)
    assert record is not None

    said = words(site)
    assert "It reads **English**" in said
    assert f"**{record['unfit']['recognised']['value']:.1%}**" in said
    assert f"**{record['unfit']['judgeable_refused']['value']:.1%}**" in said
    assert all(f"<td>{UNFIT[each['kind']]}</td>" in said for each in record["unfit"]["by_kind"])


def record_of(pack: PolicyPack, **changes: Any) -> Mapping[str, Any]:
    """Return what a first measurement of a small policy without plans and languages may look like."""
    everything = {
        "texts": 3,
        "clauses": {"recall_at_1": NUMBER, "recall_at_3": NUMBER},
        "by_category": [{"label": pack.policy.groups[0].id, "texts": 3, "recall_at_1": 0.5}],
        "by_clause": [{"label": pack.policy.clauses[0].id, "texts": 3, "recall_at_1": 0.5}],
        "detection": {"touching": 2, "harmless": 1, "shown_touching": NUMBER, "shown_harmless": NUMBER},
    }
    return {
        "model": "letters",
        "policy": {"title": "Acceptable use policy", "sha256": pack.policy.sha256},
        "scorer": "abc",
        "exemplars": {"sha256": pack.exemplars.sha256, "clauses": 0, "harmless": 0},
        "heldout": {"own": everything, "all": everything | changes},
        "heldout_probabilities": {"touching": [0.5, 0.9], "harmless": [0.1]},
        "briefs": None,
        "long_plans": {},
        "families": None,
        "everyday": None,
        "languages": [],
        "cross_validated": {
            "texts": 0,
            "recall_at_1": 0.5,
            "recall_at_3": 0.5,
            "ece_of_best_match": 0.1,
            "reliability": [{"probability": 0.5, "cited": 0.5, "mass": 1.0}],
            "shown_touching": 0.5,
            "shown_harmless": 0.5,
            "confused": [],
        },
        "methods": [
            {
                "method": "cosine",
                "exemplars": [0.5, 0.6],
                "twins": [0.4, 0.5],
                "passages": [0.3, 0.4],
                "harmless": 0.75,
                "refusing": 0.5,
                "preventing": 0.25,
            }
        ],
    }


def accuracy_page(folder: Path, written: Mapping[str, Any] | str) -> AppTest:
    """Open the page under the second policy, with this as what was measured."""
    shutil.copytree(PACKS, folder / "packs")
    fitted = folder / "packs" / ACME / "fitted"
    fitted.mkdir()
    content = written if isinstance(written, str) else json.dumps(written)
    (fitted / "accuracy.json").write_text(content, encoding="utf-8")
    with served_by(letter_service(folder / "packs")):
        return open_page(open_site(policy=ACME), "accuracy")


def test_a_policy_with_some_measurements_shows_those(tmp_path: Path, acme: PolicyPack):
    """And says which were not made; how methods compare stands in a table."""
    site = accuracy_page(tmp_path, record_of(acme))

    said = words(site)
    assert not site.exception
    assert [metric.value for metric in site.metric] == ["50.0%"] * 4
    assert "Briefs of whole product ideas have not been measured" in said
    assert "Other languages have not been measured" in said
    assert "How well it knows such texts has not been measured" in said
    assert '<th scope="col">Against refusing</th>' in said
    assert "<td>50.0 / 60.0</td>" in said
    assert "<td>0.25</td>" in said
    assert "Does it see that a text refuses?" not in [header.value for header in site.header]
    assert "And long plans?" not in [header.value for header in site.header]
    assert "None." in [caption.value for caption in site.caption]
    assert any(f"policy-index measure --policy {ACME}" in caption.value for caption in site.caption)


def test_a_policy_measured_on_texts_of_one_kind_alone_says_so(tmp_path: Path, acme: PolicyPack):
    """No share of nothing is shown."""
    record = record_of(acme, clauses=None, by_category=[], by_clause=[], detection=None)
    site = accuracy_page(tmp_path, dict(record) | {"heldout_probabilities": {"touching": [], "harmless": [0.1]}})

    assert not site.exception
    assert [metric.value for metric in site.metric] == ["not measured"] * 4
    assert "That needs held-out texts that touch the policy and harmless ones." in words(site)
    assert "No held-out text is labelled with a clause." in words(site)


@pytest.mark.parametrize("written", ["{", "[]", "{}"])
def test_a_damaged_record_is_one_sentence(tmp_path: Path, written: str):
    """Before what to do about a policy that has none."""
    site = accuracy_page(tmp_path, written)

    assert not site.exception
    assert [error.value.replace("\\", "")[:42] for error in site.error] == [
        "Expected what `policy-index measure` writes"[:42]
    ]
    assert site.header[0].value == "Not measured yet"


def test_a_record_of_another_text_counts_as_none(tmp_path: Path, pack: PolicyPack):
    """The numbers of one policy are never shown for another."""
    site = accuracy_page(tmp_path, record_of(pack))

    assert not site.exception
    assert site.header[0].value == "Not measured yet"
    assert not site.metric


def page_of_kept(rows: Sequence[Example], folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Open the page under a policy of the library that has these examples."""
    monkeypatch.setenv("POLICY_INDEX_DATABASE", f"sqlite:///{folder / 'library.sqlite3'}")
    with Library.open() as library:
        library.add(rules())
        library.notes.add_examples("my-rules", rows)
    encoder = LetterEncoder()
    bundled = few_exemplars(Shelf.from_folder(None).default)
    service = Service(with_library(Shelf.from_packs([bundled])), Indexes(lambda: encoder))
    with served_by(service):
        return open_page(open_site(policy="my-rules@2026-01-01"), "accuracy")


def examples(touching: int, harmless: int) -> list[Example]:
    """Return examples of three clauses that letters tell apart, and harmless ones."""
    clauses = ("policy/you-must-not-send-spam", "policy/you-must-not-run-scams", "policy/you-must-not-hack-others")
    rows = [
        Example(text=f"{'pzk'[number % 3] * (9 + number % 7)} {number}", clause_id=clauses[number % 3])
        for number in range(touching)
    ]
    return rows + [
        Example(text=f"{'hello there'[: 4 + number % 7]} {number}", clause_id=None) for number in range(harmless)
    ]


def test_a_kept_policy_that_nobody_measured_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Add examples, how many are missing, and the command that measures labelled prompts; no number is shown."""
    site = page_of_kept(examples(2, 1), tmp_path, monkeypatch)

    assert not site.exception
    assert site.header[0].value == "Not measured yet"
    assert "48 more examples of clauses and 24 more harmless texts" in said(site)
    assert any("view=examples" in address for address in links(site))
    assert "policy-index evaluate FILE.jsonl --policy my-rules@2026-01-01" in [block.value for block in site.code]
    assert not site.metric


def test_a_kept_policy_with_enough_examples_shows_what_these_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Still "not measured yet" first; then each example judged without itself, with a picture and its table."""
    site = page_of_kept(examples(50, 25), tmp_path, monkeypatch)

    assert not site.exception
    assert [header.value for header in site.header[:2]] == [
        "Not measured yet",
        "What its own examples say meanwhile",
    ]
    assert len(site.metric) == 4
    assert "**50 examples**" in words(site)
    assert len(site.get("plotly_chart")) == 1


def keeping_a_row() -> None:
    """Script of a page: a row of a batch and where it becomes an example."""
    from policy_index.server.service import service
    from policy_index.ui.row_example import show_row_example

    pack = service().shelf.find("my-rules")
    show_row_example(pack, "a million letters", key="7", nearest=["policy/you-must-not-run-scams"])


def test_a_row_of_a_batch_becomes_an_example_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Of the clause that was found first, unless another is chosen; a second time changes nothing."""
    monkeypatch.setenv("POLICY_INDEX_DATABASE", f"sqlite:///{tmp_path / 'library.sqlite3'}")
    original = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: "localhost" if name == "server.address" else original(name))
    with Library.open() as library:
        library.add(rules())
        bundled = few_exemplars(Shelf.from_folder(None).default)
        service = Service(with_library(Shelf.from_packs([bundled])), Indexes(LetterEncoder))
        with served_by(service):
            site = AppTest.from_function(keeping_a_row).run()
            assert site.selectbox[0].value == "policy/you-must-not-run-scams"
            site = site.button[0].click().run()
            first = [each.value for each in site.success]
            site.selectbox[0].select("")
            again = site.button[0].click().run()

        kept = [
            (each.example.text, each.example.clause_id, each.example.origin)
            for each in library.notes.examples("my-rules")
        ]
    assert not again.exception
    assert kept == [("a million letters", "policy/you-must-not-run-scams", "batch")]
    assert first == ["Kept as an example. The next search learns from it."]
    assert [each.value for each in again.success] == [
        "It is an example already; nothing was changed. The next search learns from it."
    ]
