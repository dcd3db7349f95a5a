"""Packs that were opened lately, so that a policy is parsed once and what is kept for its pack stays."""

from collections import OrderedDict
from threading import Lock

from policy_index.policy.pack import PolicyPack

MOST_OPENED = 320_000
"""Clauses of all packs that are held together, the longest unused pack going first: some 50 MB, or a hundred versions of thirty policies
of a hundred clauses. Of a history whose versions were opened in turn, a bound on packs would hold none until it is opened again."""


class OpenedPacks:
    """A bounded store of packs, by the number and the stamp of their versions."""

    def __init__(self, most: int = MOST_OPENED) -> None:
        """Hold nothing yet, and later packs of at most `most` clauses, or one pack."""
        self._most = most
        self._clauses = 0
        self._packs: OrderedDict[int, tuple[int, PolicyPack]] = OrderedDict()
        self._lock = Lock()

    def get(self, number: int, stamp: int) -> PolicyPack | None:
        """Return the pack of a version as it was at this stamp; None where it is not held."""
        with self._lock:
            held = self._packs.get(number)
            if held is None or held[0] != stamp:
                return None
            self._packs.move_to_end(number)
            return held[1]

    def put(self, number: int, stamp: int, pack: PolicyPack) -> PolicyPack:
        """Hold a pack, and return it; or the one that another thread put there meanwhile, so that all have the same."""
        with self._lock:
            held = self._packs.get(number)
            if held is not None and held[0] == stamp:
                return held[1]
            if held is None or held[0] < stamp:
                self._clauses += len(pack.policy.clauses) - (0 if held is None else len(held[1].policy.clauses))
                self._packs[number] = (stamp, pack)
                self._packs.move_to_end(number)
            while self._clauses > self._most and len(self._packs) > 1:
                _, (_, gone) = self._packs.popitem(last=False)
                self._clauses -= len(gone.policy.clauses)
            return pack
