"""`policy-index policy add`, `import`, `examples` and `edit`: what is kept in the library."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from policy_index.cli.files import read_bytes, read_text
from policy_index.cli.options import shelf_option
from policy_index.cli.printing import print_json
from policy_index.cli.recorded import add_recorded
from policy_index.cli.stated import Stated
from policy_index.errors import InputError, PackError, UnknownClauseError
from policy_index.library.doors import DoorShelf
from policy_index.policy.document import PartRole
from policy_index.policy.pack import PolicyPack
from policy_index.words import counted, quoted

_form_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print."
)


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--id", "policy_id", metavar="ID", help="Its id; made of publisher and title without it.")
@click.option("--title", help="What it is called.")
@click.option("--publisher", help="Who published it.")
@click.option("--effective", metavar="DATE", help="The day from which it is in force, YYYY-MM-DD; or `undated`.")
@click.option("--url", default="", help="Its page.")
@click.option("--versions", "recorded", is_flag=True, help="FILE is a git folder of recorded versions; keep each.")
@click.option("--path", metavar="FILE", help="Which file of the git folder, where it holds several policies.")
@_form_option
@shelf_option
def add(  # noqa: PLR0913  # one argument an option
    source: Path,
    *,
    policy_id: str | None,
    title: str | None,
    publisher: str | None,
    effective: str | None,
    url: str,
    recorded: bool,
    path: str | None,
    form: str,
    shelf: DoorShelf,
) -> None:
    """Keep the policy in FILE (Markdown, HTML, DOCX, PDF or text; `-` is standard input).

    The same id with another day is a further version; its clauses keep their ids where they are the same. With --versions
    FILE is a git folder in which versions were recorded, one file a policy; publisher and title are guessed from its path.
    """
    stated = Stated(policy_id=policy_id, title=title, publisher=publisher, effective=effective, url=url)
    if recorded:
        add_recorded(source, stated, shelf, path=path, form=form)
        return
    if path is not None:
        message = "Expected --path together with --versions only."
        raise InputError(message)
    if source.is_dir():
        message = f"Expected a file, but {source} is a folder; --versions takes a git folder of recorded versions."
        raise InputError(message)
    _add_file(source, stated, shelf, form=form)


def _add_file(source: Path, stated: Stated, shelf: DoorShelf, *, form: str) -> None:
    from policy_index.policy.sources.source import LARGEST_PDF, source_of
    from policy_index.search.policy_language import language_note

    content = read_bytes(source, what="a file with a policy", largest=LARGEST_PDF)
    found = source_of("" if str(source) == "-" else source.name, content)
    parts = stated.parts(found, shelf)
    card = shelf.library.add(parts, taken=shelf.taken)
    pack = shelf.library.pack(card.spec)
    aside = [*found.set_aside, *_set_aside(pack)]
    if (note := language_note(pack.policy)) is not None:
        click.echo(f"policy-index: {note}", err=True)
    if form == "json":
        kept = {"id": card.policy_id, "version": card.version, "clauses": card.clauses}
        print_json({**kept, "source": found.kind.value, "sha256": card.sha256, "set_aside": aside})
        return
    click.echo(f"{card.spec}: {counted(card.clauses, 'clause')} (read as {found.kind.value})")
    click.echo("\n".join(f"Set aside: {each}" for each in aside) or "Nothing was set aside.")


def _set_aside(pack: PolicyPack) -> list[str]:
    """Return what of a text is neither a clause nor a heading, a line for each stretch."""
    return [quoted(part.text) for part in pack.policy.parts if part.role is PartRole.SET_ASIDE]


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@shelf_option
def import_(file: Path, shelf: DoorShelf) -> None:
    """Keep the version in a zip that `policy export` wrote, or that is a pack's folder, zipped."""
    from policy_index.library.archive import LARGEST_ARCHIVE

    content = read_bytes(file, what="a zip of a policy", largest=LARGEST_ARCHIVE)
    card = shelf.library.import_(content, taken=shelf.taken)
    click.echo(f"{card.spec}: {counted(card.clauses, 'clause')}")


