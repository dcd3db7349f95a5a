"""The revisions of the policy."""

from html import escape

import streamlit as st

from policy_index.document import ChangelogEntry
from policy_index.palette import LANE_COLORS
from policy_index.report import Lane
from policy_index.ui.words import long_day


def show_entry(entry: ChangelogEntry) -> None:
    """Show one revision with its full words, and where the policy says them."""
    source = "Note at the head of the policy" if entry.from_head else "The policy's own changelog"
    st.html(
        f'<div class="upe-card" style="--lane:{LANE_COLORS[Lane.GOOD_TO_KNOW]}"><h3>{long_day(entry.date)}</h3>'
        f"<blockquote>{escape(entry.text)}</blockquote><p>{source}</p></div>"
    )
