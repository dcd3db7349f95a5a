"""Write `tests/data/answers.npz` again: the answers of the bundled policy on every held-out text, for `test_answers.py`."""

import numpy as np
from support import CLONE

from policy_index import load_index
from policy_index.quality.accuracy import held_out, held_out_languages


def main() -> None:
    """Probabilities are stored in steps of 1/65535, finer than the test's tolerance."""
    index = load_index()
    texts = [*held_out(index.pack).values(), *held_out_languages(index.pack).values()]
    table = index.score_table([each.text for own in texts for each in own])
    if table.probabilities is None:
        raise SystemExit(index.uncalibrated)
    np.savez_compressed(
        CLONE / "tests" / "data" / "answers.npz",
        order=table.order.astype(np.uint8),
        probabilities=(table.probabilities * 65535).round().astype(np.uint16),
    )


if __name__ == "__main__":
    main()
