"""The command `policy-index`: search, read and serve the policy from a terminal."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import click
import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from policy_index import accuracy, evaluation
from policy_index.accuracy import accuracy_file, leave_one_out
from policy_index.calibration import Calibration, calibration_file
from policy_index.document import Clause, ClauseKind
from policy_index.encoder import (
    BUNDLED_MODEL,
    MODEL_VARIABLE,
    SentenceEncoder,
    measure_middle_centre,
    middle_centre_file,
)
from policy_index.errors import InputError, PolicyIndexError
from policy_index.evaluation import read_labelled
from policy_index.exemplars import bundled_exemplars
from policy_index.export import clause_record, entry_record, search_record
from policy_index.index import ClauseIndex, Match, SearchResult, load_index
from policy_index.parser import bundled_policy
from policy_index.report import Lane
from policy_index.scorer import ClauseScorer, TrainingTexts, shipped_scorer
from policy_index.text import accept_text
from policy_index.webapp import app_root

_READ_AT_ONCE = 256
"""Queries from standard input that are encoded together; answers appear after each such batch."""

_format = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to print."
)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every expected error becomes one line on standard error and exit status 2."""
    try:
        sys.exit(command.main(arguments, prog_name="policy-index", standalone_mode=False) or 0)
    except click.ClickException as error:
        _fail(error.format_message())
    except PolicyIndexError as error:
        _fail(str(error))
    except click.Abort:
        _fail("Stopped.")
    except BrokenPipeError:  # the reader, `head` for instance, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _fail(message: str) -> NoReturn:
    line = " ".join(message.split())
    click.echo(f"policy-index: {line}", err=True)
    sys.exit(2)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="policy-index")
def command() -> None:
    """Which clauses of OpenAI's Usage policies of 23 March 2023 does a text touch?

    A reading aid, neither a verdict nor legal advice; that version of the policies has been superseded.
    """


@command.command()
@click.argument("text")
@click.option("--top", default=5, show_default=True, metavar="K", help="How many clauses to show.")
@click.option("--model", metavar="NAME_OR_FOLDER", help=f"Another sentence-transformers model (also {MODEL_VARIABLE}).")
@_format
def search(text: str, top: int, model: str | None, form: str) -> None:
    """Show the clauses nearest to TEXT; `-` reads one query a line and writes one JSON object a line."""
    clauses = len(bundled_policy().clauses)
    if not 1 <= top <= clauses:
        message = f"Expected --top between 1 and {clauses}, got {top}."
        raise InputError(message)
    if text == "-":
        _search_lines(sys.stdin.buffer, _index(model), top)
        return
    query = accept_text(text)
    index = _index(model)
    result = index.search(query, top_k=top)
    if form == "json":
        _print_json(search_record(result, index.document))
    else:
        _print_table(_search_table(result))
        if result.is_cut:
            click.echo(f"Read up to character {result.characters_read:,} of {len(result.query):,}.")
        click.echo(_caveat())


def _index(model: str | None) -> ClauseIndex:
    """Load the index, and say on standard error where its results will have no probabilities."""
    index = load_index(model)
    if index.uncalibrated:
        click.echo(f"policy-index: {index.uncalibrated}", err=True)
    return index


def _search_lines(stream: BinaryIO, index: ClauseIndex, top: int) -> None:
    queries = _queries(stream)
    while batch := list(islice(queries, _READ_AT_ONCE)):
        for result in index.search_many(batch, top_k=top):
            click.echo(json.dumps(search_record(result, index.document), ensure_ascii=False))


def _queries(stream: BinaryIO) -> Iterator[str]:
    """Return one query for each line; the first wrong line ends it with an error that names the line."""
    for number, raw in enumerate(stream, 1):
        try:
            yield accept_text(raw.rstrip(b"\r\n").decode("utf-8"))
        except UnicodeDecodeError as error:
            byte = raw[error.start]
            message = (
                f"Line {number} of standard input: expected UTF-8, got byte 0x{byte:02x} at column {error.start + 1}."
            )
            raise InputError(message) from None
        except InputError as error:
            message = f"Line {number} of standard input: {error}"
            raise InputError(message) from None


@command.command()
@click.option("--kind", type=click.Choice([kind.value for kind in ClauseKind]), help="Only clauses of this kind.")
@click.option("--category", metavar="ID", help="Only this category of disallowed usage, such as physical-harm.")
@click.option("--contains", metavar="WORDS", help="Only clauses that contain these words.")
@_format
def clauses(kind: str | None, category: str | None, contains: str | None, form: str) -> None:
    """List the clauses of the policy in its own order."""
    document = bundled_policy()
    titles = {each.id: each.title for each in document.categories}
    if category is not None and category not in titles:
        message = f"Expected a category among {', '.join(titles)}, got {category!r}."
        raise InputError(message)
    chosen = [
        clause
        for clause in document
        if (kind is None or clause.kind == kind)
        and (category is None or clause.category == titles[category])
        and (contains is None or contains.casefold() in clause.text.casefold())
    ]
    if form == "json":
        _print_json([clause_record(clause) for clause in chosen])
    else:
        _print_table(_clause_table(chosen))


