"""The adapter changes the bundled model's weights by what it says, and nothing else is taken for one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from torch import nn

from policy_index import EncoderError
from policy_index.search import adapter as adapters
from policy_index.search.adapter import Adapter, bundled_adapter
from policy_index.search.encoder import SentenceEncoder
from policy_index.search.minilm import middle_centre_file, model_fingerprint, plain_fingerprint

LAYER = "0"
"""The one layer of the small network here."""


def small(*, outputs: int = 3) -> nn.Sequential:
    """Return a network of one layer, four numbers in."""
    return nn.Sequential(nn.Linear(4, outputs))


def changes(*, layer: str = LAYER) -> Adapter:
    """Return an adapter of rank 1 whose change of the weight is 2 in the first row's second place, 0 elsewhere."""
    down = np.array([[0, 1, 0, 0]], dtype=np.float16)
    up = np.array([[2], [0], [0]], dtype=np.float16)
    return Adapter(sha256="", changes={layer: (down, up)})


def test_merging_adds_b_times_a_to_the_weight():
    """And leaves every other number alone, the bias too."""
    network = small()
    weight, bias = (network.get_parameter(f"{LAYER}.{name}").detach().numpy().copy() for name in ("weight", "bias"))

    changes().merge_into(network)

    expected = weight.copy()
    expected[0, 1] += 2
    assert network.get_parameter(f"{LAYER}.weight").detach().numpy() == pytest.approx(expected)
    assert np.array_equal(network.get_parameter(f"{LAYER}.bias").detach().numpy(), bias)


@pytest.mark.parametrize(("made", "outputs"), [(changes(layer="7"), 3), (changes(), 5)])
def test_an_adapter_of_another_network_is_refused(made: Adapter, outputs: int):
    """One without such a layer, or with one of another shape; the layer is named."""
    with pytest.raises(
        EncoderError, match=r"^Expected the adapter's layer [07] in the bundled model, but it is not there"
    ):
        made.merge_into(small(outputs=outputs))


def test_it_goes_through_its_file_and_back():
    """With the digest of the file's bytes, the same for the same numbers."""
    content = changes().to_bytes()

    read = Adapter.from_bytes(content)

    assert list(read.changes) == [LAYER]
    for one, other in zip(read.changes[LAYER], changes().changes[LAYER], strict=True):
        assert np.array_equal(one, other)
    assert len(read.sha256) == 64
    assert Adapter.from_bytes(read.to_bytes()).sha256 == read.sha256


@pytest.mark.parametrize("damage", ["empty", "text", "truncated", "corrupt", "half a pair", "objects"])
def test_a_damaged_or_foreign_file_is_one_clear_error(damage: str, tmp_path_factory: pytest.TempPathFactory):
    """In one line, without a path."""
    whole = bundled_adapter().to_bytes()
    path = tmp_path_factory.mktemp("adapter") / "adapter.npz"
    match damage:
        case "empty":
            content = b""
        case "text":
            content = b"not an adapter"
        case "truncated":
            content = whole[: len(whole) // 2]
        case "corrupt":
            content = whole[:1000] + bytes(range(200)) + whole[1200:]
        case "half a pair":
            np.savez(path, **{"encoder.A": np.zeros((1, 4), dtype=np.float16)})
            content = path.read_bytes()
        case _:
            np.savez(path, **{"encoder.A": np.array([{"an": "object"}], dtype=object)})
            content = path.read_bytes()

    with pytest.raises(
        EncoderError, match=r"^Expected an adapter of the bundled model, but it cannot be read \(\w+\)\.$"
    ):
        Adapter.from_bytes(content)


@pytest.mark.parametrize(
    ("down", "up"),
    [
        (np.zeros(4, dtype=np.float16), np.zeros((3, 1), dtype=np.float16)),
        (np.zeros((1, 4), dtype=np.float16), np.zeros((3, 2), dtype=np.float16)),
        (np.array([["a"]]), np.array([["b"]])),
        (np.full((1, 4), np.nan, dtype=np.float16), np.zeros((3, 1), dtype=np.float16)),
    ],
    ids=["one axis", "ranks that differ", "words", "no numbers"],
)
def test_arrays_that_are_no_pair_are_refused(down: np.ndarray, up: np.ndarray):
    """Before any weight is touched."""
    content = replace(changes(), changes={LAYER: (down, up)}).to_bytes()

    with pytest.raises(EncoderError, match=r"^Expected an adapter of the bundled model"):
        Adapter.from_bytes(content)


def test_a_missing_file_is_one_clear_error(monkeypatch: pytest.MonkeyPatch):
    """It says what is missing."""
    monkeypatch.setattr(adapters, "ADAPTER_FILE", "no-such-file.npz")
    bundled_adapter.cache_clear()
    try:
        with pytest.raises(EncoderError, match=r"^Expected the bundled model's adapter, but it cannot be read"):
            bundled_adapter()
    finally:
        bundled_adapter.cache_clear()


def test_the_shipped_file_is_small():
    """Below 4 MB: it goes into every clone and wheel."""
    shipped = Path(str(middle_centre_file())).with_name(adapters.ADAPTER_FILE).stat().st_size

    assert shipped < 4_000_000


def test_the_bundled_models_fingerprint_has_its_adapter():
    """So nothing that was fitted to another one, or to none, is taken."""
    assert bundled_adapter().sha256 in model_fingerprint()
    assert model_fingerprint() != plain_fingerprint()


def test_the_bundled_model_is_the_published_one_and_the_shipped_changes():
    """Each adapted weight is the published one plus B A; all others are as published."""
    plain, bundled = (
        encoder.model[0].auto_model.state_dict()
        for encoder in (SentenceEncoder.plain(), SentenceEncoder.from_bundled())
    )  # type: ignore[union-attr]

    own = bundled_adapter().changes
    for name, before in plain.items():
        change = np.zeros(1, dtype=np.float32)
        if name.removesuffix(".weight") in own:
            down, up = own[name.removesuffix(".weight")]
            change = up.astype(np.float32) @ down.astype(np.float32)
            assert np.abs(change).max() > 0, name
        assert np.allclose(bundled[name].numpy(), before.numpy() + change, atol=1e-6), name
