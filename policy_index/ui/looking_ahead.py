"""While a person looks over a new policy its clauses are encoded already, for their visit alone until they keep it."""

import streamlit as st

from policy_index.search.ahead import ClausesAhead
from policy_index.search.concept_space import placing_texts
from policy_index.server.service import service
from policy_index.ui.draft import Draft
from policy_index.ui.waiting import still_open

_KEY = "policy-ahead"


def begin_ahead(draft: Draft) -> None:
    """Begin with the clauses of a draft, in place of those of the draft before it; nothing is done while the model is loading."""
    drop_ahead()
    if not service().is_warm():
        return
    ahead = ClausesAhead(
        service().index().encoder, placing_texts(draft.policy.clauses), wanted=still_open() or (lambda: True)
    )
    older = () if draft.older is None else draft.older.clauses
    st.session_state[_KEY] = ahead.begin(before=placing_texts(older))


def hand_over_ahead() -> None:
    """Let every search have what was made: the policy is kept now."""
    ahead = _taken()
    if ahead is not None:
        ahead.hand_over()


def drop_ahead() -> None:
    """Forget what was made: the policy is not kept."""
    ahead = _taken()
    if ahead is not None:
        ahead.stop()


def _taken() -> ClausesAhead | None:
    ahead: ClausesAhead | None = st.session_state.pop(_KEY, None)
    return ahead
