"""Attacks on the library, the command and the server: `PYTHONPATH=tests python -m attacks`; `--help` says what else."""
