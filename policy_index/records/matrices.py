"""Policies by topics -> a plain dictionary for JSON, and rows for CSV: one a policy and topic."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy_index.comparing.matrix import (
    ASKED_MAYBE_FROM,
    ASKED_NEAR_FROM,
    MAYBE_FROM,
    NEAR_FROM,
    Cell,
    Matrix,
    TopicRow,
)
from policy_index.records.clauses import policy_record
from policy_index.words import inert_cell

_DIGITS = 6

THRESHOLDS = {
    "concepts": {"near_from": NEAR_FROM, "maybe_from": MAYBE_FROM},
    "asked": {"near_from": ASKED_NEAR_FROM, "maybe_from": ASKED_MAYBE_FROM},
}
"""From which value on a cell is near or maybe, of concepts and of words that somebody typed."""


def matrix_record(matrix: Matrix) -> dict[str, Any]:
    """Return a matrix in the shape of `policy-index concepts --format json`."""
    return {
        "policies": [policy_record(pack) for pack in matrix.packs],
        "model": matrix.space,
        "thresholds": THRESHOLDS,
        "topics": [_topic(row) for row in matrix.rows],
    }


def matrix_rows(matrix: Matrix) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each policy and topic; nothing in a cell is a formula."""
    for row in matrix.rows:
        for pack, cell in zip(matrix.packs, row.cells, strict=True):
            said = {"policy": pack.spec, "concept": row.topic.id, "topic": row.topic.name, **_said(cell)}
            said |= {"clause": " ".join(cell.clause.text.split()), "citation": cell.clause.citation}
            yield {name: inert_cell(value) if isinstance(value, str) else value for name, value in said.items()}


def _topic(row: TopicRow) -> dict[str, Any]:
    cells = [_said(cell) | {"text": cell.clause.text, "citation": cell.clause.citation} for cell in row.cells]
    return {"concept": row.topic.id or None, "topic": row.topic.name, "cells": cells}


def _said(cell: Cell) -> dict[str, Any]:
    return {
        "nearness": cell.nearness.value,
        "says": cell.says.value if cell.speaks else "",
        "value": round(cell.value, _DIGITS),
        "clause_id": cell.clause.id,
    }
