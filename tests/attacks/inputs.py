"""Hostile inputs, the same ones for the same seed: texts of all families, alone, joined, cut and spoilt, and what holds them."""

import json
import random
from collections.abc import Iterator
from typing import Any

from attacks.families import FAMILIES

_NAMES = tuple(FAMILIES)
_MARKUP = (
    "<script>alert(1)</script>",
    '<img src="http://127.0.0.1:9/x">',
    "![x](http://127.0.0.1:9/x)",
    "[x](javascript:alert(1))",
    ":red[x] $x$ :material/home:",
    '=HYPERLINK("http://127.0.0.1:9")',
    "{{7*7}} ${7*7} %s %n {0}",
    "'; DROP TABLE policies; --",
    "../../../etc/passwd",
    "\x00\x01\x7f\ufffe\uffff",
    "\ud800\udc00\ud800",
    "A" * 300,
    "NaN",
    "-0",
    "1e999",
    "null",
    "true",
    "",
)


def text(seed: random.Random, *, most: int = 400) -> str:
    """Return a hostile text of at most about so many characters, most of them short."""
    pieces = []
    for _ in range(seed.choice((1, 1, 2, 4))):
        if seed.random() < 0.2:  # a fifth
            pieces.append(seed.choice(_MARKUP))
        else:
            size = max(1, int(most * seed.random() ** 3))
            pieces.append(FAMILIES[seed.choice(_NAMES)](size))
    joined = seed.choice(("", " ", "\n", "\n\n")).join(pieces)
    if seed.random() < 0.2:
        cut = seed.randrange(len(joined) + 1)
        joined = joined[cut:] + chr(seed.choice((0, 10, 0x301, 0x202E, 0xFEFF, 0xD800, 0x1F600))) + joined[:cut]
    return joined


def texts(seed: int, count: int, *, most: int = 400) -> Iterator[str]:
    """Iterate over so many hostile texts."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    for _ in range(count):
        yield text(chance, most=most)


def value(seed: random.Random, depth: int = 0) -> Any:
    """Return any value of JSON."""
    kind = seed.randrange(8 if depth < 3 else 5)  # levels
    match kind:
        case 0:
            return seed.choice((None, True, False))
        case 1:
            return seed.choice((0, -1, 1, 10**6, -(10**30), 0.5, 1e300))
        case 5:
            return [value(seed, depth + 1) for _ in range(seed.randrange(4))]
        case 6 | 7:
            return {text(seed, most=20): value(seed, depth + 1) for _ in range(seed.randrange(4))}
        case _:
            return text(seed, most=200)


def body(seed: random.Random, fields: dict[str, Any]) -> bytes:
    """Return the body of a request: fields with some of them spoilt, or bytes that are no JSON."""
    if seed.random() < 0.1:
        return seed.choice((b"", b"{", b"[" * 5000, b'{"text":' + b"9" * 5000, b"\xff\xfe", b'"\\ud800"', b"null"))
    made = {name: value(seed) if seed.random() < 0.3 else given for name, given in fields.items()}
    if seed.random() < 0.1:
        made[text(seed, most=20)] = value(seed)
    return json.dumps(made).encode()
