"""What was found in all policies -> plain dictionaries, the same at every door, ready for JSON."""

from typing import Any

from policy_index.finding.results import Found, Hit
from policy_index.records.clauses import clause_record, entry_record


def found_record(found: Found) -> dict[str, Any]:
    """Return what a search over all policies found, policy by policy."""
    return {
        "text": found.text,
        "searched": found.searched,
        "found_in": found.found,
        "unread": found.unread,
        "note": found.note,
        "problem": found.problem,
        "policies": [
            {
                "policy": entry_record(each.entry),
                "found": each.found,
                "clauses": [_hit_record(hit) for hit in each.hits],
            }
            for each in found.policies
        ],
    }


def _hit_record(hit: Hit) -> dict[str, Any]:
    nearness = None if hit.nearness is None else hit.nearness.value
    return clause_record(hit.clause) | {
        "reason": hit.reason.name.lower(),
        "why": hit.reason.words,
        "nearness": nearness,
    }


def unread_words(found: Found) -> str:
    """Return one sentence on policies that were searched by words alone; empty where there are none."""
    if not found.unread:
        return ""
    them = "1 policy has" if found.unread == 1 else f"{found.unread:,} policies have"
    return f"{them} not been read by meaning yet, and may hold more; this goes on in the background."
