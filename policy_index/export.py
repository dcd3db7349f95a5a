"""Values -> plain dictionaries in the shapes that README promises, ready for JSON."""

from typing import Any

from policy_index.document import ChangelogEntry, Clause, PolicyDocument
from policy_index.index import Match, SearchResult


def policy_record(document: PolicyDocument) -> dict[str, str]:
    """Return which policy this is: title, day of the update, SHA-256 of its text."""
    return {
        "title": document.title,
        "updated": document.updated.isoformat(),
        "sha256": document.provenance.sha256,
    }


def search_record(result: SearchResult, document: PolicyDocument) -> dict[str, Any]:
    """Return a search result in the shape of `policy-index search --format json`."""
    return {
        "query": result.query,
        "model": result.model,
        "policy": policy_record(document),
        "matches": [match_record(match) for match in result.matches],
    }


def match_record(match: Match) -> dict[str, Any]:
    """Return one match: its clause, score (cosine), probability and band (null without calibration)."""
    clause = match.clause
    return {
        "clause_id": clause.id,
        "text": clause.text,
        "kind": clause.kind.value,
        "category": clause.category,
        "section": clause.section,
        "citation": clause.citation,
        "score": round(match.score, 6),
        "probability": None if match.probability is None else round(match.probability, 6),
        "band": None if match.band is None else match.band.value,
    }


def clause_record(clause: Clause) -> dict[str, Any]:
    """Return everything that a clause holds."""
    return {
        "clause_id": clause.id,
        "text": clause.text,
        "verbatim": clause.verbatim,
        "kind": clause.kind.value,
        "category": clause.category,
        "section": clause.section,
        "citation": clause.citation,
        "span": [clause.span.start, clause.span.end],
        "links": [{"text": link.text, "url": link.url} for link in clause.links],
    }


def entry_record(entry: ChangelogEntry) -> dict[str, Any]:
    """Return one revision of the policy."""
    return {
        "date": entry.date.isoformat(),
        "text": entry.text,
        "verbatim": entry.verbatim,
        "span": [entry.span.start, entry.span.end],
        "from_head": entry.from_head,
    }


def document_record(document: PolicyDocument) -> dict[str, Any]:
    """Return the whole parsed policy, in document order."""
    return {
        "policy": policy_record(document),
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "clauses": [clause_record(clause) for clause in section.clauses],
            }
            for section in document.sections
        ],
        "changelog": [entry_record(entry) for entry in document.changelog],
    }
