"""Visits of the page Batch: prompts are read, and what a browser would draw is looked at and clicked."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from policy_index.ui.visit import Visit


@contextmanager
def boards_by_hand() -> Iterator[None]:
    """Streamlit's harness has no browser in which a component could report a click: a button stands in for it."""

    def show(data: str, *, key: str, on_act_change: Callable[[], None]) -> None:
        st.text(data)
        st.button(key, key=f"{key} act", on_click=on_act_change)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("policy_index.ui.suite_board._BOARD", SimpleNamespace(show=show))
        yield


def known(site: AppTest) -> Visit:
    found: Visit = site.session_state["visit"]
    return found


def paste(site: AppTest, lines: str) -> AppTest:
    """Paste lines and read them to the end."""
    site.text_area(key="suite_lines").input(lines).run()
    return go(site)


def go(site: AppTest) -> AppTest:
    site.button(key="suite_go").click().run()
    if (job := known(site).suite_job) is not None:
        job.wait()
        site.run()
    return site


def upload(site: AppTest, name: str, content: bytes) -> AppTest:
    site.segmented_control(key="suite_way").set_value("Upload a file").run()
    return site.file_uploader(key="suite_file").upload(name, content, "application/octet-stream").run()


def board(site: AppTest, name: str) -> str:
    """Return everything that a part of the results says, without its tags."""

    def inside(node: Any) -> list[str]:
        return [node] if isinstance(node, str) else [part for child in node[2] for part in inside(child)]

    return "\n".join(part for each in boards(site).get(name, []) for part in inside(each))


def boards(site: AppTest) -> dict[str, Any]:
    """Return what each part of the results is drawn from, by its name."""
    read = [json.loads(each.value) for each in site.text if each.value.startswith('{"name"')]
    return {each["name"]: each["tags"] for each in read}


def choices(site: AppTest, name: str) -> list[dict[str, Any]]:
    """Return what the buttons of a part choose, in their order."""

    def inside(node: Any) -> list[dict[str, Any]]:
        if isinstance(node, str):
            return []
        own = [json.loads(node[1]["data-act"])] if node[0] == "button" else []
        return own + [found for child in node[2] for found in inside(child)]

    return [found for each in boards(site).get(name, []) for found in inside(each)]


def do(site: AppTest, **what: object) -> AppTest:
    """Do what a click on a part does."""
    site.session_state["board-overview"] = {"act": json.dumps(what)}
    return site.button(key="board-overview act").click().run()


def row_lines(site: AppTest) -> list[tuple[str, str, str]]:
    """Return of each row that is shown its number, its text, and all that stands beside them."""

    def inside(node: Any) -> str:
        return node if isinstance(node, str) else "\n".join(inside(child) for child in node[2])

    found = []

    def look(node: Any) -> None:
        if isinstance(node, str):
            return
        if node[0] == "tr" and node[2][0][0] == "td":
            number, text, *others = map(inside, node[2])
            found.append((number, text, "\n".join(others)))
        for child in node[2]:
            look(child)

    for each in boards(site)["rows"]:
        look(each)
    return found


def open_heatmap(site: AppTest) -> AppTest:
    site.session_state["suite_view"] = "Heatmap"
    return site.run()
