"""Changelog: the policy's revisions on a time axis, and as a list with their full words."""

import streamlit as st

from policy_index.parser import bundled_policy
from policy_index.plots.changelog import plot_changelog_timeline
from policy_index.ui.changelog import show_entry

policy = bundled_policy()
st.plotly_chart(
    plot_changelog_timeline(policy.changelog),
    key="timeline",
    config={"displayModeBar": False},
    alt="Timeline of the policy's revisions, to scale. The list below holds the same.",
)
for entry in policy.changelog:
    show_entry(entry)
