"""The indexes of several policies, one encoder for all of them: what a server or a worker keeps."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock

from policy_index.policy.pack import PolicyPack
from policy_index.search.index import ClauseIndex
from policy_index.search.vectors import Encoder

KEPT = 32
"""Indexes that are kept, the most recently used ones, so that a text can be held against twenty policies again and again; each
is about as large as its scorer, and that of a policy without exemplars about 1 MB."""


class Indexes:
    """Indexes by pack, made when they are first asked for; safe to use from several threads."""

    def __init__(self, load_encoder: Callable[[], Encoder], *, kept: int = KEPT) -> None:
        """Store how the shared encoder is had.

        Args:
            load_encoder: Returns the encoder, the same one every time, at once or after loading it.
            kept: How many indexes are kept.
        """
        self._load_encoder = load_encoder
        self._kept = kept
        self._lock = Lock()
        self._by_pack: OrderedDict[PolicyPack, Future[ClauseIndex]] = OrderedDict()

    def of(self, pack: PolicyPack) -> ClauseIndex:
        """Return the index of a pack; whoever asks for it while it is being made waits for the same one.

        Raises:
            EncoderError: The model is missing, damaged or unusable; asked again, it is tried again.
        """
        with self._lock:
            promised = self._by_pack.get(pack)
            mine = promised is None
            if promised is None:
                promised = self._by_pack[pack] = Future()
            self._by_pack.move_to_end(pack)
            while len(self._by_pack) > self._kept:
                self._by_pack.popitem(last=False)
        if mine:
            try:
                promised.set_result(ClauseIndex.from_pack(pack, self._load_encoder()))
            except BaseException as error:
                promised.set_exception(error)
                with self._lock:
                    if self._by_pack.get(pack) is promised:
                        del self._by_pack[pack]
                raise
        return promised.result()

    def has(self, pack: PolicyPack) -> bool:
        """Whether `of` answers at once."""
        with self._lock:
            promised = self._by_pack.get(pack)
            return promised is not None and promised.done()
