"""The shelf of every door: the bundled pack and those of a folder at once, and the library's where somebody has made one.

Nothing of a database is opened, made or even imported before a policy is asked for that may lie there. A library that cannot
be read is said in one sentence, and what lies elsewhere is found all the same.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from platformdirs import user_data_path

from policy_index.errors import LibraryError, UnknownPolicyError
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import PolicyShelf, Shelf, ShelfEntry
from policy_index.words import shortened

if TYPE_CHECKING:
    from policy_index.library.library import Library  # with SQLAlchemy, only where there is a library to open

DATABASE_VARIABLE = "POLICY_INDEX_DATABASE"
"""Environment variable with the SQLAlchemy URL of the library's database."""

ASK_AGAIN = 5.0
"""Seconds for which a library that could not be read is not asked again, so that not every reader waits for a lock."""

Answer = TypeVar("Answer")


def default_file() -> Path:
    """Return where the library lies if nobody says otherwise: a file in the user's data folder."""
    return user_data_path("policy-index") / "library.sqlite3"


class LibrarySource:
    """The library of this process, opened when it is first needed; safe to use from several threads."""

    def __init__(self, *, say: Callable[[str], object] | None = None) -> None:
        """Open nothing yet.

        Args:
            say: Told in one sentence why the library cannot be read, once for each reason.
        """
        self._say = say
        self._lock = Lock()
        self._library: Library | None = None
        self._problem: LibraryError | None = None
        self._failed = 0.0

    @property
    def problem(self) -> str | None:
        """Why the library could not be read when it was last needed, fit for pages and other machines; None where it could."""
        return None if self._problem is None else self._problem.public

    def there(self) -> "Library | None":
        """Return the library; None where nobody has made one yet.

        Raises:
            LibraryError: It cannot be opened, or could not be read a moment ago.
        """
        with self._lock:
            if self._problem is not None and time.monotonic() < self._failed + ASK_AGAIN:
                raise LibraryError(str(self._problem), public=self._problem.public)
            if self._library is None and not _is_made():
                return None
            return self._opened()

    def made(self) -> "Library":
        """Return the library, made now where there was none.

        Raises:
            LibraryError: It cannot be opened or made.
        """
        with self._lock:
            return self._opened()

    def went_well(self) -> None:
        """Note that the library was read."""
        self._problem = None

    def went_wrong(self, error: LibraryError, *, aloud: bool) -> None:
        """Note why the library could not be read, and say it where nobody else will."""
        sentence, now = str(error), time.monotonic()
        is_new = self._problem is None or sentence != str(self._problem)
        if is_new or now >= self._failed + ASK_AGAIN:  # else it was only said again
            self._problem, self._failed = error, now
        if is_new and aloud and self._say is not None:
            self._say(sentence)

    def _opened(self) -> "Library":
        if self._library is None:
            from policy_index.library.library import Library

            self._library = Library.open()
        return self._library


