"""The server that asks nobody, and answers nobody in another's name: real connections, real pages."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import NO_WAY_OUT, Check, serving
from playwright.sync_api import Browser, Page, expect
from strangers import listening
from walk import settle

PATHS = ["/", "/batch", "/categories", "/map", "/overlaps", "/compare", "/changelog", "/accuracy", "/policies"]

VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.effectiveDirective}: ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
});
"""

EVERYWHERE = "0.0.0.0"  # noqa: S104


@pytest.fixture(scope="module")
def everywhere() -> Iterator[str]:
    """A server that every machine could reach, and that was given a name."""
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.headless=true",
        f"--server.address={EVERYWHERE}",
    ]
    with serving(command, flag="--server.port", POLICY_INDEX_HOSTS="policies.example.org") as address:
        yield address


def ask(
    server: str, path: str, *, method: str = "GET", upgrade: bool = False, **headers: str
) -> tuple[int, str, http.client.HTTPMessage]:
    """Ask with these headers, as a browser could be made to; return status, body and the answer's headers."""
    parts = urlsplit(server)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    socket = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"} if upgrade else {}
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="} if upgrade else {}
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in (socket | key | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = "" if answer.status == 101 else answer.read().decode()
    connection.close()
    return answer.status, body, answer.headers


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "//evil.example/x", {}, 400),
        ("GET", "/media/nothing", {}, 404),
        ("GET", "/api/nothing", {}, 404),
        ("POST", "/", {"Content-Length": "0"}, 405),
        ("DELETE", "/_stcore/health", {}, 405),
        ("POST", "/api/search", {"Content-Length": "900000000"}, 413),
        ("PUT", "/_stcore/upload_file/x/y", {"Content-Length": "0"}, 403),
        ("PUT", "/_stcore/upload_file/x/y", {"Content-Length": "900000000"}, 413),
        ("PUT", "/_stcore/upload_file/x/y", {"Content-Length": "900000000", "Origin": "http://evil.example"}, 403),
    ],
)
def test_every_error_of_the_app_and_of_streamlit_has_the_security_headers(
    server: str, method: str, path: str, headers: dict[str, str], status: int
):
    """Before a body is sent that is too big; only what is no HTTP at all is answered by uvicorn itself."""
    answered, _, said = ask(server, path, method=method, **headers)

    assert answered == status
    assert said["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in said["Content-Security-Policy"]


def test_a_websocket_where_there_is_none_is_refused_with_the_security_headers(server: str):
    """As a page of ours may ask for one."""
    answered, _, said = ask(server, "/nothing", upgrade=True)

    assert (answered, said["X-Content-Type-Options"]) == (403, "nosniff")


DOORS = ["/", "/_stcore/health", "/static/js/nothing.js", "/api/health", "/api/policies", "/mcp", "/_stcore/stream"]


@pytest.mark.parametrize("door", DOORS)
def test_every_door_refuses_another_name_and_another_page(server: str, door: str):
    """With a sentence and the security headers, at once; `serving` proves that nobody was asked."""
    upgrade = door.endswith("stream")
    for headers, status in (
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ):
        answered, body, said = ask(server, door, upgrade=upgrade, **headers)
        assert answered == status
        assert list(json.loads(body)) == ["error"]
        assert said["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in said["Content-Security-Policy"]


@pytest.mark.parametrize("door", DOORS)
def test_every_door_answers_its_own_names_with_the_security_headers(everywhere: str, door: str):
    """The name that it was given, a number, and its own machine's; pages of the same origin may connect."""
    upgrade = door.endswith("stream")
    port = urlsplit(everywhere).port
    for host in ("policies.example.org", f"127.0.0.1:{port}", f"localhost:{port}"):
        answered, _, said = ask(everywhere, door, upgrade=upgrade, Host=host, Origin=f"http://{host}")
        assert answered not in {400, 403, 421, 500}
        for name in ("Content-Security-Policy", "Referrer-Policy", "Permissions-Policy", "X-Frame-Options"):
            assert said[name]
    assert ask(everywhere, door, upgrade=upgrade, Host="evil.example")[0] == 421


def test_an_open_server_works_and_asks_nobody(page: Page, everywhere: str):
    """Streamlit itself would ask twice: at the start, and when a stranger knocks."""
    ask(everywhere, "/_stcore/stream", upgrade=True, Origin="http://stranger.example")
    page.goto(everywhere)

    expect(page.get_by_label("Your prompt or product idea")).to_be_visible()


def test_the_watch_sees_what_asks(tmp_path: Path):
    """A connection and a look-up beyond this machine are refused and noted; those within it are not."""
    tried = tmp_path / "tried.txt"
    script = """
import socket
from contextlib import suppress
for name in ("example.org", "localhost"):
    with suppress(OSError):
        socket.getaddrinfo(name, 80)
for address in ("192.0.2.1", "127.0.0.1"):
    with suppress(OSError):
        socket.create_connection((address, 9), timeout=1)
"""
    subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(NO_WAY_OUT), "POLICY_INDEX_TRIED": str(tried)},
        check=True,
    )

    assert tried.read_text(encoding="utf-8").splitlines() == [
        "socket.getaddrinfo 'example.org'",
        "socket.getaddrinfo '192.0.2.1'",
    ]


