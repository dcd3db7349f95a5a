"""Hostile inputs in one process: over the library, the command, HTTP, MCP and files, with letters for a model."""

import json
import random
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient
from support import LetterEncoder, letter_index, letter_service

from attacks.inputs import body, text, texts
from attacks.readers import READERS
from attacks.results import Result
from policy_index import load_shelf, write_brief
from policy_index.cli import loading, main
from policy_index.errors import PolicyIndexError
from policy_index.policy.sources.source import source_of
from policy_index.records.briefs import brief_record
from policy_index.server.http_api import make_api
from policy_index.server.mcp_server import make_mcp_app

_LONGEST = 400


def _where(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def _tried(result: Result, what: str, act: Callable[[], object]) -> None:
    result.count += 1
    try:
        act()
    except PolicyIndexError as error:
        result.expect("\n" not in str(error), f"{what}: more than a line")
    except Exception as error:  # noqa: BLE001  # this is what is looked for
        result.failures.append(f"{what}: {_where(error)}")


def library(count: int) -> Result:
    """Every reader, the search and the brief: an answer, or the project's own error."""
    result = Result(attack="hostile texts to the library")
    index = letter_index(load_shelf().default, LetterEncoder(), probability=0.7)
    readers: list[tuple[str, Callable[[str], object]]] = [
        *((name, reader.read) for name, reader in READERS.items() if "file" not in name and "PDF" not in name),
        *[("searches", lambda said: index.search(said, top_k=3))] * 4,
    ]
    for number, said in enumerate(texts(1, count, most=_LONGEST)):
        name, read = readers[number % len(readers)]
        _tried(result, name, lambda read=read, said=said: read(said))  # type: ignore[misc]
    for said in texts(2, max(1, count // 100), most=_LONGEST):
        _tried(
            result,
            "writes a brief",
            lambda said=said: json.dumps(brief_record(write_brief(index, said), made_on=datetime.now(UTC).date())),
        )
    return result


def files(count: int) -> Result:
    """Files of every kind, whole, cut and spoilt."""
    result = Result(attack="hostile files")
    chance = random.Random(3)  # noqa: S311  # no secret
    data = Path(__file__).parents[1] / "data" / "sources"
    samples = [path.read_bytes() for path in sorted(data.iterdir()) if path.suffix in {".docx", ".pdf", ".html"}]
    readers = [
        (name, reader.read) for name, reader in READERS.items() if "file" in name or "page" in name or "CSV" in name
    ]
    for number in range(count):
        if number % 20 == 0:
            sample = bytearray(chance.choice(samples))
            for _ in range(chance.choice((1, 10, 100))):
                sample[chance.randrange(len(sample))] = chance.randrange(256)
            spoilt = bytes(sample[: chance.choice((len(sample), chance.randrange(len(sample))))])
            _tried(result, "reads a spoilt file", lambda spoilt=spoilt: source_of("a", spoilt))  # type: ignore[misc]
        else:
            name, read = readers[number % len(readers)]
            said = text(chance, most=_LONGEST)
            _tried(result, name, lambda read=read, said=said: read(said))  # type: ignore[misc]
    return result


_PATHS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/search", {"text": "", "top": 3, "policy": None}),
    ("/search/many", {"texts": [], "top": 3, "policy": None}),
    ("/brief", {"text": "", "contexts": [], "policy": None}),
)


def http(count: int) -> Result:
    """Every route: an answer below 500, or 503 with `Retry-After`, and JSON."""
    result = Result(attack="hostile requests over HTTP")
    chance = random.Random(4)  # noqa: S311  # no secret
    with TestClient(make_api(letter_service()), raise_server_exceptions=False) as client:
        for _ in range(count):
            result.count += 1
            if chance.random() < 0.7:
                path, fields = chance.choice(_PATHS)
                said = text(chance, most=_LONGEST)
                asked = fields | ({"texts": [said, "bread"]} if "texts" in fields else {"text": said})
                answer = client.post(path, content=body(chance, asked), headers={"Content-Type": "application/json"})
            else:
                path = chance.choice(("/clauses", "/clauses/x", "/changelog", "/policies"))
                keys = ("policy", "kind", "category", "contains")
                asked = {key: text(chance, most=60) for key in chance.sample(keys, 2)}
                clean = {key: said.encode("utf-8", "replace").decode() for key, said in asked.items()}
                answer = client.get(path, params=clean)
            if answer.status_code >= 500 and not (answer.status_code == 503 and "retry-after" in answer.headers):
                result.failures.append(f"{path}: {answer.status_code}")
            elif answer.headers["content-type"].startswith("application/json"):
                answer.json()
            else:
                result.failures.append(f"{path}: {answer.headers['content-type']}")
    return result


def assistants(count: int) -> Result:
    """Every tool: an answer or a tool's error."""
    result = Result(attack="hostile calls over MCP")
    chance = random.Random(5)  # noqa: S311  # no secret
    tools: tuple[tuple[str, dict[str, Any]], ...] = (
        ("search_policy", {"text": "", "top": 3, "policy": None}),
        ("brief", {"text": "", "contexts": [], "policy": None}),
        ("read_clause", {"clause_id": "", "policy": None}),
        ("changelog", {"policy": None}),
        ("list_policies", {}),
    )
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    app = make_mcp_app(letter_service())
    with TestClient(app, base_url="http://localhost:8501", raise_server_exceptions=False) as client:
        for number in range(count):
            result.count += 1
            name, fields = chance.choice(tools)
            said = text(chance, most=_LONGEST)
            raw = body(chance, {key: said if key in {"text", "clause_id"} else held for key, held in fields.items()})
            call = (
                raw
                if chance.random() < 0.1
                else b'{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"%s","arguments":%s}}'
                % (number, name.encode(), raw or b"{}")
            )
            answer = client.post("/mcp", content=call, headers=headers)
            result.expect(answer.status_code < 500, f"{name}: {answer.status_code}")
    return result


def command(count: int) -> Result:
    """The command with hostile arguments and files: status 0, or 2 with one line on standard error."""
    result = Result(attack="hostile arguments of the command")
    chance = random.Random(6)  # noqa: S311  # no secret
    index = letter_index(load_shelf().default, LetterEncoder(), probability=0.7)
    real, loading.load_index = loading.load_index, lambda *_: index  # type: ignore[assignment]
    try:
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(count):
                result.count += 1
                _run_command(result, chance, Path(folder))
    finally:
        loading.load_index = real
    return result


def _run_command(result: Result, chance: random.Random, folder: Path) -> None:
    said = text(chance, most=200).replace("\0", "").encode("utf-8", "replace").decode()
    given = folder / "given.txt"
    given.write_bytes(text(chance, most=_LONGEST).encode("utf-8", chance.choice(("replace", "surrogatepass"))))
    forms: tuple[tuple[str, ...], ...] = (
        ("search", "--", said),
        ("search", "--top", said, "bread"),
        ("search", "--format", "json", "--", said),
        ("show", "--", said),
        ("clauses", "--contains", said),
        ("clauses", "--policy", said),
        ("brief", str(given), "--format", chance.choice(("json", "markdown", "html", "csv"))),
        ("brief", str(given), "--context", said),
        ("compare", said, said),
    )
    arguments = chance.choice(forms)
    status, err = _main(arguments)
    result.expect(status in {0, 2}, f"{arguments[0]}: status {status}")
    result.expect(status == 0 or err.count("policy-index: ") == 1 or "Usage: " in err, f"{arguments[0]}: {err[:80]!r}")
    result.expect("Traceback" not in err, f"{arguments[0]}: a traceback")


def _main(arguments: tuple[str, ...]) -> tuple[int, str]:
    out, err = StringIO(), StringIO()
    sys.stdin = TextIOWrapper(BytesIO(b"bread\n"), encoding="utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main.main(list(arguments))
    except SystemExit as end:
        return int(end.code or 0), err.getvalue()
    except Exception as error:  # noqa: BLE001  # this is what is looked for
        return 1, _where(error)
    return 0, err.getvalue()
