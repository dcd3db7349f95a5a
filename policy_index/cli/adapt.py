"""`policy-index adapt`: the encoder's adapter is trained on everything written to learn from, and ways to search compared."""

import json
from pathlib import Path

import click

from policy_index.files import written


@click.command()
@click.option("--compare", is_flag=True, help="Train on four fifths only, and print what was compared on the last one.")
def adapt(*, compare: bool) -> None:
    """Train the bundled model's adapter on exemplars, twins and concepts; about half an hour. Then `build` and `measure`."""
    from policy_index.policy.concepts import bundled_concepts
    from policy_index.policy.shelf import bundled_pack
    from policy_index.quality import unseen
    from policy_index.quality.record import METHODS_FILE
    from policy_index.search.adapter import ADAPTER_FILE
    from policy_index.search.encoder import SentenceEncoder
    from policy_index.search.minilm import middle_centre_file
    from policy_index.training.adapting import train_adapter
    from policy_index.training.comparing import compare_methods, methods_table
    from policy_index.training.folds import held_out_fold
    from policy_index.training.labelled import labelled_rows

    pack, concepts = bundled_pack(), bundled_concepts()

    def report(epoch: int, loss: float) -> None:
        click.echo(f"epoch {epoch}: mean loss {loss:.3f}", err=True)

    if not compare:
        adapter = train_adapter(
            labelled_rows(pack, concepts),
            clauses=len(pack.policy.clauses),
            concepts=len(concepts.concepts),
            on_epoch=report,
        )
        with written(Path(str(middle_centre_file())).with_name(ADAPTER_FILE)) as file:
            file.write(adapter.to_bytes())
    fold, scores = held_out_fold(pack, concepts, on_epoch=report)
    methods = compare_methods(fold)
    click.echo(methods_table(methods))
    if not compare:
        unseen.keep(scores, pack.fitted(unseen.FILE), pack=pack, encoder=SentenceEncoder.from_bundled())
        with written(pack.fitted(METHODS_FILE)) as file:
            file.write((json.dumps(methods, indent=1) + "\n").encode())
