"""`policy-index coverage`: which clauses of one policy or of several a suite of prompts touches, and which none does."""

from pathlib import Path
from typing import Any

import click

from policy_index.batch.covering import PolicyCoverage, cover_under, coverage_rows
from policy_index.batch.several import accept_policies
from policy_index.batch.suite import Suite, read_suite
from policy_index.batch.tables import look_through, sources_at
from policy_index.cli.loading import announced_indexes
from policy_index.cli.options import model_option, policies_option
from policy_index.cli.printing import grid, print_json, print_table
from policy_index.policy.pack import PolicyPack
from policy_index.records.clauses import policy_record
from policy_index.records.tables import to_csv


@click.command()
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--text-column", metavar="NAME", help="The column with the texts; guessed without it.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How to print; `csv` has a row a clause.",
)
@model_option
@policies_option
def coverage(source: Path, *, text_column: str | None, form: str, model: str | None, packs: list[PolicyPack]) -> None:
    """Count how many prompts of INPUT (CSV, JSON Lines, Parquet, Excel) touch each clause, and name those that none touches."""
    accept_policies([pack.spec for pack in packs])
    layout = look_through(sources_at(source), text_column=text_column)
    indexes = announced_indexes(packs, model)
    suite = read_suite(indexes[0], layout)
    assert suite is not None  # noqa: S101  # nobody cancels it
    covered = cover_under(indexes, suite)
    if form == "json":
        print_json(_record(suite, covered))
    elif form == "csv":
        click.echo(to_csv(list(coverage_rows(covered))), nl=False)
    else:
        _print(covered)


def _print(covered: tuple[PolicyCoverage, ...]) -> None:
    rows = [
        [
            each.pack.title,
            f"{each.touched} of {len(each.coverage.clauses)}",
            str(len(each.coverage.over_tested)),
            "its nearest clause" if each.uncalibrated else "all that are likely or possible",
        ]
        for each in covered
    ]
    print_table(grid(["Policy", "Clauses touched", "Over-tested", "A prompt counts for"], rows))
    for each in covered:
        if each.coverage.untouched:
            click.echo(f"\nTouched by no prompt, {each.pack.title}:")
            print_table(grid(["Clause", "Citation"], [[one.text, one.citation] for one in each.coverage.untouched]))


def _record(suite: Suite, covered: tuple[PolicyCoverage, ...]) -> dict[str, Any]:
    first = covered[0].coverage
    return {
        "rows": len(suite.places),
        "prompts": first.prompts,
        "errors": sum(error is not None for error in suite.errors),
        "policies": [
            {
                "policy": policy_record(each.pack),
                "uncalibrated": each.uncalibrated or None,
                "touched": each.touched,
                "untouched": [clause.id for clause in each.coverage.untouched],
                "clauses": list(coverage_rows([each])),
            }
            for each in covered
        ],
        "near_duplicates": [
            {"one": one, "other": other, "similarity": round(alike, 6)} for one, other, alike in first.near_duplicates
        ],
        "repeated": [{"text": text, "rows": rows} for text, rows in first.repeated],
    }
