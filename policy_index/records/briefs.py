"""A brief -> a plain dictionary in the shape of `brief.schema.json`, ready for JSON."""

from datetime import date
from typing import Any

from policy_index.brief.values import Brief, BriefEntry
from policy_index.records.clauses import (
    THRESHOLDS,
    caveat,
    clause_record,
    likelihood_record,
    policy_record,
    reading_record,
)

BRIEF_FORMAT = "usage-policy-brief/1"
"""Name and version of the shape of a brief's record; `brief.schema.json` describes it."""


def brief_record(brief: Brief, *, made_on: date) -> dict[str, Any]:
    """Return a brief in the shape of `brief.schema.json`."""
    return {
        "format": BRIEF_FORMAT,
        "policy": policy_record(brief.pack),
        "model": brief.model,
        "made_on": made_on.isoformat(),
        "thresholds": dict(THRESHOLDS),
        "note": caveat(brief.pack),
        "text": brief.text,
        "contexts": [fact.id for fact in brief.facts],
        "touch": None if brief.touch is None else round(brief.touch, 6),
        "unfit": brief.unfit,
        "safeguards": list(brief.safeguards),
        "languages": [{"language": part.language, "share": round(part.share, 4)} for part in brief.foreign],
        "uncalibrated": brief.uncalibrated or None,
        "basis": brief.basis or None,
        "lanes": [
            {"lane": lane.value, "entries": [entry_record(entry) for entry in entries]}
            for lane, entries in brief.lanes.items()
        ],
    }


def entry_record(entry: BriefEntry) -> dict[str, Any]:
    """Return one clause of a brief, with its passages, reasons and reading."""
    return {
        **clause_record(entry.clause),
        **likelihood_record(entry.likelihood),
        "passages": [
            {
                "start": passage.span.start,
                "end": passage.span.end,
                "text": passage.text,
                **likelihood_record(passage.likelihood),
            }
            for passage in entry.passages
        ],
        "reasons": [{"because": reason.because, "words": reason.words} for reason in entry.reasons],
        "remark": None if entry.remark is None else {"answer": entry.remark.answer.value, "why": entry.remark.why},
        "reading": None if entry.reading is None else reading_record(entry.reading),
    }
