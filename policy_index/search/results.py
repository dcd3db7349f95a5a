"""What a search gives: for a text the nearest clauses, each with how sure it is."""

from dataclasses import dataclass

from policy_index.policy.document import Clause
from policy_index.policy.twins import Stance
from policy_index.search.likelihood import Band, Likelihood


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One clause for one query.

    Attributes:
        clause: The clause.
        likelihood: How sure it is.
        closest_exemplar: The clause's exemplar nearest to the query; None where the clause has none.
    """

    clause: Clause
    likelihood: Likelihood
    closest_exemplar: str | None = None

    @property
    def score(self) -> float:
        """Cosine similarity of query and clause in the space of clauses, in [-1, 1]."""
        return self.likelihood.score

    @property
    def probability(self) -> float | None:
        """Calibrated probability in [0, 1] that a careful reviewer would cite the clause; None without calibration."""
        return self.likelihood.probability

    @property
    def band(self) -> Band | None:
        """The band of the probability; None without calibration."""
        return self.likelihood.band

    @property
    def stance(self) -> Stance | None:
        """What the query seems to have to do with the act: does, refuses or prevents it; None where that cannot be told."""
        return self.likelihood.stance


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What one query found.

    Attributes:
        query: The text that was searched with.
        matches: The nearest clauses, best first.
        model: Name of the encoder.
        touch: Calibrated probability in [0, 1] that the query touches the policy at all; None without calibration.
        characters_read: How much of the query the encoder read; less than its length where it was cut off.
        unfit: One sentence on why the query cannot be judged, so that no match is likely or possible; None where it can be.
    """

    query: str
    matches: tuple[Match, ...]
    model: str
    touch: float | None
    characters_read: int
    unfit: str | None

    @property
    def is_cut(self) -> bool:
        """Whether the encoder did not read the query to its end."""
        return self.characters_read < len(self.query.rstrip())
