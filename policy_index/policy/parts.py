"""Where the parts of a pack are read from: a folder, or texts that lie anywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from policy_index.errors import PackError

LARGEST_TEXT = 5_000_000
"""Largest policy text that is read, in bytes: a hundred times the longest known one."""

LARGEST_PART = 10 * LARGEST_TEXT
"""Largest other part that is read, in bytes."""

_SOURCE = "policy.md"


class PackParts(Protocol):
    """The parts of one pack, by name."""

    def read(self, name: str) -> str | None:
        """Return the text of a part; None where the pack has none of this name.

        Raises:
            PackError: It is there and cannot be read.
        """
        ...

    def names(self) -> Iterable[str]:
        """Return the names of what lies there, parts or not.

        Raises:
            PackError: They cannot be listed.
        """
        ...

    def place(self, name: str = "") -> str:
        """Return what a message calls the place of the pack, or of one of its parts."""
        ...


@dataclass(frozen=True, slots=True)
class PackFolder:
    """The parts of the pack in a folder."""

    folder: Path

    def read(self, name: str) -> str | None:
        """Return the text of a file; None where there is none of this name.

        Raises:
            PackError: It is there and cannot be read.
        """
        path = self.folder / name
        if not path.is_file():
            return None
        try:
            raw = path.read_bytes()
        except OSError as error:
            message = f"Expected the file {path} of a policy pack, but it cannot be read: {error.strerror}."
            raise PackError(message) from None
        return text_of_part(name, raw, place=self.place(name))

    def names(self) -> list[str]:
        """Return the names of the files in the folder, sorted.

        Raises:
            PackError: The folder cannot be listed.
        """
        try:
            return sorted(path.name for path in self.folder.iterdir() if path.is_file())
        except OSError as error:
            message = f"Expected the folder {self.folder} of a policy pack, but it cannot be read: {error.strerror}."
            raise PackError(message) from None

    def place(self, name: str = "") -> str:
        """Return the path of the folder, or of a file in it."""
        return str(self.folder / name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTexts:
    """The parts of a pack as texts, by name, and what messages call the whole of them."""

    texts: Mapping[str, str]
    name: str

    def read(self, name: str) -> str | None:
        """Return the text of a part; None where there is none of this name."""
        return self.texts.get(name)

    def names(self) -> list[str]:
        """Return the names of the parts, sorted."""
        return sorted(self.texts)

    def place(self, name: str = "") -> str:
        """Return the name of the whole, or of a part of it."""
        return f"{name} of {self.name}" if name else self.name


def text_of_part(name: str, raw: bytes, *, place: str) -> str:
    """Return the text in the bytes of a part; a mark of byte order stays in a policy's text, whose spans count it.

    Raises:
        PackError: It is too large, or not UTF-8; the message names the place and the line.
    """
    largest = LARGEST_TEXT if name == _SOURCE else LARGEST_PART
    if len(raw) > largest:
        message = f"Expected at most {largest:,} bytes in {place}, but it has {len(raw):,}."
        raise PackError(message)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"Line {line} of {place}: expected UTF-8, got byte 0x{raw[error.start]:02x}."
        raise PackError(message) from None
    return text if name == _SOURCE else text.removeprefix("\ufeff")
