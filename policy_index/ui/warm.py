"""The index that every visitor shares, loaded once in the background."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib import import_module

from policy_index.index import ClauseIndex, load_index


def start_warming() -> None:
    """Begin to load the index in the background, once a process; later calls do nothing.

    What pages and model both import is imported here first: two threads that import one package at the same time can
    see it half made.
    """
    for package in ("pandas", "pyarrow", "plotly.graph_objects"):
        import_module(package)
    _warm_index()


def is_warm() -> bool:
    """Whether `warm_index` answers at once."""
    return _warm_index().done()


def warm_index() -> ClauseIndex:
    """Return the index, the same for every visitor; waits while it is being loaded.

    Raises:
        EncoderError: The model is missing, damaged or unusable.
    """
    return _warm_index().result()


@cache
def _warm_index() -> "Future[ClauseIndex]":
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="load-index").submit(load_index)
