"""Processes that are started to be killed."""

import multiprocessing
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from types import ModuleType
from unittest import mock

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(
    ["policy_index.library.library", "policy_index.library.migrating", "policy_index.search.scorer"]
)


def started(target: Callable[..., object], *args: object) -> ForkServerProcess:
    """Return a started process.

    A new process runs this one's main module again. After a test that ran a page that is the page's script (Streamlit names it so), which is no program; so it gets an empty one.
    """
    process = FORKED.Process(target=target, args=args)
    with mock.patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
        process.start()
    return process
