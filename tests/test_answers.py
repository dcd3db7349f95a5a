"""The answers of the bundled policy are those of the record in `tests/data/answers.npz`, on every held-out text.

`python tests/record_answers.py` writes the record; it is written again only where answers are meant to change, and the
commit says so.
"""

import numpy as np
from support import CLONE

from policy_index import ClauseIndex
from policy_index.quality.accuracy import held_out, held_out_languages

TOLERANCE = 5e-4
"""Between processors and ways of encoding; within one way, texts have equal answers (test_encoder.py). A score is a sum of 17,000
terms in single precision: 1e-4 was seen between two ways of adding them."""


def test_order_and_probabilities_are_those_of_the_record(real_index: ClauseIndex):
    """Clause by clause; two clauses may change places only where their probabilities are equal within the tolerance."""
    texts = [*held_out(real_index.pack).values(), *held_out_languages(real_index.pack).values()]
    with np.load(CLONE / "tests" / "data" / "answers.npz") as record:
        expected, order = record["probabilities"] / 65535, record["order"]

    table = real_index.score_table([each.text for own in texts for each in own])

    assert table.probabilities is not None
    assert table.probabilities.shape == expected.shape
    assert np.abs(table.probabilities - expected).max() < TOLERANCE
    rows, ranks = np.nonzero(table.order != order)
    found = table.probabilities[rows, table.order[rows, ranks]]
    recorded = table.probabilities[rows, order[rows, ranks]]
    assert np.abs(found - recorded).max(initial=0) < TOLERANCE
    assert len(rows) < 0.01 * order.size  # clauses far away, with next to no probability, lie close together
