"""The command `policy-index`: search, read and serve the policy from a terminal."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from policy_index.commands.batch import batch
from policy_index.commands.brief import brief
from policy_index.commands.chart import chart
from policy_index.commands.evaluate import evaluate
from policy_index.commands.maintain import build, measure
from policy_index.commands.mcp import mcp
from policy_index.commands.policy import changelog, clauses, show
from policy_index.commands.search import search
from policy_index.commands.serve import serve
from policy_index.errors import PolicyIndexError


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every expected error becomes one line on standard error and exit status 2."""
    try:
        sys.exit(command.main(arguments, prog_name="policy-index", standalone_mode=False) or 0)
    except click.ClickException as error:
        _fail(error.format_message())
    except PolicyIndexError as error:
        _fail(str(error))
    except click.Abort:
        _fail("Stopped.")
    except BrokenPipeError:  # the reader, `head` for instance, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _fail(message: str) -> NoReturn:
    line = " ".join(message.split())
    click.echo(f"policy-index: {line}", err=True)
    sys.exit(2)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="policy-index")
def command() -> None:
    """Which clauses of OpenAI's Usage policies of 23 March 2023 does a text touch?

    A reading aid, neither a verdict nor legal advice; that version of the policies has been superseded.
    """


for _each in (search, brief, batch, clauses, show, changelog, serve, mcp, evaluate, build, measure, chart):
    command.add_command(_each)
