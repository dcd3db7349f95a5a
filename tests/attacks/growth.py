"""How the work that a function does grows with its input: processor time at one, four and sixteen times the size."""

import gc
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

SIZES = (1, 4, 16)
_HOPELESS = 2.5
"""Growth that no noise explains: looking again is of no use."""

LINEAR = 1.3
"""How far growth may exceed that of the input."""

RISING = 1.6
"""Growth at four times the size that no cache explains.

Where time is a n + b n², growth of `LINEAR` at the first size is 1.9 here; where a larger text only no longer fits a cache that others
use as well, it stays what it was.
"""

_UNMEASURABLE = 0.01
"""Seconds below which the largest input is done in no time, and growth says nothing."""

_ROUNDS = (1, 2, 4, 8, 16)
"""Repetitions in each round; a later round is run only where those before saw too much growth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What was measured.

    Attributes:
        seconds: Processor time at each of `SIZES`, the least of several.
    """

    seconds: tuple[float, float, float]

    @property
    def excess(self) -> float:
        """Growth from four to sixteen times over that of the input: 1 where the work is linear, 4 where it grows with the square.

        Where one call costs something whatever it reads, it is less.
        """
        _, four, sixteen = self.seconds
        return 1.0 if sixteen < _UNMEASURABLE else sixteen / max(four, 1e-9) / 4

    @property
    def is_linear(self) -> bool:
        """Whether the work grows no more than `LINEAR` times as fast as the input."""
        return self.excess <= LINEAR


def growth_of(work: Callable[[str], object], text_of: Callable[[int], str], *, largest: int) -> Growth:
    """Measure `work` on texts of up to `largest` characters; again, more often, where the first look was not linear."""
    inputs = [text_of(largest * size // SIZES[-1]) for size in SIZES]
    best = [float("inf")] * len(SIZES)
    for repetitions in _ROUNDS:
        for _ in range(repetitions):
            for place, text in enumerate(inputs):
                best[place] = min(best[place], _seconds(work, text))
        found = Growth(seconds=(best[0], best[1], best[2]))
        if found.is_linear or (repetitions > 1 and found.excess > _HOPELESS):
            break
    return found


def _seconds(work: Callable[[str], object], text: str) -> float:
    """Return the processor time of one call: this thread's alone, for others may be busy with what came before it.

    Python's search for garbage, which grows with all that lives, is left out, and so is what counts the lines that tests run.
    """
    was_on, tracer = gc.isenabled(), sys.gettrace()
    gc.disable()
    sys.settrace(None)
    try:
        start = time.thread_time()
        work(text)
        return time.thread_time() - start
    finally:
        sys.settrace(tracer)
        if was_on:
            gc.enable()