@command.command()
@click.argument("clause_id")
@_format
def show(clause_id: str, form: str) -> None:
    """Show one clause whole, in the policy's own words."""
    clause = bundled_policy().clause(clause_id)
    if form == "json":
        _print_json(clause_record(clause))
        return
    click.echo(f"{clause.citation}\n{Lane.of(clause.kind)}: {clause.category or clause.section}\n\n{clause.verbatim}\n")
    click.echo(_caveat())


@command.command()
@_format
def changelog(form: str) -> None:
    """List the revisions of the policy, newest first, as the policy itself tells them."""
    entries = bundled_policy().changelog
    if form == "json":
        _print_json([entry_record(entry) for entry in entries])
    else:
        _print_table(_grid(["Date", "What changed"], ([entry.date.isoformat(), entry.text] for entry in entries)))


@command.command()
@click.option("--host", default="localhost", show_default=True, help="Address to listen on.")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--model", metavar="NAME_OR_FOLDER", help=f"Another sentence-transformers model (also {MODEL_VARIABLE}).")
@click.option("--open/--no-open", "open_browser", default=False, help="Open the page in a browser.")
def serve(host: str, port: int, model: str | None, *, open_browser: bool) -> None:
    """Start the app in this terminal; Ctrl+C stops it."""
    if model is not None:
        os.environ[MODEL_VARIABLE] = model
    options = {"server.address": host, "server.port": port, "server.headless": str(not open_browser).lower()}
    flags = [f"--{name}={value}" for name, value in options.items()]
    sys.stdout.flush()
    os.execv(  # noqa: S606  # no shell: the server takes this process's place, so that signals reach it
        sys.executable, [sys.executable, "-m", "streamlit", "run", str(app_root() / "app.py"), *flags]
    )


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--model", metavar="NAME_OR_FOLDER", help=f"Another sentence-transformers model (also {MODEL_VARIABLE}).")
@_format
def evaluate(file: Path, model: str | None, form: str) -> None:
    """Measure the search on labelled prompts in FILE (JSON Lines; `-` is standard input).

    Each line: {"text": ..., "clause_ids": [...]} or {"text": ..., "category": ...} or {"text": ..., "harmful": true}.
    """
    labelled = read_labelled(_lines(file), document=bundled_policy())
    record = evaluation.evaluate(load_index(model), labelled)
    if form == "json":
        _print_json(record)
    else:
        _print_evaluation(record)


@command.command()
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


@command.command()
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write to; the package's own."
)
def measure(output: Path | None) -> None:
    """Measure accuracy on held-out texts and compare methods (maintainers); writes the Accuracy page's numbers."""
    folder = _writable(output or Path(str(accuracy_file())).parent)
    record = accuracy.measure(load_index(BUNDLED_MODEL))
    (folder / accuracy_file().name).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    click.echo(methods_table(record["methods"]))


def _lines(file: Path) -> list[str]:
    """Return the lines of a file, or of standard input for `-`."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        message = f"Expected a file of labelled texts, but {file} cannot be read: {error.strerror}."
        raise InputError(message) from None
    try:
        return raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"Line {line} of {file}: expected UTF-8, got byte 0x{raw[error.start]:02x}."
        raise InputError(message) from None


def _writable(folder: Path) -> Path:
    if not os.access(folder, os.W_OK):
        message = f"Expected a folder that can be written to, but {folder} is none."
        raise InputError(message)
    return folder


def _print_evaluation(record: dict[str, Any]) -> None:
    def shown(number: dict[str, float]) -> str:
        return f"{number['value']:.3f} ({number['low']:.3f} to {number['high']:.3f})"

    rows = []
    for part in ("clauses", "categories", "detection"):
        for name, number in (record[part] or {}).items():
            rows.append([part, name.replace("_", " "), shown(number) if isinstance(number, dict) else str(number)])
    if record["calibration"]:
        rows += [["calibration", name, f"{record['calibration'][name]:.4f}"] for name in ("brier", "ece")]
    _print_table(_grid(["Of", "Measure", "Value (95 % interval)"], rows))
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
            _print_table(_grid([title, "Texts", "Recall@1", "Recall@3", "MRR"], numbers))
    if record["confused"]:
        confused = ([each["label"], each["found"], str(each["texts"])] for each in record["confused"])
        _print_table(_grid(["Labelled", "Found first", "Texts"], confused))


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


def _caveat() -> str:
    policy = bundled_policy()
    return (
        f"{policy.provenance.publisher} {policy.title} of {policy.updated}, superseded since. Similarity is about topic, "
        "not intent: a reading aid, neither a verdict nor legal advice."
    )


def _band(match: Match) -> str:
    if match.band is None or match.probability is None:
        return "not known"
    return f"{match.band} ({match.probability:.0%})"


def _search_table(result: SearchResult) -> Table:
    rows = (
        [_band(match), f"{match.score:.3f}", Lane.of(match.clause.kind).value, match.clause.text, match.clause.id]
        for match in result.matches
    )
    return _grid(["Band", "Cosine", "Lane", "Clause", "Id"], rows)


def _clause_table(chosen: Iterable[Clause]) -> Table:
    return _grid(["Kind", "Clause", "Id"], ([clause.kind.value, clause.text, clause.id] for clause in chosen))


def _grid(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.overflow = "fold"  # a word that is cut off is no use
    table.columns[-1].no_wrap = columns[-1] == "Id"  # so that an id can be copied
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # Text: nothing in a cell is read as markup
    return table


def _print_table(table: Table) -> None:
    Console(highlight=False).print(table)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
