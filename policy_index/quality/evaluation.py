"""How good the search and the briefs are on labelled texts: retrieval, detection, calibration, each with an interval."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from policy_index.brief.writing import write_brief
from policy_index.errors import InputError, PolicyIndexError
from policy_index.policy.document import Policy
from policy_index.policy.lanes import Lane
from policy_index.quality.metrics import (
    auroc,
    brier,
    interval,
    most_confused,
    recall_at_false_alarms,
    reciprocal_ranks,
)
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import POSSIBLE_FROM
from policy_index.search.reliability import expected_calibration_error, reliability_curve
from policy_index.search.results import SearchResult
from policy_index.search.text import accept_text


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A text and what a person says of it.

    Attributes:
        text: The text.
        clause_ids: Clauses any of which may be cited first; empty for a harmless text; None where no clause is named.
        category: Id of a category or section; None where none is named.
        touches: Whether it touches the policy at all.
    """

    text: str
    clause_ids: tuple[str, ...] | None
    category: str | None
    touches: bool


def read_labelled(lines: Iterable[str], *, policy: Policy) -> list[LabelledText]:
    """Read JSON Lines: `text`, and `clause_ids` (a list), `category` (id, name or title) or `harmful` (true or false).

    Raises:
        InputError: A line is not such an object; the message names it.
    """
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(_labelled(line, policy))
        except PolicyIndexError as error:
            message = f"Line {number}: {error}"
            raise InputError(message) from None
    if not found:
        message = "Expected at least one labelled text, but there is no line."
        raise InputError(message)
    return found


def _labelled(line: str, policy: Policy) -> LabelledText:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        message = f'Expected an object such as {{"text": "...", "clause_ids": ["health"]}}, got “{line.strip()[:60]}”.'
        raise InputError(message)
    text = accept_text(row["text"])
    clause_ids, category, harmful = row.get("clause_ids"), row.get("category"), row.get("harmful")
    if isinstance(clause_ids, list) and all(isinstance(each, str) for each in clause_ids):
        for clause_id in clause_ids:
            policy.clause(clause_id)
        group = policy.group_of(clause_ids[0]).id if clause_ids else None
        return LabelledText(text=text, clause_ids=tuple(clause_ids), category=group, touches=bool(clause_ids))
    if isinstance(category, str):
        for group_ in policy.groups:
            if category.casefold() in {group_.id, group_.name.casefold(), group_.title.casefold()}:
                return LabelledText(text=text, clause_ids=None, category=group_.id, touches=True)
        message = f"Expected a category or section of the policy, got {category!r}."
        raise InputError(message)
    if isinstance(harmful, bool):
        return LabelledText(text=text, clause_ids=None, category=None, touches=harmful)
    message = "Expected clause_ids (a list of ids), category (a name) or harmful (true or false) beside the text."
    raise InputError(message)


