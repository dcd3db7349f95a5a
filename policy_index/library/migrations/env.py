"""Alembic's entry: runs the revisions inside the transaction of the connection that the library hands over."""

from alembic import context

from policy_index.library.schema import REVISION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=REVISION_TABLE,
    transactional_ddl=True,  # SQLite's too: the library begins the transaction itself
)
context.run_migrations()
