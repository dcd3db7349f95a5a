"""`policy-index policy journal`: who changed what in the library, and when."""

import click

from policy_index.cli.options import format_option, shelf_option
from policy_index.cli.printing import grid, print_json, print_table
from policy_index.library.doors import DoorShelf
from policy_index.words import counted


@click.command()
@click.argument("spec", metavar="[ID[@VERSION]]", required=False)
@click.option(
    "--limit", type=click.IntRange(min=1), default=100, show_default=True, help="How many entries, newest first."
)
@shelf_option
@format_option
def journal(spec: str | None, limit: int, shelf: DoorShelf, form: str) -> None:
    """Say who changed what and when, newest first; of what was removed too. No entry is ever changed or removed."""
    library = shelf.kept
    entries = () if library is None else library.journal(spec, limit=limit)
    if form == "json":
        print_json(
            [
                {
                    "number": each.id,
                    "at": each.at.isoformat(timespec="seconds"),
                    "who": each.who,
                    "what": each.what,
                    "policy": each.policy_id,
                    "version": each.version,
                    "detail": each.detail,
                }
                for each in entries
            ]
        )
        return
    rows = (
        [
            f"{each.at:%Y-%m-%d %H:%M:%S}",
            *map(_visible, (each.who, each.what, f"{each.policy_id}@{each.version or '*'}", each.detail)),
        ]
        for each in entries
    )
    print_table(grid(["When (UTC)", "Who", "What", "Policy", "Detail"], rows))
    if len(entries) == limit:
        click.echo(f"The newest {counted(limit, 'entry', 'entries')}; --limit shows more.")


def _visible(words: str) -> str:
    """Return words without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in words)
