"""The text that was checked in the playground, for the pages that show the policy by it."""

import streamlit as st

from policy_index.parser import bundled_policy


def checked_similarities() -> dict[str, float] | None:
    """Return for each clause id the score of the checked text, in [-1, 1]; None where none was checked in this visit."""
    result = st.session_state.get("result")
    if result is None:
        return None
    scores = {match.clause.id: match.score for match in result.matches}
    return scores if len(scores) == len(bundled_policy().clauses) else None


def checked_text() -> str:
    """Return the checked text; empty where there is none."""
    result = st.session_state.get("result")
    return "" if result is None else result.query
