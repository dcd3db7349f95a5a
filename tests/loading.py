"""Many clients at once against a real server, each answer checked against the library's own."""

import json
import threading
import time
import urllib.request
from typing import Any, NamedTuple

from policy_index import ClauseIndex
from policy_index.records.clauses import search_record


class Load(NamedTuple):
    """What came of it."""

    answers: int
    wrong: list[str]
    memory: list[int]


def resident(pid: int) -> int:
    """Return the resident memory of a process in KiB; Linux."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:  # noqa: PTH123  # no file of anybody's
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def same(answer: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether two answers are to the same text and say the same: numbers to the fourth decimal, all else exactly."""
    numbers = ("score", "probability", "touch")

    def close(one: dict[str, Any], other: dict[str, Any]) -> bool:
        return all(
            abs(one[name] - other[name]) < 1e-4 if name in numbers else one[name] == other[name]
            for name in other
            if name != "matches"
        )

    pairs = zip(answer["matches"], expected["matches"], strict=True)
    return close(answer, expected) and all(close(one, other) for one, other in pairs)


def search_together(address: str, index: ClauseIndex, *, clients: int, seconds: float, pid: int | None = None) -> Load:
    """Let so many clients search for so long, each with texts of its own; note the server's memory each second."""
    texts = [text for group in index.exemplars.by_clause.values() for text in group[:4]][: clients * 8]
    expected = {text: search_record(index.search(text, top_k=3), index.pack) for text in texts}
    deadline = time.monotonic() + seconds
    wrong: list[str] = []
    counts = [0] * clients
    memory: list[int] = []

    def client(number: int) -> None:
        own = texts[number::clients]
        while time.monotonic() < deadline:
            text = own[counts[number] % len(own)]
            body = json.dumps({"text": text, "top": 3}).encode()
            request = urllib.request.Request(
                f"{address}/api/search", body, {"Content-Type": "application/json"}, method="POST"
            )
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    if not same(json.load(answer), expected[text]):
                        wrong.append(text)
            except OSError as error:
                wrong.append(f"{text}: {error}")
            counts[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    while pid is not None and time.monotonic() < deadline:
        memory.append(resident(pid))
        time.sleep(1)
    for thread in threads:
        thread.join()
    return Load(sum(counts), wrong, memory)
