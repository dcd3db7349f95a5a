"""The bundled model loads without a network, checked; any other model is named or refused in one sentence."""

import shutil
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from policy_index import EncoderError, SentenceEncoder, load_encoder
from policy_index.search import minilm
from policy_index.search.minilm import MIDDLE_SHARE, check_model_files, model_folder
from policy_index.search.model_choice import BUNDLED_MODEL


@pytest.fixture(scope="module")
def bundled() -> SentenceEncoder:
    """The bundled model."""
    return SentenceEncoder.from_bundled()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the bundled model's folder."""
    return Path(shutil.copytree(model_folder(), tmp_path / "my-model"))


def test_loading_and_encoding_with_the_bundled_model_opens_no_socket(monkeypatch: pytest.MonkeyPatch):
    """Every way to a network goes through a socket, and here each one raises."""

    def forbidden(*_args: object, **_kwargs: object) -> NoReturn:
        message = "a socket was asked for"
        raise AssertionError(message)

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, forbidden)

    vectors = SentenceEncoder.from_bundled().encode(["a dating app"])

    assert vectors.shape == (1, 768)


def test_vectors_are_float32_of_unit_length(bundled: SentenceEncoder):
    """So an inner product is a cosine."""
    vectors = bundled.encode(["a", "a dating app for farmers", "🐄" * 50, "مرحبا", "\x00\x01 x"])

    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_the_code_of_the_model_package_is_not_imported(bundled: SentenceEncoder):
    """It is a third party's repackaging: only its files are used."""
    assert bundled.name == BUNDLED_MODEL
    assert not [name for name in sys.modules if name.startswith("gt_all")]


def test_the_model_says_how_much_of_a_text_it_reads(bundled: SentenceEncoder):
    """256 tokens with two marks of its own: 254 words of one token each."""
    assert bundled.characters_read("cat") == 3
    assert bundled.characters_read(("cat " * 254).strip()) == len("cat " * 254) - 1
    assert bundled.characters_read("cat " * 1000) == len("cat " * 254) - 1


def test_two_threads_get_the_vectors_that_one_gets(bundled: SentenceEncoder):
    """The tokenizer underneath is not made for threads; the encoder is."""
    texts = [f"text number {number} " * (number % 7 + 1) for number in range(40)]
    alone = np.concatenate([bundled.encode([text]) for text in texts])

    with ThreadPoolExecutor(4) as pool:
        together = np.concatenate(list(pool.map(lambda text: bundled.encode([text]), texts)))

    assert np.allclose(alone, together, atol=1e-5)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_changed_model_file_is_not_loaded(copied: Path, name: str):
    """Both files are checked, and the message tells which one is wrong."""
    check_model_files(copied)
    with (copied / name).open("ab") as file:
        file.write(b" ")

    with pytest.raises(EncoderError, match=f"Expected {name} with SHA-256 .*; it was not loaded"):
        check_model_files(copied)


def test_a_missing_model_file_is_named(copied: Path):
    """Instead of a traceback from a library."""
    (copied / "tokenizer.json").unlink()

    with pytest.raises(EncoderError, match=r"Expected the model file tokenizer\.json in .* cannot be read"):
        check_model_files(copied)


def test_a_missing_model_package_is_named(monkeypatch: pytest.MonkeyPatch):
    """The model is a dependency; somebody may have taken it away."""
    monkeypatch.setattr(minilm, "_DISTRIBUTION", "no-such-distribution")

    with pytest.raises(EncoderError, match="Expected the package no-such-distribution"):
        SentenceEncoder.from_bundled()


def test_a_folder_loads_as_a_model_of_its_own(copied: Path, bundled: SentenceEncoder):
    """Its name is the folder's, its vectors those of the model's own pooling: the first view of the bundled one, unadapted."""
    encoder = load_encoder(str(copied))

    assert encoder.name == "my-model"
    assert encoder.fingerprint != bundled.fingerprint
    last_layer = SentenceEncoder.plain().encode(["a b c"])[:, :384] / np.sqrt(1 - MIDDLE_SHARE)
    assert np.allclose(encoder.encode(["a b c"]), last_layer, atol=1e-5)


def test_the_environment_variable_names_the_model(monkeypatch: pytest.MonkeyPatch, copied: Path):
    """And an argument goes before it."""
    monkeypatch.setenv("POLICY_INDEX_MODEL", str(copied))

    assert load_encoder().name == "my-model"
    assert load_encoder(BUNDLED_MODEL).name == BUNDLED_MODEL


@pytest.mark.parametrize("damage", ["no such model", "empty folder", "truncated weights", "broken configuration"])
def test_a_model_that_cannot_be_loaded_is_one_sentence(tmp_path: Path, copied: Path, damage: str):
    """Whatever the libraries underneath raise."""
    name = str(copied)
    match damage:
        case "no such model":
            name = "sentence-transformers/no-such-model"
        case "empty folder":
            (tmp_path / "empty").mkdir()
            name = str(tmp_path / "empty")
        case "truncated weights":
            (copied / "model.safetensors").write_bytes(b"\x10\x00")
        case _:
            (copied / "config.json").write_text("{", encoding="utf-8")

    with pytest.raises(EncoderError) as caught:
        load_encoder(name)

    assert "Expected a sentence-transformers model" in str(caught.value)
    assert repr(name) in str(caught.value)
    assert "\n" not in str(caught.value)
