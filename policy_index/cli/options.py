"""The options that several commands share, as decorators."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from policy_index.cli.printing import say_aside
from policy_index.library.doors import with_library
from policy_index.policy.shelf import LATEST, PACKS_VARIABLE, PolicyShelf, load_shelf
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
    """Add --packs FOLDER, and hand the command the policies that there are then, those of the library too, as `shelf`.

    A library that cannot be read is one line on standard error, where the command goes on without it.
    """

    @packs_option
    @wraps(command)
    def handed(*arguments: Any, packs: Path | None, **options: Any) -> None:
        command(*arguments, shelf=with_library(load_shelf(packs), say=say_aside), **options)

    return handed


def policy_option(command: Command) -> Command:
    """Add --policy ID[@VERSION] and --packs FOLDER, and hand the command the policy that they name, as `pack`."""

    @spec_option
    @shelf_option
    @wraps(command)
    def handed(*arguments: Any, spec: str | None, shelf: PolicyShelf, **options: Any) -> None:
        command(*arguments, pack=shelf.find(spec), **options)

    return handed


def policies_option(command: Command) -> Command:
    """Add --policy ID[@VERSION], which may be given several times, and --packs FOLDER; hand the command `packs`, at least one."""

    @click.option(
        "--policy",
        "specs",
        metavar="ID[@VERSION]",
        multiple=True,
        help=f"Which policy: its id, and a day or `{LATEST}` as version; the bundled one without it. Given several times, all of "
        "them at once, each text read once.",
    )
    @shelf_option
    @wraps(command)
    def handed(*arguments: Any, specs: tuple[str, ...], shelf: PolicyShelf, **options: Any) -> None:
        command(*arguments, packs=[shelf.find(spec) for spec in specs or (None,)], **options)

    return handed
