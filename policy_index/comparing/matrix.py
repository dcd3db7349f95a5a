"""Who speaks of what: for every policy and every topic the clause that says it, how surely, and whether it forbids.

A topic is one of the bundled concepts, or words that somebody typed. How sure it is comes in words, whose thresholds were chosen on
287 cells (72 concepts, four policies) that we judged ourselves, so that they are no measure of policies that were not seen: of the
cells called near 0.90 speak of the topic, of these and those called maybe 0.72; near ones are 0.70 of all that do, both 0.90. The AUROC
there is 0.93; with whole clauses alone, without their phrases, it is 0.82, and of the concepts' names as typed words 0.84 (near: 0.82
right, 0.52 found; with maybe 0.59 and 0.79). Of typed words the very words of a clause count too, which these numbers do not know:
against 80 cells of a published hand-made table of prohibited uses by company (20 uses, four policies) the AUROC is 0.92 with them
(0.82 to 0.98 when uses are drawn anew), 0.82 without; the want of them was seen on these cells. On 144 sure cells (20 topics, eight
invented policies by an author who knew nothing of this, nine in ten of whose clauses do not name their topic and two in three of whose
zeros have a clause that names it and restricts nothing) it is 0.84 by concepts, and 0.77 of 173 cells by typed words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from policy_index.comparing.literal import holding
from policy_index.errors import ComparisonError
from policy_index.policy.concepts import Concept, bundled_concepts
from policy_index.policy.document import Clause
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.search.concept_space import concept_space
from policy_index.search.likelihood import Nearness
from policy_index.search.text import accept_text
from policy_index.search.topic_places import topic_places
from policy_index.search.vectors import Encoder

MOST_POLICIES = 20
"""Policies that are laid side by side at once."""

NEAR_FROM = 0.30
"""Value of a concept from which a clause speaks of it, mostly."""

MAYBE_FROM = 0.20
"""Value of a concept below which hardly a clause speaks of it."""

ASKED_NEAR_FROM = 0.40
"""The same of words that somebody typed."""

ASKED_MAYBE_FROM = 0.25

HELD_FROM = ASKED_NEAR_FROM
"""Least value of a clause that holds all the words that somebody typed: it speaks of it; nearer ones still come before others."""


class Says(StrEnum):
    """What a clause does about a topic, by its kind; the value is what people read."""

    FORBIDS = "Not allowed"
    CONDITIONS = "Only on conditions"
    MENTIONS = "Speaks of it"

    @classmethod
    def of(cls, lane: Lane) -> "Says":
        """Return what clauses of a lane do."""
        match lane:
            case Lane.NOT_ALLOWED:
                return cls.FORBIDS
            case Lane.ONLY_IF | Lane.YOU_MUST | Lane.PLUGIN_RULES:
                return cls.CONDITIONS
            case Lane.GOOD_TO_KNOW | Lane.KEEPS_CLEAR:
                return cls.MENTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one policy has of one topic.

    Attributes:
        clause: The clause that has most of it.
        value: How much: near 1 for a clause on it, near 0 for none.
        nearness: The same in words; `far` where the policy does not seem to speak of it.
        says: What the clause does about it.
    """

    clause: Clause
    value: float
    nearness: Nearness
    says: Says

    @property
    def speaks(self) -> bool:
        """Whether the policy may speak of it."""
        return self.nearness is not Nearness.FAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A row: one of the concepts, by its id, or, without one, what somebody typed."""

    id: str
    name: str
    definition: str = ""

    @classmethod
    def from_concept(cls, concept: Concept) -> "Topic":
        """Return the topic of a concept."""
        return cls(id=concept.id, name=concept.name, definition=concept.definition)

    def holds(self, words: str) -> bool:
        """Whether name, id or definition hold these words, capitals aside."""
        text = f"{self.name} {self.id} {self.definition}".casefold()
        return all(word in text for word in words.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """A topic with what each policy has of it, in the order of the policies."""

    topic: Topic
    cells: tuple[Cell, ...]

    @property
    def speaking(self) -> int:
        """How many policies may speak of it."""
        return sum(cell.speaks for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Policies by topics.

    Attributes:
        packs: The policies, one a column.
        rows: The topics.
        space: What it was found with, for people.
    """

    packs: tuple[PolicyPack, ...]
    rows: tuple[TopicRow, ...]
    space: str


