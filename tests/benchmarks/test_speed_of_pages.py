"""What each page's script run costs against an empty page with the same menu: run with `pytest tests/benchmarks --no-cov`."""

from pathlib import Path

import pytest
from ratios import Report, seconds
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest
from support import CLONE

RUNS = 30

ROUTER = """
import streamlit as st
from policy_index.ui.chosen import chosen_pack
from policy_index.ui.frame import mark, pages, show_frame

st.set_page_config(page_title="Usage Policy Explorer", page_icon=mark(), layout="wide")
st.logo(mark(), size="large")
every = pages() | {"empty": st.Page("__EMPTY__", title="Empty")}
st.navigation(list(every.values()), position="top")
page = every[st.session_state["page"]]
page._can_be_called = True  # a visitor of this very page, without a browser that asks for it
show_frame(page.title, chosen_pack())
page.run()
"""


@pytest.fixture
def compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server compiles router and page once and keeps them; the harness would compile both anew at every run."""
    kept = ScriptCache()
    for module in ("local_script_runner", "app_test"):
        monkeypatch.setattr(f"streamlit.testing.v1.{module}.ScriptCache", lambda: kept)


def visitor(folder: Path, page: str) -> AppTest:
    """Someone who has opened the page once, on a warm server."""
    empty, router = folder / "empty.py", folder / "router.py"
    empty.write_text("", encoding="utf-8")
    router.write_text(ROUTER.replace("__EMPTY__", str(empty)), encoding="utf-8")
    site = AppTest.from_file(str(router), default_timeout=60)
    site.session_state["page"] = page
    site.run()
    assert not site.exception
    return site


@pytest.mark.usefixtures("compiled_once")
@pytest.mark.parametrize("page", [path.stem for path in sorted((CLONE / "pages").glob("*.py"))])
def test_script_run_of_a_page(tmp_path: Path, report: Report, page: str):
    """The whole run as the harness sees it: script, widgets and the messages to the browser; empty page and page in turn."""
    empty, full = visitor(tmp_path, "empty"), visitor(tmp_path, page)
    empties, fulls = [], []
    for _ in range(RUNS):
        empties.append(seconds(empty.run))
        fulls.append(seconds(full.run))
    report(f"script run of {page} / of an empty page", fulls, empties, 2.0)


@pytest.mark.usefixtures("compiled_once")
def test_script_run_of_a_clause_page(tmp_path: Path, report: Report):
    """With `?clause=` in the address."""
    empty, full = visitor(tmp_path, "empty"), visitor(tmp_path, "categories")
    full.query_params["clause"] = "privacy/tracking"
    full.run()
    empties, fulls = [], []
    for _ in range(RUNS):
        empties.append(seconds(empty.run))
        fulls.append(seconds(full.run))
    report("script run of a clause's page / of an empty page", fulls, empties, 2.0)
