"""From a start to the first result, of the command and of the app: run with `pytest tests/benchmarks --no-cov`."""

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
from policy_index.search.minilm import model_folder
SentenceTransformer(str(model_folder()), local_files_only=True).encode(["a dating app for farmers"])
"""
PAIRS = 3


LAUNCH = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
process.returncode = status
print(status, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
"""Started from a small process: a child's peak memory begins with what its parent held when it was forked."""


def whole_process(*arguments: str) -> tuple[float, float]:
    """Run Python and return its processor time in seconds and its peak memory in MiB, as the system counts them."""
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH, sys.executable, *arguments],
        cwd=CLONE,
        check=True,
        capture_output=True,
        text=True,
    )
    status, time_used, memory = done.stdout.split()
    assert status == "0"
    return float(time_used), float(memory)


def test_a_command_against_the_bare_process(report: Report):
    """Processor time and peak memory of whole processes, the bare one and the command in turn."""
    bare, found = [], []
    for _ in range(5):
        bare.append(whole_process("-c", BARE))
        found.append(whole_process("-m", "policy_index.cli", "search", "a dating app for farmers"))
    report(
        "policy-index search / bare process, processor time",
        [each[0] for each in found],
        [each[0] for each in bare],
        0.25,
    )
    report(
        "policy-index search / bare process, peak memory in MiB",
        [each[1] for each in found],
        [each[1] for each in bare],
        0.45,
    )


@pytest.mark.parametrize("arguments", [["-c", "import policy_index"], ["clauses"], ["show", "health"], ["changelog"]])
def test_what_needs_no_model(report: Report, arguments: list[str]):
    """Processor seconds, against a bare Python process: the aim, 0.35 s, is for this project's usual machine."""
    bare, found = [], []
    for _ in range(5):
        bare.append(whole_process("-c", "pass")[0])
        found.append(whole_process(*(arguments if arguments[0] == "-c" else ["-m", "policy_index.cli", *arguments]))[0])
    report(f"{' '.join(arguments)} / empty Python process, processor time (aim 0.35 s)", found, bare, 35)


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

    report("start to first result on the page / bare Python with one encode", results, bare, 0.5)
    report("start to a usable text box / bare Python with one encode", boxes, bare, 0.35)
