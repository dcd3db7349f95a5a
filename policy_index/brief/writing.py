"""A text -> a brief: the clauses that it touches, by lane, each with the passages that carry it and what to do."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from threading import BoundedSemaphore

import numpy as np
from numpy.typing import NDArray

from policy_index.brief.encoded import EncodedText
from policy_index.brief.memory import PassageMemory
from policy_index.brief.passages import Passage, SplitText
from policy_index.brief.values import Brief, BriefEntry, Evidence, Touched
from policy_index.policy.document import Clause
from policy_index.policy.facts import Fact, Reason
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.policy.twins import Stance
from policy_index.search.blocks import block_of_few
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import MAYBE_FROM, POSSIBLE_FROM, Band, Nearness
from policy_index.search.patience import in_line, stay_patient
from policy_index.search.score_table import ScoreTable
from policy_index.search.training_texts import STANCES

TORN_SHIFT = -1.5
"""Added to the log-odds of one sentence of a paragraph that says more: torn from its neighbours it is easily mistaken."""

PASSAGE_SHIFT = -1.0
"""The same for every other passage of a longer text: a plan is read in many passages, and each is a chance to be wrong."""

PART_SHIFT = -2.0
"""The same for a part of a sentence: what the rest of it says of the part is not read. Chosen on 90 sentences of several uses
(`tuning_uses.jsonl`) and on near-misses (`tuning_families.jsonl`): 0.82 of the uses are shown instead of 0.52, 0.15 of the near-misses
instead of 0.14, and of texts that refuse or prevent as many as before."""

_TWO, _OF_TWO = 2, 0.75
"""Share of the lowering in a text of two sentences, which are fewer chances: of near-misses beside a touching sentence, from
`tuning_families.jsonl`, 0.94 of the touching ones are shown instead of 0.92, and of two near-misses 0.20 instead of 0.15."""

_KEPT_CLEAR = -50.0
"""The same for a clause that the whole sentence seems to keep clear of, and for all where it refuses or prevents."""

_TURNED = [STANCES.index(Stance.REFUSES), STANCES.index(Stance.PREVENTS)]
_SURELY_TURNED = 0.5
"""Probability from which on a sentence is taken to refuse or prevent whatever its parts say."""

HEAVY_SHIFT = -0.45
"""The same, besides, for clauses that prohibit without a condition: they need the stronger evidence."""

Grid = NDArray[np.float64]

_LONG = 20_000
"""Characters from which a text is read beside few others, for the sake of memory and of those who wait for a short one."""

_LONG_TEXTS = BoundedSemaphore(2)
"""One is taken apart while the other is encoded. Four are done no sooner: of twelve long briefs at once two were answered in time
either way, and beside four a short search took five times as long."""

_NEAREST = 5
"""Clauses that are shown where there are no probabilities to choose by."""


def write_brief(
    index: ClauseIndex,
    text: str,
    *,
    facts: Collection[Fact] = (),
    on_progress: Callable[[float], object] | None = None,
    memory: PassageMemory | None = None,
) -> Brief:
    """Read `text` to its end, passage by passage, and return its brief.

    Args:
        index: What to search.
        text: At most 20,000 words.
        facts: Facts about the product that were stated beside the text, of the index's pack.
        on_progress: Called with the share of the passages that are done, in (0, 1].
        memory: Passages that were read before, which are neither encoded nor compared again; those of this text are added to it.

    Raises:
        InputError: The text is blank, too long, or a binary file.
        OverloadedError: It cannot be read in the caller's `patience`, or nobody waits for it any more.
    """
    with in_line(_LONG_TEXTS) if len(text) > _LONG else nullcontext():
        encoder = index.encoder if memory is None else memory.before(index.encoder)
        read = EncodedText.from_text(text, encoder, on_progress=on_progress)
        return brief_on(index, read, facts=facts, memory=memory)


def brief_on(
    index: ClauseIndex, read: EncodedText, *, facts: Collection[Fact] = (), memory: PassageMemory | None = None
) -> Brief:
    """Return the brief of a text that the index's encoder has read already, the same as `write_brief` returns.

    Args:
        index: What to search.
        read: The text.
        facts: As `write_brief`.
        memory: Passages that were compared before, which are not compared again.
    """
    split, table = read.split, _judged_table(index, read, memory)
    entries = [_entry(index, clause, column, split, table) for column, clause in enumerate(index.policy)]
    entries.sort(key=lambda entry: -entry.likelihood.value)
    silent = Brief(
        text=split.text,
        pack=index.pack,
        model=index.encoder.name,
        sentences=split.sentences,
        entries=(),
        rest=tuple(entries),
        touch=_touch(split.passages, table),
        unfit=read.unfit,
        facts=(),
        safeguards=read.safeguards,
        foreign=read.foreign,
        grid=_grid(split, table, entries, index.policy.columns),
        uncalibrated=index.uncalibrated,
        basis=index.basis,
    )
    return restate(silent, facts)


def touched_by(index: ClauseIndex, read: EncodedText) -> Touched:
    """Return what of a policy a text that was read already touches: the entries that `brief_on` has, and no others.

    It is for texts under many policies: the clauses that are far away cost nothing.

    Args:
        index: What to search.
        read: The text, as the index's encoder has read it.
    """
    highest = index.highest_scores(read.vectors, block_size=block_of_few(len(read.texts)), places=read.shared)
    if highest is not None:
        whole = np.unique(read.places[~_are_parts(read.split.passages)])
        fit = [place for place in whole.tolist() if read.reasons[place] is None]
        if read.unfit is not None or not any(highest[place] >= MAYBE_FROM for place in fit):
            return _untouched(index, float(min(max(highest[whole].max(), 0), 1)))
    table = _judged_table(index, read)
    reached = _reached(table)
    columns = set(reached.tolist())
    if table.probabilities is None and columns:  # of those that are not far only the nearest are shown
        nearest = np.argsort(-table.values.max(axis=0), kind="stable")[:_NEAREST]
        columns &= set(nearest.tolist())
    clauses = index.policy.clauses
    found = [_entry(index, clauses[column], column, read.split, table) for column in sorted(columns)]
    found.sort(key=lambda entry: -entry.likelihood.value)
    shown = _in_order(found, index.pack, {}, is_unfit=read.unfit is not None)[0] if found else ()
    return Touched(
        pack=index.pack,
        entries=shown,
        reached=frozenset(clauses[column].id for column in reached.tolist()) | {entry.clause.id for entry in shown},
        touch=_touch(read.split.passages, table),
        uncalibrated=index.uncalibrated,
    )


def _reached(table: ScoreTable) -> NDArray[np.int64]:
    """Return the columns of the clauses that a text is not far from, whether or not they are among the nearest."""
    if table.probabilities is not None and table.mentions is not None:
        at_best = np.maximum(table.probabilities.max(axis=0), table.mentions.max(axis=0))
        return np.flatnonzero(at_best >= POSSIBLE_FROM)
    fit = np.array([reason is None for reason in table.unfit])
    if not fit.any():
        return np.empty(0, dtype=np.int64)
    if table.by_places:
        return np.flatnonzero(table.scores[fit].max(axis=0) >= MAYBE_FROM)
    return np.sort(np.argsort(-table.scores.max(axis=0), kind="stable")[:_NEAREST])


def _untouched(index: ClauseIndex, touch: float) -> Touched:
    return Touched(pack=index.pack, entries=(), reached=frozenset(), touch=touch, uncalibrated=index.uncalibrated)


def _judged_table(index: ClauseIndex, read: EncodedText, memory: PassageMemory | None = None) -> ScoreTable:
    """Return the scores of a text's passages, their odds lowered as those of a longer text must be."""
    passages = read.split.passages
    score = (
        partial(index.score_vectors, block_size=block_of_few(len(read.texts)))
        if memory is None
        else partial(memory.score_vectors, index)
    )
    table = score(read.texts, read.vectors, places=read.shared, reasons=read.reasons)
    if len(read.texts) < len(passages):  # else each passage has words of its own, and they stand in their order
        table = table.take(read.places)
    if read.unfit is not None:  # then neither can a part of it, however it looks alone
        table = table.judged([read.unfit] * len(passages))
    if len(passages) > 1 and table.probabilities is not None:
        return table.shifted(_shifts(index, passages, table))
    return table.silenced(_are_parts(passages))  # scores without a probability have no odds that could be lowered


