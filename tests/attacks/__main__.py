"""Run the attacks: `PYTHONPATH=tests python -m attacks [--long] [--only WORDS] [--write FILE] [--check FILE]`.

Bounded in time without `--long`, a few minutes; with it, all of it. Prints a table, attack × count × failures × result × day and
machine, and ends with status 1 where anything failed. `--only server sigterm` are those that measure times: run them alone on a
machine that does nothing else.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from attacks.results import Result, bare, row_of, rows_in, table_of, this_machine, write_table
from policy_index.search.graph import GraphFile

Attack = Callable[[], list[Result]]


def _one(act: Callable[..., Result], *arguments: object, **options: object) -> Attack:
    return lambda: [act(*arguments, **options)]


def _on_server(act: Callable[..., Result], **options: object) -> Attack:
    def attack() -> list[Result]:
        from attacks import server

        with server.started() as running:
            return [act(running, **options)]

    return attack


def attacks(*, long: bool) -> dict[str, Attack]:
    """Return all attacks by name, to be run in this order."""
    from attacks import faults, inside, kills, proportion, server

    inputs, turns = (100_000, 20) if long else (10_000, 3)
    return {
        "library": _one(inside.library, inputs * 60 // 100),
        "http": _one(inside.http, inputs * 20 // 100),
        "mcp": _one(inside.assistants, inputs * 5 // 100),
        "command": _one(inside.command, inputs * 5 // 100),
        "files": _one(inside.files, inputs * 10 // 100),
        "proportion": _one(proportion.proportion, 1.0 if long else 0.06),
        **{f"kill {verb}": _one(kills.library, verb, turns) for verb in ("add", "edit", "import", "examples")},
        "kill migration": _one(kills.migration, turns),
        "kill batch": _one(kills.batch, turns),
        "kill fit": _one(kills.fit, turns),
        "disk full": _one(faults.disk_full),
        "read-only": _one(faults.read_only),
        "clock": _one(faults.clock_back),
        "server health": _on_server(server.health, count=1000 if long else 24, patience=10),
        "server short": _on_server(server.short_beside_long, searches=100 if long else 30),
        "server at once": _on_server(server.at_once, rounds=10 if long else 2),
        "server clients": _on_server(server.clients, seconds=600 if long else 20),
        "server hang up": _on_server(server.hang_up),
        "sigterm": _one(server.sigterm, 3 if long else 1),
    }


def main() -> int:
    """Run what was asked for, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m attacks", description="Attack the product, and count failures.")
    parser.add_argument("--long", action="store_true", help="all of it: over an hour")
    parser.add_argument("--only", nargs="+", default=[], help="only attacks whose name holds one of these words")
    parser.add_argument("--write", type=Path, help="put the rows between the marks of this document")
    parser.add_argument("--check", type=Path, help="fail where this document lacks a row of what was run")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _keep_apart(Path(folder))
        results: list[Result] = []
        for name, attack in attacks(long=asked.long).items():
            if asked.only and not any(word in name for word in asked.only):
                continue
            sys.stderr.write(f"{name} …\n")
            begun = time.monotonic()
            try:
                results += attack()
            except Exception as error:  # noqa: BLE001  # an attack that breaks off has failed, and the others are run
                results.append(Result(attack=name, failures=[f"broke off: {type(error).__name__}: {str(error)[:200]}"]))
            sys.stderr.write(f"{name}: {time.monotonic() - begun:.0f} s, load {os.getloadavg()[0]:.1f}\n")
    rows = [row_of(result, day=datetime.now(UTC).date(), machine=this_machine()) for result in results]
    sys.stdout.write(f"{table_of(rows)}\n")
    failures = [f"{result.attack}: {failure}" for result in results for failure in result.failures]
    sys.stdout.writelines(f"FAILED {failure}\n" for failure in failures[:50])
    if asked.write:
        write_table(asked.write, rows)
    if asked.check and (lacking := lacking_in(asked.check.read_text(encoding="utf-8"), results)):
        sys.stdout.write(f"{asked.check} lacks a row of: {', '.join(lacking)}.\n")
        return 1
    return 1 if failures else 0


def lacking_in(document: str, results: list[Result]) -> list[str]:
    """Return the attacks of which a document's table has no row, whatever numbers stand in their names."""
    named = {bare(row[0]) for row in rows_in(document)}
    return [result.attack for result in results if bare(result.attack) not in named]


def _keep_apart(folder: Path) -> None:
    """Give what is run here folders of its own for cache and data; the model's graph is the one that there is."""
    graph = GraphFile.here()
    if graph is not None:
        os.environ["POLICY_INDEX_GRAPHS"] = str(graph.record.parent)
    os.environ |= {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data")}
    for name in ("POLICY_INDEX_MODEL", "POLICY_INDEX_PACKS", "POLICY_INDEX_DATABASE"):
        os.environ.pop(name, None)


if __name__ == "__main__":
    sys.exit(main())
