"""Values -> plotly figures. Nothing is computed here but places and colours on the screen."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import plotly.graph_objects as go

from policy_index.document import ChangelogEntry, PolicyDocument
from policy_index.palette import LANE_COLORS, NEUTRAL, STEM
from policy_index.report import Lane

_LEVELS = (1, -1, 2, -2, 3, -3)
"""Heights of the labels on the timeline in turn, so that neighbours a few weeks apart do not cover each other."""


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
        label = f"{_wrapped(group.name, 18)}<br><span style='font-size:0.8em'>{clauses}</span>"
        tiles.add(node, label=label, parent="policy", value=0, color=color, hover=_wrapped(group.title, 50))
        for clause in group.clauses:
            tiles.add(
                clause.id,
                label=_wrapped(clause.text, 30),
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


def plot_changelog_timeline(entries: Sequence[ChangelogEntry]) -> go.Figure:
    """Draw the revisions on a time axis to scale, each as a stem with its date; hovering shows its words."""
    ordered = sorted(entries, key=lambda entry: entry.date)
    heights = [_LEVELS[place % len(_LEVELS)] for place in range(len(ordered))]
    stems: dict[str, list[object]] = {"x": [], "y": []}
    for entry, height in zip(ordered, heights, strict=True):
        stems["x"] += [entry.date, entry.date, None]
        stems["y"] += [0, height, None]
    figure = go.Figure(
        [
            go.Scatter(**stems, mode="lines", line={"color": STEM, "width": 1}, hoverinfo="skip"),
            go.Scatter(
                x=[entry.date for entry in ordered],
                y=heights,
                mode="markers+text",
                marker={
                    "size": [14 if entry.from_head else 11 for entry in ordered],
                    "color": LANE_COLORS[Lane.GOOD_TO_KNOW],
                    "line": {"width": 1, "color": "#ffffff"},
                },
                text=[f"{entry.date:%-d %b %Y}" for entry in ordered],
                textposition=["top center" if height > 0 else "bottom center" for height in heights],
                textfont={"size": 12},
                customdata=[_wrapped(entry.text, 60) for entry in ordered],
                hovertemplate="<b>%{x|%-d %B %Y}</b><br>%{customdata}<extra></extra>",
                cliponaxis=False,
            ),
        ]
    )
    figure.add_hline(y=0, line={"color": STEM, "width": 2})
    figure.update_xaxes(showgrid=False, ticks="outside", dtick="M6", tickformat="%b %Y", title=None)
    figure.update_yaxes(visible=False, range=[-4, 4], fixedrange=True)
    figure.update_layout(showlegend=False, margin={"l": 24, "r": 24, "t": 8, "b": 8}, height=340, dragmode="pan")
    return figure


def _wrapped(text: str, width: int) -> str:
    """Return `text` escaped for plotly's labels, with a line break about every `width` characters."""
    return "<br>".join(escape(line) for line in textwrap.wrap(text, width))
