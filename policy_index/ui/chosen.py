"""What the address asks for: a clause, a category, a revision. What does not exist gets one clear sentence."""

import streamlit as st

from policy_index.document import Clause, Group
from policy_index.errors import UnknownClauseError, UnknownRevisionError
from policy_index.history import Revision, revision
from policy_index.parser import bundled_policy

_SHOWN = 80
"""Longest part of an unknown id that is worth repeating."""


def chosen_clause() -> Clause | None:
    """Return the clause that `?clause=` names; None where it names none, which the page then says."""
    asked = st.query_params.get("clause")
    if asked is None:
        return None
    try:
        return bundled_policy().clause(asked)
    except UnknownClauseError as error:
        _show_unknown(f"{error} Showing the whole policy instead.")
        return None


def chosen_group() -> Group | None:
    """Return the category or section that `?category=` names; None where it names none, which the page then says."""
    asked = st.query_params.get("category")
    if asked is None:
        return None
    groups = {group.id: group for group in bundled_policy().groups}
    if asked not in groups:
        shown = asked if len(asked) <= _SHOWN else asked[:_SHOWN] + "…"
        _show_unknown(f"No category or section has the id {shown!r}. Showing the whole policy instead.")
    return groups.get(asked)


def chosen_revision() -> Revision | None:
    """Return the revision that `?revision=` names by its day; None where it names none, which the page then says."""
    asked = st.query_params.get("revision")
    if asked is None:
        return None
    try:
        return revision(asked)
    except UnknownRevisionError as error:
        _show_unknown(f"{error} Showing all of them.")
        return None


def _show_unknown(sentence: str) -> None:
    # An address can hold anything: as code it is read neither as Markdown nor as HTML.
    st.error(_plain(sentence), icon=":material/error:")


def _plain(text: str) -> str:
    """Return `text` with every sign that Markdown or Streamlit would read made harmless."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+!|~$:" else sign for sign in text)
