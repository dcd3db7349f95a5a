"""What the pictures show, as rows: for tables on the page and for CSV files to take away."""

import csv
import io
from collections.abc import Mapping, Sequence

from policy_index.document import Clause, PolicyDocument
from policy_index.history import Revision
from policy_index.landscape import Landscape, Pair
from policy_index.lanes import KIND_NAMES
from policy_index.text import inert_cell

Row = Mapping[str, object]


def position(clause: Clause) -> str:
    """Return where a clause stands, without policy and date: `Disallowed usage 5.1`."""
    return clause.citation.split(", ", 1)[1]


def short_position(clause: Clause) -> str:
    """Return the same in a few letters, for charts: `5.1`, `Plugin 2`."""
    words = position(clause).replace("Disallowed usage ", "").replace("Disallowed usage,", "Uses").replace(",", "")
    return (
        words.replace("paragraph ", "¶")
        .replace("Further requirements", "Requirement")
        .replace("Plugin policies", "Plugin")
        .replace("Introduction", "Intro")
        .replace("Platform policy", "Platform")
    )


def clause_rows(
    document: PolicyDocument, clauses: Sequence[Clause], scores: Mapping[str, float] | None = None
) -> list[Row]:
    """Return one row a clause; with `scores`, its similarity to the checked text."""
    return [
        {
            "section": clause.section,
            "category": clause.category or "",
            "group": document.group_of(clause.id).name,
            "position": position(clause),
            "kind": KIND_NAMES[clause.kind],
            "clause": clause.text,
            "id": clause.id,
        }
        | ({} if scores is None else {"similarity_to_checked_text": round(scores[clause.id], 4)})
        for clause in clauses
    ]


def map_rows(document: PolicyDocument, landscape: Landscape) -> list[Row]:
    """Return one row a clause: its place on the map and the three most similar clauses in the full space."""
    return [
        {
            "category": document.group_of(clause.id).name,
            "position": position(clause),
            "clause": clause.text,
            "x": round(float(place[0]), 4),
            "y": round(float(place[1]), 4),
            "most_similar": "; ".join(
                f"{position(other)} ({score:.2f})" for other, score in landscape.nearest_clauses(clause, limit=3)
            ),
            "id": clause.id,
        }
        for clause, place in zip(document, landscape.places, strict=True)
    ]


def pair_rows(pairs: Sequence[Pair]) -> list[Row]:
    """Return one row a pair of clauses."""
    return [
        {
            "similarity": round(pair.score, 4),
            "first": position(pair.first),
            "first_clause": pair.first.text,
            "second": position(pair.second),
            "second_clause": pair.second.text,
            "first_id": pair.first.id,
            "second_id": pair.second.id,
        }
        for pair in pairs
    ]


def revision_rows(revisions: Sequence[Revision], landscape: Landscape) -> list[Row]:
    """Return one row a revision; kinds and reasons are ours, nearest clauses are by embedding."""
    return [
        {
            "date": each.id,
            "days_since_the_one_before": "" if each.days_since_last is None else each.days_since_last,
            "note": each.entry.text,
            "kinds_of_change_ours": "; ".join(each.kinds),
            "why_ours": each.why,
            "nearest_clauses_by_embedding": "; ".join(
                f"{clause.id} ({score:.2f})" for clause, score in landscape.clauses_near_entry(each.entry, limit=5)
            ),
        }
        for each in revisions
    ]


def to_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV with a head line, for any spreadsheet; a cell never begins as a formula does."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(
        {name: inert_cell(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
    )
    return text.getvalue()
