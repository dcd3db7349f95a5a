"""One suite of prompts under several policies: which clauses of each it touches; every prompt is encoded once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_index.batch.suite import Coverage, Suite, cover
from policy_index.policy.pack import PolicyPack
from policy_index.search.index import ClauseIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCoverage:
    """How a suite treats one of several policies.

    Attributes:
        pack: The policy.
        coverage: How often each of its clauses is touched.
        uncalibrated: One sentence on why a prompt counts for its nearest clause alone; empty where it counts for all that are likely
            or possible. Counts of the two kinds are not to be compared.
    """

    pack: PolicyPack
    coverage: Coverage
    uncalibrated: str

    @property
    def touched(self) -> int:
        """How many of the clauses that bind the reader any prompt touches."""
        return len(self.coverage.clauses) - len(self.coverage.untouched)


def cover_under(indexes: Sequence[ClauseIndex], suite: Suite) -> tuple[PolicyCoverage, ...]:
    """Return how a suite treats each of several policies, in their order; nothing is encoded again under one encoder."""
    return tuple(
        PolicyCoverage(pack=index.pack, coverage=cover(index, suite), uncalibrated=index.uncalibrated)
        for index in indexes
    )


def coverage_rows(covered: Sequence[PolicyCoverage]) -> Iterator[dict[str, object]]:
    """Yield one row for each clause of each policy that binds the reader, for tables and files."""
    for each in covered:
        for clause in each.coverage.clauses:
            yield {
                "policy": each.pack.spec,
                "clause_id": clause.clause.id,
                "clause": clause.clause.text,
                "citation": clause.clause.citation,
                "prompts": clause.count,
                "remark": "untouched" if not clause.count else "over-tested" if clause.over_tested else "",
                "counted_by": "nearest clause" if each.uncalibrated else "likely or possible",
                "policy_sha256": each.pack.policy.sha256,
            }
