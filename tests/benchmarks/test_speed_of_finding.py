"""One search over a whole library against encoding one text: run with `pytest tests/benchmarks/test_speed_of_finding.py --no-cov`."""

from datetime import date
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from other_policies import pack_of
from ratios import Report, seconds

from policy_index import ClauseIndex, PolicyPack, load_index
from policy_index.finding.finder import Finder
from policy_index.policy.shelf import Shelf
from policy_index.search.concept_space import concept_space

POLICIES, CLAUSES = 1000, 100
TURNS = 15


def places(number: int, dimensions: int, seed: int) -> NDArray[np.float32]:
    """Return so many invented places, around 150 topics."""
    chance = np.random.default_rng(seed)
    topics = np.random.default_rng(0).standard_normal((150, dimensions)).astype(np.float32)
    found = topics[chance.integers(0, 150, number)] + chance.standard_normal((number, dimensions)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def generated(number: int) -> PolicyPack:
    """Return a policy of a hundred clauses."""
    lines = "".join(f"- You must not do thing {place} of {number} to others.\n" for place in range(CLAUSES))
    return pack_of(f"# Rules {number}\n\n{lines}", pack_id=f"rules-{number:04}", updated=date(2026, 1, 1))


@pytest.fixture(scope="module")
def index() -> ClauseIndex:
    """The index that ships, warm."""
    found = load_index()
    found.search("warm")
    return found


def test_a_library_of_a_hundred_thousand_clauses(index: ClauseIndex, report: Report):
    """A search over 1,000 policies, whose places are invented, against one encode of the same text."""
    space = concept_space(index.encoder)
    dimensions = space.places(index.encoder.encode(["a text"])).shape[1]
    seeds = count(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "policy_index.finding.follower.placed_clauses",
            lambda _pack, _encoder: SimpleNamespace(places=places(CLAUSES, dimensions, next(seeds))),
        )
        finder = Finder(Shelf.from_packs([index.pack, *map(generated, range(POLICIES))]), lambda _: index)
        finder.find("warm")
        texts = [f"an app that does thing number {turn}" for turn in range(TURNS)]
        found, encoded = [], []
        for text in texts:
            encoded.append(seconds(lambda text=text: index.encoder.encode([text])))
            found.append(seconds(lambda text=text: finder.find(text)))
    report(f"a search over {POLICIES * CLAUSES:,} clauses / one encode", found, encoded, 2.0)
