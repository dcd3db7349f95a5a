"""How commands print: tables, JSON, the caveat."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from policy_index.encoder import (
    MODEL_VARIABLE,
)
from policy_index.parser import bundled_policy

format_option = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to print."
)

model_option = click.option(
    "--model", metavar="NAME_OR_FOLDER", help=f"Another sentence-transformers model (also {MODEL_VARIABLE})."
)


def grid(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a table of plain words; nothing in a cell is read as markup."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.overflow = "fold"  # a word that is cut off is no use
    table.columns[-1].no_wrap = columns[-1] == "Id"  # so that an id can be copied
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal."""
    Console(highlight=False).print(table)


def print_json(value: Any) -> None:
    """Print JSON for people and programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def caveat() -> str:
    """Return which policy this is, and what the results are not."""
    policy = bundled_policy()
    return (
        f"{policy.provenance.publisher} {policy.title} of {policy.updated}, superseded since. Similarity is about topic, "
        "not intent: a reading aid, neither a verdict nor legal advice."
    )
