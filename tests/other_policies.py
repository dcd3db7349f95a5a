"""Policies that tests write themselves."""

from datetime import date
from functools import cache
from pathlib import Path

from policy_index import PolicyPack, Provenance, parse_policy


def pack_of(source: str, *, pack_id: str = "other", updated: date | None = None) -> PolicyPack:
    """Return a pack with this text and nothing else."""
    provenance = Provenance(publisher="Other", title="Rules", updated=updated)
    policy = parse_policy(source, provenance=provenance)
    return PolicyPack(id=pack_id, policy=policy, folder=Path("/no/such/folder"), settings={})


@cache
def long_pack(clauses: int) -> PolicyPack:
    """Return a pack with so many clauses, 25 under a heading."""
    lines = ["# Rules"]
    for number in range(clauses):
        if number % 25 == 0:
            lines += ["", f"## Part {number // 25}", ""]
        lines.append(f"- Do not do thing {number} {'to anyone ' * (number % 9)}at all.")
    return pack_of("\n".join(lines), pack_id=f"long-{clauses}")
