"""The parts of pages that the browser draws: scripts and styles of ours, handed what they show as data, never as markup."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st

READ_JS = "const read = ([data]) => data;\n"
"""`read`: what a part was handed, as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserPart:
    """One kind of part.

    Attributes:
        name: What it is called among all of the app, after `policy_index_`.
        html: What stands in it before anything is drawn.
        css: Its style, a file in `front`; empty where the page's is enough.
        script: What its script begins with.
        js: Its script, a file in `front`; empty where `script` is all of it.
        isolated: Whether the page's styles are kept away from it.
    """

    name: str
    html: str = ""
    css: str = ""
    script: str = ""
    js: str = ""
    isolated: bool = True

    def show(self, data: str, *, key: str, **options: Any) -> None:
        """Show it; its script finds `data` by `read`.

        In a list of one: of a bare string Streamlit asks whether it is a table, and imports pandas to know, half a second before the
        first page. Not as bytes, which would be quicker: the browser takes the same bytes for new ones at every run of the page, and
        would draw the part anew.

        Args:
            data: What it shows.
            key: Of the element.
            options: `on_<name>_change`, called when the script sets the state or trigger of that name, and `height`.
        """
        _made(self)(key=key, data=[data], **options)


@cache
def _made(part: BrowserPart) -> Callable[..., Any]:
    made: Callable[..., Any] = st.components.v2.component(
        f"policy_index_{part.name}",
        html=part.html or None,
        css=front(part.css) or None,
        js=f"{READ_JS}{part.script}{front(part.js)}",
        isolate_styles=part.isolated,
    )
    return made


def front(name: str) -> str:
    """Return a file of the scripts and styles; nothing for no name."""
    return (files("policy_index.ui") / "front" / name).read_text(encoding="utf-8") if name else ""
