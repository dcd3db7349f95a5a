"""What the playground says around its results."""

from functools import cache

import streamlit as st

from policy_index.calibration import LIKELY_FROM, POSSIBLE_FROM
from policy_index.lanes import Lane
from policy_index.palette import LANE_COLORS
from policy_index.parser import bundled_policy


def show_how_to_read() -> None:
    """Show, before the first check, what a person will get and how to read it."""
    if st.session_state.get("how-to-read-hidden"):
        st.caption("Paste a text and press Check: its clauses appear here.")
        return
    st.html(_how_to_read())
    st.button(
        "Got it, hide this",
        key="hide-how-to-read",
        icon=":material/close:",
        type="tertiary",
        on_click=_hide_how_to_read,
    )


def _hide_how_to_read() -> None:
    st.session_state["how-to-read-hidden"] = True


@cache
def _how_to_read() -> str:
    lanes = {
        Lane.NOT_ALLOWED: "uses that the policy prohibits without a condition that you could meet",
        Lane.ONLY_IF: "uses that the policy prohibits unless a condition is met, such as a review or consent",
        Lane.YOU_MUST: "requirements for allowed uses, such as telling people that they talk with an AI",
        Lane.PLUGIN_RULES: "further rules for ChatGPT plugins",
        Lane.GOOD_TO_KNOW: "explanations, enforcement, resources",
    }
    cards = "".join(
        f'<div class="upe-card upe-apart" style="--lane:{LANE_COLORS[lane]}"><strong>{lane.value}</strong>: {words}</div>'
        for lane, words in lanes.items()
    )
    return (
        '<div class="upe-block"><h2>Which clauses does your text touch?</h2>'
        "<p>Paste a prompt, an idea or a whole plan, and press <strong>Check</strong>. It is read sentence by sentence, to its "
        f"end, and you see the nearest of the policy's {len(bundled_policy().clauses)} clauses, in its own words, with what to "
        f"do, under five headings:</p>{cards}"
        f"<p><strong>Likely</strong> means that a careful reviewer would cite the clause for at least {LIKELY_FROM:.0%} of such "
        f"texts, <strong>possible</strong> for at least {POSSIBLE_FROM:.0%}. Similarity compares topics: it does not see intent, "
        "and it does not understand “never” or “not”. Read the clause and decide for yourself.</p>"
        "<p>Your text stays on this server: it is kept in memory for this visit, never stored, logged or put into the address.</p>"
        "</div>"
    )
