"""A set of prompts as a whole: what each touches, and which clauses they cover, neglect or repeat."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from policy_index.batch.matching import Plan, as_text, numbers_of, with_results
from policy_index.batch.reading import PROBLEM, Layout, texts_of, windows
from policy_index.calibration import Band
from policy_index.document import Clause, Group
from policy_index.encoder import Vectors
from policy_index.errors import InputError
from policy_index.index import ClauseIndex, ScoreTable

MAX_ROWS = 20_000
"""Most rows that are read at once in the app; more is what `policy-index batch` is for."""

NEAR_DUPLICATE_FROM = 0.95
"""Cosine similarity of two texts' vectors from which they count as near-duplicates."""

MAX_PAIRS = 500

OVER_TESTED_TIMES = 3
OVER_TESTED_FROM = 5

_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Prompts and what they touch.

    Attributes:
        layout: Where they came from.
        rows: All rows as they were read.
        texts: The distinct texts.
        places: For each row its text's place; -1 for rows with an error.
        errors: For each row what is wrong with it, or None.
        table: The scores of the texts.
        vectors: Their unit vectors, float32, (texts, dimensions).
    """

    layout: Layout
    rows: pa.Table
    texts: tuple[str, ...]
    places: NDArray[np.int64]
    errors: tuple[str | None, ...]
    table: ScoreTable
    vectors: Vectors

    def touches(self) -> NDArray[np.bool_]:
        """Return which clause each row touches: likely or possible, or its nearest without calibration, (rows, clauses)."""
        values = self.table.values
        if self.table.probabilities is None:
            touched = values == values.max(axis=1, keepdims=True)
        else:
            touched = np.vectorize(lambda value: Band.of(value) is not Band.UNLIKELY, otypes=[bool])(values)
        return self._by_row(touched, fill=0)

    def values(self) -> NDArray[np.float64]:
        """Return each row's probability (without calibration its score) for each clause; NaN for rows with an error."""
        return self._by_row(self.table.values.astype(np.float64), fill=np.nan)

    def _by_row(self, values: NDArray[Any], *, fill: float) -> NDArray[Any]:
        found = np.full((len(self.places), values.shape[1]), fill, dtype=values.dtype)
        good = self.places >= 0
        found[good] = values[self.places[good]]
        return found

    def results(self, index: ClauseIndex, *, top: int) -> tuple[pa.Table, Plan]:
        """Return all rows with the columns that `policy-index batch` adds."""
        plan = Plan.from_layout(self.layout, top=top)
        numbers = np.full((len(self.places), 3 * top + 2), np.nan)
        good = self.places >= 0
        if self.texts:
            numbers[good] = numbers_of(index, self.texts, self.table, top)[self.places[good]]
        return with_results(index, self.rows, numbers, list(self.errors), plan), plan


