"""Many texts at once: tables in, the same tables with the clauses that each text touches out.

reading -> windows of rows -> matching (a pure function) -> writing; running and on_ray drive it.
"""
