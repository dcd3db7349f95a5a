"""The look of the page Policies: cards of policies, a policy's tree, its source with marks."""

import streamlit as st

_STYLE = """
<style>
.upe-block a.upe-go { display: inline-block; background: #1d4ed8; color: #fff; text-decoration: none; font-weight: 600;
  padding: .4rem .9rem; border-radius: .5rem; }
.upe-block a.upe-go:hover { background: #1740b0; }
.upe-block a.upe-go.upe-quiet { background: none; color: var(--st-link-color); padding: calc(.4rem - 1px) .9rem;
  border: 1px solid color-mix(in srgb, currentColor 45%, transparent); }
.upe-block .upe-policy h3 { margin: 0; font-size: 1.1rem; overflow-wrap: anywhere; }
.upe-block .upe-policy p { margin: .15rem 0 .45rem; }
.upe-block .upe-acts { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.1rem; margin: .3rem 0; }
.upe-block .upe-views { display: flex; flex-wrap: wrap; gap: .25rem 1.4rem; margin: 0 0 .5rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
.upe-block .upe-views a { padding: .35rem 0; text-decoration: none; }
.upe-block .upe-views a[aria-current] { font-weight: 600; color: inherit; border-bottom: .15rem solid var(--st-primary-color, currentColor); }
.upe-id { font-family: var(--st-code-font, monospace); font-size: .8125rem; overflow-wrap: anywhere; }
.upe-block ol.upe-tree { list-style: none; padding: 0; margin: 0; }
.upe-block ol.upe-tree > li { padding: .3rem 0 .3rem calc(var(--deep, 0) * 1.1rem); border: 0; }
.upe-block .upe-row { display: grid; grid-template-columns: 2.1rem minmax(0, 1fr); }
.upe-block .upe-row > span { font-size: .8125rem; opacity: .86; padding-top: .12rem; font-variant-numeric: tabular-nums; }
.upe-block .upe-row a { color: inherit; text-decoration: none; }
.upe-block .upe-row a:hover { text-decoration: underline; }
.upe-block .upe-row small { display: block; }
.upe-block .upe-tree .upe-heading { font-weight: 650; padding-top: .9rem; }
.upe-block .upe-tree .upe-lead { font-style: italic; }
.upe-block .upe-tree .upe-apart-row { opacity: .86; font-size: .875rem; }
.upe-role { display: inline-block; font-size: .75rem; font-style: normal; font-weight: 400; opacity: .86; margin-left: .5rem; }
.upe-source { max-height: calc(100vh - 9.5rem); overflow: auto; border: 1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius: .5rem;
  padding: .7rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .875rem; line-height: 1.55; }
.upe-source:focus-visible { outline: .15rem solid var(--st-primary-color, currentColor); outline-offset: .1rem; }
.upe-source mark { color: inherit; cursor: pointer; border-radius: .2rem; padding: .05rem .1rem;
  background: color-mix(in srgb, #2f6fed 15%, transparent); box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.upe-source mark:hover { background: color-mix(in srgb, #2f6fed 26%, transparent); }
.upe-source mark[data-n]::before { content: attr(data-n); font-size: .6875rem; font-weight: 650; margin-right: .3rem; opacity: .9; }
.upe-source mark.upe-now { background: light-dark(#ffe08a, #6b5200); outline: .12rem solid light-dark(#a36b00, #ffd257); }
.upe-source .upe-heading { font-weight: 650; }
.upe-source .upe-lead { font-style: italic; text-decoration: underline dotted; text-underline-offset: .2em; }
.upe-source .upe-aside-text { opacity: .82; text-decoration: line-through; text-decoration-thickness: .06em; }
[data-testid="stLayoutWrapper"]:has(> .st-key-policy-source) { position: sticky; top: 4rem; }
.st-key-clause-editor { border-left: .3rem solid var(--st-primary-color, #1d4ed8) !important; scroll-margin: 5rem 0 1rem; }
.upe-block .upe-edited { margin: 0; font-size: 1.02rem; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-policy-source) { position: static; }
  .upe-source { max-height: 60vh; }
}
</style>
"""


def show_policies_style() -> None:
    """Give the page its look."""
    st.html(_STYLE)
