"""`policy-index batch`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pyarrow as pa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from policy_index.batch import running
from policy_index.batch.matching import Plan
from policy_index.batch.reading import WINDOW_ROWS, Form, Layout, look_through, sources_at
from policy_index.batch.running import Summary, Work, bad_rows, run_batch, written
from policy_index.batch.writing import write_tables
from policy_index.commands.loading import announced_index
from policy_index.commands.printing import model_option
from policy_index.errors import InputError
from policy_index.parser import bundled_policy


@click.command()
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.argument("output", metavar="OUTPUT", type=click.Path(path_type=Path))
@click.option("--text-column", metavar="NAME", help="The column with the texts; guessed, and said, without it.")
@click.option("--top", default=3, show_default=True, metavar="K", help="How many clauses for each text.")
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
def batch(  # noqa: PLR0913  # one argument an option
    source: Path,
    output: Path,
    *,
    text_column: str | None,
    top: int,
    resume: bool,
    overwrite: bool,
    encoding: str | None,
    delimiter: str | None,
    window: int,
    engine: str,
    workers: int | None,
    model: str | None,
) -> None:
    """Add the nearest clauses to each row of INPUT (CSV, JSON Lines, Parquet, or a folder of one kind) and write OUTPUT.

    OUTPUT's name says its format. It appears only when it is complete.
    """
    clauses = len(bundled_policy().clauses)
    if not 1 <= top <= clauses:
        message = f"Expected --top between 1 and {clauses}, got {top}."
        raise InputError(message)
    if resume and (engine == "ray" or overwrite):
        message = f"Expected --resume without {'--engine ray' if engine == 'ray' else '--overwrite'}."
        raise InputError(message)
    if delimiter is not None and len(delimiter) != 1:
        message = f"Expected one character as --delimiter, got {delimiter!r}."
        raise InputError(message)
    Form.of(output.name, writing=True)
    if output.resolve() == source.resolve():
        message = f"Expected OUTPUT to be another file than INPUT, but both are {source}."
        raise InputError(message)
    with Work.at(output, resume=resume, overwrite=overwrite) as work:
        try:
            layout = look_through(
                sources_at(source), text_column=text_column, encoding=encoding, delimiter=delimiter, window=window
            )
        except BaseException:
            work.leave()
            raise
        plan = Plan.from_layout(layout, top=top)
        _say(layout, plan, guessed=text_column is None)
        with _shown(layout.rows) as on_progress:
            try:
                if engine == "ray":
                    summary = _run_on_ray(layout, plan, work, on_progress, model=model, workers=workers)
                else:
                    index = announced_index(model)
                    summary = run_batch(index, layout, work, plan, resume=resume, on_progress=on_progress)
            except KeyboardInterrupt:
                message = f"Stopped; what is done is kept in {work.folder}: go on with --resume."
                raise InputError(message) from None
    again = f", {summary.resumed:,} of them done before" if summary.resumed else ""
    click.echo(f"{output}: {summary.rows:,} rows{again}, {summary.errors:,} with an error", err=True)


def _say(layout: Layout, plan: Plan, *, guessed: bool) -> None:
    if guessed:
        click.echo(f"policy-index: taking the texts from the column {plan.text_column!r}", err=True)
    if layout.form is Form.CSV and layout.delimiter != ",":
        click.echo(f"policy-index: reading {layout.delimiter!r} between the fields", err=True)
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


def _run_on_ray(  # noqa: PLR0913  # what a run needs
    layout: Layout,
    plan: Plan,
    work: Work,
    on_progress: running.Progress,
    *,
    model: str | None,
    workers: int | None,
) -> Summary:
    from policy_index.batch.on_ray import ray_tables

    schema = plan.schema(layout)
    counts = [0, 0]

    def counted() -> Iterator[pa.Table]:
        for table in ray_tables(layout, plan, model=model, workers=workers):
            bad = bad_rows(table, plan)
            counts[0] += table.num_rows
            counts[1] += bad
            on_progress(table.num_rows, bad)
            yield table

    try:
        with written(work.whole) as file:
            write_tables(counted(), schema, file, Form.of(work.output.name, writing=True), layout)
    except BaseException:
        work.clear()
        raise
    work.finish()
    return Summary(rows=counts[0], errors=counts[1])
