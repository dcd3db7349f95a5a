"""`policy-index policy`: the policies that there are, and those that you keep."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policy_index.cli.adding import add, edit, examples, import_
from policy_index.cli.journal import journal
from policy_index.cli.options import format_option, shelf_option
from policy_index.cli.printing import clause_cell, grid, guessed, print_json, print_table
from policy_index.errors import InputError, LibraryError
from policy_index.library.doors import DoorShelf
from policy_index.policy.document import Clause, PartRole
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import ShelfEntry
from policy_index.records.clauses import caveat, clause_record, entry_record, policy_record
from policy_index.words import counted, quoted

if TYPE_CHECKING:
    from policy_index.policy.document import Part

_SHOWN = ("text", "kind", "path", "citation", "verbatim", "span")


@click.group()
def policy() -> None:
    """Keep policies of your own, and list those that there are.

    Kept in the database that POLICY_INDEX_DATABASE names (an SQLAlchemy URL), or in a file in your data folder. A policy is
    named ID[@VERSION]: its id, and a day or `latest` as version.
    """


@policy.command("list")
@shelf_option
@format_option
def list_(shelf: DoorShelf, form: str) -> None:
    """List every version of every policy, the bundled one first."""
    entries = shelf.entries()
    if form == "json":
        print_json([entry_record(entry) for entry in entries])
    else:
        rows = ([entry.spec, f"{entry.clauses:,}", _named(entry), _place(entry)] for entry in entries)
        print_table(grid(["Policy", "Clauses", "Title", "Kept"], rows))


def _named(entry: ShelfEntry) -> str:
    return entry.provenance.name + (" (superseded)" if entry.provenance.superseded else "")


def _place(entry: ShelfEntry) -> str:
    return "in the library" if entry.in_library else "beside the program"


@policy.command()
@click.argument("spec", metavar="ID[@VERSION]")
@shelf_option
@format_option
def show(spec: str, shelf: DoorShelf, form: str) -> None:
    """Show every clause of a policy, and what of its text was set aside."""
    pack = shelf.find(spec)
    aside = [part for part in pack.policy.parts if part.role is PartRole.SET_ASIDE]
    if form == "json":
        print_json(_policy_json(pack, aside))
        return
    click.echo(f"{pack.spec}: {counted(len(pack.policy.clauses), 'clause')}\n")
    rows = ((clause.kind.value, clause_cell(clause), clause.citation) for clause in pack.policy)
    print_table(grid([guessed("Kind", pack), "Clause and its id", "Citation"], rows))
    for part in aside:
        click.echo(f"Set aside: {quoted(part.text)}")
    for unfit in pack.unfit_edits:
        click.echo(f"An edit does not fit and was left out. {unfit.reason}")
    click.echo(caveat(pack))


def _policy_json(pack: PolicyPack, aside: "list[Part]") -> dict[str, Any]:
    return {
        "policy": policy_record(pack),
        "clauses": [_clause_json(clause) for clause in pack.policy],
        "set_aside": [{"text": part.text, "span": [part.span.start, part.span.end]} for part in aside],
        "unfit_edits": [unfit.reason for unfit in pack.unfit_edits],
    }


def _clause_json(clause: Clause) -> dict[str, Any]:
    whole = clause_record(clause)
    return {"id": clause.id} | {name: whole[name] for name in _SHOWN}


@policy.command()
@click.argument("spec", metavar="ID[@VERSION]")
@shelf_option
def remove(spec: str, shelf: DoorShelf) -> None:
    """Remove a version of a policy from the library, or, where ID alone is named, every version of it."""
    library = shelf.needed(spec)
    for gone in library.remove(spec):
        click.echo(f"{gone}: removed")


@policy.command()
@click.argument("spec", metavar="ID[@VERSION]")
@click.option("--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The zip to write.")
@click.option("--overwrite", is_flag=True, help="Replace FILE where it is there.")
@shelf_option
def export(spec: str, output: Path, shelf: DoorShelf, *, overwrite: bool) -> None:
    """Write a version, with its edits and examples, as one zip, which `policy import` takes."""
    from policy_index.files import written

    if output.exists() and not overwrite:
        message = f"Expected a file that is not there yet as --output, but {output} is; --overwrite replaces it."
        raise InputError(message)
    pack = shelf.find(spec)
    content = _zip_of(pack, shelf)
    try:
        with written(output) as file:
            file.write(content)
    except OSError as error:
        message = f"Expected a file that can be written to as --output, but {output} cannot: {error.strerror}."
        raise InputError(message) from None
    click.echo(f"{output}: {pack.spec}, {len(content):,} bytes")


def _zip_of(pack: PolicyPack, shelf: DoorShelf) -> bytes:
    """Return a pack as a zip, wherever it is kept."""
    if pack.spec not in shelf.taken:
        library = shelf.kept
        if library is None:
            message = f"Expected {pack.spec} in the library, but the library is gone."
            raise LibraryError(message)
        return library.export(pack.spec)
    from policy_index.library.archive import archive_of
    from policy_index.library.checking import gathered
    from policy_index.policy.parts import PackFolder

    return archive_of(gathered(pack.parts or PackFolder(pack.folder)).texts)


for each in (add, import_, examples, edit, journal):
    policy.add_command(each)
