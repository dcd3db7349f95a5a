"""The journal cannot be overwritten either: SQLite's `INSERT OR REPLACE` removes a row without asking the triggers of 0001.

Revision 0002, after 0001. PostgreSQL has no such statement; what it has, `ON CONFLICT DO UPDATE`, asks them.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Refuse to insert a row with the number of one that is there."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal "
            "WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )


def downgrade() -> None:
    """Let it go."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER journal_no_replace")
