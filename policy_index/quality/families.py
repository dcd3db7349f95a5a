"""How well a search tells the two sides of a clause's line apart: held-out families of texts, by writers who saw no training text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_index.policy.twins import Stance
from policy_index.quality.metrics import interval
from policy_index.search.calibration import SHARES
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import POSSIBLE_FROM
from policy_index.search.reliability import expected_calibration_error, reliability_curve

SIDES = {
    "touching": Stance.DOES,
    "harmless": Stance.HARMLESS,
    "refusing": Stance.REFUSES,
    "preventing": Stance.PREVENTS,
}
"""The texts of a family, by what they have to do with the act."""

_KEPT_CLEAR = {Stance.REFUSES, Stance.PREVENTS}

_DRAWS = 200
"""Times that texts are drawn anew as perfectly calibrated probabilities would have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyText:
    """One text of a family.

    Attributes:
        family: What it shares with its twins.
        side: One of `SIDES`.
        text: The text.
        clause_ids: The clauses whose line the family shows.
    """

    family: str
    side: str
    text: str
    clause_ids: tuple[str, ...]


def read_families(lines: Iterable[str]) -> list[FamilyText]:
    """Read JSON Lines: `family`, `clause_ids`, and a text for some of the sides."""
    rows = [json.loads(line) for line in lines]
    return [
        FamilyText(family=row["family"], side=side, text=row[side], clause_ids=tuple(row["clause_ids"]))
        for row in rows
        for side in SIDES
        if row.get(side)
    ]


def evaluate_families(index: ClauseIndex, texts: list[FamilyText]) -> dict[str, Any]:
    """Return what a calibrated index says of the texts of families.

    Returns:
        A record for JSON: for each side how many texts there are and the share `shown` a clause; `pairs_told_apart`, the share
        of families whose touching text is above its harmless one; the `stance` recognised of texts that do (`does`) and of those
        that refuse or prevent, as not doing it (`not_does`; `mean` is of these two) and as keeping clear of it (`keeps_clear`);
        and the `calibration` of the best match: its error `ece`, each side weighing as much as probabilities take it to be
        frequent, and `least`, the mean error of perfectly calibrated probabilities on so few texts.
    """
    table = index.score_table([each.text for each in texts])
    if table.probabilities is None:
        return {}
    best = table.probabilities.max(axis=1)
    top = table.order[:, 0]
    ids = [clause.id for clause in index.policy]
    sides = np.array([each.side for each in texts])
    stances = [table.stance(row, int(top[row])) for row in range(len(texts))]
    by_family: dict[str, dict[str, float]] = {}
    for each, value in zip(texts, best, strict=True):
        by_family.setdefault(each.family, {})[each.side] = float(value)
    apart = [own["touching"] > own["harmless"] for own in by_family.values() if {"touching", "harmless"} <= own.keys()]
    does = [stance is Stance.DOES for stance, side in zip(stances, sides, strict=True) if side == "touching"]
    turned = [stance for stance, side in zip(stances, sides, strict=True) if SIDES[side] in _KEPT_CLEAR]
    clear, not_does = [stance in _KEPT_CLEAR for stance in turned], [stance is not Stance.DOES for stance in turned]
    touching = np.flatnonzero(sides == "touching")
    first = [ids[top[row]] in texts[row].clause_ids for row in touching]
    cited = np.array([ids[column] in each.clause_ids for each, column in zip(texts, top, strict=True)])
    return {
        "families": len(by_family),
        "shown": {
            side: interval(np.mean, best[sides == side] >= POSSIBLE_FROM) | {"texts": int((sides == side).sum())}
            for side in SIDES
            if (sides == side).any()
        },
        "right_clause_first": interval(np.mean, first),
        "pairs_told_apart": interval(np.mean, apart),
        "stance": {
            "does": interval(np.mean, does),
            "not_does": interval(np.mean, not_does),
            "keeps_clear": interval(np.mean, clear),
            "mean": round((float(np.mean(does)) + float(np.mean(not_does))) / 2, 4),
        },
        "calibration": _calibration(best, cited & (sides == "touching"), sides),
    }


def _calibration(best: NDArray[np.float64], cited: NDArray[np.bool_], sides: NDArray[np.str_]) -> dict[str, float]:
    """Return the error of the probabilities of best matches, and what it would be on average if they were perfect."""
    weights = np.array([SHARES[SIDES[side]] / np.count_nonzero(sides == side) for side in sides.tolist()])
    generator = np.random.default_rng(0)
    perfect = [
        expected_calibration_error(reliability_curve(best, generator.random(len(best)) < best, weights=weights))
        for _ in range(_DRAWS)
    ]
    found = expected_calibration_error(reliability_curve(best, cited, weights=weights))
    return {"ece": found, "least": round(float(np.mean(perfect)), 4)}
