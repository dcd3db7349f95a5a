"""`policy-index build` and `measure`, for maintainers."""

import json
import os
from pathlib import Path
from typing import Any

import click
import numpy as np

from policy_index import accuracy
from policy_index.accuracy import accuracy_file, leave_one_out
from policy_index.calibration import Calibration, calibration_file
from policy_index.encoder import (
    BUNDLED_MODEL,
    SentenceEncoder,
    measure_middle_centre,
    middle_centre_file,
)
from policy_index.errors import InputError
from policy_index.exemplars import bundled_exemplars
from policy_index.index import ClauseIndex, load_index
from policy_index.parser import bundled_policy
from policy_index.scorer import ClauseScorer, TrainingTexts, shipped_scorer


@click.command()
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write to; the package's own."
)
def build(output: Path | None) -> None:
    """Encode, fit and calibrate again (maintainers, after changing exemplars); writes the package's files."""
    folder = _writable(output or Path(str(shipped_scorer())).parent)
    document, exemplars = bundled_policy(), bundled_exemplars()
    training = TrainingTexts.from_exemplars(document, exemplars)
    np.save(folder / middle_centre_file().name, measure_middle_centre(training.texts))
    encoder = SentenceEncoder.from_bundled(centre_folder=folder)
    scorer = ClauseScorer.from_texts(document, exemplars, encoder)
    scorer.save(folder / shipped_scorer().name)
    index = ClauseIndex.from_scorer(document, exemplars, encoder, scorer)
    calibration = Calibration.fit(*leave_one_out(index), model=encoder.name, key=scorer.key)
    (folder / calibration_file().name).write_text(calibration.to_json(), encoding="utf-8")
    click.echo(f"{folder}: {len(training.texts)} texts, {len(index)} clauses, {encoder.name}")


@click.command()
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write to; the package's own."
)
def measure(output: Path | None) -> None:
    """Measure accuracy on held-out texts and compare methods (maintainers); writes the Accuracy page's numbers."""
    folder = _writable(output or Path(str(accuracy_file())).parent)
    record = accuracy.measure(load_index(BUNDLED_MODEL))
    (folder / accuracy_file().name).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    click.echo(methods_table(record["methods"]))


def _writable(folder: Path) -> Path:
    if not os.access(folder, os.W_OK):
        message = f"Expected a folder that can be written to, but {folder} is none."
        raise InputError(message)
    return folder


def methods_table(methods: list[dict[str, Any]]) -> str:
    """Return the comparison as a Markdown table, in percent."""
    sets = ("cross_validated", "ideas", "goals", "keywords")
    titles = ["method", *(name.replace("_", "-") for name in sets), "touching texts found at 5 % false alarms"]
    rows = [
        [
            each["method"],
            *(" / ".join(f"{100 * number:.1f}" for number in each[name]) for name in sets),
            f"{100 * each['recall_at_5_percent_false_alarms']:.1f}",
        ]
        for each in methods
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [titles, ["---"] * len(titles), *rows])
