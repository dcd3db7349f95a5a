"""The first schema: policies, versions, parts, examples, confirmations, fitted parts, pairings, and the journal.

Revision 0001, after nothing. The journal's triggers forbid to change or remove what stands in it.
"""

from typing import NoReturn

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SAID = "the journal is append-only"


def upgrade() -> None:
    """Make the tables of an empty database."""
    _policies_and_versions()
    _parts_and_examples()
    _what_people_decided()
    _journal()


def downgrade() -> NoReturn:
    """Refuse: before this revision there was no library, so that going back would remove all that is kept.

    Raises:
        NotImplementedError: Always.
    """
    message = "Expected a schema before 0001 to go back to, but there is none; export what you want to keep instead."
    raise NotImplementedError(message)


def _policies_and_versions() -> None:
    op.create_table(
        "policies",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
    )
    op.create_table(
        "versions",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("policy_id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=10), nullable=False),
        sa.Column("publisher", sa.String(length=500), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("superseded", sa.Integer(), nullable=False),
        sa.Column("dialect", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("clauses", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("edits", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_versions_revision_positive")),
        sa.CheckConstraint("superseded IN (0, 1)", name=op.f("ck_versions_superseded_bool")),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policies.id"], name=op.f("fk_versions_policy_id_policies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("policy_id", "version", name=op.f("uq_versions_policy_id_version")),
        sqlite_autoincrement=True,
    )


def _parts_and_examples() -> None:
    op.create_table(
        "parts",
        sa.Column("version_id", _KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_parts_version_id_versions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "name", name=op.f("pk_parts")),
    )
    op.create_table(
        "examples",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("policy_id", sa.String(length=80), nullable=False),
        sa.Column("version_id", _KEY, nullable=True),
        sa.Column("clause_id", sa.String(length=200), nullable=True),
        sa.Column("hard", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("hard IN (0, 1)", name=op.f("ck_examples_hard_bool")),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policies.id"], name=op.f("fk_examples_policy_id_policies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_examples_version_id_versions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examples")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_examples_version_id", "examples", ["version_id"], unique=False)
    op.create_index(
        "ux_examples_scope_digest",
        "examples",
        ["policy_id", sa.text("coalesce(version_id, 0)"), "digest"],
        unique=True,
    )


def _what_people_decided() -> None:
    op.create_table(
        "confirmations",
        sa.Column("version_id", _KEY, nullable=False),
        sa.Column("clause_id", sa.String(length=200), nullable=False),
        sa.Column("concept_id", sa.String(length=200), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('added', 'dropped', 'confirmed')", name=op.f("ck_confirmations_verdict_known")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_confirmations_version_id_versions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "clause_id", "concept_id", name=op.f("pk_confirmations")),
    )
    op.create_table(
        "fitted",
        sa.Column("version_id", _KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_fitted_version_id_versions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "name", name=op.f("pk_fitted")),
    )
    op.create_table(
        "pairings",
        sa.Column("before_version_id", _KEY, nullable=False),
        sa.Column("after_version_id", _KEY, nullable=False),
        sa.Column("before_clause_id", sa.String(length=200), nullable=False),
        sa.Column("after_clause_id", sa.String(length=200), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('confirmed', 'rejected')", name=op.f("ck_pairings_verdict_known")),
        sa.ForeignKeyConstraint(
            ["after_version_id"],
            ["versions.id"],
            name=op.f("fk_pairings_after_version_id_versions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["before_version_id"],
            ["versions.id"],
            name=op.f("fk_pairings_before_version_id_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "before_version_id", "after_version_id", "before_clause_id", "after_clause_id", name=op.f("pk_pairings")
        ),
    )
    op.create_index(op.f("ix_pairings_after_version_id"), "pairings", ["after_version_id"], unique=False)


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("policy_id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=10), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_policy_id_version", "journal", ["policy_id", "version"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER journal_no_{change.lower()} BEFORE {change} ON journal "
                f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
    )
