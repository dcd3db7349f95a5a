"""The database under the library: which it is, its connections, its transactions."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from policy_index.errors import LibraryError
from policy_index.library.faults import said_plainly
from policy_index.library.revisions import at_head

DATABASE_VARIABLE = "POLICY_INDEX_DATABASE"
"""Environment variable with the SQLAlchemy URL of the library's database."""

BUSY_SECONDS = 10
"""How long a connection waits for another one's lock before it says that the database is locked."""

_CONNECT_SECONDS = 5
_POSTGRES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Store:
    """A database that is a library of this program's schema.

    Attributes:
        engine: Its connections.
        place: What messages call it: a path, or an address without its password.
        writable: False where it can only be read.
    """

    engine: Engine
    place: str
    writable: bool

    @classmethod
    def open(cls, url: str | None = None) -> "Store":
        """Open the database at `url`, or that of POLICY_INDEX_DATABASE, or the file in the user's data folder.

        A new one is made, an older one is brought to this program's schema.

        Raises:
            LibraryError: It is locked, read-only and older, full, damaged, newer, another program's, or not there.
        """
        chosen = _url(url or os.environ.get(DATABASE_VARIABLE) or None)
        if chosen.get_backend_name() == "sqlite":
            return cls._of_file(Path(str(chosen.database)))
        place = chosen.render_as_string(hide_password=True)
        with said_plainly(place):
            engine = create_engine(
                chosen,
                pool_pre_ping=True,
                connect_args={"connect_timeout": _CONNECT_SECONDS, "options": f"-c lock_timeout={BUSY_SECONDS}s"},
            )
        return cls._ready(engine, place, writable=True)

    @classmethod
    def _of_file(cls, path: Path) -> "Store":
        writable = _can_be_written(path)
        if writable:
            _make_file(path)
            store = cls._ready(_sqlite(path, writable=True), str(path), writable=True)
            _keep_a_log(store.engine)
            return store
        try:
            return cls._ready(_sqlite(path, writable=False), str(path), writable=False)
        except LibraryError:
            if path.with_name(path.name + "-wal").exists():
                raise
            # A file in a folder in which nothing can be made: its log is empty, so the file alone is the whole of it.
            return cls._ready(_sqlite(path, writable=False, immutable=True), str(path), writable=False)

    @classmethod
    def _ready(cls, engine: Engine, place: str, *, writable: bool) -> "Store":
        store = cls(engine=engine, place=place, writable=writable)
        try:
            with store.reading() as connection:
                ready = at_head(connection, place)
            if not ready:
                with store.writing() as connection:
                    # Alembic is needed where there is something to migrate only.
                    from policy_index.library.migrating import migrate

                    migrate(connection, place)
        except BaseException:
            engine.dispose()
            raise
        return store

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database throughout.

        Raises:
            LibraryError: The database cannot be read.
        """
        with said_plainly(self.place), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together when the block ends, or not at all.

        Raises:
            LibraryError: The database cannot be written to.
        """
        if not self.writable:
            message = f"Expected a library that can be written to, but {self.place} is read-only; nothing was changed."
            raise LibraryError(message, place=self.place)
        with said_plainly(self.place), self.engine.connect().execution_options(writing=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="READ COMMITTED", postgresql_readonly=False)
            with connection.begin():
                yield connection


def default_file() -> Path:
    """Return where the library lies if nobody says otherwise: a file in the user's data folder."""
    return user_data_path("policy-index") / "library.sqlite3"


def _url(url: str | None) -> URL:
    if url is None:
        return URL.create("sqlite", database=str(default_file()))
    expected = "sqlite:////folder/file or postgresql://user@host/database"
    try:
        chosen = make_url(url)
    except (ArgumentError, ValueError):
        # What was given may hold a password, so it is not repeated.
        message = f"Expected {DATABASE_VARIABLE} as {expected}, but what it says is no address of a database."
        raise LibraryError(message) from None
    if chosen.drivername in _POSTGRES:
        return chosen.set(drivername="postgresql+psycopg")
    if chosen.drivername not in _SQLITE or chosen.database in {None, "", ":memory:"} or chosen.query:
        came = chosen.render_as_string(hide_password=True)[:120]
        message = f"Expected {DATABASE_VARIABLE} as {expected}, got {came}."
        raise LibraryError(message)
    return chosen


def _can_be_written(path: Path) -> bool:
    """Whether the file, or the nearest folder that exists where it shall lie, can be written to."""
    if path.exists():
        return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    above = next((folder for folder in path.parents if folder.exists()), path.parent)
    return os.access(above, os.W_OK)


def _make_file(path: Path) -> None:
    """Make a missing file, and its folder, for this user alone: policies may be confidential."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        message = f"Expected a library in {path}, but the file cannot be made: {error.strerror}."
        raise LibraryError(message, place=str(path)) from None
    if not path.is_file():
        message = f"Expected a library in {path}, but that is no file."
        raise LibraryError(message, place=str(path))


def _sqlite(path: Path, *, writable: bool, immutable: bool = False) -> Engine:
    mode = "rw" if writable else "ro"
    address = f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"

    def connect() -> sqlite3.Connection:
        # Transactions are begun by `begin` below: sqlite3 itself begins none before a change of the schema.
        return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    # The address names no file, so that SQLAlchemy would choose the pool of databases in memory.
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA trusted_schema = OFF")
        if writable:
            cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _keep_a_log(engine: Engine) -> None:
    """Let readers and a writer of the file not wait for each other; it is done after a look, for another program's file stays as it was."""
    connection = engine.raw_connection()
    try:
        with suppress(sqlite3.OperationalError):  # somebody reads it just now: the next start does it
            connection.cursor().execute("PRAGMA journal_mode = WAL").close()
    finally:
        connection.close()
