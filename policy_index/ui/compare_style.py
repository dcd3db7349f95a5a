"""The look of two texts side by side."""

import streamlit as st

_STYLE = """
<style>
.upe-block .upe-summary { font-size: 1.2rem; line-height: 1.5; margin: .2rem 0 .4rem; max-width: 60rem; text-wrap: pretty; }
.upe-summary strong { font-variant-numeric: tabular-nums; }
.upe-block h3.upe-section { margin: 1.2rem 0 .5rem; }
.upe-change-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .15rem .75rem; margin-bottom: .45rem; font-size: .9375rem; }
.upe-change-head a { margin-left: auto; font-size: .875rem; }
.upe-change { font-weight: 600; border-left: .3rem solid var(--kind); padding-left: .5rem; }
.upe-sides { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem 1.5rem; }
.upe-sides > div { min-width: 0; overflow-wrap: anywhere; }
.upe-sides blockquote, .upe-crossed blockquote { margin: .1rem 0 0; padding: 0; border: 0; color: inherit; line-height: 1.5; }
.upe-block .upe-which { margin: 0; font-size: .875rem; }
.upe-block .upe-none { font-style: italic; opacity: .86; margin: .1rem 0 0; }
.upe-came, .upe-went { border-radius: .2rem; padding: .05rem .15rem; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.upe-came { background: light-dark(#d5f0da, #17492a); text-decoration: underline; text-decoration-thickness: .12em;
  text-underline-offset: .2em; font-weight: 600; }
.upe-went { background: light-dark(#fbdcd9, #5a211d); text-decoration: line-through; text-decoration-thickness: .1em; }
.upe-whole { text-decoration: none; font-weight: inherit; }
.upe-folded { border: 1px dashed color-mix(in srgb, currentColor 35%, transparent); border-radius: .5rem; padding: .15rem .8rem;
  margin-bottom: .7rem; }
.upe-folded summary { font-size: .9375rem; }
.upe-touched { height: .4rem; border-radius: .2rem; overflow: hidden; max-width: 22rem; margin: .3rem 0;
  background: color-mix(in srgb, currentColor 14%, transparent); }
.upe-touched > span { display: block; height: 100%; background: light-dark(#1d4ed8, #8fb0ff); }
.upe-block .upe-steps { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .1rem 0 .9rem; }
.upe-topics { min-width: 34rem; }
.upe-topics th[scope="row"] { font-weight: 500; min-width: 9rem; position: sticky; left: 0; background: var(--st-background-color, Canvas); }
.upe-topics td { min-width: 8rem; max-width: 18rem; }
.upe-topics summary { padding: 0; border-left: .3rem solid var(--kind); padding-left: .45rem; }
.upe-topics blockquote { margin: .3rem 0 0; padding: 0; border: 0; color: inherit; }
@media (max-width: 640px) {
  .st-key-compare-view button { padding-left: .5rem; padding-right: .5rem; }
  .st-key-compare-view button p { font-size: .8125rem; }
  .upe-sides { grid-template-columns: 1fr; gap: .9rem; }
  .upe-change-head a { margin-left: 0; }
  .upe-block .upe-summary { font-size: 1.1rem; }
}
</style>
"""

KIND_COLORS = {
    "added": "#2e7d43",
    "removed": "#b3261e",
    "reworded": "#b06f00",
    "moved": "#33658a",
    "cosmetic": "#7d8594",
    "unchanged": "#7d8594",
}
"""A colour for each kind of change, beside its sign and its name, which alone would do."""

KIND_SIGNS = {"added": "+", "removed": "−", "reworded": "≠", "moved": "↕", "cosmetic": "≈", "unchanged": "="}
"""A sign for each kind of change."""


def show_compare_style() -> None:
    """Give the page the look of texts side by side."""
    st.html(_STYLE)
