"""Where policies are kept: packs, their versions, edits, examples, and who changed what, in SQLite or PostgreSQL."""
