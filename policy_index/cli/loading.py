"""The index as commands load it."""

import click

from policy_index.policy.pack import PolicyPack
from policy_index.search.encoder import SentenceEncoder
from policy_index.search.graph import GraphEncoder
from policy_index.search.graph_export import start_making_graph
from policy_index.search.index import ClauseIndex, load_index
from policy_index.search.model_choice import BUNDLED_MODEL


def announced_index(pack: PolicyPack, model: str | None) -> ClauseIndex:
    """Load the index of a policy, and say on standard error where its results will have no probabilities.

    Args:
        pack: The policy with what belongs to it.
        model: A sentence-transformers model, as for `load_index`.
    """
    index = load_index(pack, model)
    if isinstance(index.encoder, SentenceEncoder) and index.encoder.name == BUNDLED_MODEL:
        _, reason = GraphEncoder.from_cache()
        if start_making_graph() is not None:
            reason += " It is being prepared in the background; later commands will be faster."
        click.echo(f"policy-index: {reason}", err=True)
    return announced(index)


def announced(index: ClauseIndex) -> ClauseIndex:
    """Say on standard error where this index's results have no probabilities; return the index."""
    if index.uncalibrated:
        click.echo(f"policy-index: {index.uncalibrated}", err=True)
    return index