@click.command()
@click.argument("spec", metavar="ID[@VERSION]")
@click.argument("file", metavar="FILE.jsonl", type=click.Path(path_type=Path))
@click.option("--all-versions", is_flag=True, help="They are examples of every version of the policy.")
@shelf_option
def examples(spec: str, file: Path, shelf: DoorShelf, *, all_versions: bool) -> None:
    """Add examples to the clauses of a policy: lines of {"clause_id": id or null, "text": "..."}; null is a harmless text."""
    content = read_text(file, what="a file of examples")
    library = shelf.needed(spec)
    from policy_index.library.annotations import examples_from_jsonl

    pack = library.pack(spec)
    rows = examples_from_jsonl(content, name=str(file))
    _accept_clauses([row.clause_id for row in rows], pack, name=str(file))
    new = library.notes.add_examples(pack.spec, rows, for_all_versions=all_versions)
    known = len(rows) - new
    there = f", {known:,} {'was' if known == 1 else 'were'} there already" if known else ""
    exemplars = library.pack(pack.spec).exemplars
    touched = sum(1 for clause in pack.policy if exemplars.by_clause.get(clause.id))
    click.echo(f"{pack.spec}: {counted(new, 'example')} added{there}")
    click.echo(f"{touched:,} of {counted(len(pack.policy.clauses), 'clause')} have examples now.")


def _accept_clauses(clause_ids: Sequence[str | None], pack: PolicyPack, *, name: str) -> None:
    """Refuse examples of clauses that the policy has not; nothing is kept of the file then."""
    for number, clause_id in enumerate(clause_ids, 1):
        try:
            if clause_id is not None:
                pack.policy.clause(clause_id)
        except UnknownClauseError as error:
            message = f"Line {number} of {name}: {error}"
            raise PackError(message) from None


@click.command()
@click.argument("spec", metavar="ID[@VERSION]")
@click.option("--edits", type=click.Path(path_type=Path), metavar="FILE.json", help="The edits; printed without it.")
@click.option("--title", help="Call it this.")
@click.option("--publisher", help="Who published it.")
@click.option("--url", help="Its page; an empty one for none.")
@click.option("--superseded/--in-force", default=None, help="Whether another has come in its place.")
@click.option("--revision", type=int, metavar="N", help="The revision that they began from; refused where it is older.")
@shelf_option
def edit(  # noqa: PLR0913  # one argument an option
    spec: str,
    *,
    edits: Path | None,
    title: str | None,
    publisher: str | None,
    url: str | None,
    superseded: bool | None,
    revision: int | None,
    shelf: DoorShelf,
) -> None:
    """Change what is said of a version, or put edits of its tree of clauses in place of those that it has.

    With --title, --publisher, --url, --superseded or --in-force that is changed, and the text stays. With none of them and
    without --edits the edits that there are are printed.

    An edit names clauses by their spans, as `policy show ID --format json` gives them: {"schema": 1, "edits": [{"edit":
    "merge", "clause": [0, 9], "following": [10, 20]}, {"edit": "split", "clause": [..], "at": 5}, {"edit": "drop", ..},
    {"edit": "rename", .., "id": "a/b"}, {"edit": "kind", .., "kind": "requirement"}]}.
    """
    from policy_index.policy.edits import edits_from_json, edits_to_json

    if any(each is not None for each in (title, publisher, url, superseded)):
        if edits is not None:
            message = "Expected --edits, or what shall be said of the version, not both at once."
            raise InputError(message)
        _restate(spec, revision, shelf, title=title, publisher=publisher, url=url, superseded=superseded)
        return
    if edits is None:
        library = shelf.needed(spec)
        card = library.card(spec)
        there = library.pack(card.spec).parts
        content = None if there is None else there.read("edits.json")
        click.echo(content or edits_to_json(()), nl=False)
        click.echo(f"policy-index: {card.spec} is at revision {card.revision}", err=True)
        return
    changes = edits_from_json(read_text(edits, what="a file of edits"))
    library = shelf.needed(spec)
    expected = library.card(spec).revision if revision is None else revision
    card = library.edit(spec, changes, expected_revision=expected)
    clauses = counted(card.clauses, "clause")
    click.echo(f"{card.spec}: revision {card.revision}, {counted(len(changes), 'edit')}, {clauses}")


def _restate(spec: str, revision: int | None, shelf: DoorShelf, **said: Any) -> None:
    """Change what is said of a version, and print it."""
    library = shelf.needed(spec)
    from policy_index.library.stating import Statement

    card = library.card(spec)
    expected = card.revision if revision is None else revision
    card = library.restate(card.spec, Statement(**said), expected_revision=expected)
    superseded = ", superseded" if card.provenance.superseded else ""
    address = f", {card.provenance.url}" if card.provenance.url else ""
    click.echo(f"{card.spec}: revision {card.revision}, {card.provenance.name}{address}{superseded}")
