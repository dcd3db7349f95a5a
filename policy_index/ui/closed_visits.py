"""What a closed visit held is given back soon: Streamlit keeps it for a while, and then until somebody else leaves.

A visit whose window is closed may come back for a moment (a laptop wakes, a network changes), with all that it knew. After
that its texts, uploads and drafts are let go for good.
"""

import asyncio
import logging
import sys
import time
from typing import Any

from streamlit import runtime

from policy_index.server.memory import settle_memory

COMES_BACK = 30.0
"""Seconds in which a visit may come back; `server.disconnectedSessionTTL` is longer, so that this decides."""

KEY = "visit"
"""Under which a visit's state holds what it knows; `ui/visit.py` puts it there."""

_LOOKS = 5.0


async def forget_closed_visits() -> None:
    """Let visits go that were closed and did not come back; run it beside the server, in its event loop."""
    left: dict[str, float] = {}
    closed: list[Any] = []
    while True:
        await asyncio.sleep(_LOOKS)
        try:
            if closed:  # what a page was doing when its visit was closed has come to its end meanwhile
                while closed:  # Streamlit's own loop holds on to the one that it looked at last
                    closed.pop().session_state.clear()
                settle_memory()
            if runtime.exists():
                left = _forget(left, time.monotonic(), closed)
        except Exception as error:  # noqa: BLE001  # one visit that cannot be let go must not keep all later ones
            logging.getLogger(__name__).error("%s while letting closed visits go", type(error).__name__)  # noqa: TRY400  # no text in logs


def _forget(left: dict[str, float], now: float, closed: list[Any]) -> dict[str, float]:
    """Close every visit that left long enough ago, and add it to `closed`; return when those left that may still come back."""
    running = runtime.get_instance()
    manager = running._session_mgr  # noqa: SLF001  # Streamlit has no other way to list visits
    away = {each.session.id for each in manager.list_sessions() if not manager.is_active_session(each.session.id)}
    since = {visit: left.get(visit, now) for visit in away}
    gone = [visit for visit, when in since.items() if now - when >= COMES_BACK]
    for visit in gone:
        known = manager.get_session_info(visit)
        if known is not None:
            closed.append(known.session)
        _cancel(known)
        running.close_session(visit)
    if gone:
        # Imported here, for a server that starts need not wait for them.
        from policy_index.comparing.wording import forget_wordings
        from policy_index.policy.dialects.kinds import forget_read
        from policy_index.search.word_kinds import kind_of
        from policy_index.ui.draft import forget_drafts

        forget_drafts()
        if (
            room := sys.modules.get("policy_index.ui.room")
        ) is not None:  # it is large; who never read has left nothing there
            room.forget_pictures()
        forget_read()
        forget_wordings()
        kind_of.cache_clear()  # single words of the texts that were checked
        settle_memory()  # what a visit knew refers to itself
    return {visit: when for visit, when in since.items() if visit not in gone}


def _cancel(left: Any) -> None:
    """Stop what a visit had begun to read, for nobody waits for it any more."""
    known = None if left is None else left.session.session_state.filtered_state.get(KEY)
    if known is not None and known.suite_job is not None:
        known.suite_job.cancel()
