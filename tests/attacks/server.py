"""A real server under attack: what others wait for meanwhile, what is lost, and whether it stops."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from attacks.families import FAMILIES, Family
from attacks.results import Result

CLONE = Path(__file__).resolve().parents[2]
_HEALTH = 0.5
"""Seconds that a health check may take beside one hostile request."""

_SLOWER = 3.0
"""How many times slower a short search may be beside long texts."""

_HANGS_UP = 2.0
"""Seconds after which a client that hung up may cost nothing more."""

_ENDS = 5.0
"""Seconds in which SIGTERM ends the server."""

_PROSE = "A shop may keep what people say in case {0}, unless they ask it not to, and tell nobody about matter {0}. "


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    port: int
    process: "subprocess.Popen[bytes]"

    def ask(self, path: str, body: Any = None, *, timeout: float = 90.0) -> tuple[int, bytes]:
        """Return status and body of an answer; status 0 where there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            if body is None:
                connection.request("GET", path)
            else:
                headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
                connection.request("POST", path, _raw(body), headers)
            answer = connection.getresponse()
            raw = answer.read()
            if answer.status == 503 and answer.getheader("Retry-After") is None:
                return 0, b"503 without Retry-After"
        except (OSError, http.client.HTTPException) as error:
            return 0, type(error).__name__.encode()
        else:
            return answer.status, raw
        finally:
            connection.close()

    def seconds(self, path: str, body: Any = None) -> float:
        """Return how long an answer takes; for ever where there is none."""
        start = time.monotonic()
        status, _ = self.ask(path, body, timeout=30)
        return time.monotonic() - start if status == 200 else float("inf")

    def begin(self, path: str, body: Any) -> socket.socket:
        """Send a request, and return the connection without waiting for its answer."""
        raw = _raw(body)
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.sendall(
            b"POST %s HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/json\r\n"
            b"Accept: application/json, text/event-stream\r\nContent-Length: %d\r\n\r\n"
            % (path.encode(), self.port, len(raw))
            + raw
        )
        return connection

    def work(self, seconds: float = 1.0) -> float:
        """Return how much of a core the server uses, measured for so long; Linux."""

        def ticks() -> int:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])

        before = ticks()
        time.sleep(seconds)
        return (ticks() - before) / os.sysconf("SC_CLK_TCK") / seconds

    def memory(self) -> float:
        """Return the resident memory in MB; Linux."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000


@contextmanager
def started() -> Iterator[Server]:
    """Start the app, and wait until it answers a search; end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    process = subprocess.Popen(
        [*command, "--server.address=127.0.0.1"],
        cwd=CLONE,
        env=os.environ | {"PYTHONPATH": str(CLONE)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(port, process)
    try:
        limit = time.monotonic() + 120
        while time.monotonic() < limit and process.poll() is None and server.ask("/api/ready", timeout=5)[0] != 200:
            time.sleep(0.2)
        server.ask("/api/search", {"text": "a dating app for farmers"})
        yield server
    finally:
        process.kill()
        process.wait()


def prose(words: int, *, salt: int = 0) -> str:
    """Return a text of about so many words, no two sentences alike."""
    length = len(_PROSE.split())
    return "".join(_PROSE.format(f"{salt} {number}") for number in range(words // (length + 2)))


def _raw(body: Any) -> bytes:
    """Return a body as UTF-8, so that long texts of other scripts are not turned away for their escapes."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _largest(family: Family) -> str:
    """Return the longest text of a family that is read: of so many characters and so many words."""
    text = family(199_000)[:199_000]
    words = list(islice(re.finditer(r"\S+", text), 19_901))
    return text if len(words) <= 19_900 else text[: words[19_900].start()]


def hostile_bodies() -> Iterator[tuple[str, str, Any]]:
    """Iterate over hostile requests of the largest size: a name, where to, and what."""
    for name, family in FAMILIES.items():
        yield name, "/api/brief", {"text": _largest(family)}
    for name in ("a run of backticks", "a run of underscores", "nested brackets", "a run of combining marks"):
        yield name, "/api/search", {"text": _largest(FAMILIES[name])}
        yield name, "/mcp", _brief_call(_largest(FAMILIES[name]))
    yield "prose", "/api/brief", {"text": prose(19_000)}
    yield "many texts", "/api/search/many", {"texts": [prose(300, salt=number) for number in range(256)]}


def _brief_call(text: str) -> Any:
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "brief", "arguments": {"text": text}}}


def health(server: Server, *, count: int, patience: float) -> Result:
    """The longest answer to a health check while one hostile request is worked on, one after another; its client waits so long."""
    result = Result(attack="health checks beside one hostile request")
    idle = max(server.seconds("/api/health") for _ in range(50))
    worst, worst_name = 0.0, ""
    everything = list(hostile_bodies())
    for name, path, body in everything[:: max(1, len(everything) // count)]:
        result.count += 1
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(_status, server, path, body, patience)
            while not asked.done():
                took = server.seconds("/api/health")
                if took > worst:
                    worst, worst_name = took, f"{path} with {name}"
                time.sleep(0.02)
            status = asked.result()
        result.expect(
            status in {200, 413, 422, 503, None}, f"{path} with {name}: {status}"
        )  # 413: escaped, it is too long
    result.expect(worst <= _HEALTH, f"a health check took {worst:.2f} s beside {worst_name}")
    result.said = f"longest health check {worst:.2f} s, beside nothing {idle:.2f} s"
    return result


def _status(server: Server, path: str, body: Any, patience: float) -> int | None:
    """Return the status of an answer; None where the client hung up before it came."""
    with server.begin(path, body) as connection:
        connection.settimeout(patience)
        try:
            return int(connection.recv(64).split(b" ", 2)[1])
        except TimeoutError:
            return None
        except (OSError, IndexError, ValueError):
            return 0


def short_beside_long(server: Server, *, searches: int) -> Result:
    """Short searches beside twelve briefs of 20,000 words, against the same without."""
    result = Result(attack="short searches beside 12 briefs of 20,000 words")
    texts = [f"an app that sorts photographs of animal {number}" for number in range(searches)]
    idle = [server.seconds("/api/search", {"text": text}) for text in texts]
    bodies = [{"text": prose(19_900, salt=number)} for number in range(12)]
    beside: list[float] = []
    with ThreadPoolExecutor(12) as pool:
        begun = [pool.submit(server.ask, "/api/brief", body) for body in bodies]
        time.sleep(0.5)
        for text in texts:
            if all(each.done() for each in begun):
                break
            beside.append(server.seconds("/api/search", {"text": text}))
        statuses = [each.result()[0] for each in begun]
    slow, quick = (float(np.percentile(times, 95)) for times in (beside, idle))
    result.count = len(beside)
    result.expect(slow <= _SLOWER * quick, f"95th percentile {slow:.3f} s beside, {quick:.3f} s idle")
    result.expect(set(statuses) <= {200, 503}, f"briefs were answered {statuses}")
    result.said = (
        f"95th percentile {1000 * slow:.0f} ms, idle {1000 * quick:.0f} ms; {statuses.count(200)} briefs answered, "
        f"{statuses.count(503)} told to come again"
    )
    return result


def at_once(server: Server, *, requests: int = 200, rounds: int = 3) -> Result:
    """So many requests at once: each answered or refused in its limit, none lost, and memory flat from round to round.

    Of many rounds the first two fill caches.
    """
    result = Result(attack=f"{requests} requests at once")
    memory: list[float] = []
    longest = 0.0
    refused = lost_in_all = 0

    def one(number: int) -> tuple[int, float]:
        path, limit = ("/api/brief", 60.0) if number % 10 == 0 else ("/api/search", 10.0)
        start = time.monotonic()
        status, _ = server.ask(path, {"text": prose(400, salt=number)}, timeout=limit + 15)
        return status, time.monotonic() - start - limit

    for _ in range(rounds):
        with ThreadPoolExecutor(requests) as pool:
            answers = list(pool.map(one, range(requests)))
        result.count += requests
        refused += sum(status == 503 for status, _ in answers)
        lost = [status for status, _ in answers if status not in {200, 503}]
        lost_in_all += len(lost)
        result.expect(not lost, f"{len(lost)} were lost: {sorted(set(lost))}")
        longest = max(longest, *(over for _, over in answers))
        memory.append(server.memory())
    result.expect(longest <= 3, f"an answer came {longest:.1f} s after its limit")
    warm = memory[min(2, max(0, rounds - 2))]
    result.expect(memory[-1] <= 1.1 * warm, f"memory grew from {warm:.0f} to {memory[-1]:.0f} MB")
    result.said = f"{lost_in_all or 'none'} lost, {refused} told to come again; memory {warm:.0f} → {memory[-1]:.0f} MB"
    return result


def clients(server: Server, *, seconds: float, count: int = 64) -> Result:
    """Clients that search and have briefs written for so long: nothing lost, nothing but answers and refusals."""
    result = Result(attack=f"{count} clients for {seconds:.0f} s")
    until = time.monotonic() + seconds
    lock = threading.Lock()
    memory = [server.memory()]

    def client(number: int) -> None:
        turn = 0
        while time.monotonic() < until:
            turn += 1
            path = "/api/brief" if number % 8 == 0 else "/api/search"
            status, _ = server.ask(path, {"text": prose(60, salt=1000 * number + turn)})
            with lock:
                result.count += 1
                result.expect(status in {200, 503}, f"{path}: {status}")
            if status == 503:
                time.sleep(0.5)

    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(client, number) for number in range(count)]
        time.sleep(seconds / 3)
        memory.append(server.memory())
        for each in running:
            each.result()
    memory.append(server.memory())
    result.expect(memory[-1] <= 1.15 * memory[1], f"memory grew from {memory[1]:.0f} to {memory[-1]:.0f} MB")
    result.said = f"memory {memory[1]:.0f} → {memory[-1]:.0f} MB"
    return result


def hang_up(server: Server) -> Result:
    """Clients that hang up over a long text, at different moments: two seconds later the server does nothing."""
    result = Result(attack="clients that hang up")
    worst = 0.0
    long: tuple[tuple[str, Callable[[str], Any]], ...] = (
        ("/api/brief", lambda text: {"text": text}),
        ("/api/search/many", lambda text: {"texts": [text[at : at + 700] for at in range(0, 179_200, 700)]}),
        ("/mcp", _brief_call),
    )
    for path, body in long:
        for wait in (0.05, 0.3, 1.5):
            result.count += 1
            connection = server.begin(path, body(prose(19_900, salt=int(100 * wait))))
            time.sleep(wait)
            connection.close()
            time.sleep(_HANGS_UP)
            used = server.work()
            worst = max(worst, used)
            result.expect(used < 0.2, f"{path} after {wait} s: {used:.0%} of a core two seconds later")
    result.said = f"at most {worst:.0%} of a core 2 s later"
    return result


def sigterm(count: int) -> Result:
    """SIGTERM under load ends the server in time."""
    result = Result(attack="SIGTERM under load")
    worst = 0.0
    for _ in range(count):
        result.count += 1
        with started() as server:
            begun = [server.begin("/api/brief", {"text": prose(19_900, salt=number)}) for number in range(12)]
            begun += [server.begin("/api/brief", {"text": _largest(FAMILIES["nested images"])}) for _ in range(4)]
            time.sleep(1)
            start = time.monotonic()
            server.process.terminate()
            try:
                server.process.wait(30)
            except subprocess.TimeoutExpired:
                result.failures.append("it did not end within 30 s")
            took = time.monotonic() - start
            for each in begun:
                each.close()
        worst = max(worst, took)
        result.expect(took <= _ENDS, f"it took {took:.1f} s to end")
    result.said = f"ended after at most {worst:.1f} s"
    return result
