"""Measure what “near”, “maybe” and “far” mean for policies without examples: `PYTHONPATH=tests python tests/measure_nearness.py`.

Three invented policies by three authors, and texts by three others who saw the policy and nothing of ours (`data/nearness`). Writes
what the page Accuracy says of it, `policy_index/data/concepts/nearness.json`, and prints it as a table.
"""

import sys
from pathlib import Path

from other_policies import pack_of

from policy_index import ClauseIndex
from policy_index.quality.evaluation import read_labelled
from policy_index.quality.nearness import Meant, file_of, meant_by, saved
from policy_index.search.encoder import load_encoder
from policy_index.search.vectors import Encoder

DATA = Path(__file__).parent / "data" / "nearness"
POLICIES = ("brinkmann", "larkspur", "tessera")


def measured(encoder: Encoder) -> tuple[Meant, ...]:
    """Return what each word meant on the texts about all of the policies."""
    found: list[Meant] = []
    for name in POLICIES:
        pack = pack_of((DATA / f"{name}.md").read_text(encoding="utf-8"), pack_id=name)
        index = ClauseIndex.from_pack(pack, encoder)
        lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        found += meant_by(index, read_labelled(lines, policy=pack.policy))
    return Meant.added(found)


if __name__ == "__main__":
    meant = measured(load_encoder(None))
    file_of().write_text(saved(meant), encoding="utf-8")
    sys.stdout.write("".join(f"{each}\n" for each in meant))
