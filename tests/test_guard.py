"""What stands before every door: whose requests are answered, and what a browser is told with every answer."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from policy_index.server import names as names_module
from policy_index.server.guard import Guard
from policy_index.server.headers import FRAMES_VARIABLE, SecurityHeaders, inline_scripts
from policy_index.server.names import HOSTS_VARIABLE, Names, shown_address

LOCAL = Names(listens_at="localhost")
OPEN = Names(listens_at="0.0.0.0", own=("policies.example.org", "*.intranet.example"))  # noqa: S104
HOST = {"Host": "localhost:8501"}
SECRET = "zebra casino 4711"  # noqa: S105  # a text that a person pastes


async def answer(request: Request) -> Response:
    """Say something, or fail with what a person typed in the message."""
    if "fail" in request.url.path:
        raise RuntimeError(SECRET)
    return PlainTextResponse("yes", headers={"Referrer-Policy": "same-origin"} if "own" in request.url.path else None)


async def refuse(socket: WebSocket) -> None:
    """Open nothing."""
    await socket.close()


async def talk(socket: WebSocket) -> None:
    """Say one word."""
    await socket.accept()
    await socket.send_text("yes")
    await socket.close()


def guarded(names: Names = LOCAL, **headers: Any) -> TestClient:
    """A program or browser before a guarded application."""
    app = Starlette(
        routes=[
            WebSocketRoute("/stream", talk),
            WebSocketRoute("/closed", refuse),
            Route("/{path:path}", answer, methods=["GET", "POST"]),
        ],
        middleware=[Middleware(Guard, names=names, headers=SecurityHeaders(**headers))],
    )
    return TestClient(app, base_url="http://localhost:8501", raise_server_exceptions=False)


@pytest.fixture
def client() -> Iterator[TestClient]:
    """Before a server that listens on its own machine alone."""
    with guarded() as client:
        yield client


@pytest.mark.parametrize("host", ["localhost:8501", "LocalHost", "127.0.0.1:8501", "[::1]:8501", "localhost.:80"])
def test_a_server_answers_to_the_names_of_its_own_machine(client: TestClient, host: str):
    """With a port or without."""
    assert client.get("/", headers={"Host": host}).text == "yes"


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8501", "localhost.evil.example", "192.168.1.5:8501", "127.0.0.1.nip.example"),
        *("localhost:99999", "localhost:8501@evil.example", "localhost/x", "[::1", "::1", "", "lócalhost", "a" * 300),
    ],
)
def test_a_name_that_is_not_ours_gets_a_sentence_and_no_answer(client: TestClient, host: str):
    """Where somebody lets a name of theirs lead here, their page must not read what is here."""
    refused = client.get("/api/policies", headers={"Host": host.encode()})  # type: ignore[dict-item]

    assert refused.status_code == 421
    assert refused.json()["error"].startswith("Expected a name of this server as Host, got '")
    assert HOSTS_VARIABLE in refused.json()["error"]
    assert len(refused.json()["error"]) < 300


def test_a_server_that_others_can_reach_answers_to_numbers_and_to_the_names_it_was_given(
    monkeypatch: pytest.MonkeyPatch,
):
    """To the machine's own name too: nobody else's name leads to a number."""
    monkeypatch.setattr(names_module.socket, "gethostname", lambda: "Desk7")

    for host in ("192.168.1.5:8501", "[fe80::1]:8501", "desk7:8501", "policies.example.org", "a.b.intranet.example:1"):
        assert OPEN.knows(host)
    for host in ("evil.example", "intranet.example", "xintranet.example", "policies.example.org.evil.example"):
        assert not OPEN.knows(host)
    assert not LOCAL.knows("desk7:8501")
    assert Names(listens_at="192.168.1.5").knows("192.168.1.5:8501")
    assert not Names(listens_at="192.168.1.5").knows("192.168.1.6:8501")


def test_names_come_from_one_setting_and_from_streamlits(monkeypatch: pytest.MonkeyPatch):
    """Each once, without blanks."""
    monkeypatch.setenv(HOSTS_VARIABLE, " Policies.Example.org, ,*.intranet.example")

    found = Names.from_environment(listens_at="::", also=["policies.example.org", "other.example"])

    assert found == Names(listens_at="::", own=("policies.example.org", "*.intranet.example", "other.example"))
    monkeypatch.delenv(HOSTS_VARIABLE)
    assert Names.from_environment(listens_at=None) == Names()


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "null", "http://localhost:9999", "http://localhost", "file://", "https://[", "x", ""),
        "chrome-extension://localhost:8501",
    ],
)
def test_a_page_of_another_origin_gets_a_sentence_and_no_answer(client: TestClient, origin: str):
    """Another port is another origin; so is a page without one."""
    for method in ("GET", "POST"):
        refused = client.request(method, "/mcp", headers={"Origin": origin})
        assert (refused.status_code, list(refused.json())) == (403, ["error"])
        assert refused.json()["error"].startswith("Expected a request from a page of this server, but it came from '")
    with (
        pytest.raises(WebSocketDenialResponse) as closed,
        client.websocket_connect("/stream", headers=HOST | {"Origin": origin}),
    ):
        pass
    assert closed.value.status_code == 403


def test_our_own_pages_are_answered(client: TestClient):
    """Under the scheme that a proxy speaks outside, too; a WebSocket as well."""
    for origin in ("http://localhost:8501", "https://localhost:8501"):
        assert client.post("/", headers={"Origin": origin}).text == "yes"
        with client.websocket_connect("/stream", headers=HOST | {"Origin": origin}) as socket:
            assert socket.receive_text() == "yes"


def test_more_than_one_host_or_origin_is_refused():
    """Two doors could each read another one."""
    assert (refusal := LOCAL.refusal(["localhost", "localhost"], [])) is not None
    assert refusal.status == 400
    assert LOCAL.refusal(["localhost"], ["http://localhost", "http://localhost"]) is not None
    assert LOCAL.refusal([], []) is None  # no browser, then
    assert LOCAL.refusal([], ["http://localhost"]) is not None


@given(st.text(max_size=80), st.text(max_size=80))
@example("[::1]:", "http://[::1")
@example("localhost:8501", "//localhost:8501")
def test_any_host_and_any_origin_get_an_answer(host: str, origin: str):
    """Never an error; and only of our own names, and of our own pages."""
    refusal = LOCAL.refusal([host], [origin])

    if refusal is None:
        assert re.fullmatch(r"(?i)(localhost\.*|127\.0\.0\.1\.*|\[::1\])(:\d{1,5})?", host)
        assert origin in {f"http://{host}", f"https://{host}"} or origin.lower().endswith(f"://{host}")


def test_nobody_is_asked_who_a_stranger_is(monkeypatch: pytest.MonkeyPatch):
    """Names are compared as they are written: no look-up, no connection."""

    def refuse(*_arguments: object) -> None:
        pytest.fail("asked")

    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(names_module.socket, name, refuse)
    with guarded(OPEN) as client:
        assert client.get("/", headers={"Host": "evil.example", "Origin": "http://evil.example"}).status_code == 421


def test_every_answer_has_the_security_headers(client: TestClient):
    """Those of refusals, of failures and of WebSockets too; one that an answer has itself stays."""
    answers = [
        client.get("/"),
        client.get("/", headers={"Host": "evil.example"}),
        client.get("/", headers={"Origin": "null"}),
        client.get("/fail"),
    ]
    for each in answers:
        assert each.headers["x-content-type-options"] == "nosniff"
        assert each.headers["referrer-policy"] == "no-referrer"
        assert each.headers["x-frame-options"] == "DENY"
        assert "camera=()" in each.headers["permissions-policy"]
        assert "frame-ancestors 'none'" in each.headers["content-security-policy"]
        assert "'unsafe-eval'" not in each.headers["content-security-policy"]
    with client.websocket_connect("/stream", headers=HOST) as socket:
        assert (b"x-content-type-options", b"nosniff") in socket.extra_headers
    with pytest.raises(WebSocketDenialResponse) as closed, client.websocket_connect("/closed", headers=HOST):
        pass
    assert (closed.value.status_code, closed.value.headers["x-content-type-options"]) == (403, "nosniff")
    assert client.get("/own").headers.get_list("referrer-policy") == ["same-origin"]


def test_only_hashed_scripts_may_stand_in_a_page():
    """No inline script but those of Streamlit's own page; connections to our own Host alone."""
    (source,) = inline_scripts("<script>window.x = 1</script><script src=a.js></script>")
    with guarded(scripts=(source,)) as client:
        policy = client.get("/").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    assert source.startswith("'sha256-")
    assert source in rules["script-src"]
    assert "unsafe-inline" not in rules["script-src"]
    assert rules["connect-src"] == "'self' ws://localhost:8501 wss://localhost:8501"
    assert (rules["object-src"], rules["base-uri"], rules["form-action"]) == ("'none'", "'self'", "'self'")
    assert (
        "evil" not in client.get("/", headers={"Host": "evil.example;script-src *"}).headers["content-security-policy"]
    )


