"""The colour and the symbol of each group of a policy: a pack's own, or dealt out where it has none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policy_index.errors import PackError
from policy_index.policy.document import Group

GREY = "#7d8594"
"""The colour of groups without one, contrast of at least 3 on a light and on a dark page."""

SIGNS = {
    "circle": "●",
    "square": "■",
    "diamond": "◆",
    "triangle-up": "▲",
    "cross": "✚",
    "star": "★",
    "pentagon": "⬟",
}
"""The symbols, and the same as letters for legends in words."""

_DEALT = (
    "#be2038", "#e56205", "#a96d00", "#7a6804", "#7e9d05", "#03953e", "#037b65",
    "#04a3aa", "#0888ad", "#076abb", "#767efd", "#9357d6", "#9f329e", "#e25296",
)  # fmt: skip
"""Colours for policies without their own, contrast of at least 3 on a light and on a dark page, neighbours apart in hue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How a group is drawn: a colour of at least 3 to 1 against light and dark pages, and a symbol of `SIGNS`."""

    color: str = GREY
    symbol: str = "circle"

    @property
    def sign(self) -> str:
        """The symbol as a letter."""
        return SIGNS[self.symbol]


def marks_of(groups: Sequence[Group], table: Mapping[str, Any]) -> dict[str, Mark]:
    """Return the mark of every group by its id.

    Args:
        groups: The policy's groups.
        table: What a pack says, by group id: `color` (`#rrggbb`) and `symbol`; groups that it leaves out are grey circles. An
            empty table has colours and symbols dealt out in the policy's order.

    Raises:
        PackError: A mark has another shape, or its group is none of the policy's.
    """
    if not table:
        symbols = list(SIGNS)[:4]
        return {
            group.id: Mark(color=_DEALT[place % len(_DEALT)], symbol=symbols[place % len(symbols)])
            for place, group in enumerate(groups)
        }
    known = {group.id for group in groups}
    marks = {}
    for group_id, record in table.items():
        color = record.get("color", GREY) if isinstance(record, Mapping) else None
        symbol = record.get("symbol", "circle") if isinstance(record, Mapping) else None
        if group_id not in known or symbol not in SIGNS or not _is_color(color):
            message = (
                f"Expected marks of this policy's groups with a color such as #1d4ed8 and a symbol among {', '.join(SIGNS)}, "
                f"got {group_id!r} = {record!r}."
            )
            raise PackError(message)
        marks[group_id] = Mark(color=str(color), symbol=str(symbol))
    return {group.id: marks.get(group.id, Mark()) for group in groups}


def _is_color(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) == len("#rrggbb")
        and value.startswith("#")
        and all(letter in "0123456789abcdefABCDEF" for letter in value[1:])
    )
