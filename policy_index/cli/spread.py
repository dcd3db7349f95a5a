"""`policy-index spread`: the same text under several policies, or under every version of one."""

from datetime import UTC, datetime
from pathlib import Path

import click

from policy_index.cli.brief import shown_progress
from policy_index.cli.files import read_text
from policy_index.cli.loading import announced_indexes
from policy_index.cli.options import model_option, shelf_option
from policy_index.comparing.spread import accept_packs
from policy_index.comparing.spread import spread as lay_under
from policy_index.errors import InputError
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import PolicyShelf
from policy_index.records.papers import PaperFormat
from policy_index.records.spreads import spread_paper
from policy_index.search.text import accept_long_text


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--under",
    "specs",
    metavar="ID[@VERSION]",
    multiple=True,
    help="A policy or a version of one; given several times, a column each, and the first is what the others are compared with.",
)
@click.option("--every-version", "policy_id", metavar="ID", help="Every version of this policy, the newest first.")
@click.option("--base", metavar="ID[@VERSION]", help="The one to compare the others with, if it is not the first.")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in PaperFormat]),
    default=PaperFormat.MARKDOWN.value,
    show_default=True,
    help="How to write it.",
)
@model_option
@shelf_option
def spread(  # noqa: PLR0913  # one argument an option
    file: Path,
    *,
    specs: tuple[str, ...],
    policy_id: str | None,
    base: str | None,
    form: str,
    model: str | None,
    shelf: PolicyShelf,
) -> None:
    """Hold the text in FILE (`-` is standard input) against several policies or versions: what appears, what goes, what is stricter."""
    packs = _packs(specs, policy_id, shelf)
    accept_packs(packs)
    place = _place(packs, base, shelf)
    text = accept_long_text(read_text(file, what="a file of text"))
    indexes = announced_indexes(packs, model)
    with shown_progress() as on_progress:
        found = lay_under(text, indexes, base=place, on_progress=on_progress)
    click.echo(spread_paper(found, PaperFormat(form), made_on=datetime.now(UTC).date()), nl=False)


def _packs(specs: tuple[str, ...], policy_id: str | None, shelf: PolicyShelf) -> list[PolicyPack]:
    if bool(specs) == (policy_id is not None):
        message = f"Expected --under, once or more, or --every-version, got {'both' if specs else 'neither'}."
        raise InputError(message)
    if policy_id is None:
        return [shelf.find(spec) for spec in specs]
    return list(shelf.versions(shelf.find(policy_id).id))


def _place(packs: list[PolicyPack], base: str | None, shelf: PolicyShelf) -> int:
    if base is None:
        return 0
    wanted = shelf.find(base).spec
    named = [pack.spec for pack in packs]
    if wanted not in named:
        message = f"Expected --base among the policies that are compared, got {wanted}."
        raise InputError(message)
    return named.index(wanted)
