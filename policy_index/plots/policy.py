"""The policy as a treemap."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html import escape

import plotly.graph_objects as go

from policy_index.document import Clause, Group, PolicyDocument
from policy_index.lanes import KIND_NAMES, Lane, lane_of, lane_of_group
from policy_index.palette import LANE_COLORS, NEUTRAL, similarity_color
from policy_index.plots.labels import styled, wrapped
from policy_index.tables import position

ROOT = "policy"


@dataclass(slots=True)
class _Tiles:
    """The columns of a treemap while they are being filled."""

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


def plot_policy_treemap(
    document: PolicyDocument,
    *,
    lanes: Collection[Lane] = tuple(Lane),
    group_id: str | None = None,
    scores: Mapping[str, float] | None = None,
) -> go.Figure:
    """Draw sections, their categories and, a click deeper, their clauses; a tile's area is its number of clauses.

    The ids of the tiles are those of the clauses, and of the groups and sections prefixed with `group:` and `section:`.

    Args:
        document: The policy.
        lanes: Clauses of other lanes are left out.
        group_id: The group that is opened; None for the whole policy.
        scores: Similarity of a checked text to each clause, in [-1, 1]: colours the tiles in place of the lanes.
    """
    tiles = _Tiles()
    tiles.add(ROOT, label=document.title, parent="", value=0, color=NEUTRAL, hover="The whole policy")
    shown = {group.id: [clause for clause in group.clauses if lane_of(clause) in lanes] for group in document.groups}
    for section in document.sections:
        groups = [group for group in document.groups if group.section == section.title and shown[group.id]]
        if not groups:
            continue
        parent, count = f"section:{section.id}", sum(len(shown[group.id]) for group in groups)
        tiles.add(
            parent,
            label=f"{escape(section.title)} · {_clauses(count)}" if len(groups) > 1 else escape(section.title),
            parent=ROOT,
            value=0,
            color=NEUTRAL if len(groups) > 1 else _group_color(groups[0], scores),
            hover=f"{escape(section.title)}<br>{_clauses(count)}",
        )
        for group in groups:
            node, name = f"group:{group.id}", "" if len(groups) == 1 else group_title(group)
            extra = "" if scores is None else f"up to {max(scores[clause.id] for clause in shown[group.id]):.2f}"
            lines = [f"<b>{wrapped(name, 14)}</b>" if name else "", _clauses(len(shown[group.id])), extra]
            one_line = f"<b>{escape(group_title(group))}</b> · {_clauses(len(shown[group.id]))}"
            tiles.add(
                node,
                label=one_line if group.id == group_id else "<br>".join(filter(None, lines)),
                parent=parent,
                value=0,
                color=_group_color(group, scores),
                hover="<br>".join(filter(None, [wrapped(group.title, 50), *lines[1:]])),
            )
            for clause in shown[group.id]:
                _add_clause(tiles, clause, node, None if scores is None else scores[clause.id])
    return _treemap(tiles, f"group:{group_id}" if group_id else ROOT)


def group_title(group: Group) -> str:
    """Return what a person reads for a group: the clauses of the section of categories are what leads in to these."""
    return "Lead-in" if group.id == "disallowed-usage" else group.name


def _group_color(group: Group, scores: Mapping[str, float] | None) -> str:
    if scores is None:
        return LANE_COLORS[lane_of_group(group)]
    return similarity_color(max(scores[clause.id] for clause in group.clauses))


def _add_clause(tiles: _Tiles, clause: Clause, parent: str, score: float | None) -> None:
    extra = "" if score is None else f"<br>Similarity to your text: {score:.2f}"
    tiles.add(
        clause.id,
        label=f"{wrapped(clause.text, 30)}{extra}",
        parent=parent,
        value=1,
        color=LANE_COLORS[lane_of(clause)] if score is None else similarity_color(score),
        hover=f"{wrapped(clause.text, 50)}<br>{escape(position(clause))} · {KIND_NAMES[clause.kind]}{extra}",
    )


def _clauses(count: int) -> str:
    return "1 clause" if count == 1 else f"{count} clauses"


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
