"""How commands print: tables, JSON, where a clause stands."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.words import shortened


def grid(columns: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> Table:
    """Return a table of plain words; nothing in a cell is read as markup."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.overflow = "fold"  # a word that is cut off is no use
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    return table


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal."""
    Console(highlight=False).print(table)


def print_json(value: Any) -> None:
    """Print JSON for people and programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def say_aside(sentence: str) -> None:
    """Say one sentence on standard error, where the command goes on."""
    click.echo(f"policy-index: {' '.join(sentence.split())}", err=True)


def path_words(clause: Clause) -> str:
    """Return the headings and lead-ins above a clause, outermost first."""
    return " › ".join(shortened(words) for words in clause.path)


def clause_cell(clause: Clause) -> Text:
    """Return a clause for a table: where it stands, its words, and its id on a line of its own, so that it can be copied."""
    where = path_words(clause)
    return Text.assemble((f"{where}\n" if where else "", "dim"), f"{clause.text}\n", (clause.id, "bold"))


def guessed(words: str, pack: PolicyPack) -> str:
    """Return what follows from the kind of a clause, marked as a guess where the policy's kinds are guesses."""
    return f"{words} (a guess)" if pack.policy.kinds_are_guesses else words
