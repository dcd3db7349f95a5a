"""The options that several commands share, as decorators."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from policy_index.policy.shelf import LATEST, PACKS_VARIABLE, Shelf, load_shelf
from policy_index.search.model_choice import MODEL_VARIABLE

Command = Callable[..., None]

packs_option = click.option(
    "--packs",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help=f"A folder of policy packs, beside the bundled one (also {PACKS_VARIABLE}).",
)

spec_option = click.option(
    "--policy",
    "spec",
    metavar="ID[@VERSION]",
    help=f"Which policy: its id, and a day or `{LATEST}` as version; the bundled one without it.",
)

model_option = click.option(
    "--model", metavar="NAME_OR_FOLDER", help=f"Another sentence-transformers model (also {MODEL_VARIABLE})."
)

format_option = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to print."
)


def shelf_option(command: Command) -> Command:
    """Add --packs FOLDER, and hand the command the policies that there are then, as `shelf`."""

    @packs_option
    @wraps(command)
    def handed(*arguments: Any, packs: Path | None, **options: Any) -> None:
        command(*arguments, shelf=load_shelf(packs), **options)

    return handed


def policy_option(command: Command) -> Command:
    """Add --policy ID[@VERSION] and --packs FOLDER, and hand the command the policy that they name, as `pack`."""

    @spec_option
    @shelf_option
    @wraps(command)
    def handed(*arguments: Any, spec: str | None, shelf: Shelf, **options: Any) -> None:
        command(*arguments, pack=shelf.find(spec), **options)

    return handed
