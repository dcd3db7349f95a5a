"""From `streamlit run app.py` to the first result on the page: run with `pytest tests/benchmarks --no-cov`."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from browsing import ADVICE, CHROMIUM, CLONE, FLAGS, serving
from playwright.sync_api import Browser, sync_playwright
from ratios import Report

BARE = """
from sentence_transformers import SentenceTransformer
from policy_index.search.bundled_model import bundled_model_folder
SentenceTransformer(str(bundled_model_folder()), local_files_only=True).encode(["a dating app for farmers"])
"""
PAIRS = 3


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser that is open already, as a visitor's is."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def first_result(chromium: Browser) -> tuple[float, float]:
    """Return seconds from the start of the server to a usable text box, and to the first result."""
    page = chromium.new_context().new_page()
    start = time.perf_counter()
    with serving() as address:
        page.goto(address)
        box = page.get_by_label("Your prompt or product idea")
        box.fill("a dating app for farmers")
        usable = time.perf_counter() - start
        page.get_by_role("button", name="Check").click()
        page.get_by_role("meter").first.wait_for(timeout=120_000)
        result = time.perf_counter() - start
        page.context.close()
    return usable, result


@pytest.mark.skipif(CHROMIUM is None, reason=ADVICE)
def test_first_result_on_the_page(chromium: Browser, report: Report):
    """Against a bare Python process that imports sentence-transformers, loads the model and encodes one text."""
    boxes, results, bare = [], [], []
    for _ in range(PAIRS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", BARE], cwd=CLONE, check=True, capture_output=True)
        bare.append(time.perf_counter() - start)
        usable, result = first_result(chromium)
        boxes.append(usable)
        results.append(result)

    report("start to first result on the page / bare Python with one encode", results, bare, 1.5)
    report("start to a usable text box / bare Python with one encode", boxes, bare, 1.5)
