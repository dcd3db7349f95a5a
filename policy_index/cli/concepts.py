"""`policy-index concepts`: which policies speak of what."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import click

from policy_index.cli.files import read_text
from policy_index.cli.options import model_option, shelf_option
from policy_index.cli.printing import grid, print_json, print_table
from policy_index.comparing.matrix import MOST_POLICIES, Cell, Matrix, Says, asked_matrix, concept_matrix
from policy_index.errors import InputError
from policy_index.policy.concepts import bundled_concepts
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import PolicyShelf
from policy_index.records.clauses import caveat
from policy_index.records.matrices import matrix_record, matrix_rows
from policy_index.records.tables import to_csv
from policy_index.search.encoder import load_encoder
from policy_index.search.vectors import Encoder

_SIGNS = {Says.FORBIDS: "✕", Says.CONDITIONS: "◐", Says.MENTIONS: "○"}


@click.command()
@click.option(
    "--policy",
    "specs",
    multiple=True,
    metavar="ID[@VERSION]",
    help="Which policies, once each; the newest of all without.",
)
@click.option("--concept", "concepts", multiple=True, metavar="ID", help="Only this concept: gambling.")
@click.option("--topic", "topics", multiple=True, metavar="WORDS", help="In place of concepts: “a dating app”.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="Measure against a table with the columns policy, concept (an id or words) and speaks (0 or 1).",
)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@model_option
@shelf_option
def concepts(  # noqa: PLR0913  # one argument an option
    specs: tuple[str, ...],
    *,
    concepts: tuple[str, ...],
    topics: tuple[str, ...],
    against: Path | None,
    form: str,
    model: str | None,
    shelf: PolicyShelf,
) -> None:
    """Show which policies speak of what, how surely, and the clause that says it.

    ✕ not allowed, ◐ only on conditions, ○ speaks of it; with a question mark where that is not sure. What a policy does not seem to
    speak of it does not thereby allow. `--against` prints the AUROC of these values against a table of yours.
    """
    if against is not None:
        _measure(against, shelf, load_encoder(model))
        return
    packs = [shelf.find(spec) for spec in specs] or list(shelf.latest[:MOST_POLICIES])
    if concepts and topics:
        message = "Expected --concept or --topic, got both."
        raise InputError(message)
    encoder = load_encoder(model)
    found = asked_matrix(packs, encoder, texts=topics) if topics else concept_matrix(packs, encoder, concepts=concepts)
    match form:
        case "json":
            print_json(matrix_record(found))
        case "csv":
            click.echo(to_csv(list(matrix_rows(found))), nl=False)
        case _:
            _print(found)


def _print(found: Matrix) -> None:
    rows = [
        [row.topic.name, *(_words(cell) for cell in row.cells)]
        for row in found.rows
        if row.speaking or len(found.rows) == 1
    ]
    print_table(grid(["Topic", *(pack.spec for pack in found.packs)], rows))
    left_out = len(found.rows) - len(rows)
    if left_out:
        click.echo(f"{left_out} topics of which none of them seems to speak are left out.")
    for pack in found.packs:
        click.echo(caveat(pack))


def _words(cell: Cell) -> str:
    if not cell.speaks:
        return "–"
    doubt = "" if cell.nearness == "near" else "?"
    return f"{_SIGNS[cell.says]}{doubt} {cell.clause.id}"


def _measure(path: Path, shelf: PolicyShelf, encoder: Encoder) -> None:
    """Print how well the values tell a table's ones from its zeros, and how many there were."""
    from policy_index.quality.metrics import auroc, interval  # with SciPy, only where something is measured

    rows = _table(path)
    packs = {spec: shelf.find(spec) for spec in dict.fromkeys(spec for spec, _, _ in rows)}
    values = _values(list(packs.values()), list(dict.fromkeys(topic for _, topic, _ in rows)), encoder)
    sides: dict[bool, list[float]] = {True: [], False: []}
    for spec, topic, speaks in rows:
        sides[speaks].append(values[packs[spec].spec, topic])
    if not all(sides.values()):
        message = f"Expected both 0 and 1 in the column speaks of {path}, got {len(rows)} times the same."
        raise InputError(message)
    found = interval(auroc, sides[True], sides[False])
    click.echo(
        f"AUROC {found['value']:.3f} (95 % interval {found['low']:.3f} to {found['high']:.3f}): {len(rows):,} cells of "
        f"{len(packs)} policies, {len(sides[True]):,} of them 1. {encoder.name}"
    )


def _values(packs: Sequence[PolicyPack], topics: Sequence[str], encoder: Encoder) -> dict[tuple[str, str], float]:
    """Return the value of each policy for each topic: by concepts where all are concepts, else all as words, on one scale."""
    known = {name.casefold(): each.id for each in bundled_concepts().concepts for name in (each.id, each.name)}
    ids = [known.get(topic.casefold()) for topic in topics]
    by_concept = [each for each in ids if each is not None]
    found: dict[tuple[str, str], float] = {}
    for start in range(0, len(packs), MOST_POLICIES):
        some = packs[start : start + MOST_POLICIES]
        matrix = (
            concept_matrix(some, encoder, concepts=by_concept)
            if len(by_concept) == len(topics)
            else asked_matrix(some, encoder, texts=topics)
        )
        for topic, row in zip(topics, matrix.rows, strict=True):
            found |= {(pack.spec, topic): cell.value for pack, cell in zip(some, row.cells, strict=True)}
    return found


def _table(path: Path) -> list[tuple[str, str, bool]]:
    """Return the rows of a table: policy, topic, whether it speaks of it."""
    what = "a CSV file with the columns policy, concept and speaks"
    reader = csv.DictReader(io.StringIO(read_text(path, what=what)))
    if not {"policy", "concept", "speaks"} <= set(reader.fieldnames or ()):
        message = f"Expected {what}, got {', '.join(reader.fieldnames or ()) or 'none'} in {path}."
        raise InputError(message)
    rows = []
    for row in reader:
        spec, topic, speaks = ((row[name] or "").strip() for name in ("policy", "concept", "speaks"))
        if not spec or not topic or speaks not in {"0", "1"}:
            message = f"Line {reader.line_num} of {path}: expected a policy, a concept and 0 or 1, got {str(row)[:80]}."
            raise InputError(message)
        rows.append((spec, topic, speaks == "1"))
    return rows
