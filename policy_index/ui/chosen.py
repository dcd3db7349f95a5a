"""What the address asks for: a policy, a clause, a category, a revision. What does not exist gets one clear sentence."""

import streamlit as st

from policy_index.errors import PolicyIndexError, UnknownClauseError, UnknownRevisionError, public_words
from policy_index.plots.labels import told_apart
from policy_index.policy.document import Clause, Group
from policy_index.policy.history import Revision
from policy_index.policy.pack import PolicyPack
from policy_index.server.service import service
from policy_index.ui.foreign import show_problem
from policy_index.ui.visit import turn_to, visit
from policy_index.words import shortened

POLICY = "policy"
"""What names the policy in an address: `?policy=ID[@VERSION]`."""


def chosen_pack() -> PolicyPack:
    """Return the pack of the policy that `?policy=` names, and go on under it; the visit's where it names none.

    One that there is none of is said in a sentence, and the visit's is returned. The address of a page under another policy
    than the default one always names it, so that it can be shared. The router calls this before anything is shown; after it
    `visit().pack` is the pack.
    """
    asked = st.query_params.get(POLICY)
    if asked is not None:
        try:
            return turn_to(service().shelf.find(asked)).pack
        except PolicyIndexError as error:
            show_problem(f"{public_words(error)} Showing {visit().pack.title} instead.")
    elif visit().pack is not service().shelf.default:
        st.query_params[POLICY] = visit().pack.spec
    return visit().pack


def chosen_clause(pack: PolicyPack) -> Clause | None:
    """Return the clause that `?clause=` names; None where it names none, which the page then says."""
    asked = st.query_params.get("clause")
    if asked is None:
        return None
    try:
        return pack.policy.clause(asked)
    except UnknownClauseError as error:
        show_problem(f"{error} Showing the whole policy instead.")
        return None


def chosen_group(pack: PolicyPack) -> Group | None:
    """Return the category or section that `?category=` names; None where it names none, which the page then says."""
    asked = st.query_params.get("category")
    if asked is None:
        return None
    group = next((each for each in pack.policy.groups if each.id == asked), None)
    if group is None:
        show_problem(f"No category or section has the id {shortened(asked)!r}. Showing the whole policy instead.")
    return group


def chosen_revision(pack: PolicyPack) -> Revision | None:
    """Return the revision that `?revision=` names by its day; None where it names none, which the page then says."""
    asked = st.query_params.get("revision")
    if asked is None:
        return None
    try:
        return pack.history.revision(asked)
    except UnknownRevisionError as error:
        show_problem(f"{error} Showing all of them.")
        return None


def group_names(pack: PolicyPack, *, with_examples: bool = False) -> dict[str, str]:
    """Return what a person chooses a category or section by, a different name for each, by its id.

    Args:
        pack: The policy.
        with_examples: Only those for whose clauses examples were written.
    """
    groups = [
        group
        for group in pack.policy.groups
        if not with_examples or any(pack.exemplars.by_clause.get(clause.id) for clause in group.clauses)
    ]
    return dict(zip((group.id for group in groups), told_apart(group.name for group in groups), strict=True))
