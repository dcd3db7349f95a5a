"""`policy-index warm` and `doctor`: the fast model, made ahead of time, and how this machine fares."""

import importlib.metadata

import click

from policy_index.errors import EncoderError
from policy_index.search.graph import GraphEncoder, GraphFile
from policy_index.search.minilm import check_model_files, model_folder


@click.command()
def warm() -> None:
    """Prepare everything that a first start would prepare: for images and CI."""
    from policy_index.search.graph_export import make_graph

    place = GraphFile.here()
    if place is None:
        click.echo(GraphEncoder.from_cache()[1])
        return
    make_graph(place)
    click.echo(f"The fast model is ready: {place.path}")


@click.command()
def doctor() -> None:
    """Say which model is used here, how, and why if it is the slower way; exit status 2 where none can be used."""
    for name in ("policy-index", "sentence-transformers", "torch", "onnxruntime", "faiss-cpu", "streamlit"):
        click.echo(f"{name:22} {_version(name)}")
    check_model_files(model_folder())
    click.echo(f"{'bundled model':22} {model_folder()}, its files are the published ones")
    graph, reason = GraphEncoder.from_cache(thorough=True)
    if graph is None:
        click.echo(f"{'searches run by':22} sentence-transformers, the slower way: {reason}")
        click.echo(f"{'':22} `policy-index warm` prepares the fast model.")
        return
    place = GraphFile.here()
    if place is None or graph.encode(["a"]).shape[0] != 1:
        message = "Expected one vector from the fast model, but it gave none."
        raise EncoderError(message)
    click.echo(f"{'searches run by':22} onnxruntime, the fast model: {place.path}")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