@dataclass(frozen=True, slots=True)
class DoorShelf:
    """What a door asks for policies; making one opens nothing.

    Attributes:
        shelf: The bundled pack, and those of a folder.
        source: The library.
        chosen: The pack that is meant where nobody names one; None for the shelf's.
    """

    shelf: Shelf
    source: LibrarySource
    chosen: PolicyPack | None = None

    @property
    def library(self) -> "Library":
        """The library to keep something in, made now where there was none.

        Raises:
            LibraryError: It cannot be opened or made.
        """
        return self.source.made()

    @property
    def kept(self) -> "Library | None":
        """The library to read or change what is kept there; None where nobody has made one.

        Raises:
            LibraryError: It cannot be opened.
        """
        return self.source.there()

    def needed(self, spec: str) -> "Library":
        """Return the library in which what `ID[@VERSION]` names shall be changed.

        Raises:
            UnknownPolicyError: It lies beside the program, where nothing is changed, or nobody has made a library.
            LibraryError: The library cannot be opened.
        """
        named = spec.strip()
        pack_id = named.partition("@")[0]
        library = self.source.there()
        is_beside = named in self.taken or bool(self.shelf.versions(pack_id))
        if library is not None and named not in self.taken and (not is_beside or _keeps(library, pack_id)):
            return library
        if is_beside:
            message = f"Expected a policy of the library, but {named} is bundled or lies in a folder of packs, where nothing is changed."
            raise UnknownPolicyError(message)
        message = f"No policy of the library has the id {shortened(spec, letters=60)!r}; the library is empty."
        raise UnknownPolicyError(message)

    @property
    def default(self) -> PolicyPack:
        """The pack that is meant where nobody names one."""
        return self.shelf.default if self.chosen is None else self.chosen

    @property
    def taken(self) -> frozenset[str]:
        """What the library must not keep: `ID@VERSION` of the shelf's packs."""
        return self.shelf.taken

    @property
    def problem(self) -> str | None:
        """Why the library could not be read when it was last needed, in one sentence; None where it could."""
        return self.source.problem

    @property
    def packs(self) -> Sequence[PolicyPack]:
        """All packs, the default one first; the library's are opened when they are reached, so lists ask for `entries`."""
        return self._asked(lambda shelf: shelf.packs)

    @property
    def latest(self) -> Sequence[PolicyPack]:
        """The latest version of each policy, opened likewise."""
        return self._asked(lambda shelf: shelf.latest)

    def entries(self) -> tuple[ShelfEntry, ...]:
        """Return what lists show of every version, the default one first; no text of the library is read."""
        return self._asked(lambda shelf: shelf.entries())

    def versions(self, pack_id: str) -> tuple[PolicyPack, ...]:
        """Return the versions of a policy, newest first; undated ones last."""
        return self._asked(lambda shelf: shelf.versions(pack_id))

    def find(self, spec: str | None) -> PolicyPack:
        """Return the pack that `ID[@VERSION]` names; without a version, or with `latest`, the newest; None means the default.

        Raises:
            UnknownPolicyError: There is none; the message names the nearest.
            LibraryError: It may be kept in the library, which cannot be read.
        """
        if spec is None:
            return self.default
        if spec.strip() in self.taken:
            return self.shelf.find(spec)
        is_on_the_shelf = bool(self.shelf.versions(spec.strip().partition("@")[0]))
        return self._asked(lambda shelf: shelf.find(spec), or_raise=not is_on_the_shelf)

    def state(self) -> object:
        """Return a value that is another one after anything in the library has changed, or it can be read no more, or again."""
        return self._asked(lambda shelf: shelf.state())

    def peek(self, spec: str) -> PolicyPack:
        """Return what `find` does, but hold nothing of the library for it.

        Raises:
            UnknownPolicyError: There is none.
            LibraryError: It may be kept in the library, which cannot be read.
        """
        return self._asked(lambda shelf: shelf.peek(spec), or_raise=spec not in self.taken)

    def with_default(self, pack: PolicyPack) -> "DoorShelf":
        """Return a shelf of the same packs on which this one is the default."""
        return replace(self, chosen=pack)

    def _asked(self, ask: Callable[[PolicyShelf], Answer], *, or_raise: bool = False) -> Answer:
        """Return what the shelf over the library answers; where it cannot be read, what the shelf before it does."""
        try:
            library = self.source.there()
            if library is not None:
                from policy_index.library.shelf import LibraryShelf

                answer = ask(LibraryShelf(self.shelf, library, self.chosen))
                self.source.went_well()
                return answer
            self.source.went_well()
        except LibraryError as error:
            self.source.went_wrong(error, aloud=not or_raise)
            if or_raise:
                raise
        return ask(self.shelf if self.chosen is None else self.shelf.with_default(self.chosen))


def with_library(shelf: Shelf, *, say: Callable[[str], object] | None = None) -> DoorShelf:
    """Return a shelf that also finds the policies of the library that POLICY_INDEX_DATABASE names, or of the user's own.

    Args:
        shelf: The bundled pack, and those of a folder.
        say: Told in one sentence why the library cannot be read, where something else is answered all the same.
    """
    return DoorShelf(shelf, LibrarySource(say=say))


def _keeps(library: "Library", pack_id: str) -> bool:
    try:
        return bool(library.versions(pack_id))
    except UnknownPolicyError:
        return False


def _is_made() -> bool:
    """Whether there may be a library: a file of SQLite is there or not, and a server was made by somebody."""
    url = os.environ.get(DATABASE_VARIABLE)
    if not url:
        return default_file().exists()
    scheme, _, path = url.partition(":///")
    is_file = scheme in {"sqlite", "sqlite+pysqlite"} and bool(path)
    return not is_file or Path(path).exists()
