"""What the pictures show, as rows: for tables on the page and for CSV files to take away."""

import csv
import io
from collections.abc import Mapping, Sequence

from policy_index.landscape.landscape import Landscape, Pair
from policy_index.policy.document import Clause, Policy
from policy_index.policy.history import Revision
from policy_index.policy.lanes import KIND_NAMES
from policy_index.words import inert_cell

Row = Mapping[str, object]


def clause_rows(policy: Policy, clauses: Sequence[Clause], scores: Mapping[str, float] | None = None) -> list[Row]:
    """Return one row a clause; with `scores`, its similarity to the checked text."""
    return [
        {
            "section": clause.section,
            "category": clause.category or "",
            "group": policy.group_of(clause.id).name,
            "position": clause.position,
            "kind": KIND_NAMES[clause.kind],
            "clause": clause.text,
            "id": clause.id,
        }
        | ({} if scores is None else {"similarity_to_checked_text": round(scores[clause.id], 4)})
        for clause in clauses
    ]


def map_rows(policy: Policy, landscape: Landscape) -> list[Row]:
    """Return one row a clause: its place on the map and the three most similar clauses in the full space."""
    return [
        {
            "category": policy.group_of(clause.id).name,
            "position": clause.position,
            "clause": clause.text,
            "x": round(float(place[0]), 4),
            "y": round(float(place[1]), 4),
            "most_similar": "; ".join(
                f"{other.position} ({score:.2f})" for other, score in landscape.nearest_clauses(clause, limit=3)
            ),
            "id": clause.id,
        }
        for clause, place in zip(policy, landscape.places, strict=True)
    ]


def pair_rows(pairs: Sequence[Pair]) -> list[Row]:
    """Return one row a pair of clauses."""
    return [
        {
            "similarity": round(pair.score, 4),
            "first": pair.first.position,
            "first_clause": pair.first.text,
            "second": pair.second.position,
            "second_clause": pair.second.text,
            "first_id": pair.first.id,
            "second_id": pair.second.id,
        }
        for pair in pairs
    ]


def revision_rows(revisions: Sequence[Revision], landscape: Landscape | None) -> list[Row]:
    """Return one row a revision; kinds and reasons are ours, nearest clauses, where likenesses are known, by embedding."""
    return [
        {
            "date": each.id,
            "days_since_the_one_before": "" if each.days_since_last is None else each.days_since_last,
            "note": each.entry.text,
            "kinds_of_change_ours": "; ".join(kind.title for kind in each.kinds),
            "why_ours": each.why,
            "nearest_clauses_by_embedding": ""
            if landscape is None
            else "; ".join(
                f"{clause.id} ({score:.2f})" for clause, score in landscape.clauses_near_entry(each.entry, limit=5)
            ),
        }
        for each in revisions
    ]


def to_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV with a head line, for any spreadsheet; no cell, of the head line neither, begins as a formula does."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    names = list(rows[0]) if rows else []
    writer.writerow(map(inert_cell, names))
    for row in rows:
        writer.writerow([inert_cell(cell) if isinstance(cell := row[name], str) else cell for name in names])
    return text.getvalue()
