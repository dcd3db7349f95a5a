"""`policy-index clauses`, `show` and `changelog`: the policy to read."""

import click

from policy_index.cli.options import format_option, policy_option
from policy_index.cli.printing import clause_cell, grid, guessed, path_words, print_json, print_table
from policy_index.policy.choosing import chosen_clauses
from policy_index.policy.document import ClauseKind
from policy_index.policy.pack import PolicyPack
from policy_index.records.clauses import caveat, clause_record, revision_record


@click.command()
@click.option("--kind", type=click.Choice([kind.value for kind in ClauseKind]), help="Only clauses of this kind.")
@click.option("--category", metavar="ID", help="Only this category, or section where there are none: physical-harm.")
@click.option("--contains", metavar="WORDS", help="Only clauses that contain these words.")
@policy_option
@format_option
def clauses(kind: str | None, category: str | None, contains: str | None, pack: PolicyPack, form: str) -> None:
    """List the clauses of the policy in its own order."""
    wanted = None if kind is None else ClauseKind(kind)
    chosen = chosen_clauses(pack.policy, kind=wanted, category=category, contains=contains)
    if form == "json":
        print_json([clause_record(clause) for clause in chosen])
    else:
        rows = ((clause.kind.value, clause_cell(clause)) for clause in chosen)
        print_table(grid([guessed("Kind", pack), "Clause and its id"], rows))


@click.command()
@click.argument("clause_id")
@policy_option
@format_option
def show(clause_id: str, pack: PolicyPack, form: str) -> None:
    """Show one clause whole, in the policy's own words."""
    clause = pack.policy.clause(clause_id)
    if form == "json":
        print_json(clause_record(clause))
        return
    head = [clause.citation, guessed(pack.lane_of(clause).value, pack), path_words(clause)]
    click.echo("\n".join([*filter(None, head), "", clause.verbatim, "", caveat(pack)]))


@click.command()
@policy_option
@format_option
def changelog(pack: PolicyPack, form: str) -> None:
    """List the revisions of the policy, newest first, as the policy itself tells them."""
    entries = pack.policy.changelog
    if form == "json":
        print_json([revision_record(entry) for entry in entries])
    elif entries:
        print_table(grid(["Date", "What changed"], ([entry.date.isoformat(), entry.text] for entry in entries)))
    else:
        click.echo(f"{pack.title} tells of no revisions.")
