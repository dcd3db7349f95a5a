"""The revisions on a time axis."""

from collections.abc import Sequence

import plotly.graph_objects as go

from policy_index.document import ChangelogEntry
from policy_index.palette import LANE_COLORS, STEM
from policy_index.plots.labels import wrapped
from policy_index.report import Lane

_LEVELS = (1, -1, 2, -2, 3, -3)
"""Heights of the labels on the timeline in turn, so that neighbours a few weeks apart do not cover each other."""


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
                customdata=[wrapped(entry.text, 60) for entry in ordered],
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
