"""`policy-index brief`: what a text touches and what to do about it, as a paper."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from policy_index.brief import write_brief
from policy_index.commands.files import read_text
from policy_index.commands.loading import announced_index
from policy_index.commands.printing import model_option
from policy_index.contexts import Context
from policy_index.papers import PaperFormat, paper
from policy_index.text import accept_long_text


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in PaperFormat]),
    default=PaperFormat.MARKDOWN.value,
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--context",
    "stated",
    type=click.Choice([context.value for context in Context]),
    multiple=True,
    help="A fact about the product that adds the requirements that follow from it; may be given several times.",
)
@model_option
def brief(file: Path, form: str, stated: tuple[str, ...], model: str | None) -> None:
    """Write a brief on the text in FILE (`-` is standard input): the clauses it touches, where, and what to do."""
    text = accept_long_text(read_text(file, what="a file of text"))
    index = announced_index(model)
    with _progress() as on_progress:
        written = write_brief(index, text, contexts=[Context(each) for each in stated], on_progress=on_progress)
    click.echo(paper(written, PaperFormat(form), made_on=datetime.now(UTC).date()), nl=False)


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error while it is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Reading", total=1.0)
        yield lambda share: bar.update(task, completed=share)
