"""What the picture of a policy's clauses is coloured by: a colour for each clause, and a few words on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log1p

from plotly.colors import sample_colorscale

from policy_index.comparing.diff import ChangeKind, Comparison
from policy_index.landscape.landscape import Landscape
from policy_index.plots.palette import ALIKE, LANE_COLORS, NEUTRAL, similarity_color
from policy_index.policy.document import Clause
from policy_index.policy.lanes import KIND_NAMES
from policy_index.policy.pack import PolicyPack
from policy_index.words import counted

_NONE = "#6b7280"
_APART = "#3a3f4b"

_WORTH_TELLING = 0.1
"""Similarity below which a group is not told apart from others: around 0 the numbers say nothing."""

_FEW_TO_MANY = ("#1d6fc4", "#0b2f6b")
"""From one prompt to the most; white words can be read on both."""

_CHANGES = {
    ChangeKind.ADDED: "#2b6e4f",
    ChangeKind.REMOVED: "#b3261e",
    ChangeKind.REWORDED: "#8f5200",
    ChangeKind.MOVED: "#6741c9",
    ChangeKind.COSMETIC: "#33658a",
    ChangeKind.UNCHANGED: NEUTRAL,
}
"""One colour a kind of change; white words can be read on each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Colouring:
    """What the clauses are coloured by.

    Attributes:
        colors: Of each clause, by its id.
        notes: A few words on each clause, by its id; nothing where there is nothing to say.
        weights: How strongly a clause shows for its group, by its id: the group has the colour of its strongest one.
        told: Says in a few words what holds of some clauses together; empty where nothing does.
        key: What the colours mean, each with its colour.
    """

    colors: Mapping[str, str]
    notes: Mapping[str, str]
    weights: Mapping[str, float]
    told: Callable[[Sequence[Clause]], str]
    key: tuple[tuple[str, str], ...]

    def of_group(self, clauses: Sequence[Clause]) -> str:
        """Return the colour of some clauses together: that of the strongest, the first of equals."""
        return self.colors[max(clauses, key=lambda clause: self.weights.get(clause.id, 0.0)).id]


@lru_cache(maxsize=64)
def by_kind(pack: PolicyPack) -> Colouring:
    """Colour clauses by what they do to the reader; a group by its first clause that binds."""
    lanes = {clause.id: pack.lane_of(clause) for clause in pack.policy}
    return Colouring(
        colors={clause_id: LANE_COLORS[lane] for clause_id, lane in lanes.items()},
        notes={clause.id: KIND_NAMES[clause.kind] for clause in pack.policy},
        weights={clause.id: float(clause.citable) for clause in pack.policy},
        told=lambda _clauses: "",
        key=tuple((lane.value, color) for lane, color in LANE_COLORS.items() if lane in lanes.values()),
    )


@lru_cache(maxsize=64)
def by_scores(pack: PolicyPack, scores: tuple[tuple[str, float], ...]) -> Colouring:
    """Colour clauses by the similarity of a checked text to each, pairs of id and score in [-1, 1]; 0 where there is none."""
    known = dict(scores)
    return _by_similarity(
        {clause.id: known.get(clause.id, 0.0) for clause in pack.policy}, what="similarity to your text"
    )


@lru_cache(maxsize=256)
def by_closeness(landscape: Landscape, chosen: Clause) -> Colouring:
    """Colour clauses by their likeness to a chosen one, a cosine."""
    row = landscape.similarities[landscape.policy.columns[chosen.id]]
    likeness = {clause.id: float(value) for clause, value in zip(landscape.policy, row, strict=True)}
    return _by_similarity(likeness, what="similarity to the chosen clause")


def _by_similarity(scores: Mapping[str, float], *, what: str) -> Colouring:
    def told(clauses: Sequence[Clause]) -> str:
        best = max(scores[clause.id] for clause in clauses)
        return f"up to {best:.2f}" if best >= _WORTH_TELLING else ""

    return Colouring(
        colors={clause_id: similarity_color(score) for clause_id, score in scores.items()},
        notes={clause_id: f"{what} {score:.2f}" for clause_id, score in scores.items()},
        weights=scores,
        told=told,
        key=(("Similarity 0", NEUTRAL), ("Similarity 1", ALIKE)),
    )


@lru_cache(maxsize=64)
def by_prompts(pack: PolicyPack, touched: tuple[tuple[str, int], ...]) -> Colouring:
    """Colour clauses by how many prompts touch each, pairs of id and count for those that bind the reader."""
    policy, counts = pack.policy, dict(touched)
    most = max(counts.values(), default=0)
    shades = {count: _shade(count, most) for count in {*counts.values(), 1, most}}

    def told(clauses: Sequence[Clause]) -> str:
        binding = [clause for clause in clauses if clause.id in counts]
        touched = sum(counts[clause.id] > 0 for clause in binding)
        return f"{touched} of {len(binding)} touched" if touched else ""

    some = (("1 prompt", shades[1]), (f"{most:,} prompts", shades[most])) if most > 1 else (("1 prompt", shades[1]),)
    return Colouring(
        colors={clause.id: shades[counts[clause.id]] if clause.id in counts else _APART for clause in policy},
        notes={
            clause.id: counted(counts[clause.id], "prompt") if clause.id in counts else "binds nobody: not counted"
            for clause in policy
        },
        weights={clause_id: 1.0 + count for clause_id, count in counts.items()},
        told=told,
        key=(("No prompt", _NONE), *(some if most else ()), ("Binds nobody", _APART)),
    )


def _shade(count: int, most: int) -> str:
    if not count:
        return _NONE
    share = log1p(count - 1) / log1p(most - 1) if most > 1 else 0.0
    (color,) = sample_colorscale(_FEW_TO_MANY, [share])
    return str(color)


def by_changes(comparison: Comparison, *, is_after: bool) -> Colouring:
    """Colour clauses by what became of them between two versions.

    Args:
        comparison: Of the two.
        is_after: Whether the clauses are those of the version after; of the one before otherwise.
    """
    kinds = {
        clause.id: change.kind
        for change in comparison.changes
        for clause in (change.clauses_after if is_after else change.clauses_before)
    }
    weights = {kind: float(place) for place, kind in enumerate(reversed(_CHANGES))}

    def told(clauses: Sequence[Clause]) -> str:
        changed = sum(kinds[clause.id] is not ChangeKind.UNCHANGED for clause in clauses)
        return f"{changed} changed" if changed else ""

    return Colouring(
        colors={clause_id: _CHANGES[kind] for clause_id, kind in kinds.items()},
        notes={clause_id: kind.value for clause_id, kind in kinds.items()},
        weights={clause_id: weights[kind] for clause_id, kind in kinds.items()},
        told=told,
        key=tuple((kind.value.capitalize(), color) for kind, color in _CHANGES.items() if kind in kinds.values()),
    )
