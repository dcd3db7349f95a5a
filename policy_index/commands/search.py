"""`policy-index search`."""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import click
from rich.table import Table

from policy_index.commands.loading import announced_index
from policy_index.commands.printing import caveat, format_option, grid, model_option, print_json, print_table
from policy_index.errors import InputError
from policy_index.export import search_record
from policy_index.index import ClauseIndex, Match, SearchResult
from policy_index.lanes import Lane
from policy_index.parser import bundled_policy
from policy_index.text import accept_text

_READ_AT_ONCE = 256
"""Queries from standard input that are encoded together; answers appear after each such batch."""


@click.command()
@click.argument("text")
@click.option("--top", default=5, show_default=True, metavar="K", help="How many clauses to show.")
@model_option
@format_option
def search(text: str, top: int, model: str | None, form: str) -> None:
    """Show the clauses nearest to TEXT; `-` reads one query a line and writes one JSON object a line."""
    clauses = len(bundled_policy().clauses)
    if not 1 <= top <= clauses:
        message = f"Expected --top between 1 and {clauses}, got {top}."
        raise InputError(message)
    if text == "-":
        _search_lines(sys.stdin.buffer, announced_index(model), top)
        return
    query = accept_text(text)
    index = announced_index(model)
    result = index.search(query, top_k=top)
    if form == "json":
        print_json(search_record(result, index.document))
    else:
        print_table(_search_table(result))
        if result.is_cut:
            click.echo(f"Read up to character {result.characters_read:,} of {len(result.query):,}.")
        click.echo(caveat())


def _search_lines(stream: BinaryIO, index: ClauseIndex, top: int) -> None:
    queries = _queries(stream)
    while batch := list(islice(queries, _READ_AT_ONCE)):
        for result in index.search_many(batch, top_k=top):
            click.echo(json.dumps(search_record(result, index.document), ensure_ascii=False))


def _queries(stream: BinaryIO) -> Iterator[str]:
    """Return one query for each line; the first wrong line ends it with an error that names the line."""
    for number, raw in enumerate(stream, 1):
        try:
            yield accept_text(raw.rstrip(b"\r\n").decode("utf-8"))
        except UnicodeDecodeError as error:
            byte = raw[error.start]
            message = (
                f"Line {number} of standard input: expected UTF-8, got byte 0x{byte:02x} at column {error.start + 1}."
            )
            raise InputError(message) from None
        except InputError as error:
            message = f"Line {number} of standard input: {error}"
            raise InputError(message) from None


def _search_table(result: SearchResult) -> Table:
    rows = (
        [_band(match), f"{match.score:.3f}", Lane.of(match.clause.kind).value, match.clause.text, match.clause.id]
        for match in result.matches
    )
    return grid(["Band", "Cosine", "Lane", "Clause", "Id"], rows)


def _band(match: Match) -> str:
    if match.band is None or match.probability is None:
        return "not known"
    return f"{match.band} ({match.probability:.0%})"
