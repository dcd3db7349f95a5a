"""Bringing a database to this program's schema, in the one transaction of a connection."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from policy_index.library.revisions import at_head

_ONE_AT_A_TIME = 7_160_925_342
"""Number of the lock, chosen once, that programs take on a server while they migrate; SQLite's own is taken already."""


def migrate(connection: Connection, place: str, *, to: str = "head") -> None:
    """Run the revisions that are missing; another program may have done so meanwhile.

    Raises:
        LibraryError: The database is newer, or another program's.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})
    if not at_head(connection, place):
        command.upgrade(configuration(connection), to)


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, for commands on a connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
