"""`policy-index evaluate`: the search measured on labelled prompts."""

from pathlib import Path
from typing import Any

import click

from policy_index.cli.files import read_text
from policy_index.cli.loading import announced
from policy_index.cli.options import format_option, model_option, policy_option
from policy_index.cli.printing import grid, print_json, print_table
from policy_index.policy.pack import PolicyPack
from policy_index.search.index import load_index


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@model_option
@policy_option
@format_option
def evaluate(file: Path, model: str | None, pack: PolicyPack, form: str) -> None:
    """Measure the search on labelled prompts in FILE (JSON Lines; `-` is standard input).

    Each line: {"text": ..., "clause_ids": [...]} or {"text": ..., "category": ...} or {"text": ..., "harmful": true}.
    """
    from policy_index.quality import evaluation  # what measures takes a moment to import

    lines = read_text(file, what="a file of labelled texts").splitlines()
    labelled = evaluation.read_labelled(lines, policy=pack.policy)
    record = evaluation.evaluate(announced(load_index(pack, model)), labelled)
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
