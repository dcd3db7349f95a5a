"""A real server under load: what short searches wait for, and that every answer is the library's.

Run with `pytest tests/benchmarks/test_speed_under_load.py --no-cov`; LOAD_SECONDS says for how long.
"""

import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browsing import CLONE, wait_for_server
from ratios import Report, seconds

from policy_index import ClauseIndex, load_index, load_shelf, write_brief
from policy_index.records.briefs import brief_record
from policy_index.records.clauses import search_record

LOAD_SECONDS = float(os.environ.get("LOAD_SECONDS", "180"))
CLIENTS = 64
BRIEFS_EVERY = 8
"""Of so many clients one sends briefs."""

SEARCHES = 100
"""Short searches by one client, with and without the long brief."""

LEAST_SEARCHES = 20
TOLERANCE = 1e-4
TRIES = 10


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    address: str
    pid: int

    def ask(self, path: str, body: dict[str, Any], *, tries: int = TRIES) -> tuple[dict[str, Any] | None, int]:
        """Return the answer, None where there was none, and how often one was told to come again."""
        told = 0
        for _ in range(tries):
            request = urllib.request.Request(
                f"{self.address}/api{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
            )
            try:
                with urllib.request.urlopen(request, timeout=120) as answer:
                    return json.load(answer), told
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    return None, told
                told += 1
                time.sleep(float(error.headers["Retry-After"]))
            except OSError:
                return None, told
        return None, told

    def figure(self, name: str) -> float:
        """Return a number of the server's own."""
        with urllib.request.urlopen(f"{self.address}/api/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def memory(self) -> int:
        """Return the resident memory in KiB; Linux."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


@contextmanager
def started(clone: Path) -> Iterator[Server]:
    """Start the app of a clone, and wait until it is warm."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    process = subprocess.Popen(
        command,
        cwd=clone,
        env=os.environ | {"PYTHONPATH": str(clone)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    made = Server(f"http://localhost:{port}", process.pid)
    try:
        wait_for_server(made.address, process)
        assert made.ask("/search", {"text": "a dating app for farmers"})[0] is not None
        yield made
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The app, warm."""
    with started(CLONE) as made:
        yield made


@pytest.mark.skipif("BASELINE" not in os.environ, reason="BASELINE names no older clone to compare with")
def test_throughput_against_an_older_clone(report: Report):
    """64 clients search for as long as they can, at this clone's server and at an older one's, in turn."""
    texts = sentences()
    seconds_each = min(30.0, LOAD_SECONDS)

    def second_an_answer(clone: Path) -> float:
        with started(clone) as made:
            deadline = time.monotonic() + seconds_each

            def client(number: int) -> int:
                done = 0
                while time.monotonic() < deadline:
                    answer, _ = made.ask("/search", {"text": texts[(number + CLIENTS * done) % len(texts)]})
                    done += answer is not None
                return done

            with ThreadPoolExecutor(CLIENTS) as pool:
                return seconds_each / sum(pool.map(client, range(CLIENTS)))

    pairs = [(second_an_answer(CLONE), second_an_answer(Path(os.environ["BASELINE"]))) for _ in range(2)]
    ours, older = ([pair[place] for pair in pairs] for place in (0, 1))
    report("seconds an answer with 64 clients / of the older clone", ours, older, 1 / 3)


@pytest.fixture(scope="module")
def index() -> ClauseIndex:
    """The library's own."""
    return load_index()


def sentences() -> list[str]:
    """Return texts of usual length, in no order."""
    texts = [text for group in load_shelf().default.exemplars.by_clause.values() for text in group]
    return random.Random(3).sample(texts, len(texts))  # noqa: S311  # no secret


def prose(words: int) -> str:
    """Return so many words, no two sentences alike."""
    pool, found = sentences(), []
    count = turn = 0
    while count < words:
        text = f"{pool[turn % len(pool)].rstrip('.!?')}{f' in case {turn}' if turn >= len(pool) else ''}."
        found.append(text)
        count += len(text.split())
        turn += 1
    return "\n\n".join(" ".join(found[place : place + 5]) for place in range(0, len(found) - 1, 5))


def alike(one: Any, other: Any) -> bool:
    """Whether two answers say the same, numbers within the tolerance."""
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
        case list(), list():
            return len(one) == len(other) and all(map(alike, one, other))
        case float() | int(), float() | int():
            return abs(one - other) <= TOLERANCE
        case _:
            return bool(one == other)


def test_short_searches_beside_a_long_brief(server: Server, report: Report):
    """The 95th percentile of their times while a brief of 20,000 words runs, against that without it."""
    texts = sentences()[:SEARCHES]

    def search(text: str) -> float:
        return seconds(lambda: server.ask("/search", {"text": text, "top": 3}))

    without = [search(text) for text in texts]
    beside: list[float] = []
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(server.ask, "/brief", {"text": prose(19_900)}, tries=1)
        while not long.done() and server.figure("policy_index_queue_characters") == 0:
            time.sleep(0.1)
        for text in texts:
            if long.done():
                break
            beside.append(search(text))
        answered = long.result()[0] is not None
    assert len(beside) >= LEAST_SEARCHES
    slow, quick = (float(np.percentile(times, 95)) for times in (beside, without))
    name = f"95th percentile of {len(beside)} searches beside a long brief (answered: {answered}) / without it"
    report(name, [slow], [quick], 3.0)


@dataclass(slots=True)
class Load:
    """What came of it."""

    answers: int = 0
    told_to_come_again: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


def expectations(index: ClauseIndex) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return what each client asks again and again, with the library's answer."""
    texts, today, found = sentences(), datetime.now(UTC).date(), []
    for number in range(CLIENTS):
        if number % BRIEFS_EVERY:
            text = texts[number]
            record = search_record(index.search(text, top_k=3), index.pack)
            found.append(("/search", {"text": text, "top": 3}, json.loads(json.dumps(record))))
        else:
            text = " ".join(f"{each.rstrip('.!?')}." for each in texts[number * 20 : number * 20 + 20])
            record = brief_record(write_brief(index, text), made_on=today)
            found.append(("/brief", {"text": text}, json.loads(json.dumps(record))))
    return found


def test_many_clients_for_minutes(server: Server, index: ClauseIndex, report: Report):
    """Searches and briefs mixed: none lost, none wrong; and memory at the end against that after a third, at most a minute."""
    asked = expectations(index)
    load, lock = Load(), threading.Lock()
    deadline = time.monotonic() + LOAD_SECONDS

    def client(number: int) -> None:
        path, body, expected = asked[number]
        while time.monotonic() < deadline:
            answer, told = server.ask(path, body)
            with lock:
                load.answers += 1
                load.told_to_come_again += told
                if answer is None:
                    load.lost.append(body["text"])
                elif not alike(answer, expected):
                    load.wrong.append(body["text"])

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client, number) for number in range(CLIENTS)]
        while time.monotonic() < deadline:
            load.memory.append(server.memory())
            time.sleep(1)
        for each in clients:
            each.result()

    settled = load.memory[min(60, len(load.memory) // 3)]
    name = f"memory after {load.answers} answers ({load.told_to_come_again} times told to come again) / before most of them"
    report(name, [server.memory() / 1024], [settled / 1024], 1.1)
    assert load.lost == []
    assert load.wrong == []
