"""The commands for those who maintain a pack, used on packs in a folder as they lie there."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from support import ACME, PACKS, LetterEncoder, Outcome, Run

from policy_index import ClauseIndex, PolicyPack
from policy_index.cli import maintain
from policy_index.quality import accuracy
from policy_index.quality.record import accuracy_of
from policy_index.search import index

LABELLED = [
    {"text": "a dating app for farmers", "clause_ids": ["adult-content"]},
    {"text": "online roulette", "clause_ids": ["economic-harm/gambling", "economic-harm"]},
    {"text": "bake bread", "clause_ids": []},
]


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory, pack: PolicyPack) -> Path:
    """A folder with `few`: the bundled policy with eight exemplars a clause and a few twins, nothing fitted."""
    folder = tmp_path_factory.mktemp("packs")
    own = folder / "few"
    shutil.copytree(pack.folder, own, ignore=shutil.ignore_patterns("fitted", "*.jsonl"))
    settings = (own / "pack.toml").read_text(encoding="utf-8").replace('id = "openai"', 'id = "few"')
    (own / "pack.toml").write_text(settings, encoding="utf-8")
    rows = [
        {"clause_id": clause_id, "text": text}
        for clause_id, texts in pack.exemplars.by_clause.items()
        for text in texts[:8]
    ] + [{"clause_id": None, "text": text} for text in pack.exemplars.harmless[:120]]
    (own / "exemplars.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    twins = [twin for clause in pack.policy for family in pack.twins.pairs(clause.id)[:3] for twin in family]
    (own / "twins.jsonl").write_text("\n".join(json.dumps(asdict(twin)) for twin in twins) + "\n", encoding="utf-8")
    return folder


def test_a_pack_is_built_and_then_searched_with_probabilities(run: Run, packs: Path):
    """What `build` fits, `search` uses."""
    here = ["--packs", packs, "--policy", "few"]
    few = PolicyPack.from_folder(packs / "few")
    texts = few.exemplars.counts().total() + len(few.exemplars.harmless) + len(few.twins.twins) + 71

    built = run("build", *here)
    found = json.loads(run("search", "online roulette", *here, "--format", "json").out)

    assert built == Outcome(0, f"{packs}/few/fitted: {texts:,} texts, 71 clauses, all-MiniLM-L6-v2\n", "")
    assert found["matches"][0]["clause_id"] == "economic-harm/gambling"
    assert found["matches"][0]["probability"] > 0.3


UNFIT = {
    "recognised": {"value": 0.75, "low": 0.25, "high": 1.0, "texts": 4},
    "judgeable_refused": {"value": 0.0, "low": 0.0, "high": 0.0, "texts": 2},
    "by_kind": [{"kind": "nonsense", "texts": 4, "recognised": 0.75}],
}


def test_measure_keeps_what_was_measured_and_prints_what_cannot_be_judged(
    run: Run, acme: PolicyPack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """In percent; the pages find the record again."""
    made_of = {"policy": {"sha256": acme.policy.sha256}, "exemplars": {"sha256": acme.exemplars.sha256}}
    measured: list[str] = []

    def measure(index: ClauseIndex) -> dict[str, Any]:
        measured.append(index.pack.spec)
        return made_of | {"unfit": UNFIT}

    monkeypatch.setattr(accuracy, "measure", measure)
    monkeypatch.setattr(maintain, "load_encoder", lambda _model: LetterEncoder())
    folder = shutil.copytree(PACKS, tmp_path / "packs")

    outcome = run("measure", "--packs", folder, "--policy", ACME)

    assert measured == [ACME]
    assert accuracy_of(PolicyPack.from_folder(folder / ACME)) == made_of | {"unfit": UNFIT}
    assert outcome.out == (
        "| cannot be judged | texts | recognised |\n"
        "| --- | --- | --- |\n"
        "| nonsense | 4 | 75.0 |\n"
        "| recognised | 4 | 75.0 |\n"
        "| judgeable refused | 2 | 0.0 |\n"
    )


def test_a_pack_without_exemplars_is_built_and_drawn_but_not_measured(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """What is missing is said in a sentence; letters stand for the model."""
    monkeypatch.setattr(maintain, "load_encoder", lambda _model: LetterEncoder())
    monkeypatch.setattr(index, "load_encoder", lambda _model: LetterEncoder())
    folder = shutil.copytree(PACKS, tmp_path / "packs")
    own = folder / "acme-aup@2026-01-31"
    here = ["--packs", folder, "--policy", "acme-aup"]

    built, drawn, measured = run("build", *here), run("chart", *here), run("measure", *here)
    evaluated = run("evaluate", "-", *here, stdin=b'{"text": "Pip steers a drill", "clause_ids": []}')

    assert built.status == 0
    assert built.out.endswith(
        "18 texts, 18 clauses, letters; no probabilities: these need exemplars of clauses and harmless ones\n"
    )
    assert drawn.status == 0
    assert drawn.out.startswith("| projection of the clauses | ")
    assert {path.name for path in (own / "fitted").iterdir()} == {"scorer.npz", "landscape.json"}
    assert measured == Outcome(
        2, "", f"policy-index: Expected labelled texts in {own}/heldout.jsonl to measure with, but there are none.\n"
    )
    assert evaluated.status == 0
    assert run("search", "x", *here).status == 0


def test_build_writes_to_another_folder_where_one_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """And leaves the pack alone."""
    monkeypatch.setattr(maintain, "load_encoder", lambda _model: LetterEncoder())

    run("build", "--packs", PACKS, "--policy", "acme-aup", "--output", tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["scorer.npz"]
    assert not list(PACKS.rglob("fitted"))


def test_evaluate_reads_standard_input_and_prints_a_table_or_json(run: Run):
    """All parts that the labels allow, and null for the others."""
    stdin = "\n".join(json.dumps(line) for line in LABELLED).encode()

    record = json.loads(run("evaluate", "-", "--format", "json", stdin=stdin).out)
    table = run("evaluate", "-", stdin=stdin).out

    assert record["clauses"]["recall_at_1"]["value"] == 1
    assert record["detection"]["touching"] == 2
    assert "recall at 1" in table
    assert "economic-harm/gambling" in table
