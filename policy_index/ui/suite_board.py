"""The parts of the Batch page that are clicked: tables of words, as data; a click says what was chosen, and nothing is markup."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from policy_index.ui.browser_parts import BrowserPart
from policy_index.ui.links import DRAW_JS, GO_JS, Tag, tag

_STYLE = """
<style>
.st-key-suite-split { display: grid !important; grid-template-columns: minmax(0, 1fr); gap: 1rem 1.5rem; align-items: start; }
.st-key-suite-split > * { min-width: 0; width: auto !important; }
.st-key-suite-split > :has(> .st-key-suite-panel) { align-self: stretch; }
.st-key-suite-panel { border: 1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius: .6rem; padding: .8rem 1rem 1rem;
  scroll-margin-top: 4.5rem; flex: none !important; height: auto !important; }
@media (min-width: 1000px) {
  .st-key-suite-split:has(.st-key-suite-panel) { grid-template-columns: minmax(0, 1fr) minmax(21rem, 27rem); }
  .st-key-suite-panel { position: sticky; top: 4rem; max-height: calc(100vh - 5rem); overflow-y: auto; }
}
.upe-board { container-type: inline-size; line-height: 1.45; overflow-wrap: anywhere; }
.upe-board :is(button, a, h2, .upe-scroll):focus-visible { outline: .15rem solid var(--st-primary-color, currentColor); outline-offset: .1rem; }
.upe-board h2 { margin: 0; padding: 0; font-size: 1.2rem; scroll-margin-top: 5rem; } .upe-board h2:focus { outline: none; }
.upe-board :is(h3, h2.upe-part) { margin: .7rem 0 .3rem; padding: 0; font-size: 1rem; } .upe-board :is(h3, h2) small { font-weight: 400; } .upe-board h4 { margin: .5rem 0 .2rem; padding: 0; font-size: .9375rem; }
.upe-board p { margin: .2rem 0; } .upe-board small, .upe-board .upe-soft { font-size: .875rem; color: color-mix(in srgb, currentColor 80%, transparent); }
.upe-board ul, .upe-board ol { list-style: none; margin: 0; padding: 0; }
.upe-board a { color: var(--st-link-color); }
.upe-board button { font: inherit; color: inherit; text-align: left; border: 0; background: none; padding: .15rem 0; min-height: 1.5rem; cursor: pointer;
  text-decoration: underline; text-decoration-color: color-mix(in srgb, currentColor 40%, transparent); text-underline-offset: .2em; overflow-wrap: anywhere; }
