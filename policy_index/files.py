"""Files that appear under their names only when they are whole."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write that appears at `path` only when it is whole and on the disk; nothing is left where it fails.

    Its folder is made where it is missing.

    Raises:
        OSError: The folder cannot be written to, or the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False) as part:
        beside = Path(part.name)
        try:
            yield cast("BinaryIO", part)
            part.flush()
            os.fsync(part.fileno())
            beside.chmod(0o666 & ~_umask())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put what was renamed in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    """Return the process's mask: temporary files are private, finished ones are as others are."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
