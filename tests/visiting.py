"""Visits of the pages, by Streamlit's own test harness."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support import CLONE

from policy_index.server.service import Service, service

SITE = str(CLONE / "policy_index" / "ui" / "site.py")


def open_site(**query: str) -> AppTest:
    """Open the first page as a new visit, at an address that asks for something."""
    site = AppTest.from_file(SITE, default_timeout=120)
    for name, value in query.items():
        site.query_params[name] = value
    return site.run()


def open_page(site: AppTest, name: str) -> AppTest:
    """Go on to another page in the same visit."""
    return site.switch_page(str(CLONE / "pages" / f"{name}.py")).run()


def check(site: AppTest, text: str) -> AppTest:
    """Check a text in the playground."""
    site.text_area(key="text").input(text)
    return next(button for button in site.button if button.label == "Check").click().run()


def words(site: AppTest) -> str:
    """Return everything that the page says, as its HTML and Markdown blocks hold it."""
    return "\n".join([*(block.value for block in site.markdown), *(block.proto.body for block in site.get("html"))])


def unfold(site: AppTest, *folds: str) -> AppTest:
    """Open folds by their keys; what is in one is made only then."""
    for fold in folds:
        site.session_state[fold] = True
    return site.run()


def open_view(site: AppTest, name: str) -> AppTest:
    """Open one of the views of a brief; only the open one is made."""
    site.session_state["view"] = name
    return site.run()


def sent(site: AppTest) -> list[str]:
    """Return what the browser is given to draw each of the app's own components from."""
    return [json.loads(each.proto.json)[0] for each in site.get("bidi_component")]


def margin(site: AppTest) -> Any:
    """Return what the margin shows, as the browser gets it: `main`, which no click changes, and `side`."""
    if "margin data" in site.session_state:  # where a test stands in for the browser
        return json.loads(site.session_state["margin data"])
    (found,) = [json.loads(each) for each in sent(site) if each.startswith('{"main"')]
    return found


def margin_words(site: AppTest) -> str:
    """Return everything that the margin says."""

    def inside(node: Any) -> list[str]:
        if isinstance(node, str):
            return [node]
        if isinstance(node, dict):
            return [part for value in node.values() for part in inside(value)]
        return [part for child in node for part in inside(child)] if isinstance(node, list) else []

    return "\n".join(inside(margin(site)["main"]))


@contextmanager
def served_by(served: Service) -> Iterator[None]:
    """Let all pages be served by this service, as in a process with other policies or another model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Service, "from_environment", staticmethod(lambda: served))
        service.cache_clear()
        yield
    service.cache_clear()
