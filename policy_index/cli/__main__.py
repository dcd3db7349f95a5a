"""`python -m policy_index.cli` is `policy-index`."""

from policy_index.cli.main import main

main()
