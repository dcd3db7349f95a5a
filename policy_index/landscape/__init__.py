"""How the clauses of a policy lie to each other."""
