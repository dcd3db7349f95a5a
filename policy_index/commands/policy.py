"""`policy-index clauses`, `show` and `changelog`: the policy to read."""

from collections.abc import Iterable

import click
from rich.table import Table

from policy_index.commands.printing import caveat, format_option, grid, print_json, print_table
from policy_index.document import Clause, ClauseKind
from policy_index.errors import InputError
from policy_index.export import clause_record, entry_record
from policy_index.lanes import Lane
from policy_index.parser import bundled_policy


@click.command()
@click.option("--kind", type=click.Choice([kind.value for kind in ClauseKind]), help="Only clauses of this kind.")
@click.option("--category", metavar="ID", help="Only this category of disallowed usage, such as physical-harm.")
@click.option("--contains", metavar="WORDS", help="Only clauses that contain these words.")
@format_option
def clauses(kind: str | None, category: str | None, contains: str | None, form: str) -> None:
    """List the clauses of the policy in its own order."""
    document = bundled_policy()
    titles = {each.id: each.title for each in document.categories}
    if category is not None and category not in titles:
        message = f"Expected a category among {', '.join(titles)}, got {category!r}."
        raise InputError(message)
    chosen = [
        clause
        for clause in document
        if (kind is None or clause.kind == kind)
        and (category is None or clause.category == titles[category])
        and (contains is None or contains.casefold() in clause.text.casefold())
    ]
    if form == "json":
        print_json([clause_record(clause) for clause in chosen])
    else:
        print_table(_clause_table(chosen))


@click.command()
@click.argument("clause_id")
@format_option
def show(clause_id: str, form: str) -> None:
    """Show one clause whole, in the policy's own words."""
    clause = bundled_policy().clause(clause_id)
    if form == "json":
        print_json(clause_record(clause))
        return
    click.echo(f"{clause.citation}\n{Lane.of(clause.kind)}: {clause.category or clause.section}\n\n{clause.verbatim}\n")
    click.echo(caveat())


@click.command()
@format_option
def changelog(form: str) -> None:
    """List the revisions of the policy, newest first, as the policy itself tells them."""
    entries = bundled_policy().changelog
    if form == "json":
        print_json([entry_record(entry) for entry in entries])
    else:
        print_table(grid(["Date", "What changed"], ([entry.date.isoformat(), entry.text] for entry in entries)))


def _clause_table(chosen: Iterable[Clause]) -> Table:
    return grid(["Kind", "Clause", "Id"], ([clause.kind.value, clause.text, clause.id] for clause in chosen))
