"""The policy as a treemap."""

from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape

import plotly.graph_objects as go

from policy_index.plots.colouring import Colouring, by_kind
from policy_index.plots.labels import narrow, styled, wrapped
from policy_index.plots.palette import CHECKED, NEUTRAL
from policy_index.policy.contents import Heading, contents_of
from policy_index.policy.document import Clause, Group
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.words import counted

_FRAME = "#3a3f4b"
"""The colour of what only holds clauses, where each clause has its own."""

ROOT = "policy:"
"""The id of the tile of all; no clause has it."""

_LONGEST = 400
"""Letters of a clause that a tile and its hover label show: more has room on no screen."""


SHOWN_AT_ONCE = 120
"""Clauses up to which the picture of a whole policy shows each; of a longer one it shows groups, and a click deeper their clauses."""

_MOST_TILES = 1000
"""Clauses up to which all have a tile of their own; of a longer policy only those of the opened group, so that its picture stays light."""

_NARROW = 10
"""Letters of a line on a small tile."""

_SHORT = 26
"""Letters of a clause's name on a small tile."""

_LEGIBLE = 10
"""Pixels below which words on a tile cannot be read: where they do not fit in this size, only the label on hovering has them."""


@dataclass(slots=True)
class _Tiles:
    """The columns of a treemap while they are being filled, and what fills them."""

    pack: PolicyPack
    lanes: Collection[Lane]
    opened: str | None
    colouring: Colouring
    chosen: str | None
    small: bool
    all_clauses: bool
    ids: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    colors: list[str] = field(default_factory=list)
    hovers: list[str] = field(default_factory=list)

    def add(  # noqa: PLR0913  # one argument a column
        self, node: str, *, label: str, parent: str, value: int, color: str, hover: str
    ) -> None:
        self.ids.append(node)
        self.labels.append(label)
        self.parents.append(parent)
        self.values.append(value)
        self.colors.append(color)
        self.hovers.append(hover)

    def shown(self, group: Group) -> list[Clause]:
        return [clause for clause in group.clauses if self.pack.lane_of(clause) in self.lanes]

    def count(self, heading: Heading) -> int:
        return sum(len(self.shown(group)) for group in heading.groups) + sum(map(self.count, heading.inside))


def plot_policy_treemap(
    pack: PolicyPack,
    *,
    colouring: Colouring | None = None,
    lanes: Collection[Lane] = tuple(Lane),
    group_id: str | None = None,
    chosen: str | None = None,
) -> go.Figure:
    """Draw headings, the groups under them and their clauses, of a long policy a click deeper; a tile's area is its number of clauses.

    The ids of the tiles are those of the clauses, and of the groups and headings prefixed with `group:` and `section:`.

    Args:
        pack: The policy.
        colouring: What the clauses are coloured by; by their kind without it.
        lanes: Clauses of other lanes are left out.
        group_id: The group that is opened; None for the whole policy.
        chosen: The clause that is marked.
    """
    whole = len(pack.policy.clauses) <= _MOST_TILES
    small = group_id is None and len(pack.policy.clauses) <= SHOWN_AT_ONCE
    tiles = _Tiles(pack, lanes, group_id, colouring or by_kind(pack), chosen, small, whole)
    title = wrapped(pack.policy.title, 60)
    tiles.add(ROOT, label=title, parent="", value=0, color=NEUTRAL, hover="The whole policy")
    for heading in contents_of(pack.policy):
        _add_heading(tiles, heading, ROOT)
    return _treemap(tiles, ROOT if group_id is None else f"group:{group_id}")


def _add_heading(tiles: _Tiles, heading: Heading, parent: str) -> None:
    count = tiles.count(heading)
    if not count:
        return
    node, title = f"section:{heading.id}", wrapped(heading.title, 60)
    groups = [group for group in heading.groups if tiles.shown(group)]
    alone = len(groups) == 1 and not heading.inside
    if alone and tiles.small:  # one line of words for both
        _add_group(tiles, groups[0], parent, is_named=True)
        return
    tiles.add(
        node,
        label=title if alone else f"{title} · {counted(count, 'clause')}",
        parent=parent,
        value=0,
        color=_FRAME if tiles.small or not alone else tiles.colouring.of_group(tiles.shown(groups[0])),
        hover=f"{title}<br>{counted(count, 'clause')}",
    )
    for group in groups:
        _add_group(tiles, group, node, is_named=not alone)
    for each in heading.inside:
        _add_heading(tiles, each, node)


