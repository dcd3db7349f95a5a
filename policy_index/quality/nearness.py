"""What the words “near”, “maybe” and “far” meant where it was measured: on policies that nobody had written examples for."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from policy_index.quality.evaluation import LabelledText
from policy_index.search.index import ClauseIndex
from policy_index.search.likelihood import Nearness
from policy_index.search.place_scorer import PlaceScorer


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """How texts fared whose nearest clause was so near.

    Attributes:
        nearness: How near.
        texts: How many there were.
        touching: How many of them touch the policy.
        first: How many of these have a right clause first.
        within_three: The same within the first three.
    """

    nearness: Nearness
    texts: int
    touching: int
    first: int
    within_three: int

    @classmethod
    def added(cls, found: Iterable["Meant"]) -> tuple["Meant", ...]:
        """Return the sums of several measurements, the nearest first."""
        sums: dict[Nearness, Counter[str]] = {nearness: Counter() for nearness in Nearness}
        for each in found:
            sums[each.nearness].update({name: getattr(each, name) for name in _COUNTS})
        return tuple(cls(nearness=nearness, **{name: own[name] for name in _COUNTS}) for nearness, own in sums.items())


_COUNTS = ("texts", "touching", "first", "within_three")


def meant_by(index: ClauseIndex, labelled: Sequence[LabelledText]) -> tuple[Meant, ...]:
    """Return what the words mean for one policy, the nearest first.

    Each text is read as a whole.

    Args:
        index: Its index, which learned from no examples.
        labelled: Texts, each with the clauses any of which is right first; none where it touches nothing.

    Raises:
        ValueError: The index has learned from examples.
    """
    if not isinstance(index.scorer, PlaceScorer):
        message = f"Expected an index of a policy without examples, got one of {index.pack.spec} with some."
        raise ValueError(message)  # noqa: TRY004  # the scorer's type stands for what was learned
    table = index.score_table([each.text for each in labelled])
    ids = [clause.id for clause in index.policy]
    found = []
    for row, right in enumerate(each.clause_ids or () for each in labelled):
        nearness = table.likelihood(row, int(table.order[row, 0])).nearness
        assert nearness is not None  # noqa: S101  # places are what it was ranked by
        best = [ids[column] for column in table.order[row, :3]]
        found.append(
            Meant(
                nearness=nearness,
                texts=1,
                touching=int(bool(right)),
                first=int(best[0] in right),
                within_three=int(not set(best).isdisjoint(right)),
            )
        )
    return Meant.added(found)


def saved(meant: Iterable[Meant]) -> str:
    """Return measurements as they are kept."""
    return f"{json.dumps([asdict(each) for each in meant], indent=1)}\n"


@cache
def known() -> tuple[Meant, ...]:
    """Return what was measured, the nearest first."""
    kept = json.loads(file_of().read_text(encoding="utf-8"))
    return tuple(Meant(**each | {"nearness": Nearness(each["nearness"])}) for each in kept)


def file_of() -> Path:
    """Return where measurements are kept in the package."""
    return Path(str(files("policy_index") / "data" / "concepts" / "nearness.json"))
