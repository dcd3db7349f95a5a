"""The command `policy-index`: search, read and serve policies from a terminal."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from policy_index.errors import PolicyIndexError
from policy_index.policy.shelf import Shelf
from policy_index.records.clauses import caveat

_MODULES = {
    "search": "search",
    "find": "find",
    "brief": "brief",
    "spread": "spread",
    "batch": "batch",
    "coverage": "coverage",
    "clauses": "policy",
    "show": "policy",
    "changelog": "policy",
    "policy": "library",
    "compare": "compare",
    "crosswalk": "compare",
    "concepts": "concepts",
    "serve": "serve",
    "mcp": "mcp",
    "warm": "prepare",
    "doctor": "prepare",
    "evaluate": "evaluate",
    "adapt": "adapt",
    "build": "maintain",
    "measure": "maintain",
    "chart": "maintain",
}
"""Where each command is defined, in the order of the help."""

_EXTRAS = {"pyarrow": "batch", "openpyxl": "batch", "ray": "ray"}
"""What installs the packages that not every command needs; all others come with `app`."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every expected error becomes one line on standard error and exit status 2."""
    try:
        sys.exit(command.main(arguments, prog_name="policy-index", standalone_mode=False) or 0)
    except click.ClickException as error:
        _fail(error.format_message())
    except PolicyIndexError as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        _fail(_advice(error))
    except click.Abort:
        _fail("Stopped.")
    except BrokenPipeError:  # the reader, `head` for instance, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


class Commands(click.Group):
    """The commands. Each is imported when it is called, so that none needs the packages of another."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's own signature
        """Return the names, in the order of the help."""
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's own signature
        """Return a command; where its packages are not installed, one that says so."""
        if cmd_name not in _MODULES:
            return None
        try:
            found: click.Command = getattr(import_module(f"policy_index.cli.{_MODULES[cmd_name]}"), cmd_name)
        except ModuleNotFoundError as error:
            return _not_installed(cmd_name, _advice(error))
        return found

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command is for, and which policy is meant where nobody names one."""
        super().format_help_text(ctx, formatter)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"Without --policy: {caveat(Shelf.from_folder(None).default)}")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="policy-index")
def command() -> None:
    """Which clauses of a usage policy does a text touch?"""


def _not_installed(name: str, advice: str) -> click.Command:
    @click.command(name, help=advice, add_help_option=False, context_settings={"ignore_unknown_options": True})
    @click.argument("anything", nargs=-1)
    def refuse(anything: tuple[str, ...]) -> NoReturn:  # noqa: ARG001  # whatever was asked for
        raise click.ClickException(advice)

    return refuse


def _advice(error: ModuleNotFoundError) -> str:
    """Return which extra brings a package that is missing.

    Raises:
        ModuleNotFoundError: It is one of this package's own modules: a fault, not something to install.
    """
    package = (error.name or "").partition(".")[0]
    if package in {"", "policy_index"}:
        raise error
    return f"This needs the package {package}: pip install 'policy-index[{_EXTRAS.get(package, 'app')}]'."


def _fail(message: str) -> NoReturn:
    line = " ".join(message.split())
    click.echo(f"policy-index: {line}", err=True)
    sys.exit(2)
