"""Grammars of policy texts: source in, `Policy` out. `dialect.parse_policy` picks one."""
