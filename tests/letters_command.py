"""The real command with letters for a model: `python letters_command.py batch ...`; it starts in a second and needs no model.

The variable LETTERS_WAIT slows each call of the encoder down by so many seconds, so that a test can stop it midway;
LETTERS_MEMORY has it print at last how much memory it took at most, in KiB.
"""

import os
import resource
import sys
import time
from collections.abc import Sequence

from support import LetterEncoder

from policy_index import ClauseIndex, Encoder, ExemplarSet, PolicyPack
from policy_index.cli import main, mcp
from policy_index.search import index
from policy_index.search.vectors import Vectors


class SlowLetterEncoder(LetterEncoder):
    """Counts letters, and keeps no list of them."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        time.sleep(float(os.environ.get("LETTERS_WAIT", "0")))
        vectors = super().encode(texts)
        self.encoded.clear()
        return vectors


def load_letters(_model: str | None = None) -> SlowLetterEncoder:
    """Stand in for `load_encoder`."""
    return SlowLetterEncoder()


from_pack = ClauseIndex.from_pack


def from_bare_pack(pack: PolicyPack, encoder: Encoder) -> ClauseIndex:
    """Stand in for `ClauseIndex.from_pack`: without exemplars there is little to fit."""
    return from_pack(pack.with_exemplars(ExemplarSet.empty(pack.policy)), encoder)


if __name__ == "__main__":
    ClauseIndex.from_pack = staticmethod(from_bare_pack)
    index.load_encoder = mcp.load_encoder = load_letters
    try:
        main.main(sys.argv[1:])
    finally:
        if "LETTERS_MEMORY" in os.environ:
            sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}\n")
