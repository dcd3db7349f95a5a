"""Two versions compared -> a plain dictionary for JSON, and a paper to read as Markdown or HTML."""

import json
from enum import StrEnum
from typing import Any

from policy_index.comparing.binding import BindingEdit
from policy_index.comparing.diff import Change, ChangeKind, Comparison, HeadingChange
from policy_index.comparing.edits import Edit
from policy_index.comparing.timeline import Timeline
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.records.clauses import policy_record
from policy_index.records.papers import _environment  # one set of filters for every paper

NOTE = (
    "Alignment and edits are found by words and, where they leave doubt, by likeness of meaning; edits that touch what binds are found "
    "by words alone. A reading aid, neither a verdict nor legal advice."
)
"""What a comparison is not, in words for every command and paper."""

_DIGITS = 6


class ComparisonFormat(StrEnum):
    """What a comparison can be written as; the value is its name in commands."""

    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


def comparison_paper(comparison: Comparison, form: ComparisonFormat, *, before: PolicyPack, after: PolicyPack) -> str:
    """Return a comparison as a document of this format.

    Args:
        comparison: The comparison.
        form: The format.
        before: The pack of its version before.
        after: The pack of its version after.
    """
    match form:
        case ComparisonFormat.JSON:
            record = comparison_record(comparison, before=before, after=after)
            return json.dumps(record, ensure_ascii=False, indent=2) + "\n"
        case ComparisonFormat.MARKDOWN | ComparisonFormat.HTML:
            suffix = "md" if form is ComparisonFormat.MARKDOWN else "html"
            shown = [change for change in comparison.changes if change.kind is not ChangeKind.UNCHANGED]
            return (
                _environment()
                .get_template(f"comparison.{suffix}.jinja")
                .render(
                    comparison=comparison,
                    before=before,
                    after=after,
                    note=NOTE,
                    binding=[change for change in comparison.headings if change.binding]
                    + [change for change in shown if change.binding],
                    kinds=[
                        (kind, [change for change in shown if change.kind is kind])
                        for kind in _READING_ORDER
                        if comparison.counts[kind]
                    ],
                )
            )


_READING_ORDER = (ChangeKind.REWORDED, ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.MOVED, ChangeKind.COSMETIC)


def comparison_record(comparison: Comparison, *, before: PolicyPack, after: PolicyPack) -> dict[str, Any]:
    """Return a comparison in the shape of `policy-index compare --format json`.

    Args:
        comparison: The comparison.
        before: The pack of its version before.
        after: The pack of its version after.
    """
    return {
        "before": policy_record(before),
        "after": policy_record(after),
        "note": NOTE,
        "notes": list(comparison.notes),
        "counts": {kind.value: number for kind, number in comparison.counts.items()},
        "touched": round(comparison.touched, _DIGITS),
        "headings": [heading_record(change) for change in comparison.headings],
        "changes": [change_record(change) for change in comparison.changes],
    }


def change_record(change: Change) -> dict[str, Any]:
    """Return what became of one clause; of a split or merged one with all its clauses."""
    return {
        "change": change.kind.value,
        "moved": change.moved,
        "before": _side(change.before),
        "after": _side(change.after),
        "split_into": [_side(clause) for clause in change.split_into],
        "merged_from": [_side(clause) for clause in change.merged_from],
        "likeness": round(change.likeness, _DIGITS),
        "found_by": None if change.found_by is None else change.found_by.value,
        "edits": _edits(change.edits),
        "binding": _binding(change.binding),
    }


def heading_record(change: HeadingChange) -> dict[str, Any]:
    """Return what became of a title, heading or lead-in."""
    return {
        "change": change.kind.value,
        "before": change.before,
        "after": change.after,
        "clauses": change.clauses,
        "edits": _edits(change.edits),
        "binding": _binding(change.binding),
    }


def timeline_record(timeline: Timeline) -> dict[str, Any]:
    """Return the revisions of a policy, oldest first: counts by kind, and how much each touched, as a whole and by section."""
    return {
        "versions": [
            {"version": policy.provenance.version, "title": policy.title, "sha256": policy.sha256}
            for policy in timeline.versions
        ],
        "revisions": [
            {
                "date": revision.day.isoformat(),
                "counts": {kind.value: number for kind, number in revision.counts.items()},
                "touched": round(revision.touched, _DIGITS),
                "sections": [
                    {
                        "title": section.title,
                        "counts": {kind.value: number for kind, number in section.counts.items()},
                        "touched": round(section.touched, _DIGITS),
                    }
                    for section in revision.sections
                ],
            }
            for revision in timeline.revisions
        ],
    }


def _side(clause: Clause | None) -> dict[str, Any] | None:
    if clause is None:
        return None
    return {
        "id": clause.id,
        "text": clause.text,
        "kind": clause.kind.value,
        "section": clause.section,
        "path": list(clause.path),
        "position": clause.position,
        "citation": clause.citation,
    }


def _edits(edits: tuple[Edit, ...]) -> list[dict[str, str]]:
    """Return runs of words; the text of an equal one is that after, which can differ from that before in case and punctuation."""
    return [{"edit": edit.kind.value, "text": edit.text} for edit in edits]


def _binding(edits: tuple[BindingEdit, ...]) -> list[dict[str, str]]:
    return [{"what": edit.what.value, "before": edit.before, "after": edit.after} for edit in edits]
