"""Finding clauses in all policies at once: by number, by words, by meaning, typing errors forgiven."""
