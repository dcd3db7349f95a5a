"""What every door of one process shares: the shelf of policies, one queue before one encoder, the indexes in use."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context
from functools import cache
from importlib import import_module
from threading import Lock, Thread

from policy_index.finding.finder import Finder
from policy_index.library.doors import with_library
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import PolicyShelf, load_shelf
from policy_index.search.encoder import load_encoder
from policy_index.search.graph import GraphEncoder, GraphFile
from policy_index.search.graph_export import start_making_graph
from policy_index.search.index import ClauseIndex
from policy_index.search.indexes import Indexes
from policy_index.search.model_choice import BUNDLED_MODEL
from policy_index.search.queue import EncodingQueue, Figures
from policy_index.search.vectors import Encoder


class Service:
    """The shelf, and indexes that are loaded in the background or when they are first asked for.

    Attributes:
        shelf: The policies.
        indexes: Their indexes.
        finder: Finds clauses of all of them.
        answered: As which policies, `ID[@VERSION]` or None for the default one, an index was asked for and had.
    """

    def __init__(self, shelf: PolicyShelf, indexes: Indexes, *, queue: "QueueOnce | None" = None) -> None:
        """Store the parts; `from_encoder` puts a queue before the encoder.

        Args:
            shelf: The policies.
            indexes: Their indexes.
            queue: The queue that the indexes' encoder is; None where they have another one.
        """
        self.shelf = shelf
        self.indexes = indexes
        self.finder = Finder(shelf, self.index)
        self.answered: set[str | None] = set()
        self._queue = queue
        self._warming: Future[ClauseIndex] | None = None

    @classmethod
    def from_encoder(cls, shelf: PolicyShelf, load_encoder: Callable[[], Encoder]) -> "Service":
        """Return a service in which everybody's texts wait in one queue before the encoder.

        Args:
            shelf: The policies.
            load_encoder: Loads the encoder, once; called again where it failed.
        """
        queue = QueueOnce(load_encoder)
        return cls(shelf, Indexes(queue), queue=queue)

    @classmethod
    def from_environment(cls) -> "Service":
        """Return the service that the environment describes: POLICY_INDEX_PACKS, POLICY_INDEX_DATABASE, POLICY_INDEX_MODEL.

        A library that cannot be read is logged when it is needed, and the other policies are served all the same.

        Raises:
            PackError: A pack cannot be put on the shelf.
        """
        return cls.from_encoder(with_library(load_shelf(), say=logging.getLogger(__name__).warning), load_encoder)

    def start_warming(self) -> "Future[ClauseIndex]":
        """Begin to load the default policy's index in the background, once, and return what it will be.

        What pages and sentence-transformers both import is imported here first: two threads that import one package at the
        same time can see it half made. The fast model shares nothing with the pages, and waits for nothing.
        """
        if self._warming is None:
            place = GraphFile.here()
            if place is None or not place.record.is_file():
                for package in ("pandas", "pyarrow", "plotly.graph_objects"):
                    import_module(package)
            executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="load-index")
            self._warming = executor.submit(self._warm)
        return self._warming

    def is_warm(self, pack: PolicyPack | None = None) -> bool:
        """Whether `index` answers at once."""
        return self.indexes.has(self.shelf.default if pack is None else pack)

    def index(self, pack: PolicyPack | None = None) -> ClauseIndex:
        """Return the index of a pack, of the default one if None, the same for every visitor; waits while it is being loaded.

        Raises:
            EncoderError: The model is missing, damaged or unusable.
        """
        chosen = self.shelf.default if pack is None else pack
        if self.indexes.has(chosen):
            return self.indexes.of(chosen)
        # Without the asker's patience: an index that takes longer than one asker waits would never be done for anybody.
        return Context().run(self.indexes.of, chosen)

    def admit(self, characters: int) -> None:
        """Do nothing where a long text, of so many characters to encode, would be done in the caller's patience.

        Raises:
            OverloadedError: It would not.
        """
        if (queue := self._loaded_queue()) is not None:
            queue.admit(characters)

    def figures(self) -> Figures:
        """Return how the encoding queue does; where there is none, nothing waits."""
        queue = self._loaded_queue()
        return Figures(requests=0, characters=0, encoded=0, rejected=0) if queue is None else queue.figures()

    def _loaded_queue(self) -> EncodingQueue | None:
        return None if self._queue is None else self._queue.loaded

    def _warm(self) -> ClauseIndex:
        index = self.index()
        queue = self._loaded_queue()
        if queue is not None and queue.name == BUNDLED_MODEL and not isinstance(queue.encoder, GraphEncoder):
            # A daemon: stopping the server need not wait for it.
            Thread(target=_quicken, args=(queue,), name="make-graph", daemon=True).start()
        return index


class QueueOnce:
    """Loads the encoder when it is first asked for, and puts the queue before it."""

    def __init__(self, load_encoder: Callable[[], Encoder]) -> None:
        """Load nothing yet."""
        self.loaded: EncodingQueue | None = None
        self._load_encoder = load_encoder
        self._lock = Lock()

    def __call__(self) -> EncodingQueue:
        """Return the queue, the same one every time; waits while the encoder is being loaded.

        Raises:
            EncoderError: The model is missing, damaged or unusable; asked again, it is tried again.
        """
        with self._lock:
            if self.loaded is None:
                self.loaded = EncodingQueue(self._load_encoder())
            return self.loaded


def _quicken(queue: EncodingQueue) -> None:
    """Let the fast encoder be made in a process of its own, and take over where that succeeds."""
    process = start_making_graph()
    if process is None:
        return
    process.wait()
    graph, _ = GraphEncoder.from_cache()
    if graph is not None:
        queue.replace(graph)


@cache
def service() -> Service:
    """Return this process's service, the same object at every call."""
    return Service.from_environment()
