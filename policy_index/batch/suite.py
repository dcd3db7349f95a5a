"""A set of prompts as a whole: what each touches, and which clauses they cover, neglect or repeat."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from policy_index.batch.findings import TOP, Findings
from policy_index.batch.layout import PROBLEM, Layout
from policy_index.batch.matching import Plan, accepted_texts, no_numbers, numbers_of, text_cells, with_results
from policy_index.batch.several import with_results_under
from policy_index.batch.tables import windows
from policy_index.errors import InputError
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.search.fit_to_judge import reasons_against
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import POSSIBLE_FROM
from policy_index.search.score_table import ScoreTable
from policy_index.search.sharing import SharedPlaces
from policy_index.search.text import distinct
from policy_index.search.vectors import Vectors

MAX_ROWS = 20_000
"""Most rows that are read at once in the app; more is what `policy-index batch` is for."""

NEAR_DUPLICATE_FROM = 0.95
"""Cosine similarity of two texts' vectors from which they count as near-duplicates."""

MAX_PAIRS = 500

OVER_TESTED_TIMES = 3
OVER_TESTED_FROM = 5

_AT_ONCE = 256
_SCORED_AT_ONCE = 2048
"""A multiple of the block that an index compares at a time, so that no number depends on it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suite:
    """Prompts and what they touch under one policy.

    Attributes:
        layout: Where they came from.
        rows: All rows as they were read.
        texts: The distinct texts.
        places: For each row its text's place; -1 for rows with an error.
        errors: For each row what is wrong with it, or None.
        vectors: The texts' unit vectors, float32, (texts, dimensions).
        fingerprint: Of the encoder that made them.
        pack: The policy.
        table: The scores of the texts for its clauses.
        found: What the texts touch of it.
        others: What they touch of further policies, if they were held against several.
    """

    layout: Layout
    rows: pa.Table
    texts: tuple[str, ...]
    places: NDArray[np.int64]
    errors: tuple[str | None, ...]
    vectors: Vectors
    fingerprint: str
    pack: PolicyPack
    table: ScoreTable
    found: Findings
    others: tuple[Findings, ...] = ()

    def under(self, index: ClauseIndex) -> "Suite":
        """Return the same prompts scored under the policy of an index; nothing is encoded again where the encoder is the same.

        One of the others changes places with this one; what another encoder found of the others is dropped.
        """
        same_encoder = index.encoder.fingerprint == self.fingerprint
        if same_encoder and index.pack is self.pack:
            return self
        vectors = self.vectors if same_encoder else index.encoder.encode(self.texts)
        table = index.score_vectors(self.texts, vectors)
        others = [each for each in self.others if each.pack.spec != index.pack.spec] if same_encoder else []
        if len(others) < len(self.others) and same_encoder:
            others = [self.found, *others]
        return replace(
            self,
            vectors=vectors,
            fingerprint=index.encoder.fingerprint,
            pack=index.pack,
            table=table,
            found=Findings.from_table(index, self.texts, table),
            others=tuple(others),
        )

    def touches(self) -> NDArray[np.bool_]:
        """Return which clause each row touches: likely or possible, or its nearest without calibration, (rows, clauses).

        A text that cannot be judged touches none.
        """
        values = self.table.values
        calibrated = self.table.probabilities is not None
        fit = np.array([reason is None for reason in self.table.unfit])[:, None]
        least = POSSIBLE_FROM if calibrated else values.max(axis=1, keepdims=True)
        return self._by_row(fit & (values >= least), fill=False)

    def results(self, index: ClauseIndex, *, top: int) -> tuple[pa.Table, Plan]:
        """Return all rows with the columns that `policy-index batch` adds."""
        suite = self.under(index)
        plan = Plan.from_layout(suite.layout, top=top)
        numbers = no_numbers(len(suite.places), top)
        good = suite.places >= 0
        numbers[good] = numbers_of(index, suite.texts, suite.table, top)[suite.places[good]]
        return with_results(index, suite.rows, numbers, suite.errors, plan), plan

    def results_under(self, indexes: Sequence[ClauseIndex]) -> tuple[pa.Table, Plan]:
        """Return all rows with the columns that `policy-index batch` adds under several policies.

        Args:
            indexes: Of the policy and of the others, in their order.
        """
        plan = Plan.from_layout(self.layout, top=TOP, policies=[index.pack.spec for index in indexes])
        good = self.places >= 0
        numbers = [no_numbers(len(self.places), TOP) for _ in indexes]
        for own, found in zip(numbers, (self.found, *self.others), strict=True):
            own[good] = found.numbers[self.places[good]]
        return with_results_under(indexes, self.rows, numbers, self.errors, plan), plan

    def _by_row(self, values: NDArray[Any], *, fill: float) -> NDArray[Any]:
        found = np.full((len(self.places), values.shape[1]), fill, dtype=values.dtype)
        good = self.places >= 0
        found[good] = values[self.places[good]]
        return found


def read_suite(  # noqa: PLR0913  # what to read, under what, and who watches
    index: ClauseIndex,
    layout: Layout,
    *,
    others: Sequence[ClauseIndex] = (),
    before: Suite | None = None,
    on_progress: Callable[[int, int], object] = lambda _done, _all: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Suite | None:
    """Read and score all rows, each distinct text once, however many the policies; None when cancelled.

    Args:
        index: What to search in.
        layout: The input.
        others: Indexes of further policies, of the same encoder.
        before: What was read before: a text that stands in it is not encoded again.
        on_progress: Told how many of how many distinct texts are done.
        is_cancelled: Asked now and then.

    Raises:
        InputError: There are more than `MAX_ROWS`, none has a text, or the input cannot be read.
        OverloadedError: Nobody waits for it any more, as the caller's `patience` says.
    """
    if layout.rows > MAX_ROWS:
        message = (
            f"Expected at most {MAX_ROWS:,} rows here, but there are {layout.rows:,}; the command `policy-index batch` takes "
            "any number."
        )
        raise InputError(message)
    rows = pa.concat_tables([layout.window_schema().empty_table(), *windows(layout)])
    cells = text_cells(rows, layout.text_column, as_json=layout.text_is_json)
    by_row, errors = accepted_texts(cells, rows.column(PROBLEM).to_pylist())
    texts, own_places = distinct(by_row.values())
    if not texts:
        message = "Expected at least one row with a text, but there is none."
        raise InputError(message)
    places = np.full(rows.num_rows, -1, dtype=np.int64)
    places[list(by_row)] = own_places
    vectors = _encoded(index, texts, before, on_progress, is_cancelled)
    scored = None if vectors is None else _scored((index, *others), texts, vectors, is_cancelled)
    if vectors is None or scored is None:
        return None
    table, found = scored
    return Suite(
        layout=layout,
        rows=rows,
        texts=tuple(texts),
        places=places,
        errors=errors,
        vectors=vectors,
        fingerprint=index.encoder.fingerprint,
        pack=index.pack,
        table=table,
        found=found[0],
        others=tuple(found[1:]),
    )


def _encoded(
    index: ClauseIndex,
    texts: Sequence[str],
    before: Suite | None,
    on_progress: Callable[[int, int], object],
    is_cancelled: Callable[[], bool],
) -> Vectors | None:
    """Return the texts' vectors, those of before where it has them; None when cancelled."""
    is_known = before is not None and before.fingerprint == index.encoder.fingerprint
    known = {text: place for place, text in enumerate(before.texts)} if before is not None and is_known else {}
    fresh = [text for text in texts if text not in known]
    parts = []
    for start in range(0, len(fresh), _AT_ONCE):
        if is_cancelled():
            return None
        parts.append(index.encoder.encode(fresh[start : start + _AT_ONCE]))
        on_progress(len(texts) - len(fresh) + min(start + _AT_ONCE, len(fresh)), len(texts))
    if before is None or not known:
        return np.concatenate(parts)
    at = known | {text: len(known) + place for place, text in enumerate(fresh)}
    return np.concatenate([before.vectors, *parts])[[at[text] for text in texts]]


