"""How the parts of the policy lie to each other: likeness of clauses and revisions, order, places on a map.

All of it depends on model, policy and exemplars only. `policy-index chart` computes it once; it ships with the package,
so no page encodes or projects anything.

Likeness is the cosine of two vectors of the encoder in its full space (the bundled one: 768 dimensions, two views of 384
each), not a search score: it asks whether two texts speak of the same thing, not whether one would be cited for the other.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.errors import PackError
from policy_index.landscape.projection import (
    FEWEST_TO_COMPARE,
    Comparison,
    Places,
    compare,
    place_among,
    project,
    trustworthiness,
)
from policy_index.policy.document import ChangelogEntry, Clause, Policy
from policy_index.policy.pack import PolicyPack
from policy_index.search.example_scorer import ExampleScorer
from policy_index.search.index import ClauseIndex
from policy_index.search.scorer import ClauseScorer, cosines, leave_one_out
from policy_index.search.training_texts import STANCES, TrainingTexts

FILE = "landscape.json"
"""Name of the file among a pack's fitted parts."""

_MOST_PAIRS = 20_000
"""Pairs that anybody would read or take away: all those of a policy of 200 clauses."""

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


@dataclass(frozen=True, kw_only=True, eq=False)
class Landscape:
    """What was computed once, for the clauses in document order.

    Attributes:
        policy: The policy whose clauses these are.
        key: Digest of model, policy and exemplars, as the scorer's.
        made_of: Digests of the policy's text and of the exemplars.
        model: Name of the encoder.
        dimensions: Of the encoder's space.
        similarities: Cosine of each two clauses' own words, (clauses, clauses).
        entry_similarities: Cosine of each revision's note, newest first, and each clause, (revisions, clauses).
        order: The clauses' rows so that like ones stand together (average linkage, optimal leaf order).
        places: Of the clauses on the map.
        exemplar_places: Of the exemplars, clause by clause, placed as a checked text is.
        exemplar_trust: How trustworthy these are, among the exemplars, with 15 neighbours; None where there are none.
        comparison: How trustworthy each projection compared is, the best first; none for policies of few clauses, for which
            nothing can be compared.
    """

    policy: Policy
    key: str
    made_of: Mapping[str, str]
    model: str
    dimensions: int
    similarities: NDArray[np.float64]
    entry_similarities: NDArray[np.float64]
    order: tuple[int, ...]
    places: Places
    exemplar_places: Places
    exemplar_trust: float | None
    comparison: tuple[Comparison, ...]

    @classmethod
    def from_index(cls, index: ClauseIndex) -> "Landscape":
        """Compute everything; encodes the clauses' words and the notes of the revisions."""
        from scipy.cluster.hierarchy import leaves_list, linkage  # maintainers' command only
        from scipy.spatial.distance import squareform

        policy, training = index.policy, TrainingTexts.from_pack(index.pack)
        examples = training.exemplar_rows[-1].stop
        own = index.encoder.encode([clause.text for clause in policy])
        notes = [entry.text for entry in policy.changelog]
        entries = index.encoder.encode(notes) if notes else np.empty((0, own.shape[1]), dtype=np.float32)
        similarities = own.astype(np.float64) @ own.T.astype(np.float64)
        apart = np.clip(1 - similarities, 0, 2)
        np.fill_diagonal(apart, 0)
        alone = len(own) == 1
        order = (
            [0] if alone else leaves_list(linkage(squareform(apart, checks=False), "average", optimal_ordering=True))
        )
        enough = len(own) >= FEWEST_TO_COMPARE
        places = project(own, enough=enough)
        exemplar_places, trust = np.empty((0, 2)), None
        if isinstance(index.scorer, ClauseScorer) and examples and enough:
            # Each exemplar as if it had been typed: scored by a fit that has not seen it.
            vectors = index.scorer.vectors.astype(np.float32)
            unseen = leave_one_out(vectors, training)[:examples, : -len(STANCES)]
            exemplar_places = place_among(cosines(unseen), places)
            trust = trustworthiness(vectors[:examples], exemplar_places, 15)
        elif isinstance(index.scorer, ExampleScorer) and examples and enough:
            unseen = index.scorer.left_out[:examples, : -len(STANCES)].astype(np.float32)
            exemplar_places = place_among(cosines(unseen), places)
            known = index.scorer.vectors[:examples].astype(np.float32)
            trust = trustworthiness(known, exemplar_places, 15) if examples > 30 else None  # noqa: PLR2004  # twice the neighbours
        return cls(
            policy=policy,
            key=index.scorer.key,
            made_of=_made_of(index.pack),
            model=index.encoder.name,
            dimensions=own.shape[1],
            similarities=similarities,
            entry_similarities=(entries @ own.T).astype(np.float64),
            order=tuple(int(row) for row in order),
            places=places,
            exemplar_places=exemplar_places,
            exemplar_trust=trust,
            comparison=compare(own) if enough else (),
        )

    @classmethod
    def from_pack(cls, pack: PolicyPack) -> "Landscape | None":
        """Return what `policy-index chart` computed for a pack; None where it has not, or for another text or exemplars.

        Raises:
            PackError: The file is broken.
        """
        path = pack.fitted(FILE)
        if not path.is_file():
            return None
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            if stored["made_of"] != _made_of(pack):
                return None
            found = cls._from_record(stored, policy=pack.policy)
        except (ValueError, KeyError, TypeError) as error:
            message = f"Expected what `policy-index chart` writes in {path}, got {type(error).__name__}: {error}."
            raise PackError(message) from None
        clauses, entries = len(pack.policy.clauses), len(pack.policy.changelog)
        fits = found.similarities.shape == (clauses, clauses) and found.entry_similarities.shape[0] == entries
        return found if fits else None

    @classmethod
    def from_json(cls, text: str, *, policy: Policy) -> "Landscape":
        """Read what `to_json` wrote for this policy."""
        return cls._from_record(json.loads(text), policy=policy)

    @classmethod
    def _from_record(cls, stored: dict[str, Any], *, policy: Policy) -> "Landscape":
        return cls(
            policy=policy,
            **stored
            | {
                name: np.array(stored[name], dtype=np.float64).reshape(-1, width)
                for name, width in (
                    ("similarities", len(policy.clauses)),
                    ("entry_similarities", len(policy.clauses)),
                    ("places", 2),
                    ("exemplar_places", 2),
                )
            }
            | {
                "order": tuple(stored["order"]),
                "comparison": tuple(Comparison(**each) for each in stored["comparison"]),
            },
        )

    def to_json(self) -> str:
        """Return everything as JSON, rounded to four decimals."""
        return json.dumps(
            {
                "key": self.key,
                "made_of": dict(self.made_of),
                "model": self.model,
                "dimensions": self.dimensions,
                "similarities": self.similarities.round(_DIGITS).tolist(),
                "entry_similarities": self.entry_similarities.round(_DIGITS).tolist(),
                "order": self.order,
                "places": self.places.round(_DIGITS).tolist(),
                "exemplar_places": self.exemplar_places.round(_DIGITS).tolist(),
                "exemplar_trust": None if self.exemplar_trust is None else round(self.exemplar_trust, _DIGITS),
                "comparison": [
                    asdict(each) | {"five": round(each.five, _DIGITS), "ten": round(each.ten, _DIGITS)}
                    for each in self.comparison
                ],
            },
            separators=(",", ":"),
        )

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs of clauses, the most alike first: all of them, or of long policies the `_MOST_PAIRS` most alike."""
        clauses = self.policy.clauses
        rows, columns = np.triu_indices(len(clauses), k=1)
        scores = self.similarities[rows, columns]
        best = np.arange(len(scores))
        if len(scores) > _MOST_PAIRS:
            best = np.sort(np.argpartition(-scores, _MOST_PAIRS)[:_MOST_PAIRS])
        return tuple(
            Pair(first=clauses[rows[place]], second=clauses[columns[place]], score=float(scores[place]))
            for place in best[np.argsort(-scores[best], kind="stable")]
        )

    def nearest_clauses(self, clause: Clause, *, limit: int) -> tuple[tuple[Clause, float], ...]:
        """Return the clauses most like `clause`, best first, with their cosines."""
        row = self.policy.columns[clause.id]
        return tuple(each for each in self._best(self.similarities[row], limit + 1) if each[0].id != clause.id)[:limit]

    def clauses_near_entry(self, entry: ChangelogEntry, *, limit: int) -> tuple[tuple[Clause, float], ...]:
        """Return the clauses most like a revision's note, best first, with their cosines."""
        return self._best(self.entry_similarities[self.policy.changelog.index(entry)], limit)

    def entries_near_clause(self, clause: Clause, *, limit: int) -> tuple[tuple[ChangelogEntry, float], ...]:
        """Return the revisions whose notes are most like the clause, best first, with their cosines."""
        scores = self.entry_similarities[:, self.policy.columns[clause.id]]
        entries = self.policy.changelog
        return tuple((entries[row], float(scores[row])) for row in np.argsort(-scores, kind="stable")[:limit])

    def _best(self, scores: NDArray[np.float64], limit: int) -> tuple[tuple[Clause, float], ...]:
        clauses = self.policy.clauses
        return tuple((clauses[row], float(scores[row])) for row in np.argsort(-scores, kind="stable")[:limit])


@lru_cache(maxsize=16)
def landscape_of(pack: PolicyPack) -> Landscape | None:
    """Return a pack's landscape, the same object while the pack is in use; None where none was computed for it.

    Raises:
        PackError: The file is broken.
    """
    return Landscape.from_pack(pack)


def _made_of(pack: PolicyPack) -> dict[str, str]:
    return {"policy": pack.policy.sha256, "exemplars": pack.exemplars.sha256}


def closest_pairs(
    landscape: Landscape, *, across_only: bool, binding_only: bool = False, group_id: str | None = None
) -> tuple[Pair, ...]:
    """Return pairs of clauses, the most alike first.

    Args:
        landscape: The policy's likenesses.
        across_only: Leave out pairs of one category or section, which are alike by design.
        binding_only: Only pairs of clauses that both bind the reader, no explanations or statements.
        group_id: Only pairs with a clause of this category or section.
    """
    group = {clause.id: each.id for each in landscape.policy.groups for clause in each.clauses}
    return tuple(
        pair
        for pair in landscape.pairs
        if not (across_only and group[pair.first.id] == group[pair.second.id])
        and (not binding_only or (pair.first.citable and pair.second.citable))
        and (group_id is None or group_id in (group[pair.first.id], group[pair.second.id]))
    )
