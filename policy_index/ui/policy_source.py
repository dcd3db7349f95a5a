"""The source of a policy with each clause's span marked; a click on a mark chooses the clause.

Words of the source reach the browser as data and are drawn as text, never as markup.
"""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import streamlit as st

from policy_index.policy.document import PartRole, Policy, Span
from policy_index.ui.browser_parts import BrowserPart

AT = "at"
"""What names the chosen clause in an address: the character of the source at which it begins."""

_CLASSES = {
    PartRole.TITLE: "upe-heading",
    PartRole.HEADING: "upe-heading",
    PartRole.LEAD_IN: "upe-lead",
    PartRole.SET_ASIDE: "upe-aside-text",
}

_JS = """
export default function ({ parentElement, data }) {
  const { pieces, now } = JSON.parse(read(data));
  const root = parentElement.querySelector(".upe-source");
  const drawn = pieces.map(([text, role, at, number]) => {
    if (!role && at === null) return document.createTextNode(text);
    const element = document.createElement(at === null ? "span" : "mark");
    element.textContent = text;
    if (role) element.className = role;
    if (at !== null) element.dataset.at = at;
    if (number) element.dataset.n = number;
    if (at !== null && at === now) element.classList.add("upe-now");
    return element;
  });
  root.replaceChildren(...drawn);
  root.onclick = (event) => {
    const mark = event.target.closest("mark[data-at]");
    if (!mark || String(window.getSelection())) return;
    const address = new URL(window.location.href);
    address.searchParams.set("at", mark.dataset.at);
    window.history.pushState({}, "", address);
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  };
  if (root.dataset.now !== String(now) && now !== null)
    setTimeout(() => document.querySelector(".st-key-clause-editor")?.scrollIntoView({ block: "nearest" }), 60);
  root.dataset.now = now;
  const chosen = root.querySelector(".upe-now");
  if (chosen) root.scrollTop += chosen.getBoundingClientRect().top - root.getBoundingClientRect().top - root.clientHeight / 3;
}
"""

_SOURCE = BrowserPart(
    name="source",
    html='<div class="upe-source" tabindex="0" role="region" aria-label="The source, its clauses marked"></div>',
    script=_JS,
    isolated=False,
)


def show_source(policy: Policy, *, chosen: int | None, within: Span) -> None:
    """Show a stretch of the source, its clauses marked and numbered, the one that begins at `chosen` most of all."""
    data = json.dumps({"pieces": list(pieces_of(policy, within)), "now": chosen}, ensure_ascii=False)
    with st.container(key="policy-source"):
        _SOURCE.show(data, key="source")


def pieces_of(policy: Policy, within: Span) -> Iterator[list[Any]]:
    """Give the stretch in pieces: text, class, the character at which the clause begins, and its number where it begins here.

    Where one span lies in another the inner one is marked, so that every character stands there once.
    """
    numbers = {clause.id: number for number, clause in enumerate(policy, 1)}
    spans = {clause.id: clause.span for clause in policy}
    marked: list[tuple[Span, str, int | None, int]] = []
    for part in policy.parts:
        span = spans.get(part.clause_id or "", part.span)
        at = span.start if part.clause_id is not None else None
        if span.start < within.end and span.end > within.start:
            marked.append((span, _CLASSES.get(part.role, ""), at, numbers.get(part.clause_id or "", 0)))
    marked.sort(key=lambda each: (each[0].start, -each[0].end))
    edges = sorted({within.start, within.end, *(edge for each in marked for edge in (each[0].start, each[0].end))})
    edges = [edge for edge in edges if within.start <= edge <= within.end]
    opened: list[tuple[Span, str, int | None, int]] = []
    waiting = 0
    for start, end in pairwise(edges):
        while waiting < len(marked) and marked[waiting][0].start <= start:
            opened.append(marked[waiting])
            waiting += 1
        while opened and opened[-1][0].end <= start:
            opened.pop()
        text = policy.source[start:end]
        inner = next((each for each in reversed(opened) if each[0].end > start), None)
        if inner is None:
            yield [text, "", None, 0]
        else:
            span, role, at, number = inner
            yield [text, role, at, number if span.start == start else 0]
