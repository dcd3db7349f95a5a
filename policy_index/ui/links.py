"""Words with links that lead to other pages without leaving the visit: a plain link of HTML would start a new one.

A block is built from nested tags in Python and drawn by the browser's DOM functions, node by node, so that nothing in it is
ever read as HTML. One block is one element of the page, however many links it holds; what does not change is built once.
A link names the visit's policy unless it is the default one: what is kept of a block is kept by the policy it was built for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from policy_index.server.service import service
from policy_index.ui.browser_parts import BrowserPart
from policy_index.ui.visit import visit

DRAW_JS = """
const TAGS = new Set(["div", "p", "span", "strong", "a", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "mark", "details",
  "summary", "small", "nav", "section", "pre", "article", "table", "thead", "tbody", "tr", "th", "td", "caption", "dl", "dt",
  "dd", "button"]);
const draw = (node) => {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attributes, children] = node;
  if (!TAGS.has(tag)) throw new Error(`unknown tag ${tag}`);
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style") for (const [key, what] of Object.entries(value)) element.style.setProperty(key, what);
    else element.setAttribute(name, value);
  }
  children.forEach((child) => element.append(draw(child)));
  return element;
};
"""
"""`draw`: nested tags as nodes of the browser's; nothing in them is ever read as HTML. For other components too."""

GO_JS = """
// One entry in the browser's history, and the app follows as it does for the back button.
const go = (address, stay) => {
  if (!stay) document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
  window.history.pushState({}, "", address);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
};
"""
"""`go`: opens an address of the app without leaving the visit."""

_JS = (
    f"""{DRAW_JS}{GO_JS}"""
    """
export default function ({ parentElement, data }) {
  const content = JSON.parse(read(data));
  if (content.go) return go(content.go);
  const root = parentElement.querySelector(".upe-block");
  root.replaceChildren(...content.map(draw));
  root.onclick = (event) => {
    const link = event.target.closest("a[data-inside]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.href, "stay" in link.dataset);
  };
}
"""
)

_LINKS = BrowserPart(name="links", html='<div class="upe-block"></div>', script=_JS, isolated=False)

Tag = list[Any]
"""Name, attributes, children: what the browser draws."""


def tag(name: str, *children: "str | Tag", **attributes: str | Mapping[str, str]) -> Tag:
    """Return an element; a trailing underscore of an attribute is left out, inner ones become hyphens."""
    return [name, {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}, list(children)]


def link(page: str, words: str, *, class_: str = "", label: str = "", anchor: str = "", **query: str) -> Tag:
    """Return a link to one of the app's pages under the visit's policy.

    Args:
        page: Its name, as in `frame.pages`.
        words: What is read.
        class_: A class of the element.
        label: What a screen reader says instead of the words.
        anchor: A heading of the page, where it shall not open at its top.
        query: What the address asks for, `clause="privacy/tracking"`.
    """
    extra = {"class": class_} if class_ else {}
    if label:
        extra["aria-label"] = label
    place = f"#{anchor}" if anchor else ""
    return ["a", {"href": f"{_address(page, query)}{place}", "data-inside": "", **extra}, [words]]


def staying(leading: Tag) -> Tag:
    """Return a link that leads to another state of the page it stands on, so that the page is not scrolled to its top."""
    name, attributes, words = leading
    return [name, attributes | {"data-stay": ""}, words]


def outside_link(url: str, words: str) -> Tag:
    """Return a link that leaves the app, in a tab of its own; the words alone where it leads nowhere that a browser should go."""
    if not url.lower().startswith(("https://", "http://", "mailto:")):
        return tag("span", words)
    return tag("a", words, href=url, target="_blank", rel="noopener noreferrer")


@dataclass(frozen=True, slots=True)
class Block:
    """Elements ready to be sent to the browser: as data to be drawn, or, where no link is in them, as escaped HTML."""

    data: str
    html: str | None

    @classmethod
    def of(cls, *tags: Tag) -> "Block":
        """Serialise `tags`."""
        data = json.dumps(tags, ensure_ascii=False)
        return cls(data, None if '"data-inside"' in data else "".join(map(_html, tags)))


def _html(node: "str | Tag") -> str:
    if isinstance(node, str):
        return escape(node)
    name, attributes, children = node
    styled = {
        key: ";".join(f"{what}:{how}" for what, how in value.items()) if isinstance(value, dict) else value
        for key, value in attributes.items()
    }
    said = "".join(f' {key}="{escape(value)}"' for key, value in styled.items())
    return f"<{name}{said}>{''.join(map(_html, children))}</{name}>"


def show_block(block: Block, *, key: str) -> None:
    """Draw a block; a click on a link in it opens its page in this visit."""
    if block.html is None:
        _LINKS.show(block.data, key=key)
    else:
        st.html(f'<div class="upe-block">{block.html}</div>')


def open_page(page: str, **query: str) -> None:
    """Open one of the app's pages as a click on a link does; `st.switch_page` leaves two entries in the browser's history."""
    _LINKS.show(json.dumps({"go": _address(page, query)}), key=f"open {page}")


def _address(page: str, query: Mapping[str, str]) -> str:
    pack = visit().pack
    whole = dict(query) if pack is service().shelf.default else {"policy": pack.spec, **query}
    return f"{page}?{urlencode(whole, safe='/~@')}" if whole else page
