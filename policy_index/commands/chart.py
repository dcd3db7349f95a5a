"""`policy-index chart`, for maintainers."""

import os
from pathlib import Path

import click

from policy_index.encoder import BUNDLED_MODEL
from policy_index.errors import InputError
from policy_index.index import load_index
from policy_index.landscape import Landscape, landscape_file
from policy_index.projection import IN_USE


@click.command()
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write to; the package's own."
)
def chart(output: Path | None) -> None:
    """Compute likenesses and the map again (maintainers, after `build`); prints how trustworthy each projection is."""
    folder = output or Path(str(landscape_file())).parent
    if not os.access(folder, os.W_OK):
        message = f"Expected a folder that can be written to, but {folder} is none."
        raise InputError(message)
    landscape = Landscape.from_index(load_index(BUNDLED_MODEL))
    (folder / landscape_file().name).write_text(landscape.to_json() + "\n", encoding="utf-8")
    click.echo("| projection of the clauses | trustworthiness, 5 neighbours | 10 neighbours |\n| --- | --- | --- |")
    for each in landscape.comparison:
        mark = " (in use)" if each.name == IN_USE else ""
        click.echo(f"| {each.name}{mark} | {each.five:.3f} | {each.ten:.3f} |")
    click.echo(f"Exemplars, placed by their nearest clauses: {landscape.exemplar_trust:.3f} with 15 neighbours.")
