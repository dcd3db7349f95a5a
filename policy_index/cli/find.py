"""`policy-index find`."""

import click
from rich.text import Text

from policy_index.cli.options import format_option, model_option, shelf_option
from policy_index.cli.printing import clause_cell, grid, print_json, print_table
from policy_index.errors import InputError
from policy_index.finding.finder import CLAUSES, POLICIES, Finder
from policy_index.finding.query import Query
from policy_index.finding.results import Found, FoundIn, Hit, Reason
from policy_index.policy.shelf import PolicyShelf
from policy_index.records.finding import found_record
from policy_index.search.encoder import load_encoder
from policy_index.search.indexes import Indexes
from policy_index.words import counted


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--policy",
    "specs",
    multiple=True,
    metavar="ID[@VERSION]",
    help="Only this policy; may be said several times. Without it, the newest version of every policy.",
)
@click.option("--top", type=int, default=CLAUSES, show_default=True, metavar="K", help="How many clauses of a policy.")
@model_option
@shelf_option
@format_option
def find(  # noqa: PLR0913, PLR0917  # click's own signature
    words: tuple[str, ...], specs: tuple[str, ...], top: int, model: str | None, shelf: PolicyShelf, form: str
) -> None:
    """Find clauses of all policies by WORDS: their number, their words, a "phrase in quotation marks", or what they are about."""
    if top < 1:
        message = f"Expected --top to be at least 1, got {top}."
        raise InputError(message)
    text = " ".join(words)
    Query.from_text(text)  # refused before a model is loaded
    for spec in specs:
        shelf.find(spec)
    encoder = load_encoder(model)
    finder = Finder(shelf, Indexes(lambda: encoder).of)
    found = finder.find(text, only=specs, clauses=top)
    if form == "json":
        print_json(found_record(found))
        return
    for each in found.policies:
        click.echo(_heading(each))
        print_table(grid(["Found", "Clause and its id"], ((_why(hit), clause_cell(hit.clause)) for hit in each.hits)))
        click.echo()
    if found.found > POLICIES:
        click.echo(f"The first {POLICIES} of {found.found} policies with such clauses; name some by --policy.")
    if found.note:
        click.echo(found.note)
    click.echo(_searched(found))


def _heading(each: FoundIn) -> str:
    version = "superseded" if each.entry.provenance.superseded else ""
    said = ", ".join(
        filter(None, [each.entry.spec, version, f"{counted(each.found, 'clause')} found" if each.found else ""])
    )
    return f"{each.entry.provenance.name} ({said})"


def _why(hit: Hit) -> Text:
    near = f"\n{hit.nearness}" if hit.nearness is not None and hit.reason is Reason.MEANING else ""
    return Text(f"{hit.reason.words}{near}")


def _searched(found: Found) -> str:
    return (
        f"Searched {counted(found.searched, 'policy', 'policies')}. A reading aid, neither a verdict nor legal advice."
    )
