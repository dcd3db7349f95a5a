"""Visits of the pages for those who come without a text, and what these pages say and lead to."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest
from visiting import open_page, open_site, sent, words


def visit(page: str, **query: str) -> AppTest:
    """Return a visitor whose first request is this address."""
    return open_page(open_site(**query), page)


def _blocks(site: AppTest) -> list[Any]:
    return [json.loads(each) for each in sent(site) if each.startswith("[")]  # the others announce plain words


def said(site: AppTest) -> str:
    """Return everything that the page says, its blocks with links too, one line a run of words."""

    def inside(node: Any) -> list[str]:
        return [node] if isinstance(node, str) else [part for child in node[2] for part in inside(child)]

    return "\n".join(["".join(inside(node)) for block in _blocks(site) for node in block] + [words(site)])


def links(site: AppTest) -> list[str]:
    """Return the addresses that the page's blocks lead to, inside the app."""

    def inside(node: Any) -> list[str]:
        if isinstance(node, str):
            return []
        own = [node[1]["href"]] if "data-inside" in node[1] else []
        return own + [address for child in node[2] for address in inside(child)]

    return [address for block in _blocks(site) for node in block for address in inside(node)]
