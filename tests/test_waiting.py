"""A page works for whoever looks at it, and for nobody who has closed the tab."""

import time
from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner import StopException

from policy_index.errors import OverloadedError
from policy_index.search.patience import patience, stay_patient
from policy_index.ui import waiting

WAIT = 20.0


def work() -> None:
    """Work until nobody waits."""
    limit = time.monotonic() + WAIT
    while time.monotonic() < limit:
        stay_patient()
        time.sleep(0.01)
    pytest.fail("nobody said that nobody waits")


@pytest.fixture
def _tab(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A tab that is open for one look."""
    looks: list[str] = []

    def is_active(session: str) -> bool:
        looks.append(session)
        return len(looks) < 2

    def stop() -> None:
        raise StopException

    monkeypatch.setattr(waiting, "_LOOK_UP", 0.01)
    monkeypatch.setattr(waiting, "st", SimpleNamespace(stop=stop))
    monkeypatch.setattr(waiting, "get_script_run_ctx", lambda **_options: SimpleNamespace(session_id="one"))
    instance = SimpleNamespace(is_active_session=is_active)
    monkeypatch.setattr(waiting, "runtime", SimpleNamespace(exists=lambda: True, get_instance=lambda: instance))
    return looks


def test_what_a_closed_tab_asked_for_is_given_up(_tab: list[str]):  # noqa: PT019  # its looks are of interest
    """The script ends, so that no message stays for whoever comes back."""
    with pytest.raises(StopException), waiting.while_open():
        work()

    assert _tab == ["one", "one"]
    assert patience.get() is None


def test_what_takes_too_long_is_said():
    """As an error that the page shows."""
    with pytest.raises(OverloadedError, match="in time"), waiting.while_open(0.02):
        work()


def test_what_is_done_is_done():
    """And the next one has a patience of its own."""
    with waiting.while_open():
        assert patience.get() is not None
    assert patience.get() is None
