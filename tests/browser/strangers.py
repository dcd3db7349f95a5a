"""A stranger's server on this machine, that notes who asks it for what; and words that try to make somebody ask."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True, kw_only=True)
class Stranger:
    """A server of somebody else.

    Attributes:
        address: Where it listens.
        asked: What it was asked for, in order.
    """

    address: str
    asked: list[str] = field(default_factory=list)

    def hostile(self, door: str) -> str:
        """Words that come through a door, which become elements or requests wherever somebody reads them as anything."""
        at = f"{self.address}/{door}"
        return (
            f"<img src={at}/img onerror=window.hacked=1><script>window.hacked=2</script><b>bold</b> ![pic]({at}/md) "
            f"[link]({at}/link) :red[red] :material/home: :streamlit: $\\frac{{a}}{{b}}$ <a href={at}/a>there</a> {at}/bare"
        )


@contextmanager
def listening(*, page: str = "") -> Iterator[Stranger]:
    """Listen on a free port of this machine, and answer every request with the same page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stranger.asked.append(self.path)
            body = f"<!doctype html><title>A stranger</title>{page}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stranger = Stranger(address=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stranger
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