def _add_group(tiles: _Tiles, group: Group, parent: str, *, is_named: bool) -> None:
    clauses = tiles.shown(group)
    count, told = counted(len(clauses), "clause"), tiles.colouring.told(clauses)
    lines = [f"<b>{wrapped(group.name, 14)}</b>" if is_named else "", count, told]
    one_line = " · ".join(filter(None, [f"<b>{escape(group.name)}</b>", "" if tiles.small else count, told]))
    node = f"group:{group.id}"
    has_tiles = tiles.all_clauses or group.id == tiles.opened
    tiles.add(
        node,
        label=one_line if tiles.small or group.id == tiles.opened else "<br>".join(filter(None, lines)),
        parent=parent,
        value=0 if has_tiles else len(clauses),
        color=_FRAME if tiles.small else tiles.colouring.of_group(clauses),
        hover="<br>".join(filter(None, [wrapped(group.title, 50, letters=_LONGEST), *lines[1:]])),
    )
    for clause in clauses if has_tiles else ():
        _add_clause(tiles, clause, node)


def _add_clause(tiles: _Tiles, clause: Clause, parent: str) -> None:
    note = tiles.colouring.notes.get(clause.id, "")
    words, where = wrapped(clause.text, 50, letters=_LONGEST), wrapped(clause.position, 60)
    label = narrow(clause.name, _NARROW, letters=_SHORT) if tiles.small else wrapped(clause.text, 30, letters=_LONGEST)
    said = f"<br>{note[:1].upper()}{note[1:]}" if note and not tiles.small else ""
    tiles.add(
        clause.id,
        label=f"<b>▶ {label}</b>{said}" if clause.id == tiles.chosen else f"{label}{said}",
        parent=parent,
        value=1,
        color=tiles.colouring.colors[clause.id],
        hover=f"{words}<br>{where}{f' · {note}' if note else ''}",
    )


def _treemap(tiles: _Tiles, level: str) -> go.Figure:
    top = level == ROOT
    chosen = tiles.chosen
    if chosen is not None and chosen not in tiles.ids:
        chosen = f"group:{tiles.pack.policy.group_of(chosen).id}"
    marked = [node == chosen for node in tiles.ids]
    figure = go.Figure(
        go.Treemap(
            ids=tiles.ids,
            labels=tiles.labels,
            parents=tiles.parents,
            values=tiles.values,
            customdata=tiles.hovers,
            level=level if level in tiles.ids else ROOT,
            marker={
                "colors": tiles.colors,
                "line": {
                    "width": [4 if each else 1 for each in marked],
                    "color": [CHECKED if each else "rgba(255,255,255,0.7)" for each in marked],
                },
                "pad": {"t": 20, "l": 2, "r": 2, "b": 2} if tiles.small else {"t": 24, "l": 3, "r": 3, "b": 3},
            },
            branchvalues="remainder",
            textfont={"color": "#ffffff", "size": 12 if tiles.small else 13},
            tiling={"pad": 1 if tiles.small else 2, "squarifyratio": 1 if tiles.small else 1.6},
            hovertemplate="%{customdata}<extra></extra>",
            maxdepth=(-1 if tiles.small else 3) if top else 2,
            root={"color": "rgba(0,0,0,0)"},
            pathbar={"textfont": {"color": "#ffffff"}, "thickness": 24, "visible": not (top and tiles.small)},
        )
    )
    words = {"minsize": _LEGIBLE, "mode": "hide" if tiles.small else False}
    return styled(figure, height=680 if tiles.small else 560, top=30 if top else 58, uniformtext=words)
