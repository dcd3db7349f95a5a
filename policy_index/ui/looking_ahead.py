"""While a person looks over a new policy its clauses are encoded already, for their visit alone until they keep it."""

from functools import cache
from importlib import import_module
from threading import Thread

import streamlit as st

from policy_index.search.ahead import ClausesAhead
from policy_index.search.concept_space import concept_space, placing_texts
from policy_index.search.topic_places import phrase_texts
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
        service().index().encoder,
        [*placing_texts(draft.policy.clauses), *phrase_texts(draft.policy.clauses)],
        wanted=still_open() or (lambda: True),
    )
    _load_what_keeping_needs()
    older = () if draft.older is None else draft.older.clauses
    st.session_state[_KEY] = ahead.begin(before=(placing_texts(older), phrase_texts(older)))


@cache
def _load_what_keeping_needs() -> None:
    """Load, once in a process and in the background, what makes a library and what places the clauses of a policy in it."""

    def load() -> None:
        import_module("policy_index.library.migrating")
        concept_space(service().index().encoder)

    Thread(target=load, name="load-keeping", daemon=True).start()


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
