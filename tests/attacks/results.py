"""What attacks came to, as a table, and the table's place in a document."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeAlias

from policy_index.words import counted

BEGIN, END = "<!-- attacks -->", "<!-- /attacks -->"
_HEAD = ("attack", "count", "failures", "result", "measured")
_RULE = ("---", "---:", "---:", "---", "---")
_FORM = re.compile(
    r"\| [^|]+ \| \d{1,3}(,\d{3})* \| \d+ \| [^|]* \| \d{1,2} [A-Z][a-z]+ \d{4}, \d+ cores?, [^|,]+, Python 3[0-9.]+ \|"
)
Row: TypeAlias = tuple[str, ...]
"""The cells of an attack, as `_HEAD` names them."""


@dataclass(slots=True, kw_only=True)
class Result:
    """What one attack came to.

    Attributes:
        attack: What was done.
        count: How often.
        failures: What went wrong, a line each.
        said: What was measured, in a few words.
    """

    attack: str
    count: int = 0
    failures: list[str] = field(default_factory=list)
    said: str = ""

    def expect(self, holds: bool, failure: str) -> None:  # noqa: FBT001  # reads like an assertion
        """Count a failure where something does not hold."""
        if not holds:
            self.failures.append(failure)


def row_of(result: Result, *, day: date, machine: str) -> Row:
    """Return the cells of a result; nothing in them ends a cell."""
    cells = (result.attack, f"{result.count:,}", str(len(result.failures)), result.said, f"{day:%-d %B %Y}, {machine}")
    return tuple(" ".join(cell.split()).replace("|", "/") for cell in cells)


def this_machine() -> str:
    """Return what kind of machine this is, in words that do not name it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{counted(cores, 'core')}, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def table_of(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (_HEAD, _RULE, *rows))


def rows_in(document: str) -> list[Row]:
    """Return the rows of a document's table; none where it has no table.

    Raises:
        ValueError: What stands between the marks is no table as `table_of` writes it.
    """
    if BEGIN not in document:
        return []
    head, *lines = document.split(BEGIN, 1)[1].split(END, 1)[0].strip().splitlines() or [""]
    if not lines and not head:
        return []
    if "\n".join([head, *lines[:1]]) != table_of([]) or not all(map(_FORM.fullmatch, lines[1:])):
        message = "Expected a table of attacks between the marks, as `python -m attacks --write` puts it there."
        raise ValueError(message)
    return [tuple(line[2:-2].split(" | ")) for line in lines[1:]]


def joined(old: Sequence[Row], new: Sequence[Row]) -> list[Row]:
    """Return the rows of two runs, each attack once: what was run again as it came out now, in its old place."""
    again = {bare(row[0]): row for row in new}
    kept = [again.pop(bare(row[0]), row) for row in old]
    return kept + list(again.values())


def bare(attack: str) -> str:
    """Return an attack's name without the numbers in it, which a longer run changes."""
    return "".join(character for character in attack if not character.isdigit())


def write_table(path: Path, rows: Sequence[Row]) -> None:
    """Put rows between the marks of a document, at its end where it has none; rows of other attacks stay."""
    document = path.read_text(encoding="utf-8") if path.is_file() else "# Security\n"
    if BEGIN not in document:
        document = f"{document.rstrip()}\n\n{BEGIN}\n{END}\n"
    before, rest = document.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    table = table_of(joined(rows_in(document), rows))
    path.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")
