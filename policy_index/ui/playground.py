"""What the playground says around its results."""

import textwrap
from collections.abc import Sequence
from html import escape

import streamlit as st

from policy_index.calibration import LIKELY_FROM, POSSIBLE_FROM
from policy_index.index import Match
from policy_index.palette import LANE_COLORS
from policy_index.parser import bundled_policy
from policy_index.report import Lane
from policy_index.ui.clauses import show_match
from policy_index.ui.words import percent

_TOUCHES_FROM = 0.5
"""Probability of touching the policy from which “no clause found” would mislead."""


def show_checked(text: str) -> None:
    """Say which text the results belong to; nothing in it is read as Markdown or HTML."""
    shown = textwrap.shorten(text, 160, placeholder=" …") or text[:160]
    st.html(f'<p class="upe-checked">Nearest clauses for “{escape(shown)}”</p>')


def show_nothing_found(touch: float | None, nearest: Sequence[Match]) -> None:
    """Say that no clause reaches the band `possible`, whether the text touches the policy all the same, and what is near."""
    if touch is not None and touch >= _TOUCHES_FROM:
        st.warning(
            f"**No single clause stands out, but the text seems to touch the policy** ({percent(touch)}). "
            "Several clauses come near; read them.",
            icon=":material/join_inner:",
        )
        shown = nearest[:3]
    else:
        st.info(
            "**No clause of this policy seems to be about this.** That is what the measurements say, and they can be "
            "wrong: the page Accuracy says how often. This is what came closest.",
            icon=":material/search_off:",
        )
        shown = nearest[:1]
    for match in shown:
        show_match(match)


def show_safeguards(words: Sequence[str]) -> None:
    """Say that the text negates or safeguards, and that similarity does not see it."""
    quoted = ", ".join(f"“{escape(word)}”" for word in words[:4])
    st.html(
        f'<div class="upe-note" role="note">Your text says {quoted}. Similarity does not see that: it compares topics. '
        "Read the clause, with its conditions and exceptions, and decide for yourself.</div>"
    )


def show_how_to_read() -> None:
    """Show, before the first check, what a person will get and how to read it."""
    policy = bundled_policy()
    st.subheader("Which clauses does your text touch?")
    st.markdown(
        f"Paste a text on this page and press **Check**. You see the nearest of the policy's {len(policy.clauses)} "
        "clauses, in its own words, under four headings:"
    )
    for lane, words in {
        Lane.NOT_ALLOWED: f"uses that the policy prohibits, in {len(policy.categories)} categories",
        Lane.YOU_MUST: "requirements for allowed uses, such as telling people that they talk with an AI",
        Lane.PLUGIN_RULES: "further rules for ChatGPT plugins",
        Lane.GOOD_TO_KNOW: "explanations, enforcement, resources",
    }.items():
        st.html(
            f'<div class="upe-card" style="--lane:{LANE_COLORS[lane]}"><strong>{lane.value}</strong>: {words}</div>'
        )
    st.markdown(
        f"**Likely** means that a careful reviewer would cite the clause for at least {LIKELY_FROM:.0%} of such texts, "
        f"**possible** for at least {POSSIBLE_FROM:.0%}. Similarity compares topics: it does not see intent, and it does "
        "not understand “never” or “not”. Read the clause and decide for yourself.\n\n"
        "Your text stays on this server: it is kept in memory for this visit, never stored, logged or put into the address."
    )
