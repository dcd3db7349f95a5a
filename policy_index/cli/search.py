"""`policy-index search`."""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import click
from rich.table import Table

from policy_index.cli.loading import announced_index
from policy_index.cli.options import format_option, model_option, policy_option
from policy_index.cli.printing import clause_cell, grid, guessed, print_json, print_table
from policy_index.errors import InputError
from policy_index.policy.pack import PolicyPack
from policy_index.records.clauses import caveat, search_record
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import Likelihood
from policy_index.search.results import Match, SearchResult
from policy_index.search.text import accept_text
from policy_index.words import percent

_TOP = 5
"""Clauses that are shown where nobody says how many."""

_READ_AT_ONCE = 256
"""Queries from standard input that are encoded together; answers appear after each such batch."""


@click.command()
@click.argument("text")
@click.option("--top", type=int, metavar="K", help=f"How many clauses to show.  [default: {_TOP}]")
@model_option
@policy_option
@format_option
def search(text: str, top: int | None, model: str | None, pack: PolicyPack, form: str) -> None:
    """Show the clauses nearest to TEXT; `-` reads one query a line and writes one JSON object a line."""
    clauses = len(pack.policy.clauses)
    wanted = min(_TOP, clauses) if top is None else top
    if not 1 <= wanted <= clauses:
        message = f"Expected --top between 1 and {clauses}, got {wanted}."
        raise InputError(message)
    if text == "-":
        _search_lines(sys.stdin.buffer, announced_index(pack, model), wanted)
        return
    query = accept_text(text)
    index = announced_index(pack, model)
    result = index.search(query, top_k=wanted)
    if form == "json":
        print_json(search_record(result, pack))
    else:
        if result.unfit is None:
            print_table(_search_table(result, pack))
        else:
            click.echo(result.unfit)
        if result.is_cut:
            click.echo(f"Read up to character {result.characters_read:,} of {len(result.query):,}.")
        click.echo(caveat(pack))


def _search_lines(stream: BinaryIO, index: ClauseIndex, top: int) -> None:
    queries = _queries(stream)
    while batch := list(islice(queries, _READ_AT_ONCE)):
        for result in index.search_many(batch, top_k=top):
            click.echo(json.dumps(search_record(result, index.pack), ensure_ascii=False))


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


def _search_table(result: SearchResult, pack: PolicyPack) -> Table:
    rows = ((_standing(match, pack), clause_cell(match.clause)) for match in result.matches)
    return grid([f"Band and {guessed('lane', pack)}", "Clause and its id"], rows)


def _standing(match: Match, pack: PolicyPack) -> str:
    return f"{_band(match.likelihood)}\n{pack.lane_of(match.clause)}\ncosine {match.likelihood.score:.3f}"


def _band(likelihood: Likelihood) -> str:
    if likelihood.band is None or likelihood.probability is None:
        return "no probability"
    return f"{likelihood.band} ({percent(likelihood.probability)})"
