"""A text under several policies -> a plain dictionary for JSON, rows for CSV, and a paper to read as Markdown or HTML."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from policy_index.brief.values import BriefEntry, Touched
from policy_index.comparing.since import Since, are_versions, touched_since
from policy_index.comparing.spread import Difference, Spread, Step, StepKind
from policy_index.errors import ComparisonError
from policy_index.policy.document import Clause
from policy_index.policy.lanes import Lane
from policy_index.records.briefs import entry_record
from policy_index.records.clauses import THRESHOLDS, policy_record
from policy_index.records.papers import PaperFormat, _environment, _visible  # one set of filters for every paper
from policy_index.records.tables import to_csv
from policy_index.search.likelihood import LIKELY_FROM, MAYBE_FROM, NEAR_FROM, POSSIBLE_FROM
from policy_index.words import long_day, percent

SPREAD_FORMAT = "usage-policy-spread/1"
"""Name and version of the shape of a spread's record."""

NOTE = (
    "The text alone was held against each policy. Likely and possible are probabilities, near and maybe are not: no column's words "
    "are another's. Which clauses belong together is found by ids, words and likeness of meaning. Similarity is about topic, not "
    "intent: a reading aid, neither a verdict nor legal advice."
)
"""What a spread is not, in words for every door and paper."""

STEP_WORDS = {
    StepKind.APPEARS: "appears",
    StepKind.STRICTER: "stricter",
    StepKind.GOES: "goes",
    StepKind.MILDER: "milder",
    StepKind.STAYS: "stays",
}
"""What people read for a step."""


def measure_words(column: Touched) -> str:
    """Return what a column's words on how sure it is mean."""
    if not column.uncalibrated:
        return (
            f"Likely from {percent(LIKELY_FROM)}, possible from {percent(POSSIBLE_FROM)}: the probability that a careful reviewer "
            "would cite the clause."
        )
    if any(entry.likelihood.nearness for entry in column.entries) or column.touch is not None:
        return "Near or maybe: how close the text is to the clause, as measured on other policies. No probability."
    return column.uncalibrated


def how_sure(entry: BriefEntry) -> str:
    """Return how sure an entry is, in its own policy's words: `Likely, 81 %`, `Near`, or what is said instead."""
    likelihood = entry.likelihood
    if entry.said_instead:
        return entry.said_instead
    if likelihood.band is not None and likelihood.probability is not None:
        return f"{likelihood.band.value.capitalize()}, {percent(likelihood.probability)}"
    return (
        f"Similarity {likelihood.score:.2f}" if likelihood.nearness is None else likelihood.nearness.value.capitalize()
    )


def step_words(step: Step) -> str:
    """Return what becomes of a clause, and why, in one sentence."""
    match step.kind:
        case StepKind.APPEARS:
            return (
                _MISSING
                if step.before is None
                else "The clause like it in the policy compared with is far from the text."
            )
        case StepKind.GOES:
            return (
                "No clause there belongs to it."
                if step.after is None
                else "Its counterpart there is far from the text."
            )
        case StepKind.STRICTER | StepKind.MILDER:
            return f"From “{_lane(step.lane_before)}” to “{_lane(step.lane_after)}”."
        case StepKind.STAYS:
            return "In other words." if step.reworded else "In the same words."


_MISSING = "Nothing like it in the policy compared with."


def since_words(told: Since) -> str:
    """Return since when a text touches a clause, as `since 3 May 2024`, `until 1 June 2025`."""
    earlier = " or earlier" if told.is_from_the_start else ""
    if told.until is None:
        return f"since {long_day(told.since)}{earlier}"
    return f"from {long_day(told.since)}{earlier} until {long_day(told.until)}"


def since_when(spread: Spread) -> tuple[Since, ...] | None:
    """Return since when the text touches each clause; None where the columns are not versions of one policy, or cannot be compared."""
    if not are_versions(spread.columns):
        return None
    try:
        return touched_since(spread)
    except ComparisonError:  # which the differences say
        return None


def spread_paper(spread: Spread, form: PaperFormat, *, made_on: date) -> str:
    """Return a spread as a document of this format, with the day it was made."""
    match form:
        case PaperFormat.JSON:
            return json.dumps(spread_record(spread, made_on=made_on), ensure_ascii=False, indent=2) + "\n"
        case PaperFormat.CSV:
            return to_csv(list(_rows(spread, made_on)))
        case PaperFormat.MARKDOWN | PaperFormat.HTML:
            environment = _environment()
            environment.filters |= {"sure": how_sure, "why": step_words, "when": since_words, "measure": measure_words}
            return environment.get_template(f"spread.{form.suffix}.jinja").render(
                spread=spread,
                base=spread.columns[spread.base],
                kinds=[kind for kind in StepKind if kind is not StepKind.STAYS],
                names=STEP_WORDS,
                since=since_when(spread),
                made_on=made_on,
                note=NOTE,
            )


