"""The graph gives the model's vectors without the model's libraries, and nothing unsound is ever used."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_index import EncoderError, SentenceEncoder, load_encoder
from policy_index.search import graph_export
from policy_index.search.graph import GraphEncoder, GraphFile
from policy_index.search.graph_export import PROBES, TOLERANCE, largest_difference, make_graph


@pytest.fixture(scope="module")
def encoder(graph: GraphFile) -> GraphEncoder:
    """The bundled model as a graph."""
    return GraphEncoder.from_file(graph.path)


@pytest.fixture(scope="module")
def reference() -> SentenceEncoder:
    """The bundled model by sentence-transformers."""
    return SentenceEncoder.from_bundled()


@pytest.fixture
def own(graph: GraphFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GraphFile:
    """A copy of the graph that a test may damage."""
    for path in (graph.path, graph.record):
        shutil.copy(path, tmp_path)
    monkeypatch.setenv("POLICY_INDEX_GRAPHS", str(tmp_path))
    return GraphFile(tmp_path / graph.path.name)


def test_the_graphs_vectors_are_the_models(encoder: GraphEncoder, reference: SentenceEncoder):
    """Within 1e-5 in every number: short, long, cut off, strange; alone and in company."""
    assert largest_difference(encoder, reference) <= TOLERANCE
    assert encoder.fingerprint == reference.fingerprint


@pytest.mark.parametrize(
    "text",
    [
        *("word " * 9_000, " " * 20_000 + "word " * 900, "_" * 9_000, "a" * 9_000, "策" * 9_000, "\u0301" * 9_000),
        *(
            "x" * 4_090 + " word" * 900,
            "word " * 250 + "y" * 9_000 + " word" * 900,
            "word " * 254 + " " * 9_000 + "end",
        ),
    ],
    ids=range(9),
)
def test_of_a_long_text_as_much_is_read_as_if_it_were_taken_apart_whole(
    text: str, encoder: GraphEncoder, reference: SentenceEncoder
):
    """Although it is offered to the tokenizer piece by piece: words that a piece would cut, and blanks that no token has."""
    assert encoder.characters_read(text) == reference.characters_read(text)


@settings(max_examples=25)
@given(texts=st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=6))
def test_any_texts_have_the_models_vectors_and_lengths(
    texts: list[str], encoder: GraphEncoder, reference: SentenceEncoder
):
    """Whatever they are made of."""
    readable = [text.encode("utf-8", "replace").decode() for text in texts]

    assert np.abs(encoder.encode(readable) - reference.encode(readable)).max() <= TOLERANCE
    for text in readable:
        assert encoder.characters_read(text * 20) == reference.characters_read(text * 20)


def test_a_text_has_the_same_vector_in_any_company(encoder: GraphEncoder):
    """To the last bit; alone to the sixth decimal."""
    together = encoder.encode([*PROBES, *reversed(PROBES)])

    assert np.array_equal(together[: len(PROBES)], together[len(PROBES) :][::-1])
    assert np.allclose(together[: len(PROBES)], np.concatenate([encoder.encode([text]) for text in PROBES]), atol=1e-6)


def test_threads_get_what_one_gets(encoder: GraphEncoder):
    """Tokenizer and session are shared."""
    texts = [f"text number {number} " * (number % 7 + 1) for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = np.concatenate(list(pool.map(lambda text: encoder.encode([text]), texts)))

    assert np.array_equal(found, np.concatenate([encoder.encode([text]) for text in texts]))


def test_a_search_with_the_graph_imports_no_model_library():
    """Neither torch nor sentence-transformers nor transformers, nor anything that only they need."""
    script = (
        "import sys\nfrom policy_index import load_index\nload_index().search('a dating app')\n"
        "print([name for name in ('torch', 'sentence_transformers', 'transformers', 'sklearn', 'scipy') if name in sys.modules])"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "damage", ["corrupt", "truncated", "foreign", "half written", "no record", "broken record", "empty"]
)
def test_an_unsound_graph_is_not_used(own: GraphFile, damage: str):
    """The slower way answers, and one sentence says why."""
    match damage:
        case "corrupt":
            content = bytearray(own.path.read_bytes())
            content[len(content) // 2] ^= 1
            own.path.write_bytes(content)
        case "truncated":
            own.path.write_bytes(own.path.read_bytes()[:1000])
        case "foreign":
            record = json.loads(own.record.read_text(encoding="utf-8"))
            own.record.write_text(json.dumps(record | {"key": "another"}), encoding="utf-8")
        case "half written":
            own.path.unlink()
        case "no record":
            own.record.unlink()
        case "broken record":
            own.record.write_text("[", encoding="utf-8")
        case _:
            own.path.write_bytes(b"")

    found, reason = GraphEncoder.from_cache()

    assert found is None
    assert reason.startswith("The fast model ")
    assert "\n" not in reason


def test_a_graph_that_nobody_touched_is_read_once(own: GraphFile, monkeypatch: pytest.MonkeyPatch):
    """90 MB at every start otherwise; whoever asks for all of it gets it read, and what was damaged since is found."""
    monkeypatch.setattr("policy_index.search.graph._SETTLED", -1)  # as if it had been written long ago
    assert own.problem() is None
    read: list[int] = []
    monkeypatch.setattr(GraphFile, "_digest", lambda _self: read.append(1) or "another")

    assert own.problem() is None
    assert read == []
    assert own.problem(thorough=True) is not None


@pytest.mark.parametrize("damage", ["in place", "replaced", "noted by somebody else", "a broken note"])
def test_what_was_done_to_a_graph_since_it_was_read_is_found(
    own: GraphFile, monkeypatch: pytest.MonkeyPatch, damage: str
):
    """Even where its time of change was set back."""
    monkeypatch.setattr("policy_index.search.graph._SETTLED", -1)
    assert own.problem() is None
    before = own.path.stat()
    content = bytearray(own.path.read_bytes())
    content[len(content) // 2] ^= 1
    match damage:
        case "in place":
            own.path.write_bytes(content)
        case "replaced":
            own.path.unlink()
            own.path.write_bytes(content)
        case "noted by somebody else":
            own.path.write_bytes(content)
            own.seen.write_text(json.dumps({"sha256": "another"}), encoding="utf-8")
        case _:
            own.path.write_bytes(content)
            own.seen.write_text("[", encoding="utf-8")
    os.utime(own.path, ns=(before.st_atime_ns, before.st_mtime_ns))

    problem = own.problem()

    assert problem is not None
    assert "is not the one that was checked" in problem


def test_a_graph_just_written_is_not_noted_as_seen(own: GraphFile):
    """A change within the same tick of the clock would not show in its times."""
    os.utime(own.path)

    assert own.problem() is None
    assert not own.seen.exists()


def test_the_slower_way_is_taken_where_there_is_no_graph(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """With the same fingerprint, so that everything fitted stays good."""
    monkeypatch.setenv("POLICY_INDEX_GRAPHS", str(tmp_path / "none"))

    assert isinstance(load_encoder(), SentenceEncoder)


def test_a_sound_graph_is_taken(graph: GraphFile):
    """Where there is one."""
    assert graph.problem() is None
    assert isinstance(load_encoder(), GraphEncoder)


def test_graphs_can_be_switched_off(monkeypatch: pytest.MonkeyPatch):
    """And then nothing is made either."""
    monkeypatch.setenv("POLICY_INDEX_GRAPHS", "off")

    assert GraphFile.here() is None
    assert graph_export.start_making_graph() is None
    assert GraphEncoder.from_cache() == (None, "The fast model is switched off (POLICY_INDEX_GRAPHS=off).")


def test_without_onnxruntime_the_reason_names_it(own: GraphFile, monkeypatch: pytest.MonkeyPatch):
    """A machine for which there is no such package."""
    assert own.problem() is None
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    found, reason = GraphEncoder.from_cache()

    assert found is None
    assert reason == "The fast model needs the package onnxruntime, which is not installed."


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path):
    """Its place is taken by a file, which stops root as well."""
    (tmp_path / "graphs").write_text("in the way", encoding="utf-8")

    with pytest.raises(EncoderError, match=r"Expected to keep the fast model in .*graphs, but: "):
        make_graph(GraphFile(tmp_path / "graphs" / "model.onnx"))


def test_a_graph_that_differs_is_refused_and_removed(own: GraphFile, monkeypatch: pytest.MonkeyPatch):
    """Nothing unsound stays under its name."""
    content = own.path.read_bytes()
    own.path.unlink()
    monkeypatch.setattr(graph_export, "_graph_of", lambda _reference: content)
    monkeypatch.setattr(graph_export, "largest_difference", lambda _graph, _reference: 0.5)

    with pytest.raises(EncoderError, match=r"within 1e-05 of the model's, but they differ by 5\.0e-01"):
        make_graph(own)

    assert not own.path.exists()


def test_two_processes_at_once_make_one_sound_graph(tmp_path: Path):
    """One works, the other waits for it."""
    command = [sys.executable, "-m", "policy_index.search.graph_export"]
    environment = os.environ | {"POLICY_INDEX_GRAPHS": str(tmp_path)}

    both = [subprocess.Popen(command, env=environment) for _ in range(2)]

    assert [process.wait(timeout=300) for process in both] == [0, 0]
    (made,) = tmp_path.glob("*.onnx")
    assert GraphFile(made).problem() is None
    assert not list(tmp_path.glob("*.part"))
