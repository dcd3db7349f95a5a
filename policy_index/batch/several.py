"""A window of rows under several policies at once: each distinct text is encoded once, and every policy has its own columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from policy_index.batch.layout import PROBLEM, RAW
from policy_index.batch.matching import (
    COMMON,
    Memory,
    Plan,
    accepted_texts,
    no_numbers,
    numbers_of,
    result_columns,
    text_cells,
)
from policy_index.errors import InputError
from policy_index.search.fit_to_judge import reasons_against
from policy_index.search.index import ClauseIndex
from policy_index.search.sharing import SharedPlaces
from policy_index.search.text import distinct

MOST_POLICIES = 20
"""Policies that one run matches against."""


def accept_policies(specs: Sequence[str]) -> None:
    """Refuse one policy twice, and too many.

    Raises:
        InputError: They are.
    """
    if len(specs) > MOST_POLICIES:
        message = f"Expected at most {MOST_POLICIES} policies at once, got {len(specs)}."
        raise InputError(message)
    for spec in specs:
        if specs.count(spec) > 1:
            message = f"Expected each policy or version once, got {spec} twice."
            raise InputError(message)


@dataclass(slots=True)
class Memories:
    """What each policy's memory holds of the latest distinct texts; they are filled together, so that all know the same texts."""

    by_place: dict[int, Memory] = field(default_factory=dict)

    def of(self, place: int) -> Memory:
        """Return the memory of a policy by its place."""
        return self.by_place.setdefault(place, Memory())


def match_under(indexes: Sequence[ClauseIndex], table: pa.Table, plan: Plan, memories: Memories) -> pa.Table:
    """Return the rows of a window with what their texts touch under each policy; bad rows keep their place, with an error.

    Args:
        indexes: One for each policy, of one encoder.
        table: A window, as `tables.windows` yields it.
        plan: What to add, made for these policies.
        memories: Results of earlier windows under this plan; only speed depends on them.
    """
    problems: list[str | None] = table.column(PROBLEM).to_pylist()
    values = text_cells(table, plan.text_column, as_json=plan.as_json)
    texts, errors = accepted_texts(values, problems)
    different, places = distinct(texts.values())
    rows = np.array(list(texts), dtype=np.int64)
    found = _numbers_under(indexes, different, plan.top, memories) if different else []
    numbers = [no_numbers(len(values), plan.top) for _ in indexes]
    for own, mine in zip(numbers, found, strict=False):  # nothing was found where there is no text
        own[rows] = mine[places]
    return with_results_under(indexes, table, numbers, errors, plan)


def with_results_under(
    indexes: Sequence[ClauseIndex],
    table: pa.Table,
    numbers: Sequence[NDArray[np.float64]],
    errors: Sequence[str | None],
    plan: Plan,
) -> pa.Table:
    """Return a window's rows with the columns that each policy's numbers, and the errors of all, make."""
    added: dict[str, Any] = {}
    for place, (index, own) in enumerate(zip(indexes, numbers, strict=True)):
        columns = result_columns(index, own, errors, plan.top)
        added |= {f"{index.pack.spec}.{name}": column for name, column in columns.items()}
        if not place:
            added |= {name: columns[name] for name in COMMON if name in columns}
    added["unread_row"] = table.column(RAW)
    kept = table.drop_columns([PROBLEM, RAW])
    for usual, name in plan.names.items():
        kept = kept.append_column(name, added[usual])
    return kept


def _numbers_under(
    indexes: Sequence[ClauseIndex], texts: list[str], top: int, memories: Memories
) -> list[NDArray[np.float64]]:
    """Return the numbers of different texts under each policy; what is not remembered is encoded once."""
    digests = [Memory.digest(text, "") for text in texts]
    known = [[memories.of(place).row(digest) for digest in digests] for place in range(len(indexes))]
    fresh = [place for place, row in enumerate(known[0]) if row is None]
    if fresh:
        some = [texts[place] for place in fresh]
        # A text alone is scored beside itself: its numbers are those that it has in company, to the last bit.
        together = some if len(some) > 1 else [*some, *some]
        vectors = indexes[0].encoder.encode(together)
        places, reasons = SharedPlaces(), reasons_against(together, indexes[0].encoder)
        for number, index in enumerate(indexes):
            table = index.score_vectors(together, vectors, places=places, reasons=reasons)
            table = table.take(np.arange(len(some)))
            for place, row in zip(fresh, numbers_of(index, some, table, top), strict=True):
                known[number][place] = row
                memories.of(number).add(digests[place], row)
    return [np.array(rows) for rows in known]