def test_frames_are_allowed_where_somebody_says_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    """By origin; what is none is said in the log and left out, so that a mistake opens nothing."""
    monkeypatch.setenv(FRAMES_VARIABLE, "https://intranet.example.org, *; script-src *, 'self'")
    with caplog.at_level(logging.WARNING):
        headers = SecurityHeaders.from_environment(scripts=()).of(None)

    assert "frame-ancestors https://intranet.example.org" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    assert headers["Content-Security-Policy"].count("script-src") == 1
    assert len(caplog.records) == 2
    monkeypatch.setenv(FRAMES_VARIABLE, "nonsense")
    assert SecurityHeaders.from_environment(scripts=()).of(None)["X-Frame-Options"] == "DENY"


def test_a_failure_is_a_sentence_and_no_text_reaches_the_log(client: TestClient, caplog: pytest.LogCaptureFixture):
    """Only where it was, and what kind."""
    failed = client.get("/fail")

    assert (failed.status_code, failed.json()) == (500, {"error": "Something went wrong on the server."})
    assert SECRET not in caplog.text
    assert "RuntimeError at /fail" in caplog.text


@pytest.mark.parametrize(
    ("listens_at", "shown"),
    [
        ("localhost", "http://localhost:8501"),
        ("0.0.0.0", "http://localhost:8501"),  # noqa: S104
        (None, "http://localhost:8501"),
        ("192.168.1.5", "http://192.168.1.5:8501"),
        ("::1", "http://[::1]:8501"),
    ],
)
def test_the_address_to_open_is_made_of_what_is_known(listens_at: str | None, shown: str):
    """Nobody is asked what this machine is called outside."""
    assert shown_address(listens_at, 8501) == shown
    assert shown_address("localhost", 443, folder="/policies/", is_secure=True) == "https://localhost:443/policies"
