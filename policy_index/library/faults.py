"""What a database says went wrong, in one clear sentence."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from policy_index.errors import LibraryError

LOCKED = "another program holds it locked; try again when that has finished"
READ_ONLY = "it is read-only; nothing was changed"
FULL = "there is no room left where it lies; make room and try again, nothing was changed"
DAMAGED = "it is damaged or no database; put a copy back, or choose another with POLICY_INDEX_DATABASE"
NOT_THERE = "it cannot be reached; see that it is there, that its server runs, and that you may use it"
REFUSED = "it lets this user not do that; nothing was changed"

_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: "its disk does not read or write as it should; nothing was changed",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_CANTOPEN: NOT_THERE,
    sqlite3.SQLITE_PERM: REFUSED,
    sqlite3.SQLITE_AUTH: REFUSED,
    sqlite3.SQLITE_TOOBIG: "a text is longer than it keeps; nothing was changed",
}
"""By primary result code."""

_OF_POSTGRES = {
    "25006": READ_ONLY,
    "42501": REFUSED,
    "53100": FULL,
    "53200": FULL,
    "55P03": LOCKED,
    "40P01": LOCKED,
    "57014": LOCKED,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
"""By SQLSTATE."""


@contextmanager
def said_plainly(place: str) -> Iterator[None]:
    """Turn what the database refuses within the block into one sentence; a broken constraint passes, for the caller to explain.

    Raises:
        LibraryError: The database did not do what it was asked.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        message = f"Expected a library in {place}, but {reason_of(error)}."
        raise LibraryError(message, place=place) from error
    except PoolTimeoutError as error:
        message = f"Expected a library in {place}, but {LOCKED}."
        raise LibraryError(message, place=place) from error
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("psycopg"):
            raise
        message = (
            f"Expected the driver of {place}, but it is not installed; `pip install 'policy-index[postgres]'` does it."
        )
        raise LibraryError(message, place=place) from error
    except SQLAlchemyError as error:
        message = f"Expected a library in {place}, but it failed with {type(error).__name__}."
        raise LibraryError(message, place=place) from error


def reason_of(error: DBAPIError) -> str:
    """Return why the database refused, fit to follow “but”; never a statement, a text or a password."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", None)
        return _OF_SQLITE.get((code or 0) & 0xFF, f"SQLite said {getattr(original, 'sqlite_errorname', 'no')}")
    state = getattr(original, "sqlstate", None)
    if state is None or state.startswith(("08", "28", "3D", "57P")):
        return NOT_THERE
    return _OF_POSTGRES.get(state, f"PostgreSQL refused it with SQLSTATE {state}")
