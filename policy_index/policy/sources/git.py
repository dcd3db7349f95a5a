"""A git repository, read and never written: no hook, filter, pager, signature check or fetch of it is run, whatever its configuration says."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from policy_index.errors import SourceError
from policy_index.words import shortened

MOST_RECORDS = 50_000
"""Recorded files of a history that are read."""

_LONGEST_RUN = 60
_MOST_OUTPUT = 200_000_000
_ABSENT = re.compile(r"0+")
_OPTIONS = (
    *("--no-pager", "--no-replace-objects", "--literal-pathspecs"),
    *("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false"),
    *(
        "-c",
        "protocol.allow=never",
        "-c",
        "core.quotePath=false",
        "-c",
        "diff.external=",
        "-c",
        "core.attributesFile=/dev/null",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A file as one commit left it.

    Attributes:
        path: Its path in the repository.
        day: The day of the commit.
        blob: The id of its content; empty where the commit removed it.
    """

    path: str
    day: date
    blob: str


class Repository:
    """A folder with a git history."""

    def __init__(self, folder: Path) -> None:
        """Make sure that the folder is a repository of its own and has commits.

        Raises:
            SourceError: There is no git, no such folder, no repository or no commit.
        """
        git = shutil.which("git")
        if git is None:
            message = "Expected the program git, which reads recorded versions, got none on this machine."
            raise SourceError(message)
        if not folder.is_dir():
            message = f"Expected a folder with a git history, got {shortened(str(folder))!r}, which is none."
            raise SourceError(message)
        self._git = git
        self._folder = folder.resolve()
        self._shown = shortened(folder.name or str(folder))
        found = self._run("rev-parse", "--git-dir", check=False)
        if found.returncode:
            is_foreign = b"dubious ownership" in found.stderr
            came = "one that belongs to another user of this machine" if is_foreign else "one without"
            message = f"Expected a folder with a git history, got {came} ({self._shown})."
            raise SourceError(message)
        if self._run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", check=False).returncode:
            message = f"Expected a git history with recorded versions, got an empty or damaged one ({self._shown})."
            raise SourceError(message)

    def records(self) -> list[Record]:
        """Return what each commit left of each file that it changed, oldest commit first; of a merge, what it changed of its first parent.

        Raises:
            SourceError: The history is damaged, incomplete or too long.
        """
        listed = self._run(
            "log", "--first-parent", "--reverse", "--no-show-signature", "--format=%H %cI %aI", "HEAD"
        ).stdout
        commits = [line.split(" ") for line in listed.decode("ascii", "replace").splitlines()]
        days = _days(commits)
        ids = "\n".join(commit[0] for commit in commits) + "\n"
        options = (
            "-r",
            "--root",
            "-m",
            "--first-parent",
            "-z",
            "--raw",
            "--no-renames",
            "--no-textconv",
            "--no-ext-diff",
            "--no-abbrev",
        )
        tokens = self._run("diff-tree", "--stdin", *options, given=ids.encode()).stdout.split(b"\0")
        records: list[Record] = []
        commit, blob = "", None
        for token in tokens:
            if blob is not None:
                records.append(Record(path=token.decode("utf-8", "replace"), day=days[commit], blob=blob))
                blob = None
            elif token.startswith(b":"):
                _, mode, _, after, _ = token.decode("ascii").split(" ")
                blob = after if mode.startswith("100") and not _ABSENT.fullmatch(after) else ""
            elif token.strip():
                commit = token.decode("ascii", "replace").strip()
            if len(records) > MOST_RECORDS:
                message = f"Expected a git history of at most {MOST_RECORDS:,} recorded files, got a longer one ({self._shown})."
                raise SourceError(message)
        return records

    def contents(self, blobs: Sequence[str], *, largest: int) -> dict[str, bytes]:
        """Return the content of each blob that is at most `largest` bytes.

        Raises:
            SourceError: One is missing, as in a partial clone, or all are more than a machine holds.
        """
        wanted = list(dict.fromkeys(blobs))
        lines = self._run("cat-file", "--batch-check", given="\n".join(wanted).encode() + b"\n").stdout.splitlines()
        sizes = {}
        for line in lines:
            fields = line.decode("ascii", "replace").split(" ")
            if fields[-1] == "missing" or len(fields) != 3 or not fields[2].isdigit():  # noqa: PLR2004  # id, type, size
                message = (
                    f"Expected a whole git history, got one that lacks content ({self._shown}); clone it again, whole."
                )
                raise SourceError(message)
            sizes[fields[0]] = int(fields[2])
        small = [blob for blob in wanted if sizes[blob] <= largest]
        if sum(sizes[blob] for blob in small) > _MOST_OUTPUT:
            message = f"Expected recorded versions of at most {_MOST_OUTPUT // 1_000_000} MB together, got more ({self._shown})."
            raise SourceError(message)
        written = self._run("cat-file", "--batch", given="\n".join(small).encode() + b"\n").stdout if small else b""
        contents, at = {}, 0
        for blob in small:
            start = written.index(b"\n", at) + 1
            contents[blob] = written[start : start + sizes[blob]]
            at = start + sizes[blob] + 1
        return contents

    def _run(self, *arguments: str, given: bytes = b"", check: bool = True) -> subprocess.CompletedProcess[bytes]:
        """Run git on the repository, without a shell and within a time."""
        try:
            done = subprocess.run(  # noqa: S603  # the program's own path, a list of arguments, no word of the repository among them
                [self._git, *_OPTIONS, *arguments],
                cwd=self._folder,
                env=_environment(self._folder),
                input=given,
                capture_output=True,
                timeout=_LONGEST_RUN,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = (
                f"Expected a git history that is read within {_LONGEST_RUN} seconds, got a slower one ({self._shown})."
            )
            raise SourceError(message) from error
        except OSError as error:
            message = f"Expected a git history that can be read, got one that cannot ({self._shown})."
            raise SourceError(message) from error
        if check and done.returncode:
            message = (
                f"Expected a whole git history, got a damaged or incomplete one ({self._shown}); clone it again, whole."
            )
            raise SourceError(message)
        return done


def _environment(folder: Path) -> dict[str, str]:
    """Return all that git is told of its surroundings: no configuration but the repository's, no prompt, no lock, no fetch."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
    }


def _days(commits: Sequence[Sequence[str]]) -> dict[str, date]:
    """Return the day of record of each commit: when it was committed, or where a rewriting gave all one day, when it was written."""
    committed = {commit[0]: _day(commit[1]) for commit in commits}
    written = {commit[0]: _day(commit[2]) for commit in commits}
    is_rewritten = len(commits) > 1 and len(set(committed.values())) == 1 and len(set(written.values())) > 1
    return written if is_rewritten else committed


def _day(moment: str) -> date:
    try:
        return datetime.fromisoformat(moment).date()
    except ValueError as error:
        message = f"Expected commits with days of a calendar, got {shortened(moment)!r}."
        raise SourceError(message) from error
