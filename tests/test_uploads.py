"""Uploads are counted and refused before they are read: over real connections, for a client that has sent no body yet."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from policy_index.server import uploads
from policy_index.server.quotas import Quotas
from policy_index.server.uploads import UPLOADS, UploadLimit, keep_uploads_in_memory

MB = 1_048_576


async def take(request: Request) -> Response:
    """Read a body to its end, as Streamlit's route does."""
    return PlainTextResponse(str(len(await request.body())))


async def take_form(request: Request) -> Response:
    """Read a form, and say whether its file lies on a disk."""
    async with request.form() as form:
        file = form["file"]
        return PlainTextResponse(str(file.file._rolled))  # type: ignore[union-attr]


@contextmanager
def serving(*, number: int = 100, megabytes: int = 100) -> Iterator[int]:
    """A server that takes uploads of at most 2 MB, and as many and as much within an hour; yields its port."""
    limit = Middleware(
        UploadLimit,
        largest=2 * MB,
        quotas=Quotas(number=number, megabytes=megabytes),
        visitor=lambda visit, _address: visit,
    )
    routes = [Route("/form", take_form, methods=["PUT"]), Route("/{path:path}", take, methods=["PUT", "POST", "GET"])]
    app = Starlette(routes=routes, middleware=[limit])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def asked(port: int, path: str, *headers: str, method: str = "PUT", body: bytes = b"") -> tuple[int, str]:
    """Send the head of a request and so much of its body; return status and whole answer as soon as it comes."""
    head = "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(head.encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    return int(answer.split(b" ", 2)[1]), answer.decode()


def test_what_is_too_big_is_refused_before_it_is_sent():
    """By what its head says; a size that is none is refused too."""
    with serving() as port:
        status, said = asked(port, f"{UPLOADS}ann/1", "Content-Length: 900000000")
        assert status == 413
        assert "Expected a file of at most 2 MB, but it is larger." in said
        assert asked(port, f"/folder{UPLOADS}ann/1", "Content-Length: 900000000", method="POST")[0] == 413
        assert asked(port, f"{UPLOADS}ann/1", "Content-Length: 5", body=b"hello") == asked(
            port, f"{UPLOADS}ann/1", "Content-Length: 5", body=b"12345"
        )


def test_a_visitor_may_bring_so_many_and_another_is_another():
    """The one too many gets 429 and how long to wait, before it is sent; what is no upload is not counted."""
    with serving(number=2) as port:
        for _ in range(2):
            assert asked(port, f"{UPLOADS}ann/1", "Content-Length: 5", body=b"hello")[0] == 200
        status, said = asked(port, f"{UPLOADS}ann/1", "Content-Length: 5")
        assert status == 429
        assert "Expected at most 2 uploads within an hour" in said
        assert "retry-after: 3600" in said.lower()
        assert asked(port, f"{UPLOADS}bob/1", "Content-Length: 5", body=b"hello")[0] == 200
        assert asked(port, "/elsewhere", "Content-Length: 5", body=b"hello")[0] == 200


def test_an_upload_that_does_not_say_its_size_counts_as_the_largest():
    """So that nobody brings more by saying less."""
    with serving(megabytes=3) as port:
        chunk = b"5\r\nhello\r\n0\r\n\r\n"
        assert asked(port, f"{UPLOADS}ann/1", "Transfer-Encoding: chunked", body=chunk)[0] == 200
        assert asked(port, f"{UPLOADS}ann/1", f"Content-Length: {MB}")[0] == 429


def test_an_upload_that_stands_still_is_given_up(monkeypatch: pytest.MonkeyPatch):
    """With a sentence, and without an error in the log."""
    monkeypatch.setattr(uploads, "STALLS", 0.05)
    with serving() as port:
        status, said = asked(port, f"{UPLOADS}ann/1", "Content-Length: 50", body=b"hello")
    assert status == 408
    assert "The upload stood still" in said


def test_no_upload_lies_in_a_file_while_it_arrives(monkeypatch: pytest.MonkeyPatch):
    """Starlette would write what is longer than a megabyte to a disk."""
    file = b"x" * (2 * MB)
    frame = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%s\r\n--x--\r\n' % file
    head = ("Content-Type: multipart/form-data; boundary=x", f"Content-Length: {len(frame)}")
    monkeypatch.setattr(uploads.MultiPartParser, "spool_max_size", MB)
    with serving() as port:
        assert asked(port, "/form", *head, body=frame)[1].endswith("True")
        keep_uploads_in_memory(2 * MB)
        assert asked(port, "/form", *head, body=frame)[1].endswith("False")
