"""Shared fixtures: a tiny encoder for most tests, the real index for the others."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from support import LetterEncoder

from policy_index import ClauseIndex, PolicyDocument, SentenceEncoder, bundled_policy, load_index
from policy_index.encoder import Vectors


@pytest.fixture
def letters() -> LetterEncoder:
    """An encoder without a model."""
    return LetterEncoder()


@pytest.fixture(scope="session")
def policy() -> PolicyDocument:
    """The bundled policy."""
    return bundled_policy()


@pytest.fixture(scope="session")
def real_index() -> ClauseIndex:
    """The index that ships, with the real model."""
    return load_index()


@pytest.fixture
def encodes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that any sentence encoder encodes during the test."""
    seen: list[str] = []
    original = SentenceEncoder.encode

    def counting(self: SentenceEncoder, texts: Sequence[str]) -> Vectors:
        seen.extend(texts)
        return original(self, texts)

    monkeypatch.setattr(SentenceEncoder, "encode", counting)
    return seen


@pytest.fixture(autouse=True)
def no_person_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has a cache folder of its own, and no model named by the environment."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.delenv("POLICY_INDEX_MODEL", raising=False)
    return folder
