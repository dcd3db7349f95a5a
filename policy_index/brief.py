"""A text -> a brief: the clauses that it touches, by lane, each with the passages that carry it and what to do."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from policy_index.calibration import Band, shift_log_odds
from policy_index.contexts import Context, Reason, reasons
from policy_index.document import Clause, PolicyDocument, Span
from policy_index.index import ClauseIndex, ScoreTable
from policy_index.lanes import Lane
from policy_index.language import ForeignPart, foreign_parts
from policy_index.passages import SplitText, split_text
from policy_index.readings import Reading, bundled_readings
from policy_index.safeguards import safeguards
from policy_index.text import accept_long_text

PASSAGE_SHIFT = -0.25
"""Added to the log-odds of a passage of a longer text: sentences of a plan touch the policy less often than texts pasted
by themselves, for which probabilities were fitted."""

PAIR_SHIFT = -0.75
"""The same for two sentences read together, which come beside each of them read alone: one chance more to be wrong."""

_NEAREST = 5
"""Clauses that are shown where there are no probabilities to choose by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A passage that carries a clause.

    Attributes:
        span: Where it stands in the text.
        text: Its own words, white space folded.
        read_as: What the encoder read: before a list item the line that its list begins with.
        score: Cosine similarity of passage and clause in the space of clauses, in [-1, 1].
        probability: Calibrated probability in [0, 1] that a careful reviewer would cite the clause; None without calibration.
        band: The band of the probability; None without calibration.
        closest_exemplar: The clause's exemplar nearest to the passage; None where the clause has none.
    """

    span: Span
    text: str
    read_as: str
    score: float
    probability: float | None
    band: Band | None
    closest_exemplar: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One clause of a brief; score, probability and band are those of its best passage.

    Attributes:
        clause: The clause.
        lane: The group that it is shown in.
        reading: What it is about and what to do, in our words; None for statements, which ask for nothing.
        passages: The passages that carry it, best first; at least the best one.
        reasons: Why it applies whatever the similarity says.
    """

    clause: Clause
    lane: Lane
    reading: Reading | None
    score: float
    probability: float | None
    band: Band | None
    passages: tuple[Evidence, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def value(self) -> float:
        """What entries are ranked by: the probability, or the score without calibration."""
        return self.score if self.probability is None else self.probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of the text: a sentence, or what stands between two.

    Attributes:
        text: Its characters.
        band: The best band of the clauses that it carries; None where it carries none.
        clauses: These clauses, best first.
    """

    text: str
    band: Band | None = None
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Sentences against clauses.

    Attributes:
        sentences: Number in the text, counted from 1, and words of each row.
        clauses: The columns.
        values: The best probability (without calibration the best score) of the passages that cover the sentence, shape
            (sentences, clauses).
    """

    sentences: tuple[tuple[int, str], ...]
    clauses: tuple[Clause, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a text touches, and what to do about it.

    Attributes:
        text: The text as it was read, to its end.
        document: The policy.
        model: Name of the encoder.
        sentences: Where the sentences of the text stand.
        entries: The clauses that are likely, possible or follow from what was stated, in the order of their lanes, best
            first; without calibration the nearest ones.
        rest: All other clauses, best first.
        touch: Probability that the passage which touches the policy most touches it at all; None without calibration.
        contexts: The facts that were stated beside the text.
        safeguards: Words of the text that negate or safeguard, which similarity does not see.
        foreign: Parts of the text that seem to be in languages that the model does not know.
        grid: For each sentence and clause in document order the best probability (without calibration the best score) of the
            passages that cover it, shape (sentences, clauses); two sentences read together count for the stronger one. At
            least -1.
        uncalibrated: One sentence on why there are no probabilities; empty where there are.
    """

    text: str
    document: PolicyDocument
    model: str
    sentences: tuple[Span, ...]
    entries: tuple[Entry, ...]
    rest: tuple[Entry, ...]
    touch: float | None
    contexts: tuple[Context, ...]
    safeguards: tuple[str, ...]
    foreign: tuple[ForeignPart, ...]
    grid: NDArray[np.float64]
    uncalibrated: str

    @property
    def made_with_probabilities(self) -> bool:
        """Whether bands and probabilities are known."""
        return not self.uncalibrated

    @property
    def segments(self) -> tuple["Segment", ...]:
        """The whole text in order, cut where sentences begin and end; joined they give the text back."""
        columns = {clause.id: column for column, clause in enumerate(self.document.clauses)}
        segments, place = [], 0
        for span, row in zip(self.sentences, self.grid, strict=True):
            carried = [
                (float(row[columns[entry.clause.id]]), entry.clause)
                for entry in self.entries
                if self.made_with_probabilities and Band.of(row[columns[entry.clause.id]]) is not Band.UNLIKELY
            ]
            carried.sort(key=lambda each: -each[0])
            segments += [
                Segment(text=self.text[place : span.start]),
                Segment(
                    text=span.slice(self.text),
                    band=Band.of(carried[0][0]) if carried else None,
                    clauses=tuple(clause for _, clause in carried),
                ),
            ]
            place = span.end
        return (*segments, Segment(text=self.text[place:]))

    def matrix(self, *, most: int) -> "Matrix":
        """Return the sentences that carry most, against the clauses of the entries.

        Args:
            most: How many sentences at most; they keep their order in the text.
        """
        columns = {clause.id: column for column, clause in enumerate(self.document.clauses)}
        shown = self.grid[:, [columns[entry.clause.id] for entry in self.entries]]
        strongest = np.argsort(-shown.max(axis=1, initial=-1.0), kind="stable")[:most]
        rows = tuple(sorted(int(row) for row in strongest))
        return Matrix(
            sentences=tuple((row + 1, " ".join(self.sentences[row].slice(self.text).split())) for row in rows),
            clauses=tuple(entry.clause for entry in self.entries),
            values=shown[list(rows)],
        )

    @property
    def lanes(self) -> dict[Lane, tuple[Entry, ...]]:
        """The entries by lane, lanes without entries left out."""
        grouped = {lane: tuple(entry for entry in self.entries if entry.lane is lane) for lane in Lane}
        return {lane: entries for lane, entries in grouped.items() if entries}


def write_brief(
    index: ClauseIndex,
    text: str,
    *,
    contexts: Collection[Context] = (),
    on_progress: Callable[[float], object] | None = None,
) -> Brief:
    """Read `text` to its end, passage by passage, and return its brief.

    Args:
        index: What to search.
        text: At most 20,000 words.
        contexts: Facts about the product that were stated beside the text.
        on_progress: Called with the share of the passages that are done, in (0, 1].

    Raises:
        InputError: The text is blank, too long, without words, or a binary file.
    """
    split = split_text(accept_long_text(text), index.encoder)
    distinct = list(dict.fromkeys(passage.text for passage in split.passages))
    places = {words: place for place, words in enumerate(distinct)}
    table = index.score_table(
        distinct, on_progress=None if on_progress is None else lambda done: on_progress(done / len(distinct))
    ).take(np.array([places[passage.text] for passage in split.passages]))
    if table.probabilities is not None and len(split.passages) > 1:
        shifts = np.array([PASSAGE_SHIFT if len(passage.sentences) == 1 else PAIR_SHIFT for passage in split.passages])
        table = replace(table, probabilities=shift_log_odds(table.probabilities, shifts[:, None]))
    entries = [_entry(index, clause, column, split, table) for column, clause in enumerate(index.document)]
    entries.sort(key=lambda entry: -entry.value)
    silent = Brief(
        text=split.text,
        document=index.document,
        model=index.encoder.name,
        sentences=split.sentences,
        entries=(),
        rest=tuple(entries),
        touch=None if table.touches is None else float(table.touches.max()),
        contexts=(),
        safeguards=safeguards(split.text),
        foreign=foreign_parts(split.text),
        grid=_grid(split, table),
        uncalibrated=index.uncalibrated,
    )
    return restate(silent, contexts)


def restate(brief: Brief, contexts: Collection[Context]) -> Brief:
    """Return the brief for other facts stated beside the same text; nothing is read again."""
    stated = reasons(contexts, brief.document)
    everything = [
        replace(entry, reasons=stated.get(entry.clause.id, ()))
        for entry in sorted((*brief.entries, *brief.rest), key=lambda entry: -entry.value)
    ]
    shown = {
        entry.clause.id
        for place, entry in enumerate(everything)
        if entry.reasons or (place < _NEAREST if entry.band is None else entry.band is not Band.UNLIKELY)
    }
    order = list(Lane)
    return replace(
        brief,
        entries=tuple(
            sorted((each for each in everything if each.clause.id in shown), key=lambda each: order.index(each.lane))
        ),
        rest=tuple(each for each in everything if each.clause.id not in shown),
        contexts=tuple(context for context in Context if context in contexts),
    )


def _entry(index: ClauseIndex, clause: Clause, column: int, split: SplitText, table: ScoreTable) -> Entry:
    reading = bundled_readings().get(clause.id)
    chances = None if table.probabilities is None else table.probabilities[:, column]
    carrying = [int(np.argmax(table.scores[:, column]))] if chances is None else _carrying(split, chances)
    evidence = tuple(_evidence(index, split, table, place, column) for place in carrying)
    return Entry(
        clause=clause,
        lane=Lane.of(clause.kind, can_be_lifted=reading is not None and reading.can_be_lifted),
        reading=reading,
        score=evidence[0].score,
        probability=evidence[0].probability,
        band=evidence[0].band,
        passages=evidence,
    )


def _carrying(split: SplitText, chances: NDArray[np.float64]) -> list[int]:
    """Return the passages that carry a clause, best first, each sentence once; at least the best."""
    chosen: list[int] = []
    covered: set[int] = set()
    for place in (int(each) for each in np.argsort(-chances, kind="stable")):
        if chosen and Band.of(chances[place]) is Band.UNLIKELY:
            break
        sentences = split.passages[place].sentences
        if covered.isdisjoint(sentences):
            chosen.append(place)
            covered.update(sentences)
    return chosen


def _evidence(index: ClauseIndex, split: SplitText, table: ScoreTable, place: int, column: int) -> Evidence:
    passage = split.passages[place]
    chance = None if table.probabilities is None else float(table.probabilities[place, column])
    return Evidence(
        span=passage.span,
        text=" ".join(passage.span.slice(split.text).split()),
        read_as=passage.text,
        score=float(table.scores[place, column]),
        probability=chance,
        band=None if chance is None else Band.of(chance),
        closest_exemplar=index.exemplar(int(table.closest[place, column])),
    )


def _grid(split: SplitText, table: ScoreTable) -> NDArray[np.float64]:
    """Return the best value of each sentence and clause; of two sentences read together, the stronger one takes it."""
    grid = np.full((len(split.sentences), table.values.shape[1]), -1.0)
    pairs = []
    for passage, values in zip(split.passages, table.values, strict=True):
        if len(passage.sentences) == 1:
            np.maximum(grid[passage.sentences[0]], values, out=grid[passage.sentences[0]])
        else:
            pairs.append((passage.sentences, values))
    alone = grid.copy()
    for sentences, values in pairs:
        rows = np.array(sentences)
        strongest = rows[alone[rows].argmax(axis=0)]
        columns = np.arange(grid.shape[1])
        grid[strongest, columns] = np.maximum(grid[strongest, columns], values)
    return grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one clause between two wordings; values are probabilities, or scores without calibration.

    Attributes:
        clause: The clause.
        before: Its value for the first wording, in [-1, 1].
        after: Its value for the second one.
        band_before: Its band for the first wording; None without calibration.
        band_after: Its band for the second one.
    """

    clause: Clause
    before: float
    after: float
    band_before: Band | None
    band_after: Band | None


def compare(before: Brief, after: Brief) -> tuple[Change, ...]:
    """Return what changed for every clause that either brief shows, the greatest change first."""
    found: Mapping[str, Entry] = {entry.clause.id: entry for entry in (*before.entries, *before.rest)}
    other: Mapping[str, Entry] = {entry.clause.id: entry for entry in (*after.entries, *after.rest)}
    shown = dict.fromkeys(entry.clause.id for entry in (*before.entries, *after.entries))
    changes = [
        Change(
            clause=found[clause_id].clause,
            before=found[clause_id].value,
            after=other[clause_id].value,
            band_before=found[clause_id].band,
            band_after=other[clause_id].band,
        )
        for clause_id in shown
    ]
    return tuple(sorted(changes, key=lambda change: -abs(change.after - change.before)))
