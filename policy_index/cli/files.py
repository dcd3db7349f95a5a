"""Files as commands read them."""

import sys
from contextlib import nullcontext
from pathlib import Path

from policy_index.errors import InputError


def read_bytes(file: Path, *, what: str, largest: int) -> bytes:
    """Return the bytes of a file, or of standard input for `-`; no more than one beyond the largest are ever read.

    Args:
        file: Its path.
        what: What it should be, for the message: “a file of …”.
        largest: How many bytes it may have.

    Raises:
        InputError: It cannot be read, or is larger.
    """
    is_piped = str(file) == "-"
    try:
        with nullcontext(sys.stdin.buffer) if is_piped else file.open("rb") as stream:
            raw = stream.read(largest + 1)
    except OSError as error:
        message = f"Expected {what}, but {'standard input' if is_piped else file} cannot be read: {error.strerror}."
        raise InputError(message) from None
    if len(raw) > largest:
        name = "standard input" if is_piped else str(file)
        message = f"Expected {what} of at most {largest // 1_000_000} MB, but {name} is larger."
        raise InputError(message)
    return raw


def read_text(file: Path, *, what: str) -> str:
    """Return the text of a file, or of standard input for `-`.

    Args:
        file: Its path.
        what: What it should be, for the message: “a file of …”.

    Raises:
        InputError: It cannot be read, or is not UTF-8.
    """
    name = "standard input" if str(file) == "-" else str(file)
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        message = f"Expected {what}, but {name} cannot be read: {error.strerror}."
        raise InputError(message) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"Line {line} of {name}: expected UTF-8, got byte 0x{raw[error.start]:02x}."
        raise InputError(message) from None
