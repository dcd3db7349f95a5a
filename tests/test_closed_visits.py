"""A visit whose window was closed is let go after half a minute, with what it had begun; one that came back is not."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import runtime

from policy_index import PolicyPack
from policy_index.ui import closed_visits, room
from policy_index.ui.closed_visits import COMES_BACK


class Visits:
    """As much of Streamlit's runtime as is asked: its visits, which of them are open, which were let go."""

    def __init__(self, *names: str) -> None:
        self.jobs = {name: SimpleNamespace(cancelled=False) for name in names}
        self.open = set(names)
        self.closed: list[str] = []
        self.cleared: list[str] = []
        self._session_mgr = self

    def list_sessions(self) -> list[Any]:
        return [self.get_session_info(name) for name in self.jobs if name not in self.closed]

    def is_active_session(self, name: str) -> bool:
        return name in self.open

    def get_session_info(self, name: str) -> Any:
        job = self.jobs[name]
        known = SimpleNamespace(suite_job=SimpleNamespace(cancel=lambda: setattr(job, "cancelled", True)))
        state = SimpleNamespace(filtered_state={closed_visits.KEY: known}, clear=lambda: self.cleared.append(name))
        return SimpleNamespace(session=SimpleNamespace(id=name, session_state=state))

    def close_session(self, name: str) -> None:
        self.closed.append(name)


def test_a_closed_visit_goes_and_one_that_came_back_stays(monkeypatch: pytest.MonkeyPatch):
    """Each has half a minute of its own; what the one that goes had begun to read is stopped."""
    visits = Visits("stays", "goes", "returns")
    monkeypatch.setattr(runtime, "get_instance", lambda: visits)
    visits.open -= {"goes", "returns"}

    closed: list[Any] = []
    left = closed_visits._forget({}, 100.0, closed)
    assert (left, visits.closed) == ({"goes": 100.0, "returns": 100.0}, [])
    visits.open.add("returns")
    left = closed_visits._forget(left, 110.0, closed)
    visits.open.remove("returns")
    left = closed_visits._forget(left, 120.0, closed)
    left = closed_visits._forget(left, 100.0 + COMES_BACK, closed)

    assert visits.closed == ["goes"]
    assert {name for name, job in visits.jobs.items() if job.cancelled} == {"goes"}
    assert left == {"returns": 120.0}
    assert [session.id for session in closed] == ["goes"]


def test_what_a_closed_visit_knew_is_gone_though_streamlit_holds_on_to_it(monkeypatch: pytest.MonkeyPatch):
    """Streamlit's loop keeps the visit that it looked at last in a variable: what a page still does with it ends first."""
    visits = Visits("goes")
    monkeypatch.setattr(runtime, "get_instance", lambda: visits)
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(closed_visits, "_LOOKS", 0.01)
    monkeypatch.setattr(closed_visits, "COMES_BACK", 0.05)
    visits.open.clear()

    async def look() -> None:
        looking = asyncio.create_task(closed_visits.forget_closed_visits())
        while not visits.cleared:
            assert not looking.done()
            await asyncio.sleep(0.01)
        looking.cancel()

    asyncio.run(asyncio.wait_for(look(), 20))

    assert (visits.closed, visits.cleared) == (["goes"], ["goes"])


def test_what_a_text_coloured_is_forgotten_with_its_visit(monkeypatch: pytest.MonkeyPatch, pack: PolicyPack):
    """The reading room keeps pictures for all visits; those of a checked text go when somebody leaves."""
    room.by_scores(pack, (("malware", 0.7),))
    visits = Visits("goes")
    monkeypatch.setattr(runtime, "get_instance", lambda: visits)
    visits.open.clear()

    closed_visits._forget(closed_visits._forget({}, 0.0, []), COMES_BACK, [])

    assert room.by_scores.cache_info().currsize == 0
