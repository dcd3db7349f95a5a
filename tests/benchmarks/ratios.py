"""Timing two things in turn."""

import time
from collections.abc import Callable

Report = Callable[[str, list[float], list[float], float], None]
"""Notes the median of the pairwise ratios of two lists of seconds, with a name and an aim."""


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
