"""`policy-index mcp`."""

from concurrent.futures import ThreadPoolExecutor

import click

from policy_index.commands.loading import announced_index
from policy_index.commands.printing import model_option


@click.command()
@model_option
def mcp(model: str | None) -> None:
    """Serve the policy to an assistant over standard input and output (Model Context Protocol)."""
    from policy_index.mcp_server import (
        make_mcp_server,
    )  # the SDK takes a second, which other commands need not wait for

    loading = ThreadPoolExecutor(max_workers=1).submit(announced_index, model)  # meanwhile the assistant says hello
    make_mcp_server(loading.result).run("stdio")
