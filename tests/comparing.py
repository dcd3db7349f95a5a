"""An invented policy of sixty clauses, edits to it, and whether a comparison sees them as they were meant."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from support import CLONE

from policy_index import Policy, Provenance, parse_policy
from policy_index.comparing.diff import Change, Comparison

FOLDER = CLONE / "tests" / "data" / "comparisons"
SOURCE = (FOLDER / "policy.md").read_text(encoding="utf-8")
EDITS: list[dict[str, Any]] = json.loads((FOLDER / "edits.json").read_text(encoding="utf-8"))
"""Each with its kind, what it does to the source, and for clauses that begin so before and after the kind of change."""


def version(source: str, *, year: int = 2025, title: str = "Usage policy") -> Policy:
    """Return the policy of a source, of the first of March of a year."""
    return parse_policy(source, provenance=Provenance(publisher="Lantern", title=title, updated=date(year, 3, 1)))


def edited(source: str, edit: Mapping[str, Any]) -> str:
    """Return the source with an edit; what it replaces or moves stands there once."""
    if "move" in edit:
        assert source.count(edit["move"]) == source.count(edit["to"]) == 1, edit
        return source.replace(edit["move"], "").replace(edit["to"], edit["to"] + edit["move"])
    assert source.count(edit["old"]) == 1, edit
    return source.replace(edit["old"], edit["new"])


def is_seen(comparison: Comparison, edit: Mapping[str, Any]) -> bool:
    """Whether the comparison has exactly one change for what the edit did, of its kind, with its pieces and what binds."""
    return all(_is_seen(comparison, edit, *expected) for expected in edit["expect"])


def _is_seen(comparison: Comparison, edit: Mapping[str, Any], before: str | None, after: str | None, kind: str) -> bool:
    found = [change for change in comparison.changes if _begins(change, before, after)]
    if len(found) != 1 or found[0].kind.value != kind:
        return False
    binding = {(each.what.value, each.before, each.after) for each in found[0].binding}
    pieces = {"split": found[0].split_into, "merged": found[0].merged_from}.get(edit["edit"], ())
    return len(pieces) == edit.get("parts", 0) and ("binding" not in edit or tuple(edit["binding"]) in binding)


def _begins(change: Change, before: str | None, after: str | None) -> bool:
    sides = ((change.before, before), (change.after, after))
    return all((clause is None) == (text is None) for clause, text in sides) and all(
        clause is None or clause.text.startswith(str(text)) for clause, text in sides
    )