def evaluate(index: ClauseIndex, labelled: Sequence[LabelledText]) -> dict[str, Any]:
    """Search every text and compare what is found with its labels; parts without labels are null.

    Returns:
        A record for JSON: `texts`, `clauses`, `categories`, `by_category`, `by_clause`, `detection`, `calibration`,
        `confused`.
    """
    results = index.search_many([each.text for each in labelled], top_k=len(index))
    groups = {clause.id: group.id for group in index.policy.groups for clause in group.clauses}
    pairs = list(zip(labelled, results, strict=True))
    by_clause = [(each, result) for each, result in pairs if each.clause_ids]
    by_category = [(each, result) for each, result in pairs if each.category]
    return {
        "texts": len(labelled),
        "clauses": _ranks_record([_clause_rank(each, result) for each, result in by_clause]),
        "categories": _ranks_record([_category_rank(each, result, groups) for each, result in by_category]),
        "by_clause": _grouped(
            [(each.clause_ids or ("",))[0] for each, _ in by_clause], [_clause_rank(*p) for p in by_clause]
        ),
        "by_category": _grouped(
            [each.category or "" for each, _ in by_category], [_category_rank(*p, groups) for p in by_category]
        ),
        "detection": _detection(
            [best(result) for each, result in pairs if each.touches],
            [best(result) for each, result in pairs if not each.touches],
            calibrated=index.calibration is not None,
        ),
        "calibration": None if index.calibration is None else _top_calibration(pairs),
        "confused": _confused(by_clause),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPlan:
    """A long text and what a careful reviewer says of it.

    Attributes:
        text: The text.
        clauses: Ids of the clauses that a careful reviewer would certainly cite.
        acceptable: Ids of those that a reasonable one might cite as well.
        wording: How plainly it says what it does: plain, roundabout or harmless; empty where nobody said.
    """

    text: str
    clauses: frozenset[str]
    acceptable: frozenset[str]
    wording: str = ""


def read_plans(lines: Iterable[str]) -> list[LabelledPlan]:
    """Read JSON Lines: `text`, `clauses` and `acceptable`."""
    rows = [json.loads(line) for line in lines]
    return [
        LabelledPlan(
            text=row["text"],
            clauses=frozenset(row["clauses"]),
            acceptable=frozenset(row["acceptable"]),
            wording=row.get("wording", ""),
        )
        for row in rows
    ]


def evaluate_briefs(index: ClauseIndex, plans: Sequence[LabelledPlan]) -> dict[str, Any]:
    """Return how many labelled clauses the briefs of `plans` show, and how many of the clauses shown no label names.

    Shown is a clause that binds the reader and is likely or possible.
    """
    found: list[float] = []
    strange: list[float] = []
    unlabelled: list[float] = []
    calm: list[float] = []
    for plan in plans:
        brief = write_brief(index, plan.text)
        red = {entry.clause.id for entry in brief.lanes.get(Lane.NOT_ALLOWED, ())}
        calm.append(float(not red - plan.clauses - plan.acceptable))
        shown = {entry.clause.id for entry in brief.entries if entry.clause.citable and entry.likelihood.shows}
        found += [float(clause_id in shown) for clause_id in sorted(plan.clauses)]
        unlabelled += [float(clause_id not in plan.clauses) for clause_id in sorted(shown)]
        strange += [float(clause_id not in plan.clauses | plan.acceptable) for clause_id in sorted(shown)]
    return {
        "ideas": len(plans),
        "labelled": len(found),
        "shown": len(unlabelled),
        "labelled_found": interval(np.mean, found) if found else None,
        "shown_that_no_label_names": interval(np.mean, strange) if strange else None,
        "shown_beyond_the_certain": interval(np.mean, unlabelled) if unlabelled else None,
        "nothing_prohibited_by_mistake": interval(np.mean, calm),
    }


def best(result: SearchResult) -> float:
    """Return the one number that says how much a text touches the policy: its best probability, or else score."""
    return result.matches[0].likelihood.value


def _clause_rank(each: LabelledText, result: SearchResult) -> int:
    """Return the rank, from 1, of the first match that a label names."""
    return next(rank for rank, match in enumerate(result.matches, 1) if match.clause.id in (each.clause_ids or ()))


def _category_rank(each: LabelledText, result: SearchResult, groups: dict[str, str]) -> int:
    """Return the rank, from 1, of the labelled category among the categories of the matches, each counted once."""
    return list(dict.fromkeys(groups[match.clause.id] for match in result.matches)).index(each.category or "") + 1


def _ranks_record(ranks: Sequence[int]) -> dict[str, Any] | None:
    if not ranks:
        return None
    found = np.asarray(ranks)
    return {
        "texts": len(ranks),
        "recall_at_1": interval(np.mean, found <= 1),
        "recall_at_3": interval(np.mean, found <= 3),  # noqa: PLR2004  # its name says it
        "mrr": interval(np.mean, reciprocal_ranks(ranks)),
    }


def _grouped(labels: Sequence[str], ranks: Sequence[int]) -> list[dict[str, Any]]:
    """Return recall and MRR for each label, in the order of its first text."""
    records = []
    for label in dict.fromkeys(labels):
        own = np.array([rank for each, rank in zip(labels, ranks, strict=True) if each == label])
        records.append(
            {
                "label": label,
                "texts": len(own),
                "recall_at_1": round(float((own <= 1).mean()), 4),
                "recall_at_3": round(float((own <= 3).mean()), 4),  # noqa: PLR2004  # its name says it
                "mrr": round(float(reciprocal_ranks(list(own)).mean()), 4),
            }
        )
    return records


def _detection(touching: Sequence[float], harmless: Sequence[float], *, calibrated: bool) -> dict[str, Any] | None:
    if not touching or not harmless:
        return None
    shown = {
        "shown_touching": interval(np.mean, np.asarray(touching) >= POSSIBLE_FROM),
        "shown_harmless": interval(np.mean, np.asarray(harmless) >= POSSIBLE_FROM),
    }
    return {
        "touching": len(touching),
        "harmless": len(harmless),
        "auroc": interval(auroc, touching, harmless),
        "recall_at_5_percent_false_alarms": interval(recall_at_false_alarms, touching, harmless),
    } | (shown if calibrated else {})


def _top_calibration(pairs: Sequence[tuple[LabelledText, SearchResult]]) -> dict[str, Any] | None:
    """Compare the best match's probability with whether a label names it."""
    labelled = [(each, result.matches[0]) for each, result in pairs if each.clause_ids is not None]
    if not labelled:
        return None
    probabilities = np.array([match.probability for _, match in labelled], dtype=np.float64)
    cited = np.array([match.clause.id in (each.clause_ids or ()) for each, match in labelled])
    curve = reliability_curve(probabilities, cited)
    return {
        "texts": len(labelled),
        "brier": round(brier(probabilities, cited), 6),
        "ece": expected_calibration_error(curve),
        "reliability": curve,
    }


def _confused(pairs: Sequence[tuple[LabelledText, SearchResult]]) -> list[dict[str, Any]]:
    """Return the most frequent pairs of labelled clause and another one found first."""
    return most_confused(
        (each.clause_ids[0], result.matches[0].clause.id)
        for each, result in pairs
        if each.clause_ids and result.matches[0].clause.id not in each.clause_ids
    )