def _shifts(index: ClauseIndex, passages: Sequence[Passage], table: ScoreTable) -> Grid:
    """Return what is added to the log-odds of each passage and clause; nothing for the only sentence of a text, read whole."""
    whole = {passage.sentences: row for row, passage in enumerate(passages) if not passage.is_part}
    parts = _are_parts(passages)
    of_passages = np.array(
        [PART_SHIFT if passage.is_part else TORN_SHIFT if passage.is_torn else PASSAGE_SHIFT for passage in passages]
    )
    heavy = np.array([index.pack.lane_of(clause) is Lane.NOT_ALLOWED for clause in index.policy])
    shifts: Grid = of_passages[:, None] + HEAVY_SHIFT * heavy
    sentences = 1 + max(passage.sentences[-1] for passage in passages)
    if sentences == _TWO:
        shifts[~parts] *= _OF_TWO
    if np.count_nonzero(~parts) == 1:
        shifts[~parts] = 0.0
    assert table.probabilities is not None and table.mentions is not None and table.stances is not None  # noqa: S101, PT018  # `_judged_table` has looked
    clear = (table.mentions >= POSSIBLE_FROM) & (table.probabilities < POSSIBLE_FROM)
    clear |= (table.stances[:, _TURNED].sum(axis=1) >= _SURELY_TURNED)[:, None]
    for row in np.flatnonzero(parts).tolist():
        shifts[row, clear[whole[passages[row].sentences]]] = _KEPT_CLEAR
    return shifts


