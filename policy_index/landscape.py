"""How the parts of the policy lie to each other: likeness of clauses and revisions, order, places on a map.

All of it depends on model, policy and exemplars only. `policy-index chart` computes it once; it ships with the package,
so no page encodes or projects anything.

Likeness is the cosine of two vectors of the encoder in its full space (the bundled one: 768 dimensions, two views of 384
each), not a search score: it asks whether two texts speak of the same thing, not whether one would be cited for the other.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from policy_index.document import ChangelogEntry, Clause, PolicyDocument
from policy_index.index import ClauseIndex
from policy_index.parser import bundled_policy
from policy_index.projection import Comparison, Places, compare, place_among, project, trustworthiness
from policy_index.scorer import TrainingTexts, cosines, fit

_DIGITS = 4
"""Decimals that are stored: finer than anyone can see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two clauses and their likeness, a cosine in [-1, 1]; the earlier one in the policy comes first."""

    first: Clause
    second: Clause
    score: float

    @property
    def id(self) -> str:
        """Both ids, joined."""
        return f"{self.first.id}~{self.second.id}"


@dataclass(frozen=True, kw_only=True)
class Landscape:
    """What was computed once, for the clauses in document order.

    Attributes:
        key: Digest of model, policy and exemplars, as the scorer's.
        model: Name of the encoder.
        dimensions: Of the encoder's space.
        similarities: Cosine of each two clauses' own words, (clauses, clauses).
        entry_similarities: Cosine of each revision's note, newest first, and each clause, (revisions, clauses).
        order: The clauses' rows so that like ones stand together (average linkage, optimal leaf order).
        places: Of the clauses on the map.
        exemplar_places: Of the exemplars, clause by clause, placed as a checked text is.
        exemplar_trust: How trustworthy these are, among the exemplars, with 15 neighbours.
        comparison: How trustworthy each projection compared is, the best first.
    """

    key: str
    model: str
    dimensions: int
    similarities: NDArray[np.float64]
    entry_similarities: NDArray[np.float64]
    order: tuple[int, ...]
    places: Places
    exemplar_places: Places
    exemplar_trust: float
    comparison: tuple[Comparison, ...]

    @classmethod
    def from_index(cls, index: ClauseIndex) -> "Landscape":
        """Compute everything; encodes the notes of the revisions only."""
        from scipy.cluster.hierarchy import leaves_list, linkage  # maintainers' command only
        from scipy.spatial.distance import squareform

        document, training = index.document, TrainingTexts.from_exemplars(index.document, index.exemplars)
        vectors = index.scorer.vectors.astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        exemplars, own = vectors[: training.exemplar_rows[-1].stop], vectors[training.exemplars_and_harmless :]
        entries = index.encoder.encode([entry.text for entry in document.changelog])
        similarities = own.astype(np.float64) @ own.T.astype(np.float64)
        apart = np.clip(1 - similarities, 0, 2)
        np.fill_diagonal(apart, 0)
        tree = linkage(squareform(apart, checks=False), "average", optimal_ordering=True)
        places = project(own)
        # Each exemplar as if it had been typed: scored by a fit that has not seen it.
        unseen = fit(index.scorer.vectors.astype(np.float32), training, document).leave_one_out
        exemplar_places = place_among(cosines(unseen[: len(exemplars), :-1]), places)
        return cls(
            key=index.scorer.key,
            model=index.encoder.name,
            dimensions=own.shape[1],
            similarities=similarities,
            entry_similarities=(entries @ own.T).astype(np.float64),
            order=tuple(int(row) for row in leaves_list(tree)),
            places=places,
            exemplar_places=exemplar_places,
            exemplar_trust=trustworthiness(exemplars, exemplar_places, 15),
            comparison=compare(own),
        )

    @classmethod
    def from_json(cls, text: str) -> "Landscape":
        """Read what `to_json` wrote."""
        stored = json.loads(text)
        arrays = ("similarities", "entry_similarities", "places", "exemplar_places")
        return cls(
            **stored
            | {name: np.array(stored[name], dtype=np.float64) for name in arrays}
            | {
                "order": tuple(stored["order"]),
                "comparison": tuple(Comparison(**each) for each in stored["comparison"]),
            }
        )

    def to_json(self) -> str:
        """Return everything as JSON, rounded to four decimals."""
        return json.dumps(
            {
                "key": self.key,
                "model": self.model,
                "dimensions": self.dimensions,
                "similarities": self.similarities.round(_DIGITS).tolist(),
                "entry_similarities": self.entry_similarities.round(_DIGITS).tolist(),
                "order": self.order,
                "places": self.places.round(_DIGITS).tolist(),
                "exemplar_places": self.exemplar_places.round(_DIGITS).tolist(),
                "exemplar_trust": round(self.exemplar_trust, _DIGITS),
                "comparison": [
                    asdict(each) | {"five": round(each.five, _DIGITS), "ten": round(each.ten, _DIGITS)}
                    for each in self.comparison
                ],
            },
            separators=(",", ":"),
        )

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair of clauses of the bundled policy, the most alike first."""
        clauses = bundled_policy().clauses
        rows, columns = np.triu_indices(len(clauses), k=1)
        scores = self.similarities[rows, columns]
        return tuple(
            Pair(first=clauses[rows[place]], second=clauses[columns[place]], score=float(scores[place]))
            for place in np.argsort(-scores, kind="stable")
        )

    def nearest_clauses(self, clause: Clause, *, limit: int) -> tuple[tuple[Clause, float], ...]:
        """Return the clauses most like `clause`, best first, with their cosines."""
        row = _row(clause.id)
        return tuple(each for each in _best(self.similarities[row], limit + 1) if each[0].id != clause.id)[:limit]

    def clauses_near_entry(self, entry: ChangelogEntry, *, limit: int) -> tuple[tuple[Clause, float], ...]:
        """Return the clauses most like a revision's note, best first, with their cosines."""
        return _best(self.entry_similarities[bundled_policy().changelog.index(entry)], limit)

    def entries_near_clause(self, clause: Clause, *, limit: int) -> tuple[tuple[ChangelogEntry, float], ...]:
        """Return the revisions whose notes are most like the clause, best first, with their cosines."""
        scores = self.entry_similarities[:, _row(clause.id)]
        entries = bundled_policy().changelog
        return tuple((entries[row], float(scores[row])) for row in np.argsort(-scores, kind="stable")[:limit])


