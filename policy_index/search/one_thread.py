"""Products of arrays in one thread each: whoever has many of them shares these out among threads, not what is inside of one.

Threads inside a product keep spinning after it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock, local
from typing import Any

from threadpoolctl import ThreadpoolController


class _Mine(local):
    """Whether the calling thread has asked already."""

    is_inside = False


_mine = _Mine()
_lock = Lock()
_others: list[Any] = []
"""What puts the process's number back, and then one more for each thread that is inside."""


@contextmanager
def one_thread_a_product() -> Iterator[None]:
    """Let every product of the calling thread take one thread; to ask again inside costs nothing.

    OpenMP has that number for each thread. The libraries of linear algebra have one for the whole process: it is set by the first
    thread that asks and put back after the last one, for each by itself would put back what another one had set.
    """
    if _mine.is_inside:
        yield
        return
    _mine.is_inside = True
    try:
        with _of_the_process(), _threads().limit(limits=1, user_api="openmp"):
            yield
    finally:
        _mine.is_inside = False


@contextmanager
def _of_the_process() -> Iterator[None]:
    with _lock:
        if not _others:
            _others.append(_threads().limit(limits=1, user_api="blas"))
        _others.append(None)
    try:
        yield
    finally:
        with _lock:
            _others.pop()
            if len(_others) == 1:
                _others.pop().restore_original_limits()


@cache
def _threads() -> ThreadpoolController:
    """Return the handle on the thread pools of the libraries that are loaded by the first search."""
    return ThreadpoolController()


def work_alone() -> None:
    """Let FAISS search in the calling thread alone from now on: how many threads OpenMP starts is every thread's own setting.

    A limit that was set in another thread does not hold here. Two threads of which each started a second one spent twenty times
    the processor time on two busy cores, waiting for each other in loops.
    """
    import faiss

    faiss.omp_set_num_threads(1)
