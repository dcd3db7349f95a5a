"""`policy-index evaluate`: the search measured on labelled prompts."""

from pathlib import Path
from typing import Any

import click

from policy_index import evaluation
from policy_index.commands.files import read_text
from policy_index.commands.printing import format_option, grid, model_option, print_json, print_table
from policy_index.evaluation import read_labelled
from policy_index.index import load_index
from policy_index.parser import bundled_policy


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@model_option
@format_option
def evaluate(file: Path, model: str | None, form: str) -> None:
    """Measure the search on labelled prompts in FILE (JSON Lines; `-` is standard input).

    Each line: {"text": ..., "clause_ids": [...]} or {"text": ..., "category": ...} or {"text": ..., "harmful": true}.
    """
    labelled = read_labelled(read_text(file, what="a file of labelled texts").splitlines(), document=bundled_policy())
    record = evaluation.evaluate(load_index(model), labelled)
    if form == "json":
        print_json(record)
    else:
        _print_evaluation(record)


def _print_evaluation(record: dict[str, Any]) -> None:
    def shown(number: dict[str, float]) -> str:
        return f"{number['value']:.3f} ({number['low']:.3f} to {number['high']:.3f})"

    rows = []
    for part in ("clauses", "categories", "detection"):
        for name, number in (record[part] or {}).items():
            rows.append([part, name.replace("_", " "), shown(number) if isinstance(number, dict) else str(number)])
    if record["calibration"]:
        rows += [["calibration", name, f"{record['calibration'][name]:.4f}"] for name in ("brier", "ece")]
    print_table(grid(["Of", "Measure", "Value (95 % interval)"], rows))
    for title, part in (("Category", "by_category"), ("Clause", "by_clause")):
        if record[part]:
            numbers = (
                [
                    each["label"],
                    str(each["texts"]),
                    *(f"{each[name]:.2f}" for name in ("recall_at_1", "recall_at_3", "mrr")),
                ]
                for each in record[part]
            )
            print_table(grid([title, "Texts", "Recall@1", "Recall@3", "MRR"], numbers))
    if record["confused"]:
        confused = ([each["label"], each["found"], str(each["texts"])] for each in record["confused"])
        print_table(grid(["Labelled", "Found first", "Texts"], confused))
