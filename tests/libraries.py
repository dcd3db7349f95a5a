"""Databases for tests of the library: SQLite always, PostgreSQL where POLICY_INDEX_TEST_POSTGRES names a server (`.ci/postgres`)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from policy_index import Provenance
from policy_index.library.values import pack_texts
from policy_index.policy.edits import Edit
from policy_index.policy.parts import PackTexts

SERVER = os.environ.get("POLICY_INDEX_TEST_POSTGRES")
DATABASES = ["sqlite", *(["postgresql"] if SERVER else [])]

RULES = "# Rules\n\nBe kind to everyone.\n\n* You must not send spam.\n* You must not run scams.\n* You must not hack others.\n"
LATER = "# Rules\n\nBe very kind.\n\n* You must not hack others.\n* You must not send spam.\n* You must not spy on people.\n"


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database; one on a server is dropped afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'library.sqlite3'}"
        return
    server = make_url(str(SERVER)).set(drivername="postgresql+psycopg")
    name = f"library_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def rules(
    policy_id: str = "my-rules",
    *,
    day: date | None = date(2026, 1, 1),
    source: str = RULES,
    edits: tuple[Edit, ...] = (),
) -> PackTexts:
    """Return the parts of a small policy."""
    provenance = Provenance(publisher="Me", title="Rules", updated=day, url="https://example.org/rules")
    return pack_texts(policy_id, source, provenance=provenance, edits=edits)
