"""A text -> a brief: the clauses that it touches, by lane, each with the passages that carry it and what to do."""

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from policy_index.brief.language import foreign_parts
from policy_index.brief.passages import Passage, SplitText, split_text
from policy_index.brief.safeguards import safeguards
from policy_index.brief.values import Brief, BriefEntry, Evidence
from policy_index.policy.document import Clause, Span
from policy_index.policy.facts import Fact
from policy_index.policy.lanes import Lane
from policy_index.search.fitness import unfit
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import Band
from policy_index.search.score_table import ScoreTable
from policy_index.search.text import accept_long_text, distinct

PASSAGE_SHIFT = -0.25
"""Added to the log-odds of a passage of a longer text: sentences of a plan touch the policy less often than texts pasted
by themselves, for which probabilities were fitted."""

PAIR_SHIFT = -0.75
"""The same for two sentences read together, which come beside each of them read alone: one chance more to be wrong."""

_NEAREST = 5
"""Clauses that are shown where there are no probabilities to choose by."""


def write_brief(
    index: ClauseIndex,
    text: str,
    *,
    facts: Collection[Fact] = (),
    on_progress: Callable[[float], object] | None = None,
) -> Brief:
    """Read `text` to its end, passage by passage, and return its brief.

    Args:
        index: What to search.
        text: At most 20,000 words.
        facts: Facts about the product that were stated beside the text, of the index's pack.
        on_progress: Called with the share of the passages that are done, in (0, 1].

    Raises:
        InputError: The text is blank, too long, or a binary file.
    """
    split = _split(accept_long_text(text), index)
    reason = unfit(split.text)
    texts, places = distinct(passage.text for passage in split.passages)
    table = index.score_table(
        texts, on_progress=None if on_progress is None else lambda done: on_progress(done / len(texts))
    ).take(np.array(places))
    if reason is not None:  # then neither can a part of it, however it looks alone
        table = table.judged([reason] * len(split.passages))
    if len(split.passages) > 1:
        table = table.shifted(
            np.array([PASSAGE_SHIFT if len(passage.sentences) == 1 else PAIR_SHIFT for passage in split.passages])
        )
    entries = [_entry(index, clause, column, split, table) for column, clause in enumerate(index.policy)]
    entries.sort(key=lambda entry: -entry.likelihood.value)
    silent = Brief(
        text=split.text,
        pack=index.pack,
        model=index.encoder.name,
        sentences=split.sentences,
        entries=(),
        rest=tuple(entries),
        touch=None if table.touches is None else float(table.touches.max()),
        unfit=reason,
        facts=(),
        safeguards=safeguards(split.text),
        foreign=foreign_parts(split.text),
        grid=_grid(split, table),
        uncalibrated=index.uncalibrated,
    )
    return restate(silent, facts)


def restate(brief: Brief, facts: Collection[Fact]) -> Brief:
    """Return the brief for other facts stated beside the same text; nothing is read again."""
    stated = brief.pack.facts.reasons(facts)
    everything = [
        replace(entry, reasons=stated.get(entry.clause.id, ()))
        for entry in sorted((*brief.entries, *brief.rest), key=lambda entry: -entry.likelihood.value)
    ]
    nearest = 0 if brief.unfit else _NEAREST
    shown = {
        entry.clause.id
        for place, entry in enumerate(everything)
        if entry.reasons or (place < nearest if entry.band is None else entry.likelihood.shows)
    }
    order = list(Lane)
    return replace(
        brief,
        entries=tuple(
            sorted((each for each in everything if each.clause.id in shown), key=lambda each: order.index(each.lane))
        ),
        rest=tuple(each for each in everything if each.clause.id not in shown),
        facts=tuple(fact for fact in brief.pack.facts.facts if fact in facts),
    )


def _split(text: str, index: ClauseIndex) -> SplitText:
    """Return the text, split; one without a letter or digit, of emoji alone, is a single sentence."""
    split = split_text(text, index.encoder)
    if split.passages:
        return split
    words = text.strip()
    start = text.index(words)
    span = Span(start=start, end=start + len(words))
    return SplitText(text=text, sentences=(span,), passages=(Passage(span=span, text=words, sentences=(0,)),))


def _entry(index: ClauseIndex, clause: Clause, column: int, split: SplitText, table: ScoreTable) -> BriefEntry:
    chances = None if table.probabilities is None else table.probabilities[:, column]
    carrying = [int(np.argmax(table.scores[:, column]))] if chances is None else _carrying(split, chances)
    return BriefEntry(
        clause=clause,
        lane=index.pack.lane_of(clause),
        reading=index.pack.readings.get(clause.id),
        passages=tuple(_evidence(index, split, table, place, column) for place in carrying),
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
    return Evidence(
        span=passage.span,
        text=" ".join(passage.span.slice(split.text).split()),
        read_as=passage.text,
        likelihood=table.likelihood(place, column),
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
