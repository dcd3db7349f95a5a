"""A window of rows in, the same rows with the clauses that their texts touch out: a pure function, on any engine."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from policy_index.batch.layout import PROBLEM, RAW, Layout
from policy_index.errors import InputError
from policy_index.search.fitness import REASONS
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM, Band
from policy_index.search.score_table import ScoreTable
from policy_index.search.text import accept_text, distinct

REMEMBERED = 32_768
"""Distinct texts whose results are remembered, the latest ones: about 5 MB."""

_DIGITS = 6
_PREFIX = "policy_index_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to add to each row, and under which names.

    Attributes:
        text_column: The column with the texts.
        as_json: Whether its cells are JSON text.
        top: How many clauses for each text.
        names: Names of the added columns, in order: what README calls them, and what they are called here.
        policies: The policies of the columns, `ID@VERSION` each, where there are several; none where there is one.
    """

    text_column: str
    as_json: bool
    top: int
    names: dict[str, str]
    policies: tuple[str, ...] = ()

    @classmethod
    def from_layout(cls, layout: Layout, *, top: int, policies: Sequence[str] = ()) -> "Plan":
        """Choose names that no column of the input has; with `policies`, of which there are several, columns for each of them."""
        taken = set(layout.schema.names)
        names = {}
        for wanted in result_names(top, policies):
            name = wanted
            while name in taken:
                name = _PREFIX + name
            names[wanted] = name
            taken.add(name)
        return cls(
            text_column=layout.text_column, as_json=layout.text_is_json, top=top, names=names, policies=tuple(policies)
        )

    @property
    def renamed(self) -> dict[str, str]:
        """The added columns whose usual name the input had taken."""
        return {usual: name for usual, name in self.names.items() if usual != name}

    def schema(self, layout: Layout) -> pa.Schema:
        """Return the columns of the output."""
        added = zip(self.names.values(), (_type(name) for name in self.names), strict=True)
        return pa.schema([*layout.schema, *(pa.field(name, kind) for name, kind in added)])


COMMON = ("unfit", "characters_read", "error", "unread_row", "model", "likely_from", "possible_from")
"""Columns that are the same under every policy: under several they stand there once, after those of each."""


def result_names(top: int, policies: Sequence[str] = ()) -> list[str]:
    """Return the names of the added columns, in order; under several policies `ID@VERSION.clause_1` and so on."""
    if policies:
        own = [name for name in result_names(top) if name not in {*COMMON, "policy"}]
        return [*(f"{spec}.{name}" for spec in policies for name in own), *COMMON]
    ranked = [f"{name}_{rank}" for rank in range(1, top + 1) for name in ("clause", "score", "probability", "band")]
    return [
        *ranked,
        "touch_probability",
        "unfit",
        "characters_read",
        "error",
        "unread_row",
        "model",
        "policy",
        "policy_updated",
        "policy_sha256",
        "likely_from",
        "possible_from",
    ]


@dataclass(slots=True)
class Memory:
    """The results of the latest distinct texts, so that a text that comes again is not encoded again.

    Attributes:
        size: How many texts are remembered.
        numbers: One row of numbers a text, in a ring.
        places: Where each text's row is, by the digest of the text.
        digests: The texts of the ring.
    """

    size: int = REMEMBERED
    numbers: NDArray[np.float64] | None = None
    places: dict[bytes, int] = field(default_factory=dict)
    digests: list[bytes] = field(default_factory=list)
    next: int = 0

    @staticmethod
    def digest(text: str, key: str) -> bytes:
        """Return what a text is remembered by, under a key of what its results depend on besides."""
        return blake2b(text.encode(), digest_size=16, key=key.encode()[:64]).digest()

    def row(self, digest: bytes) -> NDArray[np.float64] | None:
        """Return the numbers of a text that came lately."""
        place = self.places.get(digest)
        return None if place is None or self.numbers is None else self.numbers[place].copy()

    def add(self, digest: bytes, row: NDArray[np.float64]) -> None:
        """Remember the numbers of a text, in place of the oldest one when full."""
        if self.numbers is None:
            self.numbers = np.empty((self.size, len(row)))
        place = self.next % self.size
        if len(self.digests) == self.size:
            del self.places[self.digests[place]]
            self.digests[place] = digest
        else:
            self.digests.append(digest)
        self.numbers[place] = row
        self.places[digest] = place
        self.next += 1