def spread_record(spread: Spread, *, made_on: date) -> dict[str, Any]:
    """Return a spread in the shape of `policy-index spread --format json`."""
    read, since = spread.read, since_when(spread)
    return {
        "format": SPREAD_FORMAT,
        "model": read.model,
        "made_on": made_on.isoformat(),
        "thresholds": {**THRESHOLDS, "near_from": NEAR_FROM, "maybe_from": MAYBE_FROM},
        "note": NOTE,
        "text": spread.text,
        "unfit": read.unfit,
        "safeguards": list(read.safeguards),
        "languages": [{"language": part.language, "share": round(part.share, 4)} for part in read.foreign],
        "base": spread.columns[spread.base].pack.spec,
        "columns": [_column_record(column) for column in spread.columns],
        "differences": [_difference_record(difference) for difference in spread.differences],
        "since": None if since is None else [_since_record(told) for told in since],
    }


def _column_record(column: Touched) -> dict[str, Any]:
    by_lane = {lane: [entry for entry in column.entries if entry.lane is lane] for lane in Lane}
    return {
        "policy": policy_record(column.pack),
        "measure": "nearness" if column.uncalibrated else "probability",
        "words": measure_words(column),
        "uncalibrated": column.uncalibrated or None,
        "touch": None if column.touch is None else round(column.touch, 6),
        "lanes": [
            {"lane": lane.value, "entries": [entry_record(entry) for entry in entries]}
            for lane, entries in by_lane.items()
            if entries
        ],
        "reached": [clause.id for clause in column.pack.policy if clause.id in column.reached],
    }


def _difference_record(difference: Difference) -> dict[str, Any]:
    return {
        "base": difference.base.pack.spec,
        "policy": difference.other.pack.spec,
        "why_not": difference.why_not or None,
        "notes": list(difference.notes),
        "steps": [
            {
                "step": step.kind.value,
                "why": step_words(step),
                "before": _side(step.before, step.lane_before),
                "after": _side(step.after, step.lane_after),
                "reworded": step.reworded,
            }
            for step in difference.steps
        ],
    }


def _side(clause: Clause | None, lane: Lane | None) -> dict[str, Any] | None:
    if clause is None:
        return None
    return {
        "clause_id": clause.id,
        "text": clause.text,
        "citation": clause.citation,
        "lane": None if lane is None else lane.value,
    }


def _since_record(told: Since) -> dict[str, Any]:
    return {
        "clause_id": told.clause.id,
        "text": told.clause.text,
        "citation": told.clause.citation,
        "since": told.since.isoformat(),
        "until": None if told.until is None else told.until.isoformat(),
        "is_from_the_start": told.is_from_the_start,
    }


def _rows(spread: Spread, made_on: date) -> Iterable[Mapping[str, object]]:
    """Yield a row for each clause of each column, then for each that goes; a column without any has one that says so."""
    differences = {difference.other.pack.spec: difference for difference in spread.differences}
    for place, column in enumerate(spread.columns):
        difference = differences.get(column.pack.spec)
        steps = () if difference is None else difference.steps
        own = {step.after.id: step for step in steps if step.after is not None and step.kind is not StepKind.GOES}
        common = {
            "model": spread.read.model,
            "made_on": made_on.isoformat(),
            "policy_sha256": column.pack.policy.sha256,
            "not_comparable": "" if difference is None else difference.why_not,
        }
        head: dict[str, object] = {"policy": column.pack.spec, "is_base": place == spread.base}
        if not column.entries:
            yield head | _cells(None, None, None, nothing=spread.read.unfit or "No clause found") | common
        for entry in column.entries:
            yield head | _cells(entry.clause, entry, own.get(entry.clause.id)) | common
        for step in steps:
            if step.kind is StepKind.GOES:
                yield head | _cells(step.after, None, step) | common


def _cells(
    clause: Clause | None, entry: BriefEntry | None, step: Step | None, *, nothing: str = ""
) -> dict[str, object]:
    before = None if step is None else step.before
    cells: dict[str, object] = {
        "lane": nothing if entry is None else entry.lane.value,
        "clause_id": "" if clause is None else clause.id,
        "citation": "" if clause is None else clause.citation,
        "clause": "" if clause is None else clause.text,
        "how_sure": "" if entry is None else how_sure(entry),
        "probability": "" if entry is None or entry.likelihood.probability is None else entry.likelihood.probability,
        "score": "" if entry is None else entry.likelihood.score,
        "passages": "" if entry is None else " | ".join(passage.text for passage in entry.quoted),
        "step": "" if step is None else step.kind.value,
        "why": "" if step is None else step_words(step),
        "base_clause_id": "" if before is None else before.id,
        "base_clause": "" if before is None else before.text,
        "base_citation": "" if before is None else before.citation,
    }
    return {
        name: _visible(cell) if isinstance(cell, str) else round(cell, 6) if isinstance(cell, float) else cell
        for name, cell in cells.items()
    }


def _lane(lane: Lane | None) -> str:
    return "" if lane is None else lane.value
