"""The end of the server: within seconds of SIGTERM or Ctrl+C, whatever is under way.

uvicorn waits for every answer before it ends, however long that takes. Here what is under way has a moment to be done; then it
is refused, as all that comes meanwhile, and a server that cannot end even then is ended.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Protocol
from weakref import WeakSet

FINISH = 1.5
"""Seconds that what is under way has to be done."""

END = 4.0
"""Seconds after which the process ends in any case."""


class Stoppable(Protocol):
    """What has work under way."""

    def refuse(self) -> None:
        """Take nothing more."""

    def give_up(self) -> None:
        """Stop what is under way."""


_at_work: "WeakSet[Stoppable]" = WeakSet()


def stops_with_server(worker: Stoppable) -> None:
    """Have a worker refuse, and then give up, what there is to do when the server ends."""
    _at_work.add(worker)


def end_in_time(*, end_process: Callable[[int], object] = os._exit) -> None:
    """End this process in time when it is told to by a signal; call it after the server took the signals.

    Outside the main thread, where no signal comes, it does nothing.

    Args:
        end_process: What ends the process where nothing else does.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def handle(got: int, frame: FrameType | None, before: "signal._HANDLER" = before) -> None:
            threading.Thread(target=_end, args=(end_process,), name="ending", daemon=True).start()
            if callable(before):
                before(got, frame)

        signal.signal(number, handle)


def _end(end_process: Callable[[int], object]) -> None:
    begun = time.monotonic()
    for worker in tuple(_at_work):
        worker.refuse()
    time.sleep(FINISH)
    for worker in tuple(_at_work):
        worker.give_up()
    time.sleep(max(0.0, begun + END - time.monotonic()))
    end_process(0)
