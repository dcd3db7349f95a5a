"""`policy-index build`, `measure` and `chart`, for those who maintain a pack: what is fitted to it, and how good it is."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from policy_index.cli.options import policy_option
from policy_index.errors import InputError
from policy_index.files import written
from policy_index.policy.concepts import bundled_concepts
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import bundled_pack
from policy_index.search.encoder import load_encoder
from policy_index.search.index import ClauseIndex
from policy_index.search.model_choice import BUNDLED_MODEL

output_option: Callable[..., Any] = click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write to; the pack's own."
)


@click.command()
@output_option
@policy_option
def build(output: Path | None, pack: PolicyPack) -> None:
    """Encode, fit and calibrate again, after a pack's exemplars changed; writes the pack's fitted parts."""
    from policy_index.quality.unseen import unseen_scores
    from policy_index.search.calibration import Calibration
    from policy_index.search.concept_space import ConceptSpace, shipped_space
    from policy_index.search.scorer import ClauseScorer
    from policy_index.search.stance_words import FILE, StanceWords

    folder = _writable(output, pack)
    encoder = load_encoder(BUNDLED_MODEL)
    scorer = ClauseScorer.from_pack(pack, encoder)
    scorer.save(folder / "scorer.npz")
    index = ClauseIndex.from_scorer(pack, encoder, scorer)
    said = f"{folder}: {len(scorer.vectors):,} texts, {len(index)} clauses, {encoder.name}"
    if pack.exemplars.harmless and pack.exemplars.counts().total():
        calibration = Calibration.fit(unseen_scores(index), model=encoder.name, key=scorer.key)
        _write(folder / "calibration.json", calibration.to_json())
        words = StanceWords.from_pack(pack)
        if words is not None:
            words.save(folder / FILE)
    else:
        said += "; no probabilities: these need exemplars of clauses and harmless ones"
    if pack is bundled_pack() and output is None:
        space = ConceptSpace.from_concepts(bundled_concepts(), pack.exemplars.harmless, encoder)
        space.save(shipped_space())
        said += f"\n{shipped_space()}: {len(space.vectors):,} texts, {space.coefficients.shape[1]} concepts"
    click.echo(said)


@click.command()
@click.option(
    "--check", is_flag=True, help="Write nothing: fail where the record says otherwise than what is measured now."
)
@output_option
@policy_option
def measure(output: Path | None, pack: PolicyPack, *, check: bool) -> None:
    """Measure accuracy on a pack's held-out texts and compare methods; writes the Accuracy page's numbers."""
    from policy_index.quality import accuracy, record

    folder = pack.folder / "fitted" if check else _writable(output, pack)
    found = accuracy.measure(ClauseIndex.from_pack(pack, load_encoder(BUNDLED_MODEL)))
    if found["unfit"] is not None:
        click.echo(fitness_table(found["unfit"]))
    if not check:
        _write(folder / record.FILE, json.dumps(found, indent=1) + "\n")
        return
    numbers = (
        "scorer",
        "exemplars",
        "heldout",
        "briefs",
        "long_plans",
        "uses",
        "families",
        "everyday",
        "languages",
        "unfit",
    )
    said = record.accuracy_of(pack) or {}
    off = record.differences(
        _headline({name: said.get(name) for name in numbers}),
        _headline({name: found[name] for name in numbers}),
        tolerance=_TOLERANCE,
    )
    if off:
        message = f"Expected the record of {pack.spec} to say what is measured now, but: {'; '.join(off[:5])}."
        raise InputError(message)


_TOLERANCE = 0.03
"""How far a rate may be from the record's: one text of the smallest set, or two of the others, on another processor."""


def _headline(record: dict[str, Any]) -> dict[str, Any]:
    """Return what of a record is a rate over a whole set; single clauses and bins of a few texts jump with one text."""
    sets = record["heldout"] or {}
    rates = {name: {part: own[part] for part in ("clauses", "categories", "detection")} for name, own in sets.items()}
    return record | {"heldout": rates}


@click.command()
@output_option
@policy_option
def chart(output: Path | None, pack: PolicyPack) -> None:
    """Compute likenesses and the map again, after `build`; prints how trustworthy each projection is."""
    from policy_index.landscape.landscape import FILE, Landscape
    from policy_index.landscape.projection import IN_USE

    folder = _writable(output, pack)
    landscape = Landscape.from_index(ClauseIndex.from_pack(pack, load_encoder(BUNDLED_MODEL)))
    _write(folder / FILE, landscape.to_json() + "\n")
    click.echo("| projection of the clauses | trustworthiness, 5 neighbours | 10 neighbours |\n| --- | --- | --- |")
    for each in landscape.comparison:
        mark = " (in use)" if each.name == IN_USE else ""
        click.echo(f"| {each.name}{mark} | {each.five:.3f} | {each.ten:.3f} |")
    if landscape.exemplar_trust is not None:
        click.echo(f"Exemplars, placed by their nearest clauses: {landscape.exemplar_trust:.3f} with 15 neighbours.")


def fitness_table(record: dict[str, Any]) -> str:
    """Return how well texts that cannot be judged are known as a Markdown table, in percent."""
    rows = [(each["kind"], each["texts"], each["recognised"]) for each in record["by_kind"]]
    rows += [
        (name.replace("_", " "), record[name]["texts"], record[name]["value"])
        for name in ("recognised", "judgeable_refused")
        if record[name] is not None
    ]
    lines = [f"| {name} | {texts} | {100 * share:.1f} |" for name, texts, share in rows]
    return "\n".join(["| cannot be judged | texts | recognised |", "| --- | --- | --- |", *lines])


def _writable(output: Path | None, pack: PolicyPack) -> Path:
    folder = output or pack.folder / "fitted"
    there = folder if folder.exists() else folder.parent
    if output is None:  # what is fitted for a policy of the library lies in folders that nobody has made yet
        there = next(each for each in (folder, *folder.parents) if each.exists())
    if not os.access(there, os.W_OK):
        message = f"Expected a folder that can be written to, but {folder} is none."
        raise InputError(message)
    return folder


def _write(path: Path, content: str) -> None:
    with written(path) as file:
        file.write(content.encode())
