"""A git folder of recorded versions, one file a service and document, as Open Terms Archive keeps them -> the versions of each policy."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path, PurePosixPath
from statistics import median

from policy_index.errors import SourceError
from policy_index.policy.sources.git import Record, Repository
from policy_index.policy.sources.source import LARGEST_FILE, source_of
from policy_index.words import counted

_NAMES = frozenset((".md", ".markdown", ".txt", ".html", ".htm", ".docx", ".pdf"))
_NOT_POLICIES = frozenset(
    ("readme", "license", "licence", "contributing", "code_of_conduct", "changelog", "security", "notice")
)
_ERROR_PAGE = re.compile(
    r"\b(?:40[0-9]|50[0-4])\b(?: error| not found| forbidden| unauthori[sz]ed| bad gateway|[ :–-]+\w+)?|\bpage (?:was |could )?not (?:be )?found\b|\baccess (?:is |was )?denied\b|\bforbidden\b"
    r"|\b(?:enable|turn on|requires?|activate) javascript\b|\bjavascript is (?:disabled|required)\b|\bverify (?:that )?you are (?:a )?human\b|\bcaptcha\b|\bjust a moment\b"
    r"|\bchecking your browser\b|\bservice unavailable\b|\binternal server error\b|\btoo many requests\b|\bunder maintenance\b|\bsomething went wrong\b|\bunusual traffic\b",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\b(?:cookies?|consent|accept all|reject all|manage (?:choices|preferences)|log ?in|sign ?in)\b", re.IGNORECASE
)
_TARGET = re.compile(r"\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)|^\s*\[[^\]\n]+\]:\s*\S+.*$|<https?://[^\s<>]*>", re.MULTILINE)
_VERY_SHORT = 0.25
_RATHER_SHORT = 0.6
_NEIGHBOURS = 3
_ERROR_WORDS = 150
"""Words up to which a version that stands alone is taken for an error page where it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedVersion:
    """A version of a policy, as it was recorded.

    Attributes:
        day: The day of record.
        markdown: Its text, as a dialect reads it.
    """

    day: date
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A recorded version that is none of the policy, and why."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPolicy:
    """A policy through time.

    Attributes:
        path: Its file in the repository.
        publisher: The folder that it stands in, which names the service; empty at the top.
        title: The file's name without its ending.
        versions: Its versions, oldest first.
        set_aside: What was recorded and is no version, oldest first.
    """

    path: str
    publisher: str
    title: str
    versions: tuple[RecordedVersion, ...]
    set_aside: tuple[SetAside, ...]


@dataclass(slots=True)
class _Reading:
    """A record that is being judged."""

    day: date
    markdown: str = ""
    words: tuple[str, ...] = ()
    reason: str = ""


def versions_of(folder: Path) -> tuple[RecordedPolicy, ...]:
    """Return the recorded versions of each policy in a git folder, by path; nothing in the folder is changed, run or fetched.

    A version that says the words of the one before, an error page, a consent wall, an empty or unreadable file is set aside.

    Raises:
        SourceError: There is no git, no history, none that is whole, or no policy in it.
    """
    repository = Repository(folder)
    by_path: defaultdict[str, list[Record]] = defaultdict(list)
    for record in repository.records():
        if _may_be_policy(record.path):
            by_path[record.path].append(record)
    if not by_path:
        message = (
            "Expected a git history with files of policies (Markdown, HTML, text, DOCX, PDF) in it, got one without."
        )
        raise SourceError(message)
    blobs = [record.blob for records in by_path.values() for record in records if record.blob]
    contents = repository.contents(blobs, largest=LARGEST_FILE)
    found = [_policy(path, records, contents) for path, records in sorted(by_path.items())]
    return tuple(found)


def _may_be_policy(path: str) -> bool:
    name = PurePosixPath(path)
    hidden = any(part.startswith(".") for part in name.parts)
    return name.suffix.lower() in _NAMES and not hidden and name.stem.lower() not in _NOT_POLICIES


def _policy(path: str, records: Sequence[Record], contents: dict[str, bytes]) -> RecordedPolicy:
    ordered = sorted(records, key=lambda record: record.day)  # a rewritten history may run backwards; the days count
    readings = [_read(path, record, contents) for record in ordered]
    _find_error_pages(readings)
    _find_repeated(readings)
    name = PurePosixPath(path)
    return RecordedPolicy(
        path=path,
        publisher=name.parent.name,
        title=name.stem,
        versions=tuple(RecordedVersion(day=each.day, markdown=each.markdown) for each in readings if not each.reason),
        set_aside=tuple(SetAside(day=each.day, reason=each.reason) for each in readings if each.reason),
    )


def _read(path: str, record: Record, contents: dict[str, bytes]) -> _Reading:
    reading = _Reading(record.day)
    content = contents.get(record.blob)
    if not record.blob:
        reading.reason = "The file was removed that day."
    elif content is None:
        reading.reason = f"Larger than {LARGEST_FILE // 1_000_000} MB."
    elif not content.strip():
        reading.reason = "Empty."
    else:
        try:
            reading.markdown = source_of(PurePosixPath(path).name, content).markdown
        except SourceError as error:
            reading.reason = str(error)
        reading.words = tuple(re.findall(r"\w+", _TARGET.sub("]", reading.markdown).casefold()))
    return reading


def _find_error_pages(readings: Sequence[_Reading]) -> None:
    """Set aside what is very short beside its neighbours, or rather short and speaks of an error, cookies or signing in."""
    whole = [reading for reading in readings if not reading.reason]
    lengths = [len(reading.words) for reading in whole]
    for place, reading in enumerate(whole):
        beside = lengths[max(place - _NEIGHBOURS, 0) : place] + lengths[place + 1 : place + 1 + _NEIGHBOURS]
        share = len(reading.words) / max(median(beside), 1) if beside else 1.0
        says_error = _ERROR_PAGE.search(reading.markdown) is not None
        size = counted(len(reading.words), "word")
        if says_error and (share < _RATHER_SHORT or (not beside and len(reading.words) <= _ERROR_WORDS)):
            reading.reason = f"An error page ({size})."
        elif share < _VERY_SHORT and _CONSENT.search(reading.markdown):
            reading.reason = f"A page that asks for consent or a login ({size})."
        elif share < _VERY_SHORT:
            reading.reason = f"Far shorter than the versions beside it ({size}): a page that was not loaded whole."


def _find_repeated(readings: Sequence[_Reading]) -> None:
    """Set aside what says the words of the version before; of one day, the last version counts."""
    whole = [reading for reading in readings if not reading.reason]
    for earlier, later in pairwise(whole):
        if earlier.day == later.day and earlier.words != later.words:
            earlier.reason = "Another version was recorded later that day."
    before: _Reading | None = None
    for reading in whole:
        if before is not None and reading.words == before.words and not reading.reason:
            reading.reason = f"Changes no word of the version of {before.day.isoformat()}."
        before = before if reading.reason else reading
