"""The look of a text under several policies: columns that stand beside each other, and below each other on a phone."""

import streamlit as st

from policy_index.comparing.spread import StepKind

_STYLE = """
<style>
.upe-columns { display: grid; grid-template-columns: repeat(var(--columns), minmax(15rem, 1fr)); gap: 0 1.25rem;
  grid-template-rows: repeat(5, auto); overflow-x: auto; padding-bottom: .6rem; margin: .4rem 0 .8rem; }
.upe-column { display: grid; grid-row: span 5; grid-template-rows: subgrid; row-gap: .6rem; align-content: start; min-width: 0;
  border-top: .25rem solid color-mix(in srgb, currentColor 30%, transparent); padding-top: .5rem; overflow-wrap: anywhere; }
.upe-column:first-child { border-top-color: light-dark(#1d4ed8, #8fb0ff); }
.upe-block .upe-column h3 { margin: 0; font-size: 1.05rem; line-height: 1.3; }
.upe-block .upe-column h4.upe-lane-name { margin: .7rem 0 .35rem; font-size: .9375rem; }
.upe-block .upe-column p { margin: .1rem 0; }
.upe-block .upe-column .upe-counts { font-weight: 600; }
.upe-block .upe-column .upe-base, .upe-block .upe-column .upe-none { font-style: italic; opacity: .86; }
.upe-block .upe-steps-list { list-style: none; padding: 0; margin: .3rem 0; }
.upe-block .upe-steps-list li { margin: 0 0 .5rem; }
.upe-step { font-weight: 600; border-left: .3rem solid var(--kind); padding-left: .4rem; }
@media (max-width: 640px) {
  .upe-columns { grid-template-columns: 1fr; grid-template-rows: none; gap: 1.2rem; overflow-x: visible; }
  .upe-column { grid-row: auto; grid-template-rows: none; }
}
</style>
"""

STEP_COLORS = {
    StepKind.APPEARS: "#b3261e",
    StepKind.STRICTER: "#b06f00",
    StepKind.GOES: "#2e7d43",
    StepKind.MILDER: "#33658a",
    StepKind.STAYS: "#7d8594",
}
"""A colour for each kind of step, beside its sign and its name, which alone would do."""

STEP_SIGNS = {
    StepKind.APPEARS: "+",
    StepKind.STRICTER: "▲",
    StepKind.GOES: "−",
    StepKind.MILDER: "▼",
    StepKind.STAYS: "=",
}
"""A sign for each kind of step."""


def show_spread_style() -> None:
    """Give the page the look of columns."""
    st.html(_STYLE)
