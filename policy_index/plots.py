"""Values -> plotly figures. Nothing is computed here but places and colours on the screen."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

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


def plot_reliability_diagram(curve: Sequence[Mapping[str, float]]) -> go.Figure:
    """Draw stated probability against the share that was right; on the diagonal, probabilities hold."""
    figure = go.Figure(
        [
            go.Scatter(
                x=[0, 1], y=[0, 1], mode="lines", line={"color": STEM, "dash": "dot"}, name="Perfect", hoverinfo="skip"
            ),
            go.Scatter(
                x=[each["probability"] for each in curve],
                y=[each["cited"] for each in curve],
                mode="markers+lines",
                marker={"size": 9, "color": LANE_COLORS[Lane.GOOD_TO_KNOW]},
                line={"color": LANE_COLORS[Lane.GOOD_TO_KNOW], "width": 1},
                name="Measured",
                hovertemplate="stated %{x:.0%}, right in %{y:.0%}<extra></extra>",
            ),
        ]
    )
    figure.update_xaxes(title="Stated probability of the best match", range=[-0.02, 1.02], tickformat=".0%")
    figure.update_yaxes(title="Share that was right", range=[-0.02, 1.02], tickformat=".0%")
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8}, height=360, legend={"orientation": "h", "y": 1.1})
    return figure


def plot_score_distributions(touching: Sequence[float], harmless: Sequence[float], *, threshold: float) -> go.Figure:
    """Draw how the best probabilities of texts that touch the policy, and of harmless ones, are spread."""
    figure = go.Figure(
        [
            go.Histogram(
                x=chances,
                name=name,
                histnorm="percent",
                xbins={"start": 0, "end": 1, "size": 0.05},
                marker={"color": color},
                hovertemplate="probability %{x}: %{y:.1f} % of these texts<extra></extra>",
            )
            for name, chances, color in (
                ("Touch the policy", touching, LANE_COLORS[Lane.NOT_ALLOWED]),
                ("Harmless", harmless, LANE_COLORS[Lane.GOOD_TO_KNOW]),
            )
        ]
    )
    figure.add_vline(x=threshold, line={"color": STEM, "width": 2, "dash": "dash"}, annotation_text="threshold")
    figure.update_xaxes(title="Best probability of a text", range=[0, 1], tickformat=".0%")
    figure.update_yaxes(title="% of texts")
    figure.update_layout(
        margin={"l": 8, "r": 8, "t": 8, "b": 8}, height=320, barmode="group", legend={"orientation": "h", "y": 1.12}
    )
    return figure


def plot_recall_by_category(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> go.Figure:
    """Draw how often the right category came first, for each category, the best at the bottom."""
    ordered = sorted(rows, key=lambda row: -row["recall_at_1"])
    figure = go.Figure(
        go.Bar(
            x=[row["recall_at_1"] for row in ordered],
            y=[names[row["label"]] for row in ordered],
            orientation="h",
            marker={"color": LANE_COLORS[Lane.GOOD_TO_KNOW]},
            text=[f"{row['recall_at_1']:.0%} of {row['texts']}" for row in ordered],
            textposition="inside",
            textfont={"color": "#ffffff"},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, 1], tickformat=".0%", title="Right category first")
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8}, height=26 * len(ordered) + 80)
    return figure


def _wrapped(text: str, width: int) -> str:
    """Return `text` escaped for plotly's labels, with a line break about every `width` characters."""
    return "<br>".join(escape(line) for line in textwrap.wrap(text, width))
