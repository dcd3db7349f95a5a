"""What every page has: the menu, the mark, the style, the line about the policy, and the choice of another one."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import streamlit as st

from policy_index.policy.pack import PolicyPack
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM
from policy_index.server.service import service
from policy_index.server.webapp import app_root
from policy_index.ui.chosen import POLICY
from policy_index.ui.foreign import plain
from policy_index.ui.kept import choices
from policy_index.ui.legible import LEGIBLE_STYLE
from policy_index.ui.style import BLOCK_STYLE
from policy_index.ui.visitor import show_person
from policy_index.words import long_day, percent

_MARK = (
    '<rect width="24" height="24" rx="5" fill="#1d4ed8"/>'
    '<path d="M6 7h12M6 12h7M6 17h5" stroke="#fff" stroke-width="2" stroke-linecap="round"/>'
    '<circle cx="16.5" cy="15.5" r="2.6" fill="none" stroke="#fff" stroke-width="1.8"/>'
    '<path d="m18.5 17.5 2 2" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/>'
)
"""The product's mark, 24 by 24: lines of a policy under a magnifying glass."""

_NAME = (
    "<style>text { font: 600 13px system-ui, sans-serif; fill: #1a1d24; }"
    "@media (prefers-color-scheme: dark) { text { fill: #eceef3; } }</style>"
    '<text x="31" y="16.6" textLength="138" lengthAdjust="spacingAndGlyphs">Usage Policy Explorer</text>'
)
"""The product's name beside its mark."""

GLOSSARY = {
    "Clause": "the smallest part of the policy that can be cited: a heading, a point, a numbered requirement, a paragraph.",
    "Similarity": "how close in topic a text and a clause are, by a language model: 1 is the same, 0 unrelated. It sees no "
    "intent, and no “not”.",
    "Probability": "how often a careful reviewer would cite the clause for such a text, as measured on texts whose answer we "
    "know.",
    "Likely, possible, unlikely": f"bands of that probability: from {percent(LIKELY_FROM)}, from {percent(POSSIBLE_FROM)}, and below.",
    "Example": "a text that we wrote for a clause, so that the search recognises what people type.",
    "Embedding": "the list of numbers by which the model describes a text; texts that mean similar things have similar lists.",
    "Our words": "readings, to-dos and kinds of change are ours. Only what stands in quotes, or as a clause, is the policy's.",
}
"""The words of the product that a newcomer may not know, each explained once."""

_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding-top: 4.25rem; padding-bottom: 3rem; }
.st-key-frame { border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent); padding-bottom: .35rem; }
.st-key-frame h1 { font-size: 1.5rem; padding: .2rem 0; }
.st-key-frame > [data-testid="stElementContainer"]:has([data-testid="stMarkdown"]) { flex: 1 1 14rem !important; min-width: 0; }
.st-key-frame > [data-testid="stElementContainer"] [data-testid="stMarkdownContainer"] > p { font-size: .9375rem; line-height: 1.35;
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
[data-testid="stExpandSidebarButton"]::after { content: "Menu"; font-size: .9375rem; margin-left: .3rem; }
@media (max-width: 640px) {
  .st-key-frame { row-gap: 0; }
  .st-key-frame > [data-testid="stElementContainer"] [data-testid="stMarkdownContainer"] > p { font-size: .8125rem; -webkit-line-clamp: 4; }
  .st-key-frame > [data-testid="stElementContainer"]:has([data-testid="stMarkdown"]) { order: 9; flex-basis: 100% !important; }
  .st-key-frame > [data-testid="stElementContainer"]:has([data-testid="stSelectbox"]) { order: 8; }
}
.upe-lane { display: flex; align-items: baseline; gap: .5rem; margin: 0; padding: .2rem 0 0; font-size: 1.1rem; }
.upe-lane::before { content: ""; width: .7rem; height: .7rem; border-radius: 50%; background: var(--lane); }
.upe-card { border-left: .3rem solid var(--lane); padding: .1rem 0 .1rem .8rem; }
.upe-card h3 { margin: 0; padding: 0 0 .2rem; font-size: 1.05rem; }
.upe-card blockquote { margin: 0; padding: 0; border: 0; font-size: 1.02rem; line-height: 1.4; color: inherit; }
.upe-card p { margin: .25rem 0 0; font-size: .875rem; line-height: 1.4; opacity: .86; overflow-wrap: anywhere; }
.upe-apart { margin: .6rem 0; }
.upe-checked { margin: 0; overflow-wrap: anywhere; }
.upe-meter { display: flex; align-items: center; gap: .6rem; margin-top: .4rem; font-size: .875rem; }
.upe-meter > span:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; min-width: 8.6rem; }
.upe-meter[aria-label="Probability"] > span:first-child { min-width: 13.4rem; }
.upe-bar { flex: 1; height: .5rem; border-radius: .25rem; overflow: hidden;
  background: color-mix(in srgb, currentColor 14%, transparent); }
