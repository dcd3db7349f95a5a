"""What every page has: the menu, the mark, the style, and the line about the policy."""

from base64 import b64encode
from functools import cache

import streamlit as st

from policy_index.parser import bundled_policy
from policy_index.ui.words import long_day
from policy_index.webapp import app_root

_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    '<rect width="24" height="24" rx="5" fill="#1d4ed8"/>'
    '<path d="M6 7h12M6 12h7M6 17h5" stroke="#fff" stroke-width="2" stroke-linecap="round"/>'
    '<circle cx="16.5" cy="15.5" r="2.6" fill="none" stroke="#fff" stroke-width="1.8"/>'
    '<path d="m18.5 17.5 2 2" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/></svg>'
)
"""The product's mark: lines of a policy under a magnifying glass."""

_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding-top: 4.5rem; padding-bottom: 3rem; }
.upe-lane { display: flex; align-items: baseline; gap: .5rem; margin: 0; padding: .2rem 0 0; font-size: 1.1rem; }
.upe-lane::before { content: ""; width: .7rem; height: .7rem; border-radius: 50%; background: var(--lane); }
.upe-card { border-left: .3rem solid var(--lane); padding: .1rem 0 .1rem .8rem; }
.upe-card h3 { margin: 0; padding: 0 0 .2rem; font-size: 1.05rem; }
.upe-card blockquote { margin: 0; padding: 0; border: 0; font-size: 1.02rem; line-height: 1.4; color: inherit; }
.upe-card p { margin: .25rem 0 0; font-size: .875rem; line-height: 1.4; opacity: .86; overflow-wrap: anywhere; }
.upe-checked { margin: 0; overflow-wrap: anywhere; }
.upe-meter { display: flex; align-items: center; gap: .6rem; margin-top: .4rem; font-size: .875rem; }
.upe-meter span:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
.upe-bar { flex: 1; height: .5rem; border-radius: .25rem; overflow: hidden;
  background: color-mix(in srgb, currentColor 14%, transparent); }
.upe-bar > span { display: block; height: 100%; background: color-mix(in srgb, currentColor 62%, transparent); }
.upe-note { border: 1px solid color-mix(in srgb, currentColor 35%, transparent); border-radius: .5rem; padding: .6rem .8rem; }
.upe-block { line-height: 1.45; }
.upe-block a { color: var(--st-link-color); text-underline-offset: .15em; }
.upe-block a:focus-visible, .upe-block summary:focus-visible { outline: .15rem solid var(--st-primary-color); outline-offset: .1rem; }
.upe-block h2 { margin: .2rem 0 .5rem; padding: 0; font-size: 1.35rem; }
.upe-block h3 { margin: 1.1rem 0 .35rem; padding: 0; font-size: 1.05rem; }
.upe-block p { margin: .3rem 0; }
.upe-block small, .upe-soft { font-size: .875rem; opacity: .86; }
.upe-block ul { margin: .2rem 0; padding: 0; list-style: none; }
.upe-block li { margin: 0; padding: .3rem 0; overflow-wrap: anywhere; }
.upe-block ul ul { padding-left: 1.1rem; }
.upe-block ul ul a { text-decoration: none; }
.upe-block ul ul a:hover { text-decoration: underline; }
.upe-block summary { cursor: pointer; padding: .25rem 0; }
.upe-block mark { color: inherit; background: color-mix(in srgb, var(--mark) 20%, transparent);
  border-bottom: .15rem var(--line, solid) var(--mark); padding: 0 .1rem; }
.upe-words { font-size: 1.2rem !important; line-height: 1.5 !important; }
.upe-block table { border-collapse: collapse; width: 100%; font-size: .875rem; }
.upe-block th, .upe-block td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; overflow-wrap: anywhere;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
.upe-crumbs { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; justify-content: space-between; font-size: .9375rem; }
.upe-chip::before { content: ""; display: inline-block; width: .7rem; height: .7rem; border-radius: 50%;
  margin-right: .4rem; background: var(--lane); }
.upe-legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; font-size: .9375rem; }
.upe-badge { display: inline-block; border: 1px solid color-mix(in srgb, currentColor 40%, transparent); border-radius: 1rem;
  padding: 0 .6rem; margin: 0 .35rem .2rem 0; font-size: .875rem; }
.upe-ours { border-left: .3rem dashed color-mix(in srgb, currentColor 35%, transparent); padding-left: .8rem; margin-top: .8rem; }
.upe-revision { margin: 0 0 1.1rem; }
.upe-side { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .4rem 1.2rem; }
.upe-pair { border: 1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius: .5rem;
  padding: .6rem .8rem; margin-bottom: .7rem; }
.upe-chosen { background: color-mix(in srgb, var(--lane) 14%, transparent); padding-top: .4rem; padding-bottom: .4rem; }
</style>
"""


def pages() -> dict[str, st.Page]:
    """Return every page by its name, in the order of the menu."""
    folder = app_root() / "pages"
    return {
        "playground": st.Page(folder / "playground.py", title="Playground", icon=":material/search:", default=True),
        "categories": st.Page(folder / "categories.py", title="Categories", icon=":material/account_tree:"),
        "map": st.Page(folder / "map.py", title="Map", icon=":material/scatter_plot:"),
        "overlaps": st.Page(folder / "overlaps.py", title="Overlaps", icon=":material/join_inner:"),
        "changelog": st.Page(folder / "changelog.py", title="Changelog", icon=":material/history:"),
        "accuracy": st.Page(folder / "accuracy.py", title="Accuracy", icon=":material/target:"),
    }


@cache
def link_targets() -> dict[str, st.Page]:
    """Return every page by its name, to lead there; made once, because a visitor's own `pages` cost more than a link."""
    return pages()


def show_frame(title: str) -> None:
    """Show what every page begins with: its title, and which policy this is and what it is not."""
    policy = bundled_policy()
    st.html(_STYLE)
    st.title(title)
    st.markdown(
        f":orange-badge[Superseded version] {policy.provenance.publisher} **{policy.title}** of "
        f"{long_day(policy.updated)}. A newer version exists: "
        f"[read it at {policy.provenance.publisher}]({policy.provenance.url}). Results here show closeness of topic: "
        "no verdict, no legal advice.",
    )


def mark() -> str:
    """Return the product's mark as a data URL, so that no page fetches it from elsewhere."""
    return f"data:image/svg+xml;base64,{b64encode(_MARK.encode()).decode()}"
