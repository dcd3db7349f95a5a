"""Changelog: the policy's revisions as a story; `?revision=<day>` opens one."""

import streamlit as st

from policy_index.history import bundled_revisions
from policy_index.lookup import LONGEST_QUERY, find_revisions
from policy_index.ui.announce import announce
from policy_index.ui.changelog import show_changelog_download, show_revision_alone, show_revisions, show_timeline
from policy_index.ui.chosen import chosen_revision

revision = chosen_revision()
show_timeline(revision)
if revision is not None:
    show_revision_alone(revision)
else:
    typed = st.text_input(
        "Search the notes",
        key="search",
        type="search",
        live="250ms",
        max_chars=LONGEST_QUERY,
        placeholder="A word, a year, a kind of change; typing errors are forgiven",
    )
    found = find_revisions(typed) if typed and typed.strip() else bundled_revisions()
    announce(f"{len(found)} revisions found" if typed and typed.strip() else "", key="notes")
    if not found:
        st.info("No note has such words.", icon=":material/search_off:")
    show_revisions(found)
    show_changelog_download()
