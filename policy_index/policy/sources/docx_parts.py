"""The parts of a DOCX file: read within bounds, without a document type or an entity, whatever the archive says of itself."""

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from policy_index.errors import SourceError
from policy_index.words import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

MOST_EXPANDED = 50_000_000
"""Largest content of a DOCX file, unpacked, in bytes."""

_MOST_MEMBERS = 2_000
_MOST_XML = 16_000_000
_DEEPEST_XML = 300
_MOST_ELEMENTS = 1_500_000


class Parts:
    """An opened DOCX file."""

    def __init__(self, content: bytes) -> None:
        """Open the archive and check what it says of its size.

        Raises:
            SourceError: It is damaged, encrypted, or unpacks to more than any policy.
        """
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise _damaged() from error
        members = self._archive.infolist()
        if len(members) > _MOST_MEMBERS:
            message = f"Expected a DOCX file of at most {_MOST_MEMBERS:,} parts, got one of {len(members):,}."
            raise SourceError(message)
        expanded = sum(member.file_size for member in members)
        if expanded > MOST_EXPANDED:
            message = f"Expected a DOCX file that unpacks to at most {MOST_EXPANDED // 1_000_000} MB, got one of {expanded / 1e6:,.0f} MB."
            raise SourceError(message)
        if any(member.flag_bits & 1 for member in members):
            message = "Expected a DOCX file that anyone can open, got an encrypted one; save it without its password."
            raise SourceError(message)
        self.names = frozenset(member.filename for member in members)

    def read(self, name: str) -> bytes:
        """Return the bytes of a part.

        Raises:
            SourceError: They are damaged, or more than XML of a policy has.
        """
        try:
            with self._archive.open(name) as part:
                content = part.read(_MOST_XML + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            KeyError,
            ValueError,
            OSError,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise _damaged() from error
        if len(content) > _MOST_XML:
            message = f"Expected a DOCX file whose text unpacks to at most {_MOST_XML // 1_000_000} MB, got more ({shortened(name)})."
            raise SourceError(message)
        return content

    def tree(self, name: str) -> "Element | None":
        """Return the XML of a part; None where the file has no such part.

        Raises:
            SourceError: It is damaged, too large or too deep, or states a document type or entities.
        """
        return _tree_of(self.read(name)) if name in self.names else None

    def trees(self, beginning: str) -> "Iterable[Element]":
        """Yield the XML of each part whose name begins so."""
        for name in sorted(self.names):
            if name.startswith(beginning) and name.endswith(".xml"):
                yield _tree_of(self.read(name))


def _tree_of(content: bytes) -> "Element":
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    depth = elements = 0
    root: Element | None = None
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            elements += event == "start"
            if depth > _DEEPEST_XML or elements > _MOST_ELEMENTS:
                message = "Expected a DOCX file with the text of a policy, got one that is nested too deep or has too many elements."
                raise SourceError(message)
    except DefusedXmlException as error:
        message = "Expected a DOCX file without a document type or entities in it, got one that has them."
        raise SourceError(message) from error
    except (ParseError, ValueError, LookupError) as error:
        raise _damaged() from error
    if root is None:
        raise _damaged()
    return root


def _damaged() -> SourceError:
    return SourceError("Expected a DOCX file, got a damaged one: a part of it cannot be read.")
