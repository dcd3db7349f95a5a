"""${message}.

Revision ${up_revision}, after ${down_revision | comma,n}.
"""

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the schema of this revision from the one before."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Make the schema of the revision before, without loss, or refuse."""
    ${downgrades if downgrades else "pass"}
