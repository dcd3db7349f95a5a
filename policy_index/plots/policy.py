"""The policy as a treemap."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html import escape

import plotly.graph_objects as go

from policy_index.plots.labels import styled, wrapped
from policy_index.plots.palette import LANE_COLORS, NEUTRAL, similarity_color
from policy_index.policy.contents import Heading, contents_of
from policy_index.policy.document import Clause, Group
from policy_index.policy.lanes import KIND_NAMES, Lane
from policy_index.policy.pack import PolicyPack
from policy_index.words import counted

ROOT = "policy:"
"""The id of the tile of all; no clause has it."""

_LONGEST = 400
"""Letters of a clause that a tile and its hover label show: more has room on no screen."""


@dataclass(slots=True)
class _Tiles:
    """The columns of a treemap while they are being filled, and what fills them."""

    pack: PolicyPack
    lanes: Collection[Lane]
    opened: str | None
    scores: Mapping[str, float] | None
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

    def score(self, clause: Clause) -> float:
        return 0.0 if self.scores is None else self.scores.get(clause.id, 0.0)

    def group_color(self, group: Group) -> str:
        if self.scores is None:
            return LANE_COLORS[self.pack.lane_of_group(group)]
        return similarity_color(max(map(self.score, group.clauses)))


def plot_policy_treemap(
    pack: PolicyPack,
    *,
    lanes: Collection[Lane] = tuple(Lane),
    group_id: str | None = None,
    scores: Mapping[str, float] | None = None,
) -> go.Figure:
    """Draw headings, the groups under them and, a click deeper, their clauses; a tile's area is its number of clauses.

    The ids of the tiles are those of the clauses, and of the groups and headings prefixed with `group:` and `section:`.

    Args:
        pack: The policy.
        lanes: Clauses of other lanes are left out.
        group_id: The group that is opened; None for the whole policy.
        scores: Similarity of a checked text to each clause, in [-1, 1]: colours the tiles in place of the lanes.
    """
    tiles = _Tiles(pack, lanes, group_id, scores)
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
    tiles.add(
        node,
        label=title if alone else f"{title} · {counted(count, 'clause')}",
        parent=parent,
        value=0,
        color=tiles.group_color(groups[0]) if alone else NEUTRAL,
        hover=f"{title}<br>{counted(count, 'clause')}",
    )
    for group in groups:
        _add_group(tiles, group, node, is_named=not alone)
    for each in heading.inside:
        _add_heading(tiles, each, node)


def _add_group(tiles: _Tiles, group: Group, parent: str, *, is_named: bool) -> None:
    clauses = tiles.shown(group)
    count = counted(len(clauses), "clause")
    best = "" if tiles.scores is None else f"up to {max(map(tiles.score, clauses)):.2f}"
    lines = [f"<b>{wrapped(group.name, 14)}</b>" if is_named else "", count, best]
    one_line = f"<b>{escape(group.name)}</b> · {count}"
    node = f"group:{group.id}"
    tiles.add(
        node,
        label=one_line if group.id == tiles.opened else "<br>".join(filter(None, lines)),
        parent=parent,
        value=0,
        color=tiles.group_color(group),
        hover="<br>".join(filter(None, [wrapped(group.title, 50, letters=_LONGEST), *lines[1:]])),
    )
    for clause in clauses:
        _add_clause(tiles, clause, node)


def _add_clause(tiles: _Tiles, clause: Clause, parent: str) -> None:
    score = tiles.score(clause)
    extra = "" if tiles.scores is None else f"<br>Similarity to your text: {score:.2f}"
    words, where = wrapped(clause.text, 50, letters=_LONGEST), wrapped(clause.position, 60)
    tiles.add(
        clause.id,
        label=f"{wrapped(clause.text, 30, letters=_LONGEST)}{extra}",
        parent=parent,
        value=1,
        color=LANE_COLORS[tiles.pack.lane_of(clause)] if tiles.scores is None else similarity_color(score),
        hover=f"{words}<br>{where} · {KIND_NAMES[clause.kind]}{extra}",
    )


def _treemap(tiles: _Tiles, level: str) -> go.Figure:
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
                "line": {"width": 1.5, "color": "rgba(255,255,255,0.7)"},
                "pad": {"t": 24, "l": 3, "r": 3, "b": 3},
            },
            branchvalues="remainder",
            textfont={"color": "#ffffff", "size": 13},
            tiling={"pad": 2},
            hovertemplate="%{customdata}<extra></extra>",
            maxdepth=3 if level == ROOT else 2,
            root={"color": "rgba(0,0,0,0)"},
            pathbar={"textfont": {"color": "#ffffff"}, "thickness": 24},
        )
    )
    return styled(figure, height=620, top=30 if level == ROOT else 58)
