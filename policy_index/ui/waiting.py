"""How long a page works for whoever looks at it: while the tab is open, and no longer than its limit."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from policy_index.search.patience import Gone, Patience, patience

LIMIT = 180.0
"""Seconds after which a page gives up what it reads."""

_LOOK_UP = 0.5
"""Seconds between two looks whether the tab is still open."""


@contextmanager
def while_open(limit: float = LIMIT) -> Iterator[None]:
    """Have what is done here given up when its time is over, or soon after the tab was closed; then the page's script ends.

    Raises:
        OverloadedError: From what is done here: its time is over.
    """
    mine = Patience(deadline=time.monotonic() + limit, gone=Gone())
    token = patience.set(mine)
    done = Event()
    is_open = still_open()
    if is_open is not None:
        Thread(target=_watch, args=(is_open, mine, done), name="watch-tab", daemon=True).start()
    try:
        yield
    except Exception:
        if mine.gone.is_set():
            st.stop()  # nothing is noted: who comes back to the visit has the text read again
        raise
    finally:
        done.set()
        patience.reset(token)


def still_open() -> Callable[[], bool] | None:
    """Return what tells whether the tab that this page is shown in is still open; None where there is no server to tell it."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not runtime.exists():
        return None
    session = context.session_id
    return lambda: runtime.exists() and runtime.get_instance().is_active_session(session)


def _watch(is_open: Callable[[], bool], mine: Patience, done: Event) -> None:
    while not done.wait(_LOOK_UP):
        if not is_open():
            mine.gone.set()
            return
