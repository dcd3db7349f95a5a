"""The page Accuracy: the numbers of the record that was kept, and plain words where there are none."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support import ACME, PACKS, letter_service
from visiting import open_page, open_site, served_by, words

from policy_index import PolicyPack
from policy_index.quality.record import accuracy_of, shares_shown

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
    site = open_page(open_site(), "accuracy")

    assert len(site.get("plotly_chart")) == 3
    assert all(len(chart.proto.alt) > 60 for chart in site.get("plotly_chart"))
    labels = [button.label for button in site.get("download_button")]
    assert labels == ["Reliability as CSV", "Probabilities as CSV", "Categories as CSV"]
    assert words(site).count("<table>") == 7


def test_what_cannot_be_judged_is_said_with_how_well_it_is_known(pack: PolicyPack):
    """Which languages are read, the two rates, and a row a kind."""
    site = open_page(open_site(), "accuracy")
    record = accuracy_of(pack)
    assert record is not None

    said = words(site)
    assert "It reads **English**" in said
    assert f"**{record['unfit']['recognised']['value']:.1%}**" in said
    assert f"**{record['unfit']['judgeable_refused']['value']:.1%}**" in said
    assert all(f"<td>{each['kind']}</td>" in said for each in record["unfit"]["by_kind"])


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
                "cross_validated": [0.5, 0.6],
                "own": [0.5, 0.6],
                "recall_at_5_percent_false_alarms": 0.5,
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
    """And says which were not made; its own sets stand in the table of methods."""
    site = accuracy_page(tmp_path, record_of(acme))

    said = words(site)
    assert not site.exception
    assert [metric.value for metric in site.metric] == ["50.0%"] * 4
    assert "Briefs of whole product ideas have not been measured" in said
    assert "Other languages have not been measured" in said
    assert "How well it knows such texts has not been measured" in said
    assert '<th scope="col">Own</th>' in said
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
    assert [error.value[:42] for error in site.error] == ["Expected what `policy-index measure` writes"[:42]]
    assert site.header[0].value == "Not measured yet"


def test_a_record_of_another_text_counts_as_none(tmp_path: Path, pack: PolicyPack):
    """The numbers of one policy are never shown for another."""
    site = accuracy_page(tmp_path, record_of(pack))

    assert not site.exception
    assert site.header[0].value == "Not measured yet"
    assert not site.metric
