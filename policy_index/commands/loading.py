"""The index as commands load it."""

import click

from policy_index.index import ClauseIndex, load_index


def announced_index(model: str | None) -> ClauseIndex:
    """Load the index, and say on standard error where its results will have no probabilities."""
    index = load_index(model)
    if index.uncalibrated:
        click.echo(f"policy-index: {index.uncalibrated}", err=True)
    return index
