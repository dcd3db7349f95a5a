"""`policy-index mcp`."""

from concurrent.futures import ThreadPoolExecutor

import click

from policy_index.cli.loading import announced
from policy_index.cli.options import model_option, shelf_option, spec_option
from policy_index.library.doors import DoorShelf
from policy_index.search.encoder import load_encoder
from policy_index.server.rights import Rights
from policy_index.server.service import Service


@click.command()
@model_option
@spec_option
@shelf_option
def mcp(model: str | None, spec: str | None, shelf: DoorShelf) -> None:
    """Serve policies to an assistant over standard input and output (Model Context Protocol).

    --policy names the one that is meant where the assistant names none.
    """
    from policy_index.server.mcp_server import make_mcp_server  # takes a second, which other commands need not wait for

    service = Service.from_encoder(shelf.with_default(shelf.find(spec)), lambda: load_encoder(model))
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(lambda: announced(service.index()))  # meanwhile the assistant says hello
        # Whoever starts it is at this machine: what others need a token for, its assistant may.
        make_mcp_server(service, Rights(address="localhost", tokens={})).run("stdio")
