"""Dumps of the released schemas with data in them, as SQL: `python tests/library_dumps.py` adds that of a schema about to be released.

A dump that is there is never written again: it is what the program of its time made.
"""

import sqlite3
import tempfile
from datetime import date
from pathlib import Path

from libraries import LATER, rules

from policy_index.library.library import Library
from policy_index.library.schema import HEAD
from policy_index.library.values import Example, Pairing, PairVerdict
from policy_index.policy.confirmations import ConceptVerdict, Confirmation
from policy_index.policy.edits import Drop, Rename

DUMPS = Path(__file__).parent / "data" / "library"


def fill(library: Library) -> None:
    """Keep something in every table."""
    library.add(rules(day=date(2025, 1, 1)), who="ann")
    library.add(rules(day=date(2026, 1, 1), source=LATER), who="ann")
    library.add(rules("other-rules", day=None), who="bob")
    clauses = library.pack("my-rules").policy.clauses
    edits = [Rename(clause=clauses[1].span, id="hacking"), Drop(clause=clauses[0].span)]
    library.edit("my-rules", edits, expected_revision=1, who="bob")
    rows = [Example(text="Break into a phone", clause_id="hacking"), Example(text="Soup – ‘as ever’", clause_id=None)]
    library.notes.add_examples("my-rules", rows)
    library.notes.add_examples("my-rules", [Example(text="For all", clause_id=None, hard=True)], for_all_versions=True)
    said = Confirmation(clause_id="hacking", concept_id="malware", verdict=ConceptVerdict.CONFIRMED)
    library.notes.confirm("my-rules", said)
    pairing = Pairing(before_clause_id="hacking", after_clause_id="x", verdict=PairVerdict.CONFIRMED)
    library.notes.pair("my-rules", "other-rules", pairing)
    library.notes.keep_fitted("my-rules", "scorer.npz", key="k", content=bytes(range(256)))


def restored(dump: Path, file: Path) -> Path:
    """Make a database of a dump."""
    connection = sqlite3.connect(file)
    connection.executescript(dump.read_text(encoding="utf-8"))
    connection.close()
    return file


def dumped(file: Path) -> str:
    """Return a database as SQL."""
    connection = sqlite3.connect(file)
    lines = [line for line in connection.iterdump() if "sqlite_sequence" not in line]
    connection.close()
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    target = DUMPS / f"{HEAD}.sql"
    if target.exists():
        message = f"Expected a schema that was not released yet, but {target.name} is there."
        raise SystemExit(message)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "library.sqlite3"
        with Library.open(f"sqlite:///{file}") as made:
            fill(made)
        target.parent.mkdir(exist_ok=True)
        target.write_text(dumped(file), encoding="utf-8")
