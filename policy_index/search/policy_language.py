"""Whether the model reads what a policy is written in; a policy in another language can be kept and read, but hardly searched."""

from collections import Counter

from policy_index.policy.document import Policy
from policy_index.search.fitness import foreign

_LOOKED_AT = 40
"""Clauses that are looked at, spread evenly over the policy."""


def language_note(policy: Policy) -> str | None:
    """Return one sentence for people where most clauses are in another language than the model reads; else None."""
    some = policy.clauses[:: max(1, len(policy.clauses) // _LOOKED_AT)]
    named = Counter(name for clause in some if (name := foreign(clause.text)) is not None)
    if 2 * named.total() <= len(some):
        return None
    return (
        f"This policy seems to be written in {named.most_common(1)[0][0]}: its clauses can be read and kept, but which of them a "
        "text touches is not found reliably."
    )
