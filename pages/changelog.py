"""Changelog: the policy's texts in a row, and its revisions as a story; `?revision=<day>` opens one."""

import streamlit as st

from policy_index.policy.lookup import LONGEST_QUERY, lookup_of
from policy_index.ui.announce import announce
from policy_index.ui.changelog import show_changelog_download, show_revision_alone, show_revisions, show_timeline
from policy_index.ui.chosen import chosen_revision
from policy_index.ui.texts import show_texts
from policy_index.ui.visit import visit
from policy_index.words import counted

pack = visit().pack
revision = chosen_revision(pack)

if revision is None:
    show_texts(pack)
if not pack.history.revisions:
    st.info("This policy tells of no revisions: its text has no changelog.", icon=":material/history_toggle_off:")
else:
    if revision is None:
        st.header("The policy’s own notes")
    show_timeline(pack, revision)
    if revision is not None:
        show_revision_alone(pack, revision)
    else:
        typed = st.text_input(
            "Search the notes",
            key="search",
            type="search",
            live="250ms",
            max_chars=LONGEST_QUERY,
            placeholder="A word, a year, a kind of change; typing errors are forgiven",
        )
        found = lookup_of(pack).revisions(typed) if typed and typed.strip() else pack.history.revisions
        announce(f"{counted(len(found), 'revision')} found" if typed and typed.strip() else "", key="notes")
        if not found:
            st.info("No note has such words.", icon=":material/search_off:")
        show_revisions(pack, found)
        show_changelog_download(pack)
