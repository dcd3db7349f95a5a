"""A window of rows in, the same rows with the clauses that their texts touch out: a pure function, on any engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from policy_index.batch.reading import PROBLEM, RAW, Layout, texts_of
from policy_index.calibration import LIKELY_FROM, POSSIBLE_FROM, Band
from policy_index.errors import InputError
from policy_index.index import ClauseIndex, ScoreTable
from policy_index.text import accept_text

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
    """

    text_column: str
    as_json: bool
    top: int
    names: dict[str, str]

    @classmethod
    def from_layout(cls, layout: Layout, *, top: int) -> "Plan":
        """Choose names that no column of the input has."""
        taken = set(layout.schema.names)
        names = {}
        for wanted in result_names(top):
            name = wanted
            while name in taken:
                name = _PREFIX + name
            names[wanted] = name
            taken.add(name)
        return cls(text_column=layout.text_column, as_json=layout.text_column in layout.as_json, top=top, names=names)

    @property
    def renamed(self) -> dict[str, str]:
        """The added columns whose usual name the input had taken."""
        return {usual: name for usual, name in self.names.items() if usual != name}

    def schema(self, layout: Layout) -> pa.Schema:
        """Return the columns of the output."""
        added = zip(self.names.values(), (_type(name) for name in self.names), strict=True)
        return pa.schema([*layout.schema, *(pa.field(name, kind) for name, kind in added)])


