"""Some of a policy's clauses: by kind, by group, by words that they hold."""

from difflib import get_close_matches

from policy_index.errors import InputError
from policy_index.policy.document import Clause, ClauseKind, Policy
from policy_index.words import shortened

_NAMED = 40
"""Groups that a message names; more would hide the rest of it."""


def chosen_clauses(
    policy: Policy, *, kind: ClauseKind | None = None, category: str | None = None, contains: str | None = None
) -> list[Clause]:
    """Return the clauses to which all that is asked for applies, in the policy's order.

    Args:
        policy: The policy.
        kind: Only clauses of this kind.
        category: Only clauses of the group with this id: a category, or a section where a policy or a part of it has none.
        contains: Only clauses that hold these words, capitals aside.

    Raises:
        InputError: No group has this id; the message names those that there are.
    """
    groups = {group.id: group for group in policy.groups}
    if category is not None and category not in groups:
        near = get_close_matches(category[:80], groups, n=3, cutoff=0.0)
        named = ", ".join(groups) if len(groups) <= _NAMED else f"{len(groups):,}, such as {', '.join(near)}"
        message = f"Expected a category among {named}, got {shortened(category)!r}."
        raise InputError(message)
    among = policy.clauses if category is None else groups[category].clauses
    return [
        clause
        for clause in among
        if (kind is None or clause.kind is kind) and (contains is None or contains.casefold() in clause.text.casefold())
    ]