def match_table(index: ClauseIndex, table: pa.Table, plan: Plan, memory: Memory | None = None) -> pa.Table:
    """Return the rows of a window with the clauses that their texts touch; bad rows keep their place, with an error.

    Args:
        index: What to search in.
        table: A window, as `tables.windows` yields it.
        plan: What to add.
        memory: Results of earlier windows under this plan; only speed depends on it.
    """
    problems: list[str | None] = table.column(PROBLEM).to_pylist()
    values = text_cells(table, plan.text_column, as_json=plan.as_json)
    numbers, errors = match_texts(index, values, top=plan.top, memory=memory, problems=problems)
    return with_results(index, table, numbers, errors, plan)


def with_results(
    index: ClauseIndex, table: pa.Table, numbers: NDArray[np.float64], errors: Sequence[str | None], plan: Plan
) -> pa.Table:
    """Return a window's rows with the columns that these numbers and errors make."""
    added = result_columns(index, numbers, errors, plan.top) | {"unread_row": table.column(RAW)}
    kept = table.drop_columns([PROBLEM, RAW])
    for usual, name in plan.names.items():
        kept = kept.append_column(name, added[usual])
    return kept


def text_cells(table: pa.Table, column: str, *, as_json: bool) -> list[Any]:
    """Return the values of the text column; a person's or a program's error may have put other things there than texts."""
    values = table.column(column).to_pylist()
    return [None if value is None else json.loads(value) for value in values] if as_json else values


def accepted_texts(
    values: Sequence[Any], problems: Sequence[str | None]
) -> tuple[dict[int, str], tuple[str | None, ...]]:
    """Return the texts that can be searched with, by row, and for every row what is wrong with it, or None.

    Args:
        values: One cell a row.
        problems: What was wrong with a row already when it was read.
    """
    texts: dict[int, str] = {}
    errors = list(problems)
    for row, value in enumerate(values):
        if errors[row] is None:
            try:
                texts[row] = _as_text(value)
            except InputError as error:
                errors[row] = str(error)
    return texts, tuple(errors)


def match_texts(
    index: ClauseIndex,
    values: Sequence[Any],
    *,
    top: int,
    memory: Memory | None = None,
    problems: Sequence[str | None] | None = None,
) -> tuple[NDArray[np.float64], tuple[str | None, ...]]:
    """Return for each cell of the text column its numbers and what is wrong with it, each distinct text encoded once.

    Returns:
        The numbers as `numbers_of` returns them, NaN where there is none; and one error or None for each cell.
    """
    texts, errors = accepted_texts(values, [None] * len(values) if problems is None else problems)
    different, places = distinct(texts.values())
    numbers = no_numbers(len(values), top)
    if different:
        numbers[list(texts)] = _remembered(index, different, top, Memory() if memory is None else memory)[places]
    return numbers, errors


def no_numbers(rows: int, top: int) -> NDArray[np.float64]:
    """Return the numbers of so many rows of which nothing is known."""
    return np.full((rows, 3 * top + 3), np.nan)


def numbers_of(index: ClauseIndex, texts: Sequence[str], table: ScoreTable, top: int) -> NDArray[np.float64]:
    """Return the numbers of scored texts, (texts, 3 * top + 3).

    Returns:
        Places of the clauses, scores, probabilities, the probability of touching the policy, the characters read, and the
        place in `REASONS` of why the text cannot be judged; NaN where it can be, where there is no calibration, and where the
        policy has fewer than `top` clauses.
    """
    best = table.order[:, :top]
    here = best.shape[1]
    numbers = no_numbers(len(texts), top)
    numbers[:, :here] = best
    numbers[:, top : top + here] = _rounded(np.take_along_axis(table.scores, best, axis=1))
    if table.probabilities is not None:
        numbers[:, 2 * top : 2 * top + here] = _rounded(np.take_along_axis(table.probabilities, best, axis=1))
    if table.touches is not None:
        numbers[:, -3] = _rounded(table.touches)
    numbers[:, -2] = [index.encoder.characters_read(text) for text in texts]
    numbers[:, -1] = [np.nan if reason is None else REASONS.index(reason) for reason in table.unfit]
    return numbers


