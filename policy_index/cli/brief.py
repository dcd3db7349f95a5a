"""`policy-index brief`: what a text touches and what to do about it, as a paper."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from policy_index.brief.writing import write_brief
from policy_index.cli.files import read_text
from policy_index.cli.loading import announced_index
from policy_index.cli.options import model_option, policy_option
from policy_index.policy.pack import PolicyPack
from policy_index.records.papers import PaperFormat, paper
from policy_index.search.text import accept_long_text


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
    metavar="FACT",
    multiple=True,
    help="A fact about the product that adds the requirements that follow from it, such as `medical`; may be given "
    "several times; a wrong one is answered with the policy's own.",
)
@model_option
@policy_option
def brief(file: Path, form: str, stated: tuple[str, ...], model: str | None, pack: PolicyPack) -> None:
    """Write a brief on the text in FILE (`-` is standard input): the clauses it touches, where, and what to do."""
    facts = pack.facts.chosen(stated)
    text = accept_long_text(read_text(file, what="a file of text"))
    index = announced_index(pack, model)
    with shown_progress() as on_progress:
        written = write_brief(index, text, facts=facts, on_progress=on_progress)
    click.echo(paper(written, PaperFormat(form), made_on=datetime.now(UTC).date()), nl=False)


@contextmanager
def shown_progress() -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error while it is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Reading", total=1.0)
        yield lambda share: bar.update(task, completed=share)
