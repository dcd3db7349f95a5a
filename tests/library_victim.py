"""What the processes do that tests of the library kill: one verb again and again."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
from libraries import LATER, RULES, rules

from policy_index.library.archive import archive_of
from policy_index.library.library import Library
from policy_index.library.stating import Statement
from policy_index.library.values import Example
from policy_index.policy.edits import Rename
from policy_index.search.scorer import ClauseScorer

LINES = "".join(f"* You must not do thing number {number} to anyone.\n" for number in range(60))
BEGINNING = date(2026, 1, 1)


FITTED = 300_000
"""Bytes of a fitted part: more than a page of the database."""


def fit(library: Library, number: int, file: Path) -> None:
    """Keep a fitted part in the library and a fitted scorer in a file, both of this number."""
    library.notes.keep_fitted("edited", "scorer.npz", key=f"key {number % 7}", content=bytes([number % 7]) * FITTED)
    scorer_of(number % 7).save(file)


def scorer_of(number: int) -> ClauseScorer:
    """Return a scorer all of whose numbers are this one."""
    coefficients = np.full((400, 9), number, dtype=np.float32)
    vectors = np.eye(400, 768, dtype=np.float16)
    return ClauseScorer(
        key=str(number), basis=np.empty((768, 0), dtype=np.float32), vectors=vectors, coefficients=coefficients
    )


def work(url: str, verb: str, turn: int, ready: object, file: Path) -> None:
    """Do one verb until killed, `ready` once it was done; turns use days of their own, and a fit is kept in `file` too."""
    library = Library.open(url)
    for number in range(1_000_000):
        source = (RULES, LATER)[number % 2] + LINES
        day = BEGINNING + timedelta(days=1000 * turn + number)
        match verb:
            case "add":
                library.add(rules(day=day, source=source))
            case "import":
                said = f'{{"clause_id": null, "text": "text {number}"}}\n'
                library.import_(archive_of({**rules(day=day, source=source).texts, "exemplars.jsonl": said}))
            case "edit":
                card, policy = library.card("edited"), library.pack("edited").policy
                edits = [
                    Rename(clause=clause.span, id=f"r{card.revision + 1}/c{place}")
                    for place, clause in enumerate(policy)
                ]
                library.edit("edited", edits, expected_revision=card.revision)
            case "restate":
                card = library.card("edited")
                said = Statement(title=f"Rules {card.revision + 1}")
                library.restate("edited", said, expected_revision=card.revision)
            case "fit":
                fit(library, number, file)
            case _:
                rows = [Example(text=f"{turn} {number} {each}", clause_id=None) for each in range(20)]
                library.notes.add_examples("edited", rows)
        ready.set()  # type: ignore[attr-defined]