def result_names(top: int) -> list[str]:
    """Return the names of the added columns, in order."""
    ranked = [f"{name}_{rank}" for rank in range(1, top + 1) for name in ("clause", "score", "probability", "band")]
    return [
        *ranked,
        "touch_probability",
        "characters_read",
        "error",
        "unread_row",
        "model",
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

    def row(self, digest: bytes) -> NDArray[np.float64] | None:
        """Return the numbers of a text that came lately."""
        place = self.places.get(digest)
        return None if place is None or self.numbers is None else self.numbers[place]

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
        table: A window, as `reading` yields it.
        plan: What to add.
        memory: Results of earlier windows; only speed depends on it.
    """
    problems: list[str | None] = table.column(PROBLEM).to_pylist()
    texts = texts_of(table, plan.text_column, as_json=plan.as_json)
    numbers, errors = match_texts(index, texts, top=plan.top, memory=memory, problems=problems)
    return with_results(index, table, numbers, errors, plan)


def with_results(
    index: ClauseIndex, table: pa.Table, numbers: NDArray[np.float64], errors: list[str | None], plan: Plan
) -> pa.Table:
    """Return a window's rows with the columns that these numbers and errors make."""
    added = _columns(index, numbers, errors, plan.top) | {"unread_row": table.column(RAW)}
    kept = table.drop_columns([PROBLEM, RAW])
    for usual, name in plan.names.items():
        kept = kept.append_column(name, added[usual])
    return kept


def match_texts(
    index: ClauseIndex,
    texts: Sequence[Any],
    *,
    top: int,
    memory: Memory | None = None,
    problems: Sequence[str | None] | None = None,
) -> tuple[NDArray[np.float64], list[str | None]]:
    """Return for each text its numbers and what is wrong with it, each distinct text encoded once.

    Returns:
        The numbers, (texts, 3 * top + 2): places of the clauses, scores, probabilities, the probability of touching the
        policy, and the characters read; NaN where there is none. And one error or None for each text.
    """
    memory = Memory() if memory is None else memory
    errors: list[str | None] = [None] * len(texts)
    digests: list[bytes | None] = [None] * len(texts)
    fresh: dict[bytes, str] = {}
    known: dict[bytes, NDArray[np.float64]] = {}
    for place, value in enumerate(texts):
        errors[place] = problems[place] if problems is not None else None
        if errors[place] is not None:
            continue
        try:
            text = as_text(value)
        except InputError as error:
            errors[place] = str(error)
            continue
        digest = blake2b(text.encode(), digest_size=16).digest()
        digests[place] = digest
        if digest in known or digest in fresh:
            continue
        row = memory.row(digest)
        if row is None:
            fresh[digest] = text
        else:
            known[digest] = row.copy()
    if fresh:
        rows = _numbers(index, list(fresh.values()), top)
        for digest, row in zip(fresh, rows, strict=True):
            known[digest] = row
            memory.add(digest, row)
    nothing = np.full(3 * top + 2, np.nan)
    found = [nothing if digest is None else known[digest] for digest in digests]
    return np.array(found).reshape(len(texts), 3 * top + 2), errors


def as_text(value: Any) -> str:
    """Return a cell as a text that can be searched with.

    Raises:
        InputError: It is no text, or none that can be used.
    """
    if not isinstance(value, str):
        came = "none" if value is None else f"{type(value).__name__} {str(value)[:40]!r}"
        message = f"Expected a text, got {came}."
        raise InputError(message)
    return accept_text(value)


def _numbers(index: ClauseIndex, texts: list[str], top: int) -> NDArray[np.float64]:
    # A text alone is scored beside itself: its numbers are those that it has in company, to the last bit.
    table = index.score_table(texts if len(texts) > 1 else [*texts, *texts]).take(np.arange(len(texts)))
    return numbers_of(index, texts, table, top)


def numbers_of(index: ClauseIndex, texts: Sequence[str], table: ScoreTable, top: int) -> NDArray[np.float64]:
    """Return the numbers of scored texts, as `match_texts` does."""
    best = np.argsort(-table.scores, axis=1, kind="stable")[:, :top]
    unknown = np.full((len(texts), top), np.nan)
    chances = unknown if table.probabilities is None else np.take_along_axis(table.probabilities, best, axis=1)
    return np.column_stack(
        [
            best,
            _rounded(np.take_along_axis(table.scores, best, axis=1)),
            _rounded(chances),
            unknown[:, 0] if table.touches is None else _rounded(table.touches),
            [index.encoder.characters_read(text) for text in texts],
        ]
    )


def _rounded(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return the numbers as records have them: Python's `round`, which NumPy's does not equal at every half."""
    return np.array([round(value, _DIGITS) for value in values.ravel().tolist()]).reshape(values.shape)


def _columns(
    index: ClauseIndex, numbers: NDArray[np.float64], errors: list[str | None], top: int
) -> dict[str, pa.Array]:
    ids = [clause.id for clause in index.document.clauses]
    policy, rows = index.document, len(numbers)
    columns: dict[str, pa.Array] = {}
    for rank in range(top):
        places, scores, chances = (numbers[:, part * top + rank] for part in range(3))
        columns[f"clause_{rank + 1}"] = _words([None if np.isnan(place) else ids[int(place)] for place in places])
        columns[f"score_{rank + 1}"] = _floats(scores)
        columns[f"probability_{rank + 1}"] = _floats(chances)
        bands = [None if np.isnan(chance) else Band.of(chance).value for chance in chances]
        columns[f"band_{rank + 1}"] = _words(bands)
    read = numbers[:, -1]
    constants = {
        "model": index.encoder.name,
        "policy_updated": policy.updated.isoformat(),
        "policy_sha256": policy.provenance.sha256,
        "likely_from": LIKELY_FROM,
        "possible_from": POSSIBLE_FROM,
    }
    return columns | {
        "touch_probability": _floats(numbers[:, -2]),
        "characters_read": pa.array([None if np.isnan(value) else int(value) for value in read], pa.int64()),
        "error": _words(errors),
        **{name: pa.array([value] * rows, _type(name)) for name, value in constants.items()},
    }


def _words(values: Sequence[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


def _floats(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _type(name: str) -> pa.DataType:
    if name == "characters_read":
        return pa.int64()
    numeric = name.startswith(("score_", "probability_")) or name.endswith(("_probability", "_from"))
    return pa.float64() if numeric else pa.string()
