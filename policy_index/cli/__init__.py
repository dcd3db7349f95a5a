"""The command `policy-index`, one file a subcommand."""
