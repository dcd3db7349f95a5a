"""`policy-index batch`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from policy_index.batch import running
from policy_index.batch.layout import WINDOW_ROWS, Form, Layout
from policy_index.batch.matching import Plan
from policy_index.batch.running import Work, run_batch
from policy_index.batch.several import accept_policies
from policy_index.batch.tables import look_through, sources_at
from policy_index.cli.loading import announced_index, announced_indexes
from policy_index.cli.options import model_option, policies_option
from policy_index.errors import InputError
from policy_index.policy.pack import PolicyPack
from policy_index.search.index import ClauseIndex

_TOP = 3
"""Clauses for each text where nobody says how many."""


@click.command()
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.argument("output", metavar="OUTPUT", type=click.Path(path_type=Path))
@click.option("--text-column", metavar="NAME", help="The column with the texts; guessed, and said, without it.")
@click.option("--top", type=int, metavar="K", help=f"How many clauses for each text.  [default: {_TOP}]")
@click.option("--resume", is_flag=True, help="Go on with a run that was stopped; starts one where there is none.")
@click.option("--overwrite", is_flag=True, help="Replace OUTPUT and throw unfinished work on it away.")
@click.option("--encoding", metavar="NAME", help="Encoding of a CSV file, such as latin-1; UTF-8 without it.")
@click.option("--delimiter", metavar="CHARACTER", help="What parts the fields of a CSV file; guessed without it.")
@click.option(
    "--window",
    type=click.IntRange(1, 100_000),
    default=WINDOW_ROWS,
    show_default=True,
    metavar="ROWS",
    help="Rows that are done together; a stopped run loses at most so many.",
)
@click.option("--engine", type=click.Choice(["plain", "ray"]), default="plain", show_default=True, help="What runs it.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes with --engine ray.")
@model_option
@policies_option
def batch(  # noqa: PLR0913  # one argument an option
    source: Path,
    output: Path,
    *,
    text_column: str | None,
    top: int | None,
    resume: bool,
    overwrite: bool,
    encoding: str | None,
    delimiter: str | None,
    window: int,
    engine: str,
    workers: int | None,
    model: str | None,
    packs: list[PolicyPack],
) -> None:
    """Add the nearest clauses to each row of INPUT (CSV, JSON Lines, Parquet, or a folder of one kind) and write OUTPUT.

    OUTPUT's name says its format. It appears only when it is complete.
    """
    accept_policies([pack.spec for pack in packs])
    top = _accepted_top(top, packs)
    if resume and (engine == "ray" or overwrite):
        message = f"Expected --resume without {'--engine ray' if engine == 'ray' else '--overwrite'}."
        raise InputError(message)
    _accept_names(source, output)
    with Work.at(output, resume=resume, overwrite=overwrite) as work:
        try:
            layout = look_through(
                sources_at(source),
                text_column=text_column,
                encoding=encoding,
                delimiter=_accepted_delimiter(delimiter),
                window=window,
            )
        except BaseException:
            work.leave()
            raise
        plan = Plan.from_layout(layout, top=top, policies=[pack.spec for pack in packs] if len(packs) > 1 else ())
        _say(layout, plan, guessed=text_column is None)
        with _shown(layout.rows) as on_progress:
            try:
                if engine == "ray":
                    from policy_index.batch.on_ray import run_on_ray  # an extra of its own

                    summary = run_on_ray(
                        packs, layout, work, plan, model=model, workers=workers, on_progress=on_progress
                    )
                else:
                    summary = run_batch(
                        _index(packs, model), layout, work, plan, resume=resume, on_progress=on_progress
                    )
            except KeyboardInterrupt:
                kept = f"what is done is kept in {work.folder}: go on with --resume"
                message = f"Stopped; {'nothing is kept of a run with --engine ray' if engine == 'ray' else kept}."
                raise InputError(message) from None
    again = f", {summary.resumed:,} of them done before" if summary.resumed else ""
    click.echo(f"{output}: {summary.rows:,} rows{again}, {summary.errors:,} with an error", err=True)


def _index(packs: list[PolicyPack], model: str | None) -> ClauseIndex | list[ClauseIndex]:
    """Load what to search in, and say of each policy where its results have no probabilities."""
    if len(packs) == 1:
        return announced_index(packs[0], model)
    indexes = announced_indexes(packs, model)
    for index in indexes:
        if index.uncalibrated:
            click.echo(f"policy-index: {index.pack.spec}: {index.uncalibrated}", err=True)
    return indexes


def _accepted_top(top: int | None, packs: list[PolicyPack]) -> int:
    """Return how many clauses: of several policies as many as the longest has, for a shorter one has empty cells."""
    clauses = max(len(pack.policy.clauses) for pack in packs)
    wanted = min(_TOP, clauses) if top is None else top
    if not 1 <= wanted <= clauses:
        message = f"Expected --top between 1 and {clauses}, got {wanted}."
        raise InputError(message)
    return wanted


def _accepted_delimiter(delimiter: str | None) -> str | None:
    if delimiter is None:
        return None
    if len(delimiter) != 1:
        message = f"Expected one character as --delimiter, got {delimiter!r}."
        raise InputError(message)
    if delimiter in '"\r\n':
        message = f"Expected a --delimiter that is no quotation mark and ends no line, got {delimiter!r}."
        raise InputError(message)
    return delimiter


def _accept_names(source: Path, output: Path) -> None:
    Form.of(output.name, writing=True)
    if output.resolve() == source.resolve():
        message = f"Expected OUTPUT to be another file than INPUT, but both are {source}."
        raise InputError(message)


def _say(layout: Layout, plan: Plan, *, guessed: bool) -> None:
    if guessed:
        click.echo(f"policy-index: taking the texts from the column {plan.text_column!r}", err=True)
    if layout.form is Form.CSV and layout.columns.delimiter != ",":
        click.echo(f"policy-index: reading {layout.columns.delimiter!r} between the fields", err=True)
    for usual, name in plan.renamed.items():
        click.echo(f"policy-index: the input has a column {usual!r}, so ours is called {name!r}", err=True)


@contextmanager
def _shown(rows: int) -> Iterator[running.Progress]:
    """Show a bar on a terminal, and nothing elsewhere."""
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=rows, rate="")

        def on_progress(done: int, _errors: int) -> None:
            bar.advance(task, done)
            speed = bar.tasks[0].speed
            bar.update(task, rate=f"{speed:,.0f} texts/s" if speed else "")

        yield on_progress
