"""Where requests are served: in threads, so that no work holds the server up, each no longer than its limit.

Fairness is the encoding queue's affair; here it is seen to that nobody works for a client who has gone or waits in vain, and
that long texts leave room for short ones.
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
from policy_index.server.stopping import stops_with_server

SEARCH_LIMIT, MANY_LIMIT, BRIEF_LIMIT = 10.0, 30.0, 60.0
"""Seconds after which a request is given up: for one text, for many, for a long one."""

FIRST_LIMIT = 30.0
"""Seconds for the first search in a policy, before which the model may have to be loaded and the policy's index made."""

AT_ONCE, LONG_AT_ONCE = 64, 8
"""Requests that are served at the same time, and those with long texts, which have places of their own; others wait."""

WAITING, LONG_WAITING = 256, 24
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
        self._short, self._long = _Line(long=False), _Line(long=True)
        self._served: set[Patience] = set()
        self._is_closed = False
        stops_with_server(self)

    async def do(
        self, work: Callable[[], Answer], *, limit: float, receive: Receive | None = None, long: bool = False
    ) -> Answer:
        """Return what `work` returns; whatever it does is given up when nobody waits for it any more.

        Args:
            work: What to do.
            limit: Seconds that it may take, waiting included.
            receive: What tells that the client has gone, after the request's body; without it, only cancelling does.
            long: Whether it reads a long text, or may.

        Raises:
            OverloadedError: Too many wait already, it takes too long, or the server is being ended.
            HTTPException: The client has gone.
        """
        line = self._long if long else self._short
        if self._is_closed or line.is_full:
            self.rejected += 1
            raise _ending() if self._is_closed else _too_many()
        mine = Patience(deadline=time.monotonic() + limit)
        done: Future[Answer] | None = None
        line.here += 1
        self._served.add(mine)
        try:
            with anyio.fail_after(limit):
                async with anyio.create_task_group() as tasks:
                    if receive is not None:
                        tasks.start_soon(_cancel_when_gone, receive, tasks.cancel_scope)
                    done = await to_thread.run_sync(_attempt, work, mine, limiter=line.places(), abandon_on_cancel=True)
                    tasks.cancel_scope.cancel()
        except TimeoutError:
            self.rejected += 1
            message = f"No answer within {limit:.0f} seconds; try again, or send less at once."
            raise OverloadedError(message, retry_after=_RETRY_AFTER) from None
        finally:
            mine.gone.set()
            self._served.discard(mine)
            line.here -= 1
        if done is None:
            raise HTTPException(_CLIENT_GONE, "The client has gone.")
        if self._is_closed and isinstance(done.exception(), OverloadedError):
            raise _ending()
        return done.result()

    def refuse(self) -> None:
        """Take no request any more."""
        self._is_closed = True

    def give_up(self) -> None:
        """Stop what is under way; whoever waits for it is told that the server is being ended."""
        for mine in tuple(self._served):
            mine.gone.set()


class _Line:
    """Requests of one kind: how many there are, and how many of them may be served at the same time."""

    def __init__(self, *, long: bool) -> None:
        self.here = 0
        self._is_long = long
        self._limiter: anyio.CapacityLimiter | None = None

    @property
    def is_full(self) -> bool:
        """Whether no more may wait."""
        return self.here >= (LONG_AT_ONCE + LONG_WAITING if self._is_long else AT_ONCE + WAITING)

    def places(self) -> anyio.CapacityLimiter:
        """Return the places; they belong to an event loop, and are made in it."""
        self._limiter = self._limiter or anyio.CapacityLimiter(LONG_AT_ONCE if self._is_long else AT_ONCE)
        return self._limiter


def _too_many() -> OverloadedError:
    return OverloadedError("Too many requests are waiting; try again in a moment.", retry_after=_RETRY_AFTER)


def _ending() -> OverloadedError:
    return OverloadedError("The server is being ended; try again in a moment.", retry_after=_RETRY_AFTER)


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