def closest_pairs(
    document: PolicyDocument,
    landscape: Landscape,
    *,
    across_only: bool,
    binding_only: bool = False,
    group_id: str | None = None,
) -> tuple[Pair, ...]:
    """Return pairs of clauses, the most alike first.

    Args:
        document: The policy.
        landscape: Its likenesses.
        across_only: Leave out pairs of one category or section, which are alike by design.
        binding_only: Only pairs of clauses that both bind the reader, no explanations or statements.
        group_id: Only pairs with a clause of this category or section.
    """
    group = {clause.id: each.id for each in document.groups for clause in each.clauses}
    return tuple(
        pair
        for pair in landscape.pairs
        if not (across_only and group[pair.first.id] == group[pair.second.id])
        and (not binding_only or (pair.first.citable and pair.second.citable))
        and (group_id is None or group_id in (group[pair.first.id], group[pair.second.id]))
    )


def landscape_file() -> Traversable:
    """Return the file in the package, for the bundled policy, exemplars and model."""
    return files("policy_index") / "data" / "landscape.json"


@cache
def bundled_landscape() -> Landscape:
    """Return what ships, for the bundled policy and model."""
    return Landscape.from_json(landscape_file().read_text(encoding="utf-8"))


@cache
def _rows() -> dict[str, int]:
    return {clause.id: row for row, clause in enumerate(bundled_policy())}


def _row(clause_id: str) -> int:
    return _rows()[clause_id]


def _best(scores: NDArray[np.float64], limit: int) -> tuple[tuple[Clause, float], ...]:
    clauses = bundled_policy().clauses
    return tuple((clauses[row], float(scores[row])) for row in np.argsort(-scores, kind="stable")[:limit])