def _are_parts(passages: Sequence[Passage]) -> NDArray[np.bool_]:
    """Return for each passage whether it is a part of a sentence that is read whole as well."""
    return np.array([passage.is_part for passage in passages], dtype=bool)


def _touch(passages: Sequence[Passage], table: ScoreTable) -> float | None:
    """Return how far a text touches the policy at all: as far as any passage does, or as surely as a part of one has a clause."""
    touches = table.touches
    if touches is None:
        return None
    found = float(touches[~_are_parts(passages)].max())
    return found if table.probabilities is None else max(found, float(table.probabilities.max()))


def restate(brief: Brief, facts: Collection[Fact]) -> Brief:
    """Return the brief for other facts stated beside the same text; nothing is read again."""
    everything = sorted((*brief.entries, *brief.rest), key=lambda entry: -entry.likelihood.value)
    reasons = brief.pack.facts.reasons(facts)
    shown, rest = _in_order(everything, brief.pack, reasons, is_unfit=brief.unfit is not None)
    return replace(
        brief,
        entries=shown,
        rest=rest,
        facts=tuple(fact for fact in brief.pack.facts.facts if fact in facts),
    )


def _in_order(
    found: Sequence[BriefEntry], pack: PolicyPack, reasons: Mapping[str, tuple[Reason, ...]], *, is_unfit: bool
) -> tuple[tuple[BriefEntry, ...], tuple[BriefEntry, ...]]:
    """Return the entries that a brief shows, lane by lane, and the rest, of entries that are sorted best first."""
    placed = [_in_lane(replace(entry, reasons=reasons.get(entry.clause.id, ())), pack) for entry in found]
    nearest = 0 if is_unfit else _NEAREST
    shown = {
        entry.clause.id
        for place, entry in enumerate(placed)
        if entry.reasons or entry.keeps_clear or _is_near(entry, place < nearest)
    }
    order = list(Lane)
    return (
        tuple(sorted((each for each in placed if each.clause.id in shown), key=lambda each: order.index(each.lane))),
        tuple(each for each in placed if each.clause.id not in shown),
    )


def _is_near(entry: BriefEntry, is_first: bool) -> bool:  # noqa: FBT001  # among the nearest, or not
    """Return whether an entry is shown by what the text says."""
    if entry.band is not None:
        return entry.likelihood.shows
    return is_first and entry.likelihood.nearness is not Nearness.FAR


def _in_lane(entry: BriefEntry, pack: PolicyPack) -> BriefEntry:
    """Return the entry in its clause's lane, or, where the text only says what it keeps clear of, in that one."""
    apart = entry.keeps_clear and entry.clause.citable and not entry.reasons
    return replace(entry, lane=Lane.KEEPS_CLEAR if apart else pack.lane_of(entry.clause))


def _entry(index: ClauseIndex, clause: Clause, column: int, split: SplitText, table: ScoreTable) -> BriefEntry:
    stay_patient()
    if table.probabilities is None or table.mentions is None:
        carrying = [int(np.argmax(table.scores[:, column]))]
    else:
        chances = table.probabilities[:, column]
        shows = clause.citable and chances.max() < POSSIBLE_FROM and table.mentions[:, column].max() >= POSSIBLE_FROM
        carrying = _carrying(split, table.mentions[:, column] if shows else chances)
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


def _grid(split: SplitText, table: ScoreTable, entries: Sequence[BriefEntry], columns: Mapping[str, int]) -> Grid:
    """Return the value of each sentence and clause: read alone, or as a part of the passages that carry the clause."""
    grid = np.full((len(split.sentences), table.values.shape[1]), -1.0)
    for passage, values in zip(split.passages, table.values, strict=True):
        if len(passage.sentences) == 1:
            np.maximum(grid[passage.sentences[0]], values, out=grid[passage.sentences[0]])
    covered = {passage.span: passage.sentences for passage in split.passages}
    for entry in entries:
        for evidence in entry.passages:
            rows, column = list(covered[evidence.span]), columns[entry.clause.id]
            grid[rows, column] = np.maximum(grid[rows, column], evidence.likelihood.value)
    return grid
