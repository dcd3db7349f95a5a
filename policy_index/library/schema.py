"""The tables of the library, as SQLAlchemy knows them; `migrations/` makes them.

    policies ──< versions ──< parts          other texts of a pack: readings, facts, held-out sets
        │            ├──────< examples       of one version, or of every version of a policy
        │            ├──────< confirmations  which concepts a person gave to a clause
        │            ├──────< fitted         what can be made again
        │            └──────< pairings >──── versions
        └────────────────────< examples
    journal                                  who changed what and when; rows are never changed nor removed

Long texts stand last in a row, so that SQLite reads the short columns without them.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
)

HEAD = "0002"
"""The newest revision of the schema that this program knows; revisions are numbered."""

REVISION_TABLE = "policy_index_schema"
"""The table in which Alembic notes the revision; having it is what makes a database a library."""

UNDATED = "undated"
"""What the version of an undated text is called."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite, which knows no time zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the database is given."""
        return value if value is None or dialect.name != "sqlite" else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # its signature
        """Return the moment that the database gave, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _key() -> Column[int]:
    # SQLite numbers rows by themselves in a column of the type INTEGER alone.
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _version(name: str = "version_id", **options: Any) -> Column[int]:
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Column(name, kind, ForeignKey("versions.id", ondelete="CASCADE"), **options)


policies = Table(
    "policies",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("created", Moment, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    _key(),
    Column("policy_id", String(80), ForeignKey("policies.id", ondelete="CASCADE"), nullable=False),
    Column("version", String(10), nullable=False),
    Column("publisher", String(500), nullable=False),
    Column("title", String(500), nullable=False),
    Column("url", String(2000), nullable=False),
    Column("superseded", Integer, nullable=False),
    Column("dialect", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("clauses", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stamp", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("marks", Text, nullable=False),
    Column("edits", Text, nullable=False),
    Column("source", Text, nullable=False),
    UniqueConstraint("policy_id", "version"),
    CheckConstraint("revision >= 1", name="revision_positive"),
    CheckConstraint("superseded IN (0, 1)", name="superseded_bool"),
    sqlite_autoincrement=True,
)

parts = Table(
    "parts",
    metadata,
    _version(primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("content", Text, nullable=False),
)

examples = Table(
    "examples",
    metadata,
    _key(),
    Column("policy_id", String(80), ForeignKey("policies.id", ondelete="CASCADE"), nullable=False),
    _version(nullable=True),
    Column("clause_id", String(200), nullable=True),
    Column("hard", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("origin", String(80), nullable=False),
    Column("created", Moment, nullable=False),
    Column("text", Text, nullable=False),
    CheckConstraint("hard IN (0, 1)", name="hard_bool"),
    sqlite_autoincrement=True,
)
Index(
    "ux_examples_scope_digest",
    examples.c.policy_id,
    func.coalesce(examples.c.version_id, 0),
    examples.c.digest,
    unique=True,
)
Index("ix_examples_version_id", examples.c.version_id)

confirmations = Table(
    "confirmations",
    metadata,
    _version(primary_key=True),
    Column("clause_id", String(200), primary_key=True),
    Column("concept_id", String(200), primary_key=True),
    Column("verdict", String(10), nullable=False),
    Column("who", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("verdict IN ('added', 'dropped', 'confirmed')", name="verdict_known"),
)

fitted = Table(
    "fitted",
    metadata,
    _version(primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

pairings = Table(
    "pairings",
    metadata,
    _version("before_version_id", primary_key=True),
    _version("after_version_id", primary_key=True, index=True),
    Column("before_clause_id", String(200), primary_key=True),
    Column("after_clause_id", String(200), primary_key=True),
    Column("verdict", String(10), nullable=False),
    Column("who", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("verdict IN ('confirmed', 'rejected')", name="verdict_known"),
)

journal = Table(
    "journal",
    metadata,
    _key(),
    Column("at", Moment, nullable=False),
    Column("who", String(200), nullable=False),
    Column("what", String(40), nullable=False),
    Column("policy_id", String(80), nullable=False),
    Column("version", String(10), nullable=True),
    Column("detail", Text, nullable=False),
    Index("ix_journal_policy_id_version", "policy_id", "version"),
    sqlite_autoincrement=True,
)
