"""The same text under several policies, or several versions of one: a column each, and what appears, goes or is stricter.

The text is read once, however many policies it meets. What a column says is said in that policy's own measure: probabilities where
they could be calibrated, near and maybe where nothing could. No column is compared with another by these numbers, only by which
clauses it reaches, by which of them belong together, and by what they do to the reader.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from policy_index.brief.encoded import EncodedText
from policy_index.brief.values import Touched
from policy_index.brief.writing import touched_by
from policy_index.comparing.counterparts import Counterparts, counterparts_of_policies, counterparts_of_versions
from policy_index.errors import ComparisonError, InputError
from policy_index.policy.document import Clause
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.search.index import ClauseIndex
from policy_index.search.one_thread import one_thread_a_product
from policy_index.search.vectors import Encoder

MOST = 100
"""Policies and versions that one text is laid under at once."""


class StepKind(StrEnum):
    """What becomes of a clause that a text reaches, from one policy to another; the value is its name in records."""

    APPEARS = "appears"
    STRICTER = "stricter"
    GOES = "goes"
    MILDER = "milder"
    STAYS = "stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What becomes of one clause from the base to another column.

    Attributes:
        kind: Whether it appears, goes, or stays, and then whether it does more to the reader or less.
        before: The clause of the base; of one that appears the counterpart that the text does not reach, or None.
        after: The clause of the other policy; of one that goes the same.
        lane_before: What the base's clause does to the reader; None without one.
        lane_after: The same of the other one.
        reworded: Whether both are there and their words differ.
    """

    kind: StepKind
    before: Clause | None
    after: Clause | None
    lane_before: Lane | None
    lane_after: Lane | None
    reworded: bool

    @property
    def clause(self) -> Clause:
        """The clause that the step is about: the one before where it goes, else the one after."""
        clause = self.before if self.kind is StepKind.GOES else self.after
        assert clause is not None  # noqa: S101  # every step has that side
        return clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs for the text between the base and another column.

    Attributes:
        base: The base's column.
        other: The other column.
        steps: What becomes of each clause that either shows; none where the two cannot be compared.
        why_not: One sentence on why they cannot be compared; empty where they can.
        notes: Sentences on what a reader should know of this pair.
    """

    base: Touched
    other: Touched
    steps: tuple[Step, ...]
    why_not: str
    notes: tuple[str, ...]

    def of_kind(self, kind: StepKind) -> tuple[Step, ...]:
        """Return the steps of one kind, in the order of the columns."""
        return tuple(step for step in self.steps if step.kind is kind)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A text under several policies.

    Attributes:
        read: The text as it was read, once.
        columns: What it touches under each policy, in the order that was asked for.
        base: The place of the column with which the others are compared.
        encoder: What read it.
    """

    read: EncodedText
    columns: tuple[Touched, ...]
    base: int
    encoder: Encoder

    @property
    def text(self) -> str:
        """The text."""
        return self.read.split.text

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What differs between the base and each other column, in their order; made when it is first asked for."""
        base = self.columns[self.base]
        return tuple(
            _difference(base, other, self.encoder) for place, other in enumerate(self.columns) if place != self.base
        )


def spread(
    text: str,
    indexes: Sequence[ClauseIndex],
    *,
    base: int = 0,
    on_progress: Callable[[float], object] | None = None,
) -> Spread:
    """Return what a text touches under each of some policies; it is read and encoded once.

    Args:
        text: At most 20,000 words.
        indexes: One for each policy or version, of one encoder; one alone makes a spread of one column.
        base: The place of the one with which the others are compared.
        on_progress: Called with the share of the text that is read, in (0, 1].

    Raises:
        InputError: The text is blank, too long or a binary file; there is no policy, one is there twice, or there are too many.
    """
    accept_packs([index.pack for index in indexes])
    encoder = indexes[0].encoder
    if len({index.encoder.fingerprint for index in indexes}) > 1:
        message = f"Expected indexes of one model, got {indexes[0].encoder.name} and others beside it."
        raise InputError(message)
    read = EncodedText.from_text(text, encoder, on_progress=on_progress)
    with one_thread_a_product():  # once for all columns
        columns = tuple(touched_by(index, read) for index in indexes)
    return Spread(read=read, columns=columns, base=base, encoder=encoder)


def accept_packs(packs: Sequence[PolicyPack], *, most: int = MOST) -> None:
    """Refuse what no text is laid under; nothing is loaded for it.

    Raises:
        InputError: There is no policy, one is there twice, or there are more than `most`.
    """
    if not 1 <= len(packs) <= most:
        message = f"Expected 1 to {most} policies or versions at once, got {len(packs):,}."
        raise InputError(message)
    seen: set[str] = set()
    for pack in packs:
        if pack.spec in seen:
            message = f"Expected each policy or version once, got {pack.spec} twice."
            raise InputError(message)
        seen.add(pack.spec)


def counterparts(first: Touched, other: Touched, encoder: Encoder) -> Counterparts:
    """Return which clauses of two columns belong together: of versions by id and words, of policies by a crosswalk.

    Raises:
        ComparisonError: The two cannot be compared.
    """
    if first.pack.id == other.pack.id:
        return counterparts_of_versions(first.pack, other.pack, asked=first.reached, asked_of_other=other.reached)
    return counterparts_of_policies(first.pack, other.pack, encoder=encoder)


def _difference(base: Touched, other: Touched, encoder: Encoder) -> Difference:
    try:
        found = counterparts(base, other, encoder)
    except ComparisonError as error:
        return Difference(base=base, other=other, steps=(), why_not=str(error), notes=())
    return Difference(base=base, other=other, steps=_steps(base, other, found), why_not="", notes=_notes(base, other))


def _steps(base: Touched, other: Touched, found: Counterparts) -> tuple[Step, ...]:
    steps: list[Step] = []
    met: set[str] = set()
    for entry in base.entries:
        own = found.there.get(entry.clause.id, ())
        reached = [clause for clause in own if clause.id in other.reached]
        met.update(clause.id for clause in reached)
        after = reached[0] if reached else next(iter(own), None)
        steps.append(_step(base, other, entry.clause, after, kind=None if reached else StepKind.GOES))
    for entry in other.entries:
        if entry.clause.id in met:
            continue
        own = found.back.get(entry.clause.id, ())
        reached = [clause for clause in own if clause.id in base.reached]
        before = reached[0] if reached else next(iter(own), None)
        steps.append(_step(base, other, before, entry.clause, kind=None if reached else StepKind.APPEARS))
    order = list(StepKind)
    return tuple(sorted(steps, key=lambda step: order.index(step.kind)))


def _step(base: Touched, other: Touched, before: Clause | None, after: Clause | None, *, kind: StepKind | None) -> Step:
    """Return a step; where no kind is given both are reached, and what they do to the reader decides."""
    lanes = _lanes(base.pack, before, other.pack, after)
    if kind is None:
        heavier = list(Lane)
        difference = heavier.index(lanes[0]) - heavier.index(lanes[1]) if lanes[0] and lanes[1] else 0
        kind = StepKind.STRICTER if difference > 0 else StepKind.MILDER if difference < 0 else StepKind.STAYS
    is_reworded = before is not None and after is not None and _folded(before) != _folded(after)
    return Step(kind=kind, before=before, after=after, lane_before=lanes[0], lane_after=lanes[1], reworded=is_reworded)


def _lanes(
    base: PolicyPack, before: Clause | None, other: PolicyPack, after: Clause | None
) -> tuple[Lane | None, Lane | None]:
    """Return what two clauses do to the reader, by the same means: by our readings only where both have one.

    A prohibition is lifted on a condition where somebody has read that in its words; that nobody has read the other one makes
    it no stricter.
    """
    if before is not None and after is not None and (before.id in base.readings) != (after.id in other.readings):
        return Lane.of(before.kind, can_be_lifted=False), Lane.of(after.kind, can_be_lifted=False)
    return (
        None if before is None else base.lane_of(before),
        None if after is None else other.lane_of(after),
    )


def _folded(clause: Clause) -> str:
    return " ".join(clause.text.casefold().split())


def _notes(base: Touched, other: Touched) -> tuple[str, ...]:
    notes = []
    if bool(base.uncalibrated) != bool(other.uncalibrated):
        measured, named = (other, base) if base.uncalibrated else (base, other)
        notes.append(
            f"{measured.pack.title} shows clauses by probability, {named.pack.title} those that are nearest: what appears or goes "
            "between the two may come from that, and not from the policies."
        )
    guessed = [each.pack.title for each in (base, other) if each.pack.policy.kinds_are_guesses]
    if guessed:
        which = guessed[0] if len(guessed) == 1 else "both policies"
        notes.append(
            f"What a clause does to you is guessed from its words in {which}: stricter and milder rest on that."
        )
    return tuple(notes)
