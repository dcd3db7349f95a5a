"""Values -> plain dictionaries in the shapes that README promises, ready for JSON."""

from datetime import date
from typing import Any

from policy_index.brief import Brief, Entry, Evidence
from policy_index.calibration import LIKELY_FROM, POSSIBLE_FROM
from policy_index.document import ChangelogEntry, Clause, PolicyDocument
from policy_index.index import Match, SearchResult
from policy_index.readings import Reading


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
        **_likelihood(match),
    }


BRIEF_FORMAT = "usage-policy-brief/1"
"""Name and version of the shape of a brief's record; `data/brief.schema.json` describes it."""

NOTE = (
    "A reading aid, neither a verdict nor legal advice. Similarity is about topic, not intent. This version of the policy "
    "has been superseded."
)


def brief_record(brief: Brief, *, made_on: date) -> dict[str, Any]:
    """Return a brief in the shape of `data/brief.schema.json`."""
    return {
        "format": BRIEF_FORMAT,
        "policy": policy_record(brief.document),
        "model": brief.model,
        "made_on": made_on.isoformat(),
        "thresholds": {"likely_from": LIKELY_FROM, "possible_from": POSSIBLE_FROM},
        "note": NOTE,
        "text": brief.text,
        "contexts": [context.value for context in brief.contexts],
        "touch": None if brief.touch is None else round(brief.touch, 6),
        "safeguards": list(brief.safeguards),
        "languages": [{"language": part.language, "share": round(part.share, 4)} for part in brief.foreign],
        "uncalibrated": brief.uncalibrated or None,
        "lanes": [
            {"lane": lane.value, "entries": [entry_of_brief_record(entry) for entry in entries]}
            for lane, entries in brief.lanes.items()
        ],
    }


def entry_of_brief_record(entry: Entry) -> dict[str, Any]:
    """Return one clause of a brief, with its passages, reasons and reading."""
    clause, reading = entry.clause, entry.reading
    return {
        **_words(clause),
        **_likelihood(entry),
        "passages": [
            {"start": passage.span.start, "end": passage.span.end, "text": passage.text, **_likelihood(passage)}
            for passage in entry.passages
        ],
        "reasons": [{"because": reason.because, "words": reason.words} for reason in entry.reasons],
        "reading": None if reading is None else reading_record(reading),
    }


def reading_record(reading: Reading) -> dict[str, Any]:
    """Return our reading of a clause."""
    return {
        "about": reading.about,
        "todo": [{"action": todo.action.value, "text": todo.text} for todo in reading.todo],
        "conditions": [
            {"words": phrase.words, "meaning": phrase.meaning, "lifts": phrase.lifts} for phrase in reading.conditions
        ],
        "exceptions": [{"words": phrase.words, "meaning": phrase.meaning} for phrase in reading.exceptions],
        "related": list(reading.related),
    }


def _words(clause: Clause) -> dict[str, Any]:
    return {
        "clause_id": clause.id,
        "text": clause.text,
        "verbatim": clause.verbatim,
        "kind": clause.kind.value,
        "category": clause.category,
        "section": clause.section,
        "citation": clause.citation,
    }


def _likelihood(of: Match | Entry | Evidence) -> dict[str, Any]:
    return {
        "score": round(of.score, 6),
        "probability": None if of.probability is None else round(of.probability, 6),
        "band": None if of.band is None else of.band.value,
    }


def clause_record(clause: Clause) -> dict[str, Any]:
    """Return everything that a clause holds."""
    return {
        **_words(clause),
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
