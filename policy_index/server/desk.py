"""Where requests are served: in threads, so that no work holds the server up, each no longer than its limit.

Fairness is the encoding queue's affair; here it is seen to that nobody works for a client who has gone or waits in vain.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import anyio
from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.types import Receive

from policy_index.errors import OverloadedError
from policy_index.search.patience import Patience, patience

SEARCH_LIMIT, MANY_LIMIT, BRIEF_LIMIT = 10.0, 30.0, 60.0
"""Seconds after which a request is given up: for one text, for many, for a long one."""

AT_ONCE = 64
"""Requests that are served at the same time; others wait."""

WAITING = 256
"""Requests that may wait; more are turned away at once."""

_RETRY_AFTER = 5.0

_CLIENT_GONE = 499
"""Nobody reads this answer; nginx's status for it, seen in the figures only."""

Answer = TypeVar("Answer")


class Desk:
    """Hands requests to threads."""

    def __init__(self) -> None:
        """Open the desk; nobody waits."""
        self.rejected = 0
        self._limiter: anyio.CapacityLimiter | None = None
        self._here = 0

    async def do(self, work: Callable[[], Answer], *, limit: float, receive: Receive | None = None) -> Answer:
        """Return what `work` returns; whatever it encodes is dropped when nobody waits for it any more.

        Args:
            work: What to do.
            limit: Seconds that it may take, waiting included.
            receive: What tells that the client has gone, after the request's body; without it, only cancelling does.

        Raises:
            OverloadedError: Too many wait already, or it takes too long.
            HTTPException: The client has gone.
        """
        if self._here >= AT_ONCE + WAITING:
            self.rejected += 1
            message = "Too many requests are waiting; try again in a moment."
            raise OverloadedError(message, retry_after=_RETRY_AFTER)
        self._limiter = self._limiter or anyio.CapacityLimiter(AT_ONCE)
        self._here += 1
        mine = Patience(deadline=time.monotonic() + limit)
        done: Future[Answer] | None = None
        try:
            with anyio.fail_after(limit):
                async with anyio.create_task_group() as tasks:
                    if receive is not None:
                        tasks.start_soon(_cancel_when_gone, receive, tasks.cancel_scope)
                    done = await to_thread.run_sync(_attempt, work, mine, limiter=self._limiter, abandon_on_cancel=True)
                    tasks.cancel_scope.cancel()
        except TimeoutError:
            self.rejected += 1
            message = f"No answer within {limit:.0f} seconds; try again, or send less at once."
            raise OverloadedError(message, retry_after=_RETRY_AFTER) from None
        finally:
            mine.gone.set()
            self._here -= 1
        if done is None:
            raise HTTPException(_CLIENT_GONE, "The client has gone.")
        return done.result()


def _attempt(work: Callable[[], Answer], mine: Patience) -> Future[Answer]:
    """Return what came of the work, an error included; the thread has a context of its own."""
    done: Future[Answer] = Future()
    if mine.gone.is_set():
        done.cancel()
        return done
    patience.set(mine)
    try:
        done.set_result(work())
    except Exception as error:  # noqa: BLE001  # raised again where the answer is awaited
        done.set_exception(error)
    return done


async def _cancel_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass  # what is left of the body, which has been read
    scope.cancel()
