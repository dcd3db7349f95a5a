"""Files of people, converted in a process of their own, with limits.

One that takes too long or too much is ended, and one that breaks a library written in C takes nobody with it. The process is given the file on its standard input and answers in JSON: nothing that it says is run.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from policy_index.errors import SourceError
from policy_index.policy.sources.kinds import kind_of
from policy_index.policy.sources.source import accept_size, source_of
from policy_index.policy.sources.values import SourceKind, SourceText
from policy_index.words import shortened

SECONDS = 60
"""Processor time, and time on the clock, that the conversion of a file may take."""

MEMORY = 2_000_000_000
"""Address space that it may take, in bytes."""

_LARGE = 200_000
"""Bytes from which a page or a text is worth a process, which takes a third of a second to start."""

_LOOK_UP = 0.05
_THIS = "policy_index.policy.sources.apart"
_MOST_ANSWER = 50_000_000


def source_apart(name: str, content: bytes, *, stay: Callable[[], object] = lambda: None) -> SourceText:
    """Return what `source_of` returns for a file, made in a process with limits on time and memory where it is worth one.

    Args:
        name: The file's name; empty for what was pasted.
        content: The file's bytes.
        stay: Called again and again meanwhile; where it raises, the process is ended and the error goes on.

    Raises:
        SourceError: As `source_of`, or it takes too long, too much memory, or breaks what reads it.
    """
    accept_size(name, content)
    if kind_of(name, content) not in {SourceKind.PDF, SourceKind.DOCX} and len(content) < _LARGE:
        return source_of(name, content)
    with TemporaryFile() as given, TemporaryFile() as answered:
        given.write(content)
        given.seek(0)
        _run(name, given, answered, stay)
        answered.seek(0)
        raw = answered.read(_MOST_ANSWER)
    return _source_from(raw, name)


def _run(name: str, given: BinaryIO, answered: BinaryIO, stay: Callable[[], object]) -> None:
    package = str(Path(__file__).resolve().parents[3])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [sys.executable, "-P", "-m", _THIS, name.encode("utf-8", "replace").decode()[:200].replace("\0", "")]
    process = subprocess.Popen(  # noqa: S603  # this very file
        command,
        stdin=given,
        stdout=answered,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    )  # this very file
    until = time.monotonic() + SECONDS
    try:
        while True:
            try:
                process.wait(_LOOK_UP)
            except subprocess.TimeoutExpired:
                stay()
                if time.monotonic() > until:
                    raise _too_much(name) from None
            else:
                return
    finally:
        process.kill()
        process.wait()


def _source_from(raw: bytes, name: str) -> SourceText:
    try:
        answer: Any = json.loads(raw)
        if (problem := answer.get("problem")) is not None:
            raise SourceError(str(problem))
        day = answer["updated"]
        return SourceText(
            markdown=str(answer["markdown"]),
            kind=SourceKind(answer["kind"]),
            title=None if answer["title"] is None else str(answer["title"]),
            updated=None if day is None else date.fromisoformat(day),
            set_aside=tuple(map(str, answer["set_aside"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _too_much(name) from None


def _too_much(name: str) -> SourceError:
    return SourceError(
        f"Expected a file that can be read in {SECONDS} seconds and {MEMORY // 1_000_000:,} MB of memory, but "
        f"{shortened(name) or 'the text'} takes more, or is damaged."
    )


def _limit() -> None:
    """Hold this process to its time and its memory, and have it write no file and start no process."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, _MOST_ANSWER),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main() -> None:
    """Convert the file on standard input, whose name is the first argument, and write what it became."""
    _limit()
    try:
        made = source_of(sys.argv[1], sys.stdin.buffer.read())
        answer = {
            "markdown": made.markdown,
            "kind": made.kind.value,
            "title": made.title,
            "updated": None if made.updated is None else made.updated.isoformat(),
            "set_aside": made.set_aside,
        }
    except SourceError as error:
        answer = {"problem": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
