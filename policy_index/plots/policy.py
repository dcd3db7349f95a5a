"""The policy as a treemap."""

from dataclasses import dataclass, field
from html import escape

import plotly.graph_objects as go

from policy_index.document import PolicyDocument
from policy_index.palette import LANE_COLORS, NEUTRAL
from policy_index.plots.labels import wrapped
from policy_index.report import Lane


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


def plot_policy_treemap(document: PolicyDocument) -> go.Figure:
    """Draw the groups of the policy and, a click deeper, their clauses; a tile's area is its number of clauses.

    The ids of the tiles are those of the groups, prefixed with `group:`, and of the clauses.
    """
    tiles = _Tiles()
    tiles.add("policy", label=document.title, parent="", value=0, color=NEUTRAL, hover="The whole policy")
    for group in document.groups:
        node = f"group:{group.id}"
        color = LANE_COLORS[Lane.of(group.kind)]
        clauses = "1 clause" if len(group.clauses) == 1 else f"{len(group.clauses)} clauses"
        label = f"{wrapped(group.name, 18)}<br><span style='font-size:0.8em'>{clauses}</span>"
        tiles.add(node, label=label, parent="policy", value=0, color=color, hover=wrapped(group.title, 50))
        for clause in group.clauses:
            tiles.add(
                clause.id,
                label=wrapped(clause.text, 30),
                parent=node,
                value=1,
                color=LANE_COLORS[Lane.of(clause.kind)],
                hover=escape(clause.citation),
            )
    figure = go.Figure(
        go.Treemap(
            ids=tiles.ids,
            labels=tiles.labels,
            parents=tiles.parents,
            values=tiles.values,
            customdata=tiles.hovers,
            marker={"colors": tiles.colors, "line": {"width": 2, "color": "rgba(255,255,255,0.6)"}},
            branchvalues="remainder",
            textfont={"color": "#ffffff", "size": 14},
            hovertemplate="%{customdata}<extra></extra>",
            maxdepth=2,
            root={"color": "rgba(0,0,0,0)"},
            pathbar={"textfont": {"color": "#ffffff"}},
        )
    )
    figure.update_layout(margin={"l": 0, "r": 0, "t": 28, "b": 0}, height=540)
    return figure
