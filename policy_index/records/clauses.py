"""Policies, clauses, revisions and search results -> plain dictionaries, the same at every door, ready for JSON."""

from typing import TYPE_CHECKING, Any

from policy_index.policy.document import ChangelogEntry, Clause, Policy
from policy_index.policy.pack import PolicyPack
from policy_index.policy.readings import Reading
from policy_index.policy.shelf import ShelfEntry
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM, Likelihood

if TYPE_CHECKING:
    from policy_index.search.results import Match, SearchResult  # commands that only read the policy need no NumPy

THRESHOLDS = {"likely_from": LIKELY_FROM, "possible_from": POSSIBLE_FROM}
"""Lowest probabilities of the bands, as records have them."""

_DIGITS = 6


def policy_record(pack: PolicyPack) -> dict[str, Any]:
    """Return which policy this is: its name at every door, title, publisher, day of the version, SHA-256 of its text."""
    policy = pack.policy
    return {
        "id": pack.id,
        "version": pack.version,
        "publisher": policy.provenance.publisher,
        "title": policy.title,
        "updated": None if policy.updated is None else policy.updated.isoformat(),
        "sha256": policy.sha256,
        "superseded": policy.provenance.superseded,
        "kinds_are_guesses": policy.kinds_are_guesses,
    }


def entry_record(entry: ShelfEntry) -> dict[str, Any]:
    """Return what lists of policies say of one: what `policy_record` says, how many clauses, the facts that it knows, whether a library keeps it."""
    updated = entry.provenance.updated
    return {
        "id": entry.id,
        "version": entry.version,
        "publisher": entry.provenance.publisher,
        "title": entry.title,
        "updated": None if updated is None else updated.isoformat(),
        "sha256": entry.sha256,
        "superseded": entry.provenance.superseded,
        "kinds_are_guesses": entry.kinds_are_guesses,
        "clauses": entry.clauses,
        "contexts": [{"context": fact_id, "label": label} for fact_id, label in entry.facts],
        "in_library": entry.in_library,
    }


def caveat(pack: PolicyPack) -> str:
    """Return which policy this is, and what results are not, in words for every command and paper."""
    superseded = ", superseded since" if pack.policy.provenance.superseded else ""
    version = "without a date" if pack.policy.updated is None else f"of {pack.version}"
    return (
        f"{pack.policy.provenance.name} {version}{superseded}. Similarity is about topic, not intent: a reading aid, neither a "
        "verdict nor legal advice."
    )


def clause_record(clause: Clause) -> dict[str, Any]:
    """Return everything that a clause holds."""
    return {
        "clause_id": clause.id,
        "text": clause.text,
        "verbatim": clause.verbatim,
        "kind": clause.kind.value,
        "category": clause.category,
        "section": clause.section,
        "path": list(clause.path),
        "position": clause.position,
        "citation": clause.citation,
        "span": [clause.span.start, clause.span.end],
        "links": [{"text": link.text, "url": link.url} for link in clause.links],
    }


def likelihood_record(likelihood: Likelihood) -> dict[str, Any]:
    """Return score, probability, band and stance, as every record has them; all but the score are null without calibration."""
    return {
        "score": round(likelihood.score, _DIGITS),
        "probability": None if likelihood.probability is None else round(likelihood.probability, _DIGITS),
        "band": None if likelihood.band is None else likelihood.band.value,
        "stance": None if likelihood.stance is None else likelihood.stance.value,
        "nearness": None if likelihood.nearness is None else likelihood.nearness.value,
    }


def match_record(match: "Match") -> dict[str, Any]:
    """Return one match: its clause and how sure it is."""
    return clause_record(match.clause) | likelihood_record(match.likelihood)


def search_record(result: "SearchResult", pack: PolicyPack) -> dict[str, Any]:
    """Return a search result in the shape of `policy-index search --format json`."""
    return {
        "query": result.query,
        "model": result.model,
        "policy": policy_record(pack),
        "touch": None if result.touch is None else round(result.touch, _DIGITS),
        "unfit": result.unfit,
        "matches": [match_record(match) for match in result.matches],
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


def revision_record(entry: ChangelogEntry) -> dict[str, Any]:
    """Return one revision of the policy, as the policy itself tells it."""
    return {
        "date": entry.date.isoformat(),
        "text": entry.text,
        "verbatim": entry.verbatim,
        "span": [entry.span.start, entry.span.end],
        "from_head": entry.from_head,
    }


def clauses_record(pack: PolicyPack, clauses: list[Clause]) -> dict[str, Any]:
    """Return some of a policy's clauses, with which policy it is."""
    return {"policy": policy_record(pack), "clauses": [clause_record(clause) for clause in clauses]}


def changelog_record(pack: PolicyPack) -> dict[str, Any]:
    """Return a policy's revisions, newest first, with which policy it is."""
    return {"policy": policy_record(pack), "changelog": [revision_record(entry) for entry in pack.policy.changelog]}


def document_record(policy: Policy) -> dict[str, Any]:
    """Return the whole parsed policy, in document order."""
    return {
        "title": policy.title,
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "path": list(section.path),
                "clauses": [clause_record(clause) for clause in section.clauses],
            }
            for section in policy.sections
        ],
        "changelog": [revision_record(entry) for entry in policy.changelog],
    }
