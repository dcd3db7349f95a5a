"""A disk that is full or only read, and a clock that goes back."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from libraries import RULES, rules
from library_victim import LINES
from support import CLONE

from attacks.results import Result
from policy_index.errors import LibraryError
from policy_index.library.library import Library

_LETTERS = CLONE / "tests" / "letters_command.py"
_SIZE = 700_000
_MOST = 400


@contextmanager
def _small_disk() -> Iterator[tuple[Path, str]]:
    """Give a folder on a disk of little room, a tmpfs where this user may mount one, and what it is."""
    with tempfile.TemporaryDirectory() as name:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "attacks", name], capture_output=True)
        try:
            yield Path(name), "a small tmpfs" if mounted.returncode == 0 else "a limit on the size of files"
        finally:
            if mounted.returncode == 0:
                subprocess.run(["umount", "-l", name], capture_output=True)


@contextmanager
def _limited(*, files: bool) -> Iterator[None]:
    """Hold this process to small files where there is no small disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if files:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (_SIZE, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def disk_full() -> Result:
    """Versions are added until the disk is full: one sentence, every version that was kept is whole, and it goes on with room."""
    result = Result(attack="disk full")
    with _small_disk() as (folder, what):
        url = f"sqlite:///{folder}/library.sqlite3"
        kept = 0
        with Library.open(url) as library, _limited(files=what.startswith("a limit")):
            refusal = ""
            for number in range(_MOST):
                day = date(2020, 1, 1) + timedelta(days=number)
                result.count += 1
                try:
                    library.add(rules(day=day, source=f"{RULES}{LINES}* You must not do thing {number}.\n"))
                    kept += 1
                except LibraryError as error:
                    refusal = str(error)
                    break
            result.expect(bool(refusal), "the disk was never full")
            result.expect("\n" not in refusal, "more than a line")
        with Library.open(url) as library:
            specs = library.specs()
            result.expect(len(specs) == kept, f"{kept} were kept, {len(specs)} are there")
            for spec in specs:
                library.pack(spec).check()
        output = folder / "out.csv"
        result.count += 1
        status, said = _batch(folder, output, limited=what.startswith("a limit"))
        result.expect(status == 2 and not output.exists(), f"batch: status {status}, {said[:100]}")
    result.said = f"{what}; {kept} versions kept, then refused in one sentence"
    return result


def _batch(folder: Path, output: Path, *, limited: bool) -> tuple[int, str]:
    with tempfile.TemporaryDirectory() as elsewhere:
        source = Path(elsewhere) / "in.csv"
        source.write_text("text\n" + "".join(f"an idea about thing {row}\n" for row in range(4000)), encoding="utf-8")
        filler = folder / "filler"
        try:
            with filler.open("wb") as file:
                while not limited and file.write(b"x" * 4096):
                    file.flush()
        except OSError:
            pass
        done = subprocess.run(
            [sys.executable, str(_LETTERS), "batch", str(source), str(output)],
            env=os.environ | {"PYTHONPATH": f"{CLONE}{os.pathsep}{CLONE / 'tests'}"},
            capture_output=True,
            text=True,
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))) if limited else None,
        )
        filler.unlink(missing_ok=True)
        return done.returncode, done.stderr


def read_only() -> Result:
    """A library and an output in a folder that nobody writes to: one sentence, and nothing else."""
    result = Result(attack="read-only folder")
    for place in ("/proc/library.sqlite3", "/sys/library.sqlite3"):
        result.count += 1
        try:
            Library.open(f"sqlite:///{place}").close()
            result.failures.append(f"{place} was opened")
        except LibraryError as error:
            result.expect("\n" not in str(error), f"{place}: more than a line")
    with _small_disk() as (folder, what):
        url = f"sqlite:///{folder}/library.sqlite3"
        with Library.open(url) as library:
            library.add(rules())
        if what == "a small tmpfs":
            result.count += 2
            subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True, capture_output=True)
            with Library.open(url) as library:
                library.pack("my-rules").check()
                try:
                    library.add(rules(day=date(2027, 1, 1)))
                    result.failures.append("a version was added to what is only read")
                except LibraryError as error:
                    result.expect("\n" not in str(error), "more than a line")
    with tempfile.TemporaryDirectory() as folder_of_input:
        result.count += 1
        source = Path(folder_of_input) / "in.csv"
        source.write_text("text\nbread\n", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(_LETTERS), "batch", str(source), "/proc/out.csv"],
            env=os.environ | {"PYTHONPATH": f"{CLONE}{os.pathsep}{CLONE / 'tests'}"},
            capture_output=True,
            text=True,
        )
        result.expect(done.returncode == 2 and "Traceback" not in done.stderr, f"batch: status {done.returncode}")
    result.said = "refused in one sentence, reading goes on"
    return result


_SHIM = """
import datetime, itertools, sys, time
_real_time, _calls = time.time, itertools.count()
def _back():
    return _real_time() - 86400.0 * (next(_calls) // 5 % 3)
time.time = _back
time.time_ns = lambda: int(_back() * 1e9)
class _Datetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(_back(), tz)
if sys.orig_argv[1] == "-c":  # Arrow knows the size of the real one
    datetime.datetime = _Datetime
"""

_WORK = """
import sys
from datetime import date, timedelta
from libraries import rules
from policy_index.library.library import Library
from policy_index.policy.edits import Rename
with Library.open(sys.argv[1]) as library:
    for number in range(20):
        library.add(rules(day=date(2026, 1, 1) + timedelta(days=number)))
    entries = library.journal(limit=1000)
    assert len(entries) == 20, len(entries)
    assert len(library.specs()) == 20
with Library.open(sys.argv[1]) as library:
    for spec in library.specs():
        library.pack(spec).check()
"""


def clock_back() -> Result:
    """A clock that goes back a day again and again, in a process of its own: the library and a batch do their work."""
    result = Result(attack="clock set back")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sitecustomize.py").write_text(_SHIM, encoding="utf-8")
        source = folder / "in.csv"
        source.write_text("text\n" + "bread\n" * 100, encoding="utf-8")
        paths = os.pathsep.join(map(str, (folder, CLONE, CLONE / "tests")))
        for arguments in (
            ["-c", _WORK, f"sqlite:///{folder}/library.sqlite3"],
            [str(_LETTERS), "batch", str(source), str(folder / "out.csv")],
        ):
            result.count += 1
            done = subprocess.run(
                [sys.executable, *arguments], env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True
            )
            result.expect(done.returncode == 0, done.stderr.strip()[-200:].replace("\n", " "))
    result.said = "a day back every five looks; nothing lost"
    return result
