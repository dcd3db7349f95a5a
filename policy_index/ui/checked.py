"""The text that was checked in the playground, for the pages that show the policy by it."""

import streamlit as st


def checked_similarities() -> dict[str, float] | None:
    """Return for each clause id the best score of the checked text's passages, in [-1, 1]; None where none was checked."""
    brief = st.session_state.get("brief")
    return None if brief is None else {entry.clause.id: entry.score for entry in (*brief.entries, *brief.rest)}


def checked_text() -> str:
    """Return the checked text; empty where there is none."""
    brief = st.session_state.get("brief")
    return "" if brief is None else brief.text
