"""Files are converted in a process of their own, which is ended where it takes too long, too much, or nobody waits."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from source_files import docx, paragraph

from policy_index.errors import OverloadedError, SourceError
from policy_index.policy.sources import apart
from policy_index.policy.sources.apart import source_apart
from policy_index.policy.sources.source import LARGEST_FILE, source_of
from policy_index.search.patience import given_up

DATA = Path(__file__).parent / "data" / "sources"


@pytest.mark.parametrize("name", ["ferry.pdf", "ferry.docx"])
def test_a_file_becomes_the_same_in_a_process_of_its_own(name: str):
    """Text, kind, title, day, and what was left out."""
    content = (DATA / name).read_bytes()

    assert source_apart(name, content) == source_of(name, content)


def test_a_small_text_needs_no_process(monkeypatch: pytest.MonkeyPatch):
    """Which would take longer to start than the text to read."""
    monkeypatch.delattr(subprocess, "Popen")

    assert source_apart("a.md", b"# Rules\n\nBe kind.\n").title == "Rules"


def test_a_refusal_is_the_one_that_is_said_without_a_process():
    """Also of a file that is too large, which is given to none."""
    broken = docx("<broken")
    for name, content in (("a.docx", broken), ("a.docx", b"x" * (LARGEST_FILE + 1))):
        with pytest.raises(SourceError) as alone:
            source_of(name, content)
        with pytest.raises(SourceError) as aside:
            source_apart(name, content)
        assert str(aside.value) == str(alone.value)


@pytest.mark.parametrize(
    "script",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "print('nothing of use')",
        "print('{\"kind\": 3}')",
        "x = bytearray(1 << 40)",
    ],
)
def test_a_converter_that_breaks_is_one_sentence(script: str, monkeypatch: pytest.MonkeyPatch):
    """A crash of a library, rubbish, too much memory."""
    _stand_in(monkeypatch, script)

    with pytest.raises(
        SourceError, match=r"60 seconds and 2,000 MB of memory, but a\.docx takes more, or is damaged\.$"
    ):
        source_apart("a.docx", docx(paragraph("Be kind.")))


def test_a_converter_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch):
    """And where nobody waits for it any more."""
    started = _stand_in(monkeypatch, "import time; time.sleep(600)")
    monkeypatch.setattr(apart, "SECONDS", 0)

    with pytest.raises(SourceError, match="takes more"):
        source_apart("a.docx", docx(paragraph("Be kind.")))

    def leave() -> None:
        raise given_up()

    with pytest.raises(OverloadedError):
        source_apart("a.docx", docx(paragraph("Be kind.")), stay=leave)
    assert [process.returncode for process in started] == [-signal.SIGKILL] * 2


def test_the_process_holds_itself_to_its_limits():
    """Memory, processor time, files, cores: told by the process itself."""
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import resource as r; from policy_index.policy.sources import apart; apart._limit();"
            "print(r.getrlimit(r.RLIMIT_AS)[1], r.getrlimit(r.RLIMIT_CPU)[1], r.getrlimit(r.RLIMIT_CORE)[1])",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert said.split() == [str(apart.MEMORY), str(apart.SECONDS), "0"]


def _stand_in(monkeypatch: pytest.MonkeyPatch, script: str) -> "list[subprocess.Popen[bytes]]":
    """Have another script run in place of the converter."""
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def start(command: list[str], **options: object) -> "subprocess.Popen[bytes]":
        limited = f"from policy_index.policy.sources import apart; apart._limit(); {script}"
        started.append(real([command[0], "-c", limited], **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    return started
