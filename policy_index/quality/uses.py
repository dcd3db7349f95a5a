"""Sentences that name several uses: whether a brief shows each of them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from policy_index.brief.writing import write_brief
from policy_index.quality.metrics import interval
from policy_index.search.index import ClauseIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralUses:
    """A labelled sentence.

    Attributes:
        text: The sentence.
        uses: For each use that touches the policy the ids of the clauses that a careful reviewer would accept for it.
    """

    text: str
    uses: tuple[frozenset[str], ...]


def read_uses(lines: Iterable[str]) -> list[SeveralUses]:
    """Read JSON Lines: `text`, and `uses`, a list of lists of clause ids."""
    rows = [json.loads(line) for line in lines]
    return [SeveralUses(text=row["text"], uses=tuple(map(frozenset, row["uses"]))) for row in rows]


def evaluate_uses(index: ClauseIndex, sentences: Sequence[SeveralUses]) -> dict[str, Any]:
    """Return how many of the uses that touch the policy are shown under one of their clauses, and what is shown by mistake.

    A clause is shown by mistake where no use's label names it or another one of its category.

    Returns:
        A record for JSON: the counts `texts` and `uses`, and the rates `found` of the uses, `wrong` of the clauses shown, and
        `harmless_shown` of the sentences in which no use touches the policy, each with its interval; None where there is none.
    """
    found: list[float] = []
    wrong: list[float] = []
    harmless: list[float] = []
    group_of = index.policy.group_of
    for each in sentences:
        brief = write_brief(index, each.text)
        shown = {entry.clause.id for entry in brief.entries if entry.clause.citable and entry.likelihood.shows}
        found += [float(not use.isdisjoint(shown)) for use in each.uses]
        groups = {group_of(clause_id).id for use in each.uses for clause_id in use}
        wrong += [float(group_of(clause_id).id not in groups) for clause_id in sorted(shown)]
        if not each.uses:
            harmless.append(float(bool(shown)))
    return {
        "texts": len(sentences),
        "uses": len(found),
        "found": interval(np.mean, found) if found else None,
        "wrong": interval(np.mean, wrong) if wrong else None,
        "harmless_shown": interval(np.mean, harmless) if harmless else None,
    }