@pytest.mark.parametrize("path", PATHS)
def test_no_page_does_what_its_content_security_policy_forbids(page: Page, server: str, path: str):
    """Neither in its scripts nor in its styles, pictures and connections."""
    page.add_init_script(VIOLATIONS)
    page.goto(server + path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)

    assert page.evaluate("window.violations") == []


def test_a_brief_in_every_view_does_nothing_that_is_forbidden(page: Page, server: str, check: Check):
    """The components, the charts with their pictures to save, the table, the code with its colours."""
    page.add_init_script(VIOLATIONS)
    page.goto(server)
    check("A dating app for farmers that says what a rash is")
    expect(page.get_by_text("Nearest clauses for")).to_be_visible()
    page.get_by_role("tab", name="Matrix").click()
    expect(page.locator(".js-plotly-plot .ytick text").first).to_be_visible()
    for kind in ("SVG", "PNG"):
        with page.expect_download():
            page.get_by_role("button", name=f"Picture as {kind}").click()
    page.get_by_text("The same as a table").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    page.get_by_role("tab", name="Take away").click()
    with page.expect_download():
        page.get_by_role("button", name="Picture as PNG: share card").click()
    page.get_by_text("Use this from code").click()
    expect(page.get_by_text("curl -s").first).to_be_visible()
    with page.expect_download():
        page.get_by_role("button", name="HTML to print").click()

    assert page.evaluate("window.violations") == []


def test_the_openapi_page_runs_under_the_policy_and_tries_a_route(page: Page, server: str):
    """A click asks this server and shows its answer."""
    page.add_init_script(VIOLATIONS)
    page.goto(f"{server}/api/docs")
    page.get_by_text("Whether the server is up").click()
    page.get_by_role("button", name="Execute").click()

    expect(page.locator(".live-responses-table").get_by_text('"status": "ok"').first).to_be_visible()
    assert page.evaluate("window.violations") == []


def test_no_page_of_another_site_can_frame_the_app(chromium: Browser, server: str, nothing_strange: list[str]):
    """The browser shows an empty frame; so nobody's clicks can be led astray."""
    with listening(page=f'<iframe src="{server}" width="800" height="600"></iframe>') as stranger:
        context = chromium.new_context()
        page = context.new_page()
        with page.expect_console_message(lambda word: "frame-ancestors" in word.text or "X-Frame-Options" in word.text):
            page.goto(stranger.address)
        page.wait_for_timeout(500)
        framed = [frame for frame in page.frames if frame != page.main_frame]
        assert [frame.locator("#root").count() for frame in framed] in ([], [0])
        context.close()
    nothing_strange.clear()  # the stranger's own page, and what the browser says of the frame


def test_no_page_of_another_site_can_read_or_write(chromium: Browser, server: str, nothing_strange: list[str]):
    """Neither over HTTP nor over a WebSocket, the pages' own included."""
    script = """async (server) => {
      const said = [];
      for (const [path, options] of [
        ["/api/policies", {}],
        ["/api/search", {method: "POST", headers: {"Content-Type": "text/plain"}, body: '{"text": "x"}'}],
        ["/mcp", {method: "POST", mode: "no-cors", body: "{}"}],
      ]) {
        try {
          const answer = await fetch(server + path, options);
          said.push(answer.type === "opaque" ? "opaque" : answer.status);
        } catch (error) { said.push("nothing"); }
      }
      const socket = new WebSocket(server.replace("http", "ws") + "/_stcore/stream", ["streamlit"]);
      said.push(await new Promise((done) => {
        socket.onopen = () => done("open"); socket.onerror = () => done("closed"); }));
      return said;
    }"""
    with listening(page="<p>A stranger’s page</p>") as stranger:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(stranger.address)
        said = page.evaluate(script, server)
        context.close()
    nothing_strange.clear()  # the stranger's own page
    assert said in (["nothing"] * 3 + ["closed"], ["nothing", "nothing", "opaque", "closed"])
