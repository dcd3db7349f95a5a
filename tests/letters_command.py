"""The real command with letters for a model: `python letters_command.py batch ...`; it starts in a second and needs no model.

The variable LETTERS_WAIT slows each call of the encoder down by so many seconds, so that a test can stop it midway.
"""

import os
import resource
import sys
import time
from collections.abc import Sequence

from support import LetterEncoder

from policy_index import ClauseIndex, Exemplar, ExemplarSet, bundled_policy, cli
from policy_index.commands import loading
from policy_index.encoder import Vectors


class SlowLetterEncoder(LetterEncoder):
    """Counts letters, and keeps no list of them."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        time.sleep(float(os.environ.get("LETTERS_WAIT", "0")))
        vectors = super().encode(texts)
        self.encoded.clear()
        return vectors


def letters_index(_model: str | None = None) -> ClauseIndex:
    """A small index over letters."""
    policy = bundled_policy()
    rows = [Exemplar(clause_id=clause.id, text=clause.text[:40]) for clause in policy if clause.citable]
    return ClauseIndex.from_texts(policy, ExemplarSet.from_rows(rows, document=policy), SlowLetterEncoder())


if __name__ == "__main__":
    loading.load_index = letters_index
    try:
        cli.main(sys.argv[1:])
    finally:
        if "LETTERS_MEMORY" in os.environ:
            sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}\n")
