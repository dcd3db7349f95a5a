"""Ratios, measured in turn and printed at the end: these numbers mean something on a noisy machine."""

import statistics

import pytest
from ratios import Report

RATIOS: list[str] = []


@pytest.fixture
def report() -> Report:
    """Note the median of pairwise ratios a/b, with its aim."""

    def note(name: str, a: list[float], b: list[float], aim: float) -> None:
        ratios = sorted(first / second for first, second in zip(a, b, strict=True))
        RATIOS.append(
            f"{name}: {statistics.median(ratios):.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f} in {len(ratios)} pairs; "
            f"aim: at most {aim}); medians {statistics.median(a):.3f} s and {statistics.median(b):.3f} s"
        )

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the ratios."""
    if RATIOS:
        terminalreporter.section("ratios")
        for line in RATIOS:
            terminalreporter.line(line)