def _scored(
    indexes: Sequence[ClauseIndex], texts: Sequence[str], vectors: Vectors, is_cancelled: Callable[[], bool]
) -> tuple[ScoreTable, list[Findings]] | None:
    """Return the scores under the first policy, and what is found under each; None when cancelled."""
    tables, parts = [], []
    for start in range(0, len(texts), _SCORED_AT_ONCE):
        here = slice(start, start + _SCORED_AT_ONCE)
        some, places = texts[here], SharedPlaces()
        reasons = reasons_against(some, indexes[0].encoder)
        own = []
        for number, index in enumerate(indexes):
            if is_cancelled():
                return None
            table = index.score_vectors(some, vectors[here], places=places, reasons=reasons)
            own.append(Findings.from_table(index, some, table))
            if not number:
                tables.append(table)
        parts.append(own)
    return ScoreTable.joined(tables), [Findings.joined(each) for each in zip(*parts, strict=True)]


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
    suite = suite.under(index)
    counts = suite.touches().sum(axis=0)
    binding = [(clause, int(count)) for clause, count in zip(index.policy, counts, strict=True) if clause.citable]
    mean = sum(count for _, count in binding) / max(1, len(binding))  # a policy may bind nobody to anything
    most = max(OVER_TESTED_FROM - 1, OVER_TESTED_TIMES * mean)
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


def _near_duplicates(suite: Suite) -> tuple[tuple[str, str, float], ...]:
    import faiss  # with its start-up cost, only where prompts are compared

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
