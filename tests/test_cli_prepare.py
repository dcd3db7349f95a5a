"""`warm` prepares the fast model, `doctor` says how this machine fares, and a command says why it is slow."""

from pathlib import Path

import pytest
from support import Run

from policy_index.cli import loading
from policy_index.policy.pack import PolicyPack
from policy_index.search.graph import GraphFile


def test_doctor_says_that_the_fast_model_is_used(run: Run, graph: GraphFile):
    """And where it lies."""
    found = run("doctor")

    assert found.status == 0
    assert f"onnxruntime, the fast model: {graph.path}" in found.out
    assert "its files are the published ones" in found.out


def test_doctor_says_why_the_slower_way_is_taken(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """And what mends it."""
    monkeypatch.setenv("POLICY_INDEX_GRAPHS", str(tmp_path))

    found = run("doctor")

    assert found.status == 0
    assert "sentence-transformers, the slower way: The fast model has not been prepared yet" in found.out
    assert "`policy-index warm` prepares the fast model." in found.out


def test_warm_leaves_a_sound_model_alone(run: Run, graph: GraphFile):
    """Nothing is made twice."""
    before = graph.path.stat().st_mtime_ns

    found = run("warm")

    assert found.out.strip() == f"The fast model is ready: {graph.path}"
    assert graph.path.stat().st_mtime_ns == before


def test_warm_in_a_folder_that_cannot_be_written_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """With exit status 2."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("POLICY_INDEX_GRAPHS", str(tmp_path / "file"))

    found = run("warm")

    assert found.status == 2
    assert found.err.startswith("policy-index: Expected to keep the fast model in ")
    assert found.err.count("\n") == 1


def test_a_command_without_the_fast_model_says_why_and_has_it_made(
    pack: PolicyPack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """In one line on standard error; the answer does not wait for it."""
    monkeypatch.setenv("POLICY_INDEX_GRAPHS", str(tmp_path))
    begun: list[str] = []
    monkeypatch.setattr(loading, "start_making_graph", lambda: begun.append("begun") or begun)

    index = loading.announced_index(pack, None)

    assert index.search("a dating app").matches[0].clause.id == "adult-content"
    assert begun == ["begun"]
    said = capsys.readouterr().err
    assert said.startswith("policy-index: The fast model has not been prepared yet")
    assert said.endswith("It is being prepared in the background; later commands will be faster.\n")
