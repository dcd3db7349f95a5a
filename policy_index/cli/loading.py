"""The index as commands load it."""

from collections.abc import Sequence

import click

from policy_index.policy.pack import PolicyPack
from policy_index.search.encoder import SentenceEncoder
from policy_index.search.graph import GraphEncoder
from policy_index.search.graph_export import start_making_graph
from policy_index.search.index import ClauseIndex, load_index
from policy_index.search.model_choice import BUNDLED_MODEL
from policy_index.search.vectors import Encoder


def announced_index(pack: PolicyPack, model: str | None) -> ClauseIndex:
    """Load the index of a policy, and say on standard error where its results will have no probabilities.

    Args:
        pack: The policy with what belongs to it.
        model: A sentence-transformers model, as for `load_index`.
    """
    index = load_index(pack, model)
    _say_slow(index.encoder)
    return announced(index)


def announced_indexes(packs: Sequence[PolicyPack], model: str | None) -> list[ClauseIndex]:
    """Load the indexes of several policies, at least one, over one encoder, and say where the fast form of the model is not there yet.

    Why some of them have no probabilities is for whoever shows their results to say.

    Args:
        packs: The policies.
        model: As for `announced_index`.
    """
    first = load_index(packs[0], model)
    _say_slow(first.encoder)
    return [first, *(ClauseIndex.from_pack(pack, first.encoder) for pack in packs[1:])]


def _say_slow(encoder: Encoder) -> None:
    if isinstance(encoder, SentenceEncoder) and encoder.name == BUNDLED_MODEL:
        _, reason = GraphEncoder.from_cache()
        if start_making_graph() is not None:
            reason += " It is being prepared in the background; later commands will be faster."
        click.echo(f"policy-index: {reason}", err=True)


def announced(index: ClauseIndex) -> ClauseIndex:
    """Say on standard error why this index's results have no probabilities, or which examples they rest on; return the index."""
    if said := index.uncalibrated or index.basis:
        click.echo(f"policy-index: {said}", err=True)
    return index