def read_suite(
    index: ClauseIndex,
    layout: Layout,
    *,
    on_progress: Callable[[int, int], object] = lambda _done, _all: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Suite | None:
    """Read and score all rows, each distinct text once; None when cancelled.

    Args:
        index: What to search in.
        layout: The input.
        on_progress: Told how many of how many distinct texts are done.
        is_cancelled: Asked now and then.

    Raises:
        InputError: There are more than `MAX_ROWS`, or the input cannot be read.
    """
    if layout.rows > MAX_ROWS:
        message = (
            f"Expected at most {MAX_ROWS:,} rows here, but there are {layout.rows:,}; the command `policy-index batch` takes "
            "any number."
        )
        raise InputError(message)
    rows = pa.concat_tables(windows(layout)) if layout.rows else _empty(layout)
    values = texts_of(rows, layout.text_column, as_json=layout.text_column in layout.as_json)
    known: dict[str, int] = {}
    places: list[int] = []
    errors: list[str | None] = list(rows.column(PROBLEM).to_pylist())
    for row, value in enumerate(values):
        place = -1
        if errors[row] is None:
            try:
                place = known.setdefault(as_text(value), len(known))
            except InputError as error:
                errors[row] = str(error)
        places.append(place)
    texts = tuple(known)
    vectors = []
    for start in range(0, len(texts), _AT_ONCE):
        if is_cancelled():
            return None
        vectors.append(index.encoder.encode(texts[start : start + _AT_ONCE]))
        on_progress(min(start + _AT_ONCE, len(texts)), len(texts))
    if not vectors:
        message = "Expected at least one row with a text, but there is none."
        raise InputError(message)
    joined = np.concatenate(vectors)
    return Suite(
        layout=layout,
        rows=rows,
        texts=texts,
        places=np.array(places, dtype=np.int64),
        errors=tuple(errors),
        table=index.score_vectors(joined),
        vectors=joined,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseCoverage:
    """How a suite treats one clause: how many of its prompts touch it, and whether that is many more than its share."""

    clause: Clause
    count: int
    over_tested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How a suite treats the policy.

    Attributes:
        prompts: How many rows have a text.
        clauses: Every clause that binds the reader, in the policy's order.
        near_duplicates: Pairs of different texts that are nearly the same, with their cosine similarity, the most alike first.
        repeated: Texts that stand in more than one row, and in how many.
    """

    prompts: int
    clauses: tuple[ClauseCoverage, ...]
    near_duplicates: tuple[tuple[str, str, float], ...]
    repeated: tuple[tuple[str, int], ...]

    @property
    def untouched(self) -> tuple[Clause, ...]:
        """The clauses that no prompt touches."""
        return tuple(each.clause for each in self.clauses if not each.count)

    @property
    def over_tested(self) -> tuple[ClauseCoverage, ...]:
        """The clauses that many more prompts touch than others, most first."""
        return tuple(sorted((each for each in self.clauses if each.over_tested), key=lambda each: -each.count))


def cover(index: ClauseIndex, suite: Suite) -> Coverage:
    """Return which clauses a suite touches and how often, and which of its prompts repeat each other.

    A clause is over-tested where at least `OVER_TESTED_FROM` prompts touch it, and more than `OVER_TESTED_TIMES` times as many
    as the mean over all clauses that bind the reader.
    """
    counts = suite.touches().sum(axis=0)
    binding = [(clause, int(count)) for clause, count in zip(index.document, counts, strict=True) if clause.citable]
    most = max(OVER_TESTED_FROM - 1, OVER_TESTED_TIMES * sum(count for _, count in binding) / len(binding))
    good = suite.places[suite.places >= 0]
    times = np.bincount(good, minlength=len(suite.texts))
    return Coverage(
        prompts=len(good),
        clauses=tuple(
            ClauseCoverage(clause=clause, count=count, over_tested=count > most) for clause, count in binding
        ),
        near_duplicates=_near_duplicates(suite),
        repeated=tuple(
            (suite.texts[place], int(times[place])) for place in np.argsort(-times, kind="stable") if times[place] > 1
        ),
    )


def group_values(groups: tuple[Group, ...], index: ClauseIndex, suite: Suite) -> NDArray[np.float64]:
    """Return each row's best value in each group of clauses, (rows, groups); NaN for rows with an error."""
    columns = {clause.id: column for column, clause in enumerate(index.document)}
    values = suite.values()
    return np.column_stack(
        [values[:, [columns[clause.id] for clause in group.clauses]].max(axis=1) for group in groups]
    )


def _near_duplicates(suite: Suite) -> tuple[tuple[str, str, float], ...]:
    import faiss

    search = faiss.IndexFlatIP(suite.vectors.shape[1])
    search.add(suite.vectors)
    limits, alike, found = search.range_search(suite.vectors, NEAR_DUPLICATE_FROM)
    pairs = [
        (row, int(other), min(1.0, float(cosine)))
        for row in range(len(suite.texts))
        for cosine, other in zip(
            alike[limits[row] : limits[row + 1]], found[limits[row] : limits[row + 1]], strict=True
        )
        if row < other
    ]
    pairs.sort(key=lambda pair: -pair[2])
    return tuple((suite.texts[row], suite.texts[other], cosine) for row, other, cosine in pairs[:MAX_PAIRS])


def _empty(layout: Layout) -> pa.Table:
    fields = [*layout.schema, pa.field(PROBLEM, pa.string()), pa.field("policy_index.raw", pa.string())]
    return pa.schema(fields).empty_table()