def concept_matrix(packs: Sequence[PolicyPack], encoder: Encoder, *, concepts: Sequence[str] = ()) -> Matrix:
    """Return what each policy has of each concept.

    Args:
        packs: From 1 to 20 policies.
        encoder: The encoder.
        concepts: Ids of the concepts that are wanted, in order; all without any.

    Raises:
        ComparisonError: No policy, too many, one twice, or no concept has such an id.
    """
    _accept(packs)
    known = bundled_concepts()
    if unknown := [each for each in concepts if each not in known.by_id]:
        message = f"Expected ids of concepts, such as gambling, got {unknown[0][:60]!r}."
        raise ComparisonError(message)
    wanted = [known.by_id[each] for each in concepts] or list(known.concepts)
    columns = [known.concepts.index(each) for each in wanted]
    cells = []
    for pack in packs:
        places = topic_places(pack, encoder)
        clauses, values = places.strongest(places.placed.values[:, columns])
        thresholds = (NEAR_FROM, MAYBE_FROM)
        cells.append([_cell(pack, *each, thresholds) for each in zip(clauses.tolist(), values.tolist(), strict=True)])
    rows = (
        TopicRow(topic=Topic.from_concept(concept), cells=tuple(own[place] for own in cells))
        for place, concept in enumerate(wanted)
    )
    return Matrix(packs=tuple(packs), rows=tuple(rows), space=encoder.name)


def asked_matrix(packs: Sequence[PolicyPack], encoder: Encoder, *, texts: Sequence[str]) -> Matrix:
    """Return what each policy has of things that somebody typed, “a dating app”, one row each.

    Raises:
        ComparisonError: No policy, too many, or one twice.
        InputError: A text is blank or too long.
    """
    _accept(packs)
    asked = [accept_text(text) for text in texts]
    places = concept_space(encoder).places(encoder.encode(asked))
    cells = []
    for pack in packs:
        own = topic_places(pack, encoder)
        near = own.near(places)
        for column, text in enumerate(asked):
            held = holding(pack.policy.clauses, text)
            near[held, column] = np.maximum(near[held, column], HELD_FROM + (1 - HELD_FROM) * near[held, column])
        clauses, scores = own.strongest(near)
        thresholds = (ASKED_NEAR_FROM, ASKED_MAYBE_FROM)
        cells.append([_cell(pack, *each, thresholds) for each in zip(clauses.tolist(), scores.tolist(), strict=True)])
    asked_rows = tuple(
        TopicRow(topic=Topic(id="", name=text), cells=tuple(own[place] for own in cells))
        for place, text in enumerate(asked)
    )
    return Matrix(packs=tuple(packs), rows=asked_rows, space=encoder.name)


def _cell(pack: PolicyPack, column: int, value: float, thresholds: tuple[float, float]) -> Cell:
    clause = pack.policy.clauses[column]
    near, maybe = thresholds
    nearness = Nearness.NEAR if value >= near else Nearness.MAYBE if value >= maybe else Nearness.FAR
    return Cell(clause=clause, value=value, nearness=nearness, says=Says.of(pack.lane_of(clause)))


def _accept(packs: Sequence[PolicyPack]) -> None:
    specs = [pack.spec for pack in packs]
    if not 1 <= len(packs) <= MOST_POLICIES or len(set(specs)) < len(specs):
        message = f"Expected from 1 to {MOST_POLICIES} different policies, got {len(packs):,}: {', '.join(specs[:3])}."
        raise ComparisonError(message)