.upe-bar > span { display: block; height: 100%; background: color-mix(in srgb, currentColor 62%, transparent); }
.upe-note { border: 1px solid color-mix(in srgb, currentColor 35%, transparent); border-radius: .5rem; padding: .6rem .8rem; }
.upe-hint, .upe-legend { margin: 0; font-size: .875rem; opacity: .86; }
.upe-ours { margin-top: .5rem !important; font-weight: 600; }
.upe-todo { margin: .1rem 0 0; padding-left: 1.1rem; font-size: .95rem; line-height: 1.45; }
.upe-reason { font-style: italic; }
.upe-details { margin: 0; font-size: .9rem; line-height: 1.45; overflow-wrap: anywhere; }
.upe-details dt { margin-top: .4rem; font-weight: 600; } .upe-details dd { margin: 0; }
.upe-text { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; }
.upe-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.upe-carries { background: color-mix(in srgb, #2f6fed calc(var(--strength) * 45%), transparent); border-radius: .2rem; }
.upe-literal { text-decoration: underline dotted 2px; text-underline-offset: .2em; }
.upe-scroll { overflow-x: auto; }
.upe-table { width: 100%; border-collapse: collapse; font-size: .9rem; }
.upe-table th, .upe-table td { padding: .35rem .5rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
.upe-chosen { background: color-mix(in srgb, var(--lane) 14%, transparent); padding-top: .4rem; padding-bottom: .4rem; }
</style>
"""


_VIEWS = ("categories", "map", "overlaps", "coverage")
"""Older addresses: views of the page Read, and a clause's own page."""

_PAGES: Mapping[str, Mapping[str, Any]] = {
    "playground": {"title": "Playground", "icon": ":material/search:", "default": True},
    "batch": {"title": "Batch", "icon": ":material/table_rows:"},
    "read": {"title": "Read", "icon": ":material/menu_book:"},
    "compare": {"title": "Compare", "icon": ":material/difference:"},
    "changelog": {"title": "Changelog", "icon": ":material/history:"},
    "accuracy": {"title": "Accuracy", "icon": ":material/target:"},
    "policies": {"title": "Policies", "icon": ":material/library_books:"},
    **{name: {"title": name.capitalize(), "visibility": "hidden"} for name in _VIEWS},
    "privacy": {"title": "What is kept", "icon": ":material/shield_lock:", "visibility": "hidden"},
}

_READ_IS_OPEN = """
<style>
[data-testid="stTopNavLink"][href$="/read"]:not(:focus-visible), [data-testid="stSidebarNavLink"][href$="/read"]:not(:focus-visible) {
  background: rgba(164, 164, 182, .25); }
</style>
"""
"""Marks in the menu, as Streamlit marks an open page, that of which another one is a view."""


def page(name: str) -> st.Page:
    """Return one page by its name."""
    return st.Page(app_root() / "pages" / f"{name}.py", **_PAGES[name])


def pages() -> dict[str, st.Page]:
    """Return every page by its name, in the order of the menu."""
    return {name: page(name) for name in _PAGES}


def show_frame(title: str, pack: PolicyPack) -> None:
    """Show what every page begins with: its title, which policy this is and what it is not, and the other policies."""
    st.html(_STYLE + BLOCK_STYLE + LEGIBLE_STYLE + (_READ_IS_OPEN if title.casefold() in _VIEWS else ""))
    is_clause = title == "Categories" and st.query_params.get("clause") in pack.policy.columns
    with st.container(key="frame", horizontal=True, vertical_alignment="center", gap="medium"):
        st.title("Clause" if is_clause else plain(title), width="content")
        titles = choices(pack)
        st.markdown(_policy_line(pack, is_named=len(titles) > 1))
        _show_chooser(pack, titles)
        with st.popover("About these results", icon=":material/info:", type="tertiary", width="content"):
            st.markdown(f"{_policy_line(pack)}\n\nResults here show closeness of topic: no verdict, no legal advice.")
            which = {} if pack is service().shelf.default else {POLICY: pack.spec}
            st.page_link(page("privacy"), label="What is kept", icon=":material/shield_lock:", query_params=which)
            st.markdown("\n\n".join(f"**{word}**: {meaning}" for word, meaning in GLOSSARY.items()))
        show_person()


def _policy_line(pack: PolicyPack, *, is_named: bool = False) -> str:
    """Return which policy this is, as Markdown: its publisher, title and day, and what a reader must know of this text.

    Where a choice of policies beside the line names it already, its day alone: what must be known is not cut off for room.
    """
    policy, provenance = pack.policy, pack.policy.provenance
    publisher, title = plain(provenance.publisher), f"**{plain(provenance.title)}**"
    named = title if provenance.name == provenance.title else f"{publisher} {title}"
    day = "without a date" if policy.updated is None else f"of {long_day(policy.updated)}"
    url = quote(provenance.url, safe=_URL_SIGNS) if provenance.url.startswith(("https://", "http://")) else ""
    at = f"at {publisher}" if publisher else "where it was published"
    what = f"Version {day}" if is_named else f"{named} {day}"
    if provenance.superseded:
        there = f": [read it {at}]({url})" if url else ""
        line = f":orange-badge[Superseded] {what}. A newer version exists{there}."
    else:
        line = f"{what}." + (f" [Read it {at}]({url})." if url else "")
    return line + (" The kinds of its clauses are guessed from their words." if policy.kinds_are_guesses else "")


def _show_chooser(pack: PolicyPack, titles: Mapping[str, str]) -> None:
    """Let a person turn to another policy of the shelf, where it holds several; nothing of the address but it is kept."""
    if len(titles) == 1:
        return

    def turn() -> None:
        chosen = st.session_state[_CHOOSER]
        # Whoever goes back while a page under another policy is being made sends the choice that it had not been told to change.
        if chosen != st.query_params.get(POLICY, service().shelf.default.spec):
            st.query_params.from_dict({POLICY: chosen})  # what else it asks for is another policy's

    st.session_state[_CHOOSER] = pack.spec
    st.selectbox(
        "Policy",
        list(titles),
        format_func=lambda spec: titles[spec],
        key=_CHOOSER,
        on_change=turn,
        label_visibility="collapsed",
        width=300,
    )


_CHOOSER = "policy-chooser"

_URL_SIGNS = ":/?#@!$&'*+,;=%~"
"""What stays as it is in an address; brackets and blanks would end a link of Markdown."""


def mark() -> str:
    """Return the product's mark as a data URL, so that no page fetches it from elsewhere."""
    return _data_url(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{_MARK}</svg>')


def logo() -> str:
    """Return the mark with the product's name, likewise."""
    return _data_url(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 172 24">{_MARK}{_NAME}</svg>')


def _data_url(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