.upe-board table button { padding: 0; } .upe-board button:hover { text-decoration-color: currentColor; }
.upe-board .upe-button { border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: .45rem; padding: .15rem .6rem; text-decoration: none; }
.upe-sum { display: flex; flex-wrap: wrap; gap: .1rem .9rem; align-items: baseline; font-size: 1.05rem; }
.upe-sum strong { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.upe-board table { border-collapse: collapse; width: 100%; font-size: .9rem; }
.upe-board :is(th, td) { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent); }
.upe-board th { font-weight: 600; } .upe-board .upe-n { font-variant-numeric: tabular-nums; white-space: nowrap; }
.upe-board .upe-scroll { overflow-x: auto; }
.upe-groups :is(th, td) { overflow-wrap: normal; } .upe-groups tbody th { min-width: 6rem; overflow-wrap: anywhere; } .upe-groups td:last-child { min-width: 10rem; }
.upe-board .upe-most { display: grid; grid-template-columns: auto minmax(0, 1fr); column-gap: .6rem; }
.upe-most li { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; padding: .2rem 0; align-items: baseline; }
.upe-most .upe-n { text-align: right; font-weight: 700; }
.upe-rows tbody tr { cursor: pointer; } .upe-rows tbody tr:hover { background: color-mix(in srgb, currentColor 5%, transparent); }
.upe-rows tr.upe-now { background: color-mix(in srgb, var(--st-primary-color) 11%, transparent); box-shadow: inset .25rem 0 var(--st-primary-color); }
.upe-rows td:first-child { padding-left: .5rem; width: 3.5rem; }
.upe-rows .upe-row-text { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; min-width: 12rem; }
.upe-rows td.upe-own { min-width: 5rem; max-width: 12rem; } .upe-rows td.upe-under { min-width: 13rem; width: 38%; }
.upe-rows .upe-hit { font-size: .9rem; padding: 0 0 .25rem .5rem; border-left: .22rem solid var(--lane); margin-bottom: .25rem; }
.upe-rows .upe-quiet { font-size: .9rem; margin: 0; color: color-mix(in srgb, currentColor 72%, transparent); }
@container (max-width: 36rem) {
  .upe-rows thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .upe-rows :is(table, tbody, tr, td) { display: block; width: auto !important; max-width: none !important; min-width: 0 !important; }
  .upe-rows tr { border: 1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius: .6rem; padding: .55rem .75rem; margin-bottom: .6rem; }
  .upe-rows .upe-open::before { content: "Row "; }
  .upe-rows td.upe-own:empty { display: none !important; }
  .upe-rows td { border: 0; padding: .1rem 0 !important; } .upe-rows td.upe-under { padding-top: .35rem !important; }
  .upe-rows td[data-label]::before { content: attr(data-label); display: block; font-size: .8125rem; font-weight: 600; color: color-mix(in srgb, currentColor 72%, transparent); }
}
.upe-heat :is(th, td) { padding: .25rem .3rem; border: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
.upe-heat thead th { min-width: 5.5rem; max-width: 8rem; vertical-align: bottom; font-size: .8125rem; line-height: 1.3; }
.upe-heat :is(thead th:first-child, tbody th) { min-width: 11rem; width: 22rem; position: sticky; left: 0; z-index: 1; background: var(--st-background-color); font-weight: 400; }
.upe-heat td { text-align: center; vertical-align: middle; background: color-mix(in srgb, #c8641c calc(var(--share, 0) * 55%), transparent); font-variant-numeric: tabular-nums; }
.upe-heat td button { width: 100%; text-align: center; text-decoration: none; font-weight: 600; }
@container (max-width: 36rem) { .upe-heat :is(thead th:first-child, tbody th) { min-width: 8.5rem; width: 8.5rem; } }
.upe-chips { display: flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: center; }
</style>
"""

_BOARD = BrowserPart(
    name="board", html='<div class="upe-board"></div>', script=f"{DRAW_JS}{GO_JS}", js="board.js", isolated=False
)


def show_board_style() -> None:
    """Put the look of the parts on the page."""
    st.html(_STYLE)


def show_board(*tags: Tag, name: str, on_act: Callable[[dict[str, Any]], None]) -> None:
    """Draw tags, of which those made by `choice` can be clicked.

    Args:
        tags: What is drawn.
        name: Of the part; no other on the page has it.
        on_act: Called with what a click chose, before the page is drawn again.
    """
    key = f"board-{name}"

    def act() -> None:
        asked = st.session_state[key].get("act")
        if asked:
            on_act(json.loads(asked))

    _BOARD.show(json.dumps({"name": name, "tags": tags}, ensure_ascii=False), key=key, on_act_change=act)


def chosen_by(**what: object) -> dict[str, str]:
    """Return the attributes of an element whose click chooses this."""
    return {"data_act": json.dumps(what)}


def choice(*inside: str | Tag, what: dict[str, object], class_: str = "", label: str = "", **more: str) -> Tag:
    """Return a button whose click chooses `what`; `label` is what a screen reader says instead of its words."""
    extra = {"class_": class_} if class_ else {}
    extra |= {"aria_label": label} if label else {}
    return tag("button", *inside, type="button", **chosen_by(**what), **extra, **more)


def scrolled(inside: Tag, *, label: str) -> Tag:
    """Return a part that scrolls sideways by itself, by keyboard too."""
    return tag("div", inside, class_="upe-scroll", tabindex="0", role="region", aria_label=label)


def head(words: Sequence[str]) -> Tag:
    """Return the head of a table."""
    return tag("thead", tag("tr", *(tag("th", each, scope="col") for each in words)))
