"""The schema's revisions, and Alembic's entry; a revision that was released is never changed."""
