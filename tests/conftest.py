"""Shared fixtures: a tiny encoder for most tests, the real index for the others."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from support import ACME, PACKS, LetterEncoder, Outcome, Run, letter_service
from xdist.scheduler import LoadScopeScheduling

from policy_index import ClauseIndex, Policy, PolicyPack, SentenceEncoder, Shelf, load_index, load_shelf
from policy_index.cli.main import main
from policy_index.search.graph import GraphEncoder, GraphFile
from policy_index.search.vectors import Vectors
from policy_index.server.quotas import quotas
from policy_index.server.service import Service

settings.register_profile("unhurried", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("unhurried")

_OF_THE_RUN = {"POLICY_INDEX_GRAPHS", "POLICY_INDEX_TEST_POSTGRES"}
"""What a run of the tests sets itself."""


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # without types
    """Whole files to one process, for what a file makes once is made in one; all that opens a browser to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if Path(file).parent.name == "browser" else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Share tests out by file."""
    return ByFile(config, log)


@pytest.fixture(scope="session", autouse=True)
def graph(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphFile]:
    """The bundled model as a graph, made once and kept between runs: commands and servers under test find it too."""
    cache = getattr(pytestconfig, "cache", None)
    folder = cache.mkdir("graphs") if cache is not None else tmp_path_factory.mktemp("graphs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICY_INDEX_GRAPHS", str(folder))
        place = GraphFile.here()
        assert place is not None
        if place.problem() is not None:  # in a process of its own: torch's exporter stays out of this one
            subprocess.run([sys.executable, "-m", "policy_index.search.graph_export"], check=True)
        yield place


@pytest.fixture
def letters() -> LetterEncoder:
    """An encoder without a model."""
    return LetterEncoder()


@pytest.fixture(scope="session")
def pack() -> PolicyPack:
    """The bundled policy, with what belongs to it."""
    return load_shelf().default


@pytest.fixture(scope="session")
def policy(pack: PolicyPack) -> Policy:
    """The bundled policy's text."""
    return pack.policy


@pytest.fixture(scope="session")
def packs_folder() -> Path:
    """The folder with a second policy, in two versions."""
    return PACKS


@pytest.fixture(scope="session")
def acme(packs_folder: Path) -> PolicyPack:
    """A second policy: no exemplars, no readings, no facts."""
    return Shelf.from_folder(packs_folder).find(ACME)


@pytest.fixture(scope="session")
def real_index() -> ClauseIndex:
    """The index that ships, with the real model."""
    return load_index()


@pytest.fixture(scope="session")
def letters_service() -> Service:
    """The bundled policy of few exemplars and the second one, served without a model."""
    return letter_service()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command: `run("show", "health")`."""

    def call(*arguments: object, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Outcome(int(caught.value.code or 0), out, err)

    return call


@pytest.fixture
def encodes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that any encoder of the real model encodes during the test."""
    seen: list[str] = []

    def count(kind: type[SentenceEncoder | GraphEncoder]) -> None:
        original = kind.encode

        def counting(self: Any, texts: Sequence[str]) -> Vectors:
            seen.extend(texts)
            return original(self, texts)

        monkeypatch.setattr(kind, "encode", counting)

    count(SentenceEncoder)
    count(GraphEncoder)
    return seen


@pytest.fixture(autouse=True)
def no_person_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has folders of its own for cache and data, and nothing of the program set by the environment."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    for name in [name for name in os.environ if name.startswith("POLICY_INDEX_") and name not in _OF_THE_RUN]:
        monkeypatch.delenv(name)
    quotas.cache_clear()
    return folder