def _as_text(value: Any) -> str:
    if not isinstance(value, str):
        came = "none" if value is None else f"{type(value).__name__} {str(value)[:40]!r}"
        message = f"Expected a text, got {came}."
        raise InputError(message)
    return accept_text(value)


def _remembered(index: ClauseIndex, texts: Sequence[str], top: int, memory: Memory) -> NDArray[np.float64]:
    """Return the numbers of different texts, those of the memory where it has them."""
    # Under the scorer's key, so that a memory that comes to the index of another policy knows nothing there.
    digests = [Memory.digest(text, index.scorer.key) for text in texts]
    rows = [memory.row(digest) for digest in digests]
    fresh = [place for place, row in enumerate(rows) if row is None]
    if fresh:
        for place, row in zip(fresh, _numbers(index, [texts[place] for place in fresh], top), strict=True):
            rows[place] = row
            memory.add(digests[place], row)
    return np.array(rows)


def _numbers(index: ClauseIndex, texts: list[str], top: int) -> NDArray[np.float64]:
    # A text alone is scored beside itself: its numbers are those that it has in company, to the last bit.
    table = index.score_table(texts if len(texts) > 1 else [*texts, *texts]).take(np.arange(len(texts)))
    return numbers_of(index, texts, table, top)


def _rounded(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return the numbers as records have them: Python's `round`, which NumPy's does not equal at every half."""
    return np.array([round(value, _DIGITS) for value in values.ravel().tolist()]).reshape(values.shape)


def result_columns(
    index: ClauseIndex, numbers: NDArray[np.float64], errors: Sequence[str | None], top: int
) -> dict[str, pa.Array]:
    """Return the columns that these numbers and errors make under one policy, by their usual names, all but `unread_row`."""
    policy, rows = index.policy, len(numbers)
    columns: dict[str, pa.Array] = {}
    for rank in range(top):
        places, scores, chances = (numbers[:, part * top + rank] for part in range(3))
        ids = [None if np.isnan(place) else policy.clauses[int(place)].id for place in places]
        bands = [None if np.isnan(chance) else Band.of(chance).value for chance in chances]
        columns[f"clause_{rank + 1}"] = pa.array(ids, pa.string())
        columns[f"score_{rank + 1}"] = _floats(scores)
        columns[f"probability_{rank + 1}"] = _floats(chances)
        columns[f"band_{rank + 1}"] = pa.array(bands, pa.string())
    constants = {
        "model": index.encoder.name,
        "policy": index.pack.spec,
        "policy_updated": None if policy.updated is None else policy.updated.isoformat(),
        "policy_sha256": policy.sha256,
        "likely_from": LIKELY_FROM,
        "possible_from": POSSIBLE_FROM,
    }
    return columns | {
        "touch_probability": _floats(numbers[:, -3]),
        "unfit": pa.array([None if np.isnan(place) else REASONS[int(place)] for place in numbers[:, -1]], pa.string()),
        "characters_read": pa.array([None if np.isnan(read) else int(read) for read in numbers[:, -2]], pa.int64()),
        "error": pa.array(errors, pa.string()),
        **{name: pa.array([value] * rows, _type(name)) for name, value in constants.items()},
    }


def _floats(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _type(name: str) -> pa.DataType:
    name = name.rpartition(".")[2]  # after which policy's it is
    if name == "characters_read":
        return pa.int64()
    numeric = name.startswith(("score_", "probability_")) or name.endswith(("_probability", "_from"))
    return pa.float64() if numeric else pa.string()
